#include "audit/checkout.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "world/sim_files.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

using Names = std::vector<std::string>;

class CheckoutTest : public testing::Test {
 protected:
  void files(std::initializer_list<std::string> paths) {
    for (std::string const& path : paths) ASSERT_TRUE(world().files.write(path, "on: push\n"));
  }
  World world() { return sim->process("test"); }

  std::unique_ptr<SimWorld> sim = SimWorld::create(from_epoch_seconds(0), 1);
};

TEST_F(CheckoutTest, workflows_are_the_yaml_files_directly_in_their_folder) {
  files({"/r/.github/workflows/b.yml", "/r/.github/workflows/a.yaml", "/r/.github/workflows/c.json",
         "/r/.github/workflows/deeper/d.yml", "/r/.github/e.yml"});
  auto const checkout = find_checkout(world(), "/r");
  ASSERT_TRUE(checkout) << checkout.error().text;
  EXPECT_EQ(checkout->root, "/r/");
  EXPECT_EQ(checkout->shown_root(), "/r");
  EXPECT_EQ(checkout->workflows, (Names{".github/workflows/a.yaml", ".github/workflows/b.yml"}));
  EXPECT_FALSE(checkout->git);
}

TEST_F(CheckoutTest, the_repository_is_found_from_below) {
  files({"/r/.github/workflows/a.yml", "/r/.git/HEAD", "/r/src/deep/x.cpp"});
  for (char const* place : {"/r", "/r/", "/r/src/deep", "/r/.github", "/r/.github/workflows/"}) {
    auto const checkout = find_checkout(world(), place);
    ASSERT_TRUE(checkout) << place << ": " << checkout.error().text;
    EXPECT_EQ(checkout->root, "/r/") << place;
    EXPECT_TRUE(checkout->git) << place;
  }
}

TEST_F(CheckoutTest, a_folder_with_workflows_of_its_own_is_a_root_within_another_repository) {
  files({"/r/.github/workflows/a.yml", "/r/.git/HEAD", "/r/examples/x/.github/workflows/b.yml"});
  auto const checkout = find_checkout(world(), "/r/examples/x");
  ASSERT_TRUE(checkout);
  EXPECT_EQ(checkout->workflows, Names{".github/workflows/b.yml"});
  EXPECT_FALSE(checkout->git);
}

TEST_F(CheckoutTest, one_file_is_the_only_one_and_its_root_is_that_of_its_repository) {
  files({"/r/.github/workflows/a.yml", "/r/.github/workflows/b.yml", "/r/.git/HEAD",
         "/r/templates/c.yml", "/alone/d.yml"});
  struct Row {
    std::string place;
    std::string root;
    std::string workflow;
    bool git;
  };
  Row const table[]{
      {"/r/.github/workflows/b.yml", "/r/", ".github/workflows/b.yml", true},
      {"/r/templates/c.yml", "/r/", "templates/c.yml", true},
      {"/alone/d.yml", "/alone/", "d.yml", false},
  };
  for (Row const& row : table) {
    auto const checkout = find_checkout(world(), row.place);
    ASSERT_TRUE(checkout) << checkout.error().text;
    EXPECT_EQ(checkout->root, row.root);
    EXPECT_EQ(checkout->workflows, Names{row.workflow});
    EXPECT_EQ(checkout->git.has_value(), row.git) << row.place;
  }
}

TEST_F(CheckoutTest, where_nothing_is_it_says_what_was_looked_for) {
  files({"/r/.git/HEAD", "/r/src/x.cpp", "/empty/.github/workflows/readme.md"});
  struct Row {
    std::string place;
    std::string_view words;
  };
  Row const table[]{
      {"/r/src",
       "/r: no workflows: looked for .github/workflows/*.yml and *.yaml in this repository"},
      {"/empty",
       "/empty: no workflows: looked for .github/workflows/*.yml and *.yaml here and in the"},
      {"/nowhere", "/nowhere: there is no such folder or file"},
  };
  for (Row const& row : table) {
    auto const checkout = find_checkout(world(), row.place);
    ASSERT_FALSE(checkout) << row.place;
    EXPECT_EQ(checkout.error().kind, ErrorKind::usage);
    EXPECT_TRUE(checkout.error().text.starts_with(row.words)) << checkout.error().text;
  }
}

TEST_F(CheckoutTest, a_file_that_is_not_there_is_no_error_but_a_workflow_that_cannot_be_read_is) {
  files({"/r/.github/workflows/a.yml", "/r/.github/workflows/b.yml/in-a-folder", "/r/x/y"});
  auto const checkout = find_checkout(world(), "/r");
  ASSERT_TRUE(checkout);
  CheckoutReader reader(world(), *checkout);
  EXPECT_TRUE(reader.read(".github/workflows/a.yml"));
  EXPECT_FALSE(reader.read("absent"));
  EXPECT_FALSE(reader.read("x"));  // a folder that some step calls a script
  EXPECT_TRUE(reader.errors().empty());
  EXPECT_FALSE(reader.read(".github/workflows/b.yml"));
  EXPECT_EQ(reader.errors().size(), 1U);
}

TEST_F(CheckoutTest, a_file_that_is_no_workflow_is_a_mistake) {
  files({"/r/README.md", "/r/.git/HEAD", "/r/action.yml", "/r/x.yaml"});
  auto const checkout = find_checkout(world(), "/r/README.md");
  ASSERT_FALSE(checkout);
  EXPECT_EQ(checkout.error().kind, ErrorKind::usage);
  EXPECT_EQ(checkout.error().text,
            "/r/README.md: expected the folder of a checkout, a workflow file (.yml or .yaml) or "
            "an action.yml, found another file");
  EXPECT_TRUE(find_checkout(world(), "/r/action.yml"));
  EXPECT_TRUE(find_checkout(world(), "/r/x.yaml"));
}

TEST_F(CheckoutTest, what_stands_in_the_place_of_a_workflow_is_named) {
  files({"/r/.github/workflows/folder.yml/x"});
  ASSERT_TRUE(world().files.link("/r/.github/workflows/link.yml", "../gone.yml"));
  auto const checkout = find_checkout(world(), "/r");
  ASSERT_TRUE(checkout);
  EXPECT_EQ(checkout->workflows.size(), 2U);
  CheckoutReader reader(world(), *checkout);
  for (std::string const& path : checkout->workflows) EXPECT_FALSE(reader.read(path));
  ASSERT_EQ(reader.errors().size(), 2U);
  EXPECT_EQ(reader.errors()[0].text,
            "/r/.github/workflows/folder.yml: is a folder, and GitHub runs files only: rename it "
            "or move it away");
  EXPECT_EQ(reader.errors()[1].text,
            "/r/.github/workflows/link.yml: links to ../gone.yml, and there is no such file: mend "
            "the link or remove it");
}

TEST_F(CheckoutTest, a_pipe_among_workflows_holds_nobody_up) {
  std::unique_ptr<Files> const disk = real_files();
  auto const folder = disk->temporary_folder("landfall-pipe");
  ASSERT_TRUE(folder);
  std::string const workflows = *folder + "/.github/workflows";
  ASSERT_TRUE(disk->make_folder(workflows));
  ASSERT_EQ(::mkfifo((workflows + "/pipe.yml").c_str(), 0600), 0);
  auto const checkout = find_checkout(world(), *folder);
  ASSERT_TRUE(checkout) << checkout.error().text;
  CheckoutReader reader(world(), *checkout);
  EXPECT_FALSE(reader.read(".github/workflows/pipe.yml"));
  ASSERT_EQ(reader.errors().size(), 1U);
  EXPECT_EQ(reader.errors()[0].text,
            workflows + "/pipe.yml: is a pipe, a socket or a device, and no file: move it away");
  EXPECT_TRUE(disk->remove(*folder));
}

TEST_F(CheckoutTest, what_is_pretended_is_read_and_never_written) {
  files({"/r/.github/workflows/a.yml"});
  auto const checkout = find_checkout(world(), "/r");
  ASSERT_TRUE(checkout);
  CheckoutReader reader(world(), *checkout);
  reader.pretend(".github/workflows/a.yml", "on: pull_request\n");
  EXPECT_EQ(reader.read(".github/workflows/a.yml").value_or(""), "on: pull_request\n");
  EXPECT_EQ(world().files.read("/r/.github/workflows/a.yml").value_or(""), "on: push\n");
}

TEST_F(CheckoutTest, the_audit_knows_repository_branch_and_refs) {
  files({"/r/.github/workflows/a.yml"});
  ASSERT_TRUE(world().files.write("/r/.git/HEAD", "ref: refs/heads/main\n"));
  ASSERT_TRUE(world().files.write("/r/.git/config",
                                  "[remote \"origin\"]\nurl = https://github.com/acme/shop\n"
                                  "fetch = +refs/heads/*:refs/remotes/origin/*\n"));
  ASSERT_TRUE(
      world().files.write("/r/.git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main"));
  auto const checkout = find_checkout(world(), "/r");
  ASSERT_TRUE(checkout);
  CheckoutReader reader(world(), *checkout);
  AuditInput const input = audit_input(world(), *checkout, reader);
  EXPECT_EQ(input.names.repository, "acme/shop");
  EXPECT_EQ(input.names.default_branch, "main");
  ASSERT_TRUE(input.refs);
  EXPECT_EQ(input.refs->branches, Names{"main"});
  EXPECT_TRUE(input.tracked_files);
}

}  // namespace
}  // namespace landfall
