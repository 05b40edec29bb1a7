#include "audit/git_folder.h"

#include <gtest/gtest.h>

#include <map>

#include "world/sim_world.h"

namespace landfall {
namespace {

using Names = std::vector<std::string>;
using Files = std::map<std::string, std::string>;

constexpr char const* hash = "3d14674947380548557fa4b1fc7f1a8ff92b0a84";
constexpr char const* config =
    "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.com:acme/shop.git\n"
    "\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch \"main\"]\n\tremote = origin\n";

/// A machine in memory with these files below /r.
class GitFolderTest : public testing::Test {
 protected:
  std::optional<GitFolder> look(Files const& files, std::string const& root = "/r/") {
    for (auto const& [path, text] : files) EXPECT_TRUE(world().files.write("/r/" + path, text));
    return read_git_folder(world(), root);
  }
  World world() { return sim->process("test"); }

  std::unique_ptr<SimWorld> sim = SimWorld::create(from_epoch_seconds(0), 1);
};

TEST_F(GitFolderTest, refs_are_read_from_files_and_packs) {
  auto const git = look(
      {{".git/HEAD", "ref: refs/heads/main\n"},
       {".git/config", config},
       {".git/packed-refs", std::string("# pack-refs with: peeled fully-peeled sorted \n") + hash +
                                " refs/heads/old\n" + hash + " refs/remotes/origin/release/1\n" +
                                hash + " refs/tags/v1\n^" + hash + "\n"},
       {".git/refs/heads/main", hash},
       {".git/refs/heads/main.lock", ""},
       {".git/refs/heads/feature/a/b", hash},
       {".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/trunk\n"},
       {".git/refs/remotes/origin/main", hash},
       {".git/refs/remotes/fork/theirs", hash},
       {".git/refs/tags/v2", hash},
       {".git/refs/stash", hash}});
  ASSERT_TRUE(git && git->refs);
  EXPECT_EQ(git->refs->branches,
            (Names{"feature/a/b", "main", "old", "release/1", "theirs", "trunk"}));
  EXPECT_EQ(git->refs->tags, (Names{"v1", "v2"}));
  EXPECT_FALSE(git->refs->files);
  EXPECT_EQ(git->repository, "acme/shop");
  EXPECT_EQ(git->host, "github.com");
  EXPECT_EQ(git->default_branch, "trunk");
}

TEST_F(GitFolderTest, a_repository_without_a_commit_has_its_branch) {
  auto const git = look({{".git/HEAD", "ref: refs/heads/trunk\n"}, {".git/config", ""}});
  ASSERT_TRUE(git && git->refs);
  EXPECT_EQ(git->refs->branches, Names{"trunk"});
}

TEST_F(GitFolderTest, a_second_working_tree_shares_the_refs_of_the_first) {
  auto const git = look({{".git/HEAD", "ref: refs/heads/main\n"},
                         {".git/config", config},
                         {".git/refs/heads/main", hash},
                         {".git/worktrees/two/HEAD", "ref: refs/heads/new\n"},
                         {".git/worktrees/two/commondir", "../..\n"},
                         {"two/.git", "gitdir: /r/.git/worktrees/two\n"}},
                        "/r/two/");
  ASSERT_TRUE(git && git->refs);
  EXPECT_EQ(git->refs->branches, (Names{"main", "new"}));
  EXPECT_EQ(git->repository, "acme/shop");
}

TEST_F(GitFolderTest, a_submodule_names_its_folder_by_a_relative_path) {
  auto const git = look({{".git/modules/lib/HEAD", hash},
                         {".git/modules/lib/config", ""},
                         {".git/modules/lib/refs/tags/v3", hash},
                         {"lib/.git", "gitdir: ../.git/modules/lib\n"}},
                        "/r/lib/");
  ASSERT_TRUE(git && git->refs);
  EXPECT_EQ(git->refs->tags, Names{"v3"});
}

TEST_F(GitFolderTest, what_a_part_of_the_refs_would_say_is_not_said) {
  struct Row {
    std::string_view name;
    std::string config;
    bool shallow;
    std::string_view why;
  };
  std::string const single =
      "[remote \"origin\"]\nurl = https://github.com/acme/shop\n"
      "fetch = +refs/heads/main:refs/remotes/origin/main\n";
  Row const table[]{
      {"shallow", config, true, "this clone is shallow"},
      {"one branch", single, false, "a part of the branches only"},
      {"no tags", std::string(config) + "[remote \"origin\"]\ntagOpt = --no-tags\n", false,
       "no tags"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    sim = SimWorld::create(from_epoch_seconds(0), 1);
    Files files{{".git/HEAD", "ref: refs/heads/main\n"}, {".git/config", row.config}};
    if (row.shallow) files.emplace(".git/shallow", hash);
    auto const git = look(files);
    ASSERT_TRUE(git);
    EXPECT_FALSE(git->refs);
    EXPECT_NE(git->refs_unknown.find(row.why), std::string::npos) << git->refs_unknown;
    EXPECT_EQ(git->repository, "acme/shop");
  }
}

TEST_F(GitFolderTest, what_is_no_repository_is_none) {
  EXPECT_FALSE(look({{"README.md", "words"}}));
  EXPECT_FALSE(look({{"odd/.git", "words\n"}}, "/r/odd/"));
  auto const gone = look({{"lost/.git", "gitdir: /nowhere\n"}}, "/r/lost/");
  ASSERT_TRUE(gone);
  EXPECT_FALSE(gone->refs);
  EXPECT_FALSE(gone->refs_unknown.empty());
}

TEST(RemoteName, is_read_from_every_form_of_url) {
  struct Row {
    std::string_view url;
    std::string_view host;
    std::string_view repository;
  };
  Row const table[]{
      {"https://github.com/acme/shop.git", "github.com", "acme/shop"},
      {"https://github.com/acme/shop/", "github.com", "acme/shop"},
      {"https://token:x@github.com/acme/shop", "github.com", "acme/shop"},
      {"git@github.com:acme/shop.git", "github.com", "acme/shop"},
      {"github.com:/acme/shop", "github.com", "acme/shop"},
      {"ssh://git@github.com:22/acme/shop.git", "github.com", "acme/shop"},
      {"ssh://git@ssh.github.com:443/acme/shop.git", "github.com", "acme/shop"},
      {"https://GitHub.Example.com/acme/shop", "github.example.com", "acme/shop"},
      {"https://gitlab.com/group/sub/shop.git", "gitlab.com", ""},
      {"/srv/git/shop.git", "", ""},
      {"../shop", "", ""},
      {"file:///srv/git/acme/shop", "", ""},
      {"https://github.com/", "github.com", ""},
      {"https://github.com", "", ""},
      {"", "", ""},
  };
  for (Row const& row : table) {
    EXPECT_EQ(remote_name(row.url).host, row.host) << row.url;
    EXPECT_EQ(remote_name(row.url).repository, row.repository) << row.url;
  }
}

/// Git itself, on this machine: what it says is what the files say.
class RealGitTest : public testing::Test {
 protected:
  void SetUp() override {
    char const* path = "/usr/local/bin:/usr/bin:/bin";
    real = RealWorld::start({{"PATH", path}, {"HOME", "/nonexistent"}}).value_or(nullptr);
    ASSERT_TRUE(real);
    folder = world().files.temporary_folder("landfall-git").value_or("");
    ASSERT_FALSE(folder.empty());
  }
  void TearDown() override { EXPECT_TRUE(world().files.remove(folder)); }
  World world() { return real->world(); }

  void git(std::vector<std::string> words) {
    Command command;
    command.arguments = {"git",
                         "-c",
                         "user.name=Ann",
                         "-c",
                         "user.email=ann@example.com",
                         "-c",
                         "init.defaultBranch=main"};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.directory = folder;
    command.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", "/nonexistent"}};
    int code = -1;
    auto const started = world().processes.start(
        std::move(command), [](std::string_view) {},
        [&](Exit exit) {
          code = exit.code;
          world().loop.stop();
        });
    ASSERT_TRUE(started) << started.error().text;
    world().loop.run();
    ASSERT_EQ(code, 0) << words[0];
  }

  std::unique_ptr<RealWorld> real;
  std::string folder;
};

TEST_F(RealGitTest, packed_and_loose_refs_and_tracked_files_are_those_of_git) {
  git({"init", "-q"});
  ASSERT_TRUE(world().files.write(folder + "/src/größe.txt", "x"));
  ASSERT_TRUE(world().files.write(folder + "/untracked", "x"));
  git({"add", "src"});
  git({"commit", "-q", "-m", "first"});
  git({"branch", "release/1"});
  git({"tag", "-a", "v1", "-m", "one"});
  git({"pack-refs", "--all"});
  git({"branch", "later"});
  git({"tag", "v2"});
  auto const found = read_git_folder(world(), folder + "/");
  ASSERT_TRUE(found && found->refs) << (found ? found->refs_unknown : "");
  EXPECT_EQ(found->refs->branches, (Names{"later", "main", "release/1"}));
  EXPECT_EQ(found->refs->tags, (Names{"v1", "v2"}));
  auto const files = git_tracked_files(world(), folder + "/");
  ASSERT_TRUE(files) << files.error().text;
  EXPECT_EQ(*files, Names{"src/größe.txt"});
}

TEST_F(RealGitTest, no_repository_is_an_error_of_git) {
  auto const files = git_tracked_files(world(), folder + "/");
  ASSERT_FALSE(files);
  EXPECT_NE(files.error().text.find("not a git repository"), std::string::npos)
      << files.error().text;
}

}  // namespace
}  // namespace landfall
