// What a person may type after `landfall audit`, `paths`, `explain` and `checks`, and what they are
// told when it goes wrong.
#include "audit_world.h"
#include "base/json.h"

namespace landfall {
namespace {

constexpr char const* swallowing =
    "on:\n"
    "  push:\n"
    "    branches: [main]\n"
    "jobs:\n"
    "  deploy:\n"
    "    runs-on: ubuntu-22.04\n"
    "    environment: production\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - run: git push https://git.heroku.com/shop-prod.git HEAD:main || true\n";

class AuditCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    world.write("/shop/.github/workflows/deploy.yml", swallowing);
    world.write("/shop/README.md", "words");
  }

  std::size_t findings(std::vector<std::string> words) {
    words.insert(words.begin(), {"audit", "/shop", "--output", "json"});
    Told const told = world.tell(words);
    auto const json = Json::parse(told.out);
    EXPECT_TRUE(json) << told.err;
    return json ? json->find("findings")->as_array().size() : 0;
  }

  AuditWorld world;
};

TEST_F(AuditCommandTest, findings_are_exit_code_1_and_none_is_0) {
  Told const told = world.tell({"audit", "/shop"});
  EXPECT_EQ(told.code, 1) << told.err;
  EXPECT_NE(told.out.find("deploy-error-swallowed"), std::string::npos) << told.out;
  EXPECT_EQ(told.err, "");
  world.write(
      "/calm/.github/workflows/test.yml",
      "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n");
  Told const calm = world.tell({"audit", "/calm"});
  EXPECT_EQ(calm.code, 0) << calm.out;
}

TEST_F(AuditCommandTest, findings_are_chosen_by_check_and_severity) {
  std::size_t const all = findings({});
  EXPECT_GT(all, 1U);
  EXPECT_EQ(findings({"--check", "deploy-error-swallowed"}), 1U);
  EXPECT_EQ(findings({"--check", "deploy-error-swallowed", "--check", "zero-jobs"}), 1U);
  EXPECT_EQ(findings({"--check", "zero-jobs"}), 0U);
  EXPECT_EQ(findings({"--severity", "SEV-4"}), all);
  EXPECT_LT(findings({"--severity", "SEV-1"}), all);
  EXPECT_EQ(world.tell({"audit", "/shop", "--check", "zero-jobs"}).code, 0);
}

TEST_F(AuditCommandTest, mistakes_at_the_keyboard_are_exit_code_2_with_what_was_meant) {
  struct Row {
    std::vector<std::string> words;
    std::string_view told;
  };
  Row const table[]{
      {{"audit", "/shop", "--check", "zero-job"}, "did you mean 'zero-jobs'?"},
      {{"audit", "/shop", "--severity", "high"}, "SEV-1, SEV-2, SEV-3, SEV-4"},
      {{"audit", "/nowhere"}, "/nowhere: there is no such folder or file"},
      {{"audit", "/shop", "--output", "xml"}, "text, json, sarif, github, dot, mermaid"},
      {{"audit", "/shop", "--baseline", "/none.json"}, "`--write-baseline /none.json` makes one"},
      {{"audit", "/shop", "--online"}, "--online asks GitHub about the repository"},
      {{"paths", "shop-pord", "/shop"}, "did you mean 'shop-prod'?"},
      {{"explain", "masked-failur"}, "did you mean 'masked-failure'?"},
      {{"checks", "masked-failur"}, "did you mean 'masked-failure'?"},
      {{"fix", "masked-failur"}, "did you mean 'masked-failure'?"},
      {{"audit", "/nowhere"}, "Run `landfall audit --help` for what it takes."},
      {{"audit", "--chek", "x"}, "Run `landfall audit --help` for what it takes."},
      {{"paths", "shop-pord", "/shop"}, "Run `landfall paths --help` for what it takes."},
      {{"paths"}, "Run `landfall paths --help` for what it takes."},
      {{"audti"}, "Run `landfall --help` for what there is."},
      {{"audit", "/shop/README.md"}, "README.md: expected the folder of a checkout, a workflow"},
      {{"audit", "/shop", "--write-baseline", "/nowhere/b.json"},
       "/nowhere/b.json cannot be written: there is no folder /nowhere/; make it"},
      {{"audit", "/shop", "--write-baseline", "/shop"},
       "--write-baseline takes a file, found the folder /shop"},
  };
  for (Row const& row : table) {
    Told const told = world.tell(row.words);
    EXPECT_EQ(told.code, 2) << join(row.words, " ");
    EXPECT_NE(told.err.find(row.told), std::string::npos) << told.err;
    EXPECT_EQ(told.out, "");
  }
  EXPECT_EQ(world.read("/nowhere/b.json"), "(none)");
}

TEST_F(AuditCommandTest, an_action_is_judged_as_one) {
  world.write("/act/action.yml",
              "name: A\ndescription: B\nruns:\n  using: composite\n  steps:\n    - run: x\n");
  Told const told = world.tell({"audit", "/act/action.yml"});
  EXPECT_EQ(told.code, 1) << told.out;
  EXPECT_NE(told.out.find("expected a key 'shell', found none"), std::string::npos) << told.out;
}

TEST_F(AuditCommandTest, what_was_not_followed_is_said_once_for_each_step) {
  world.write("/calls/.github/workflows/a.yml",
              "on: [push, workflow_dispatch]\njobs:\n  a:\n    runs-on: ubuntu-22.04\n"
              "    strategy: {matrix: {x: [1, 2]}}\n    steps:\n"
              "      - run: make -C web deploy X=${{ matrix.x }}\n"
              "      - run: npm run build\n      - uses: acme/deploy-it@v1\n"
              "      - run: ./real.sh\n  b:\n    uses: acme/x/.github/workflows/deploy.yml@main\n");
  world.write("/calls/real.sh", "heroku container:release web -a shop\n");
  Told const told = world.tell({"audit", "/calls"});
  EXPECT_NE(told.out.find("* .github/workflows/a.yml:7:14: `make -C web deploy X=1` was not "
                          "followed, and may deploy\n"
                          "* .github/workflows/a.yml:9:15: `acme/deploy-it@v1` was not followed, "
                          "and may deploy\n"
                          "* .github/workflows/a.yml:12:11: "
                          "`acme/x/.github/workflows/deploy.yml@main` was not followed, and\n"
                          "  may deploy\n"),
            std::string::npos)
      << told.out;
  EXPECT_EQ(told.out.find("real.sh` was"), std::string::npos) << told.out;
}

TEST_F(AuditCommandTest, a_folder_without_workflows_says_what_was_looked_for) {
  world.write("/bare/README.md", "words");
  Told const told = world.tell({"audit", "/bare"});
  EXPECT_EQ(told.code, 2);
  EXPECT_NE(told.err.find("looked for .github/workflows/*.yml and *.yaml"), std::string::npos);
}

TEST_F(AuditCommandTest, what_cannot_be_read_is_exit_code_3) {
  world.write("/odd/.github/workflows/folder.yml/file", "x");
  Told const told = world.tell({"audit", "/odd"});
  EXPECT_EQ(told.code, 3) << told.out;
  EXPECT_NE(told.out.find("could not be read: /odd/.github/workflows/folder.yml"),
            std::string::npos)
      << told.out;
}

TEST_F(AuditCommandTest, a_baseline_leaves_what_is_new) {
  Told const written = world.tell({"audit", "/shop", "--write-baseline", "/base.json"});
  EXPECT_EQ(written.code, 0);
  EXPECT_NE(written.out.find("accepted for now"), std::string::npos);
  Told const known = world.tell({"audit", "/shop", "--baseline", "/base.json"});
  EXPECT_EQ(known.code, 0) << known.out;
  EXPECT_NE(known.out.find("in the baseline"), std::string::npos);
  // A line above moves the finding; another deploy is new; the mended one is gone.
  world.write("/shop/.github/workflows/deploy.yml", std::string("# moved\n") + swallowing);
  EXPECT_EQ(world.tell({"audit", "/shop", "--baseline", "/base.json"}).code, 0);
  world.write(
      "/shop/.github/workflows/deploy.yml",
      replace_all(swallowing, "shop-prod.git HEAD:main || true", "depot.git HEAD:main || :"));
  Told const changed = world.tell({"audit", "/shop", "--baseline", "/base.json"});
  EXPECT_EQ(changed.code, 1) << changed.out;
  EXPECT_NE(changed.out.find("gone since the baseline: deploy-error-swallowed"), std::string::npos)
      << changed.out;
  world.write("/base.json", "{}");
  EXPECT_EQ(world.tell({"audit", "/shop", "--baseline", "/base.json"}).code, 2);
}

TEST_F(AuditCommandTest, every_form_says_the_same_findings) {
  for (char const* form : {"json", "sarif", "github", "text"}) {
    Told const told = world.tell({"audit", "/shop", "--output", form});
    EXPECT_EQ(told.code, 1) << form;
    EXPECT_NE(told.out.find("deploy-error-swallowed"), std::string::npos) << form;
  }
  for (char const* form : {"dot", "mermaid"})
    EXPECT_NE(world.tell({"audit", "/shop", "--output", form}).out.find("shop-prod"),
              std::string::npos)
        << form;
}

TEST_F(AuditCommandTest, in_github_actions_the_answer_is_text_unless_told) {
  AuditWorld actions(Environment{{"GITHUB_ACTIONS", "true"}});
  actions.write("/shop/.github/workflows/deploy.yml", swallowing);
  EXPECT_FALSE(actions.tell({"audit", "/shop"}).out.starts_with("::"));
}

TEST_F(AuditCommandTest, paths_of_one_target_and_their_exit_code) {
  Told const told = world.tell({"paths", "shop-prod", "/shop"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_TRUE(told.out.starts_with("shop-prod  Heroku\n")) << told.out;
  auto const json =
      Json::parse(world.tell({"paths", "shop-prod", "/shop", "--output", "json"}).out);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->find("paths")->as_array().size(), 1U);
  world.write("/shop/.github/workflows/deploy.yml",
              replace_all(swallowing, "    environment: production\n", "    if: false\n"));
  EXPECT_EQ(world.tell({"paths", "shop-prod", "/shop"}).code, 1);
}

TEST_F(AuditCommandTest, every_check_explains_itself) {
  auto const list = Json::parse(world.tell({"checks", "--output", "json"}).out);
  ASSERT_TRUE(list);
  std::string previous;
  for (Json const& check : list->as_array()) {
    std::string const id = *check.text("id");
    SCOPED_TRACE(id);
    EXPECT_LT(previous, id);
    previous = id;
    Told const told = world.tell({"explain", id});
    EXPECT_EQ(told.code, 0);
    EXPECT_NE(told.out.find("\nFix\n"), std::string::npos);
    bool const rule = check.find("rule")->as_bool();
    EXPECT_EQ(told.out.find("\nBad\n") != std::string::npos, rule);
    EXPECT_EQ(told.out.find("\nGood\n") != std::string::npos, rule);
    auto const json = Json::parse(world.tell({"explain", id, "--output", "json"}).out);
    ASSERT_TRUE(json);
    EXPECT_EQ(json->text("id").value_or(""), id);
  }
  EXPECT_NE(world.tell({"checks"}).out.find("masked-failure"), std::string::npos);
}

}  // namespace
}  // namespace landfall
