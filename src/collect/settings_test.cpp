// What a collection asks of a repository's settings, when, and what it keeps of them.
#include "collect/collection_fixture.h"
#include "collect/path_refs.h"
#include "facts/store_fixture.h"

namespace landfall {
namespace {

using SettingsTest = CollectionTest;

std::string const root = "/repos/acme/shop";

TEST_F(SettingsTest, become_facts) {
  ASSERT_TRUE(collect());
  EXPECT_EQ(rows("SELECT visibility FROM current_repository"), "private;");
  EXPECT_EQ(rows("SELECT login, plan FROM current_account"), "acme|team;");
  EXPECT_EQ(rows("SELECT environment, kind, pattern FROM current_environment_policy"),
            "staging|branch|main;");
  EXPECT_EQ(rows("SELECT environment, name FROM current_variable_name ORDER BY name"),
            "|REGION;staging|URL;");
  EXPECT_EQ(rows("SELECT kind, name FROM current_shared_name ORDER BY name"),
            "secret|NPM_TOKEN;variable|TEAM;");
  EXPECT_EQ(rows("SELECT job, kind, name, line, required FROM current_secret_use ORDER BY line"),
            "production|secret|HEROKU_API_KEY|15|1;production|variable|REGION|17|1;");
  EXPECT_EQ(rows("SELECT run_id, environment, reviewer_names, can_approve FROM "
                 "current_pending_deployment"),
            "7|production|ann ops|1;");
  EXPECT_EQ(rows("SELECT environment, ref, commit_id FROM current_deployment"),
            "staging|main|abc;");
}

TEST_F(SettingsTest, variables_are_asked_for_only_if_a_deploy_names_one) {
  serve_file(
      "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: git push heroku\n"
      "      - run: heroku container:release web -a shop\n");
  ASSERT_TRUE(collect());
  EXPECT_EQ(api.count(root + "/actions/variables"), 0);
  EXPECT_EQ(api.count(root + "/environments/staging/variables"), 0);
  EXPECT_EQ(state("github.variables"), "observed;");
}

TEST_F(SettingsTest, a_users_repository_has_nothing_from_an_organisation) {
  api.json(root, R"({"default_branch":"main","private":false,"visibility":"public",
      "owner":{"login":"acme","type":"User"}})");
  ASSERT_TRUE(collect());
  EXPECT_EQ(api.count(root + "/actions/organization-secrets"), 0);
  EXPECT_EQ(api.count(root + "/actions/organization-variables"), 0);
  EXPECT_EQ(state("github.secrets"), "observed;");
  EXPECT_EQ(state("github.variables"), "observed;");
}

TEST_F(SettingsTest, the_plan_is_asked_for_only_where_it_decides) {
  struct Row {
    std::string_view name, repository, environments;
    bool gate;
    int asked;
  };
  std::string_view const ruled =
      R"({"environments":[{"name":"staging","created_at":"2026-04-10T00:00:00Z",
      "protection_rules":[{"type":"wait_timer","wait_timer":5}]}]})";
  std::string_view const free =
      R"({"environments":[{"name":"staging","created_at":"2026-04-10T00:00:00Z"}]})";
  Row const table[]{
      {"a private one with rules", R"("private":true,"visibility":"private")", ruled, false, 1},
      {"a private one with a gate", R"("private":true,"visibility":"private")", free, true, 1},
      {"a private one without", R"("private":true,"visibility":"private")", free, false, 0},
      {"of an older server", R"("private":true)", ruled, false, 1},
      {"an internal one", R"("private":true,"visibility":"internal")", ruled, true, 0},
      {"a public one", R"("private":false,"visibility":"public")", ruled, true, 0},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    store = test_store();
    api.requests.clear();
    api.json(root, R"({"default_branch":"main","owner":{"login":"acme","type":"Organization"},)" +
                       std::string(row.repository) + "}");
    api.json(root + "/environments", std::string(row.environments));
    intent.targets[0].gate.reset();
    if (row.gate) intent.targets[0].gate = EnvironmentIntent{.name = "production"};
    ASSERT_TRUE(collect());
    EXPECT_EQ(api.count("/orgs/acme"), row.asked);
    EXPECT_EQ(state("github.plan"), "observed;");
  }
}

TEST_F(SettingsTest, a_plan_that_is_not_shown_is_no_permission) {
  api.json("/orgs/acme", R"({"login":"acme"})");
  ASSERT_TRUE(collect());
  EXPECT_EQ(state("github.plan"), "no_permission;");
  EXPECT_NE(reason("github.plan").find("does not show the plan of acme"), std::string::npos)
      << reason("github.plan");
  EXPECT_EQ(rows("SELECT count(*) FROM account"), "0;");
}

TEST_F(SettingsTest, a_server_of_ones_own_has_every_feature_and_nobody_is_asked) {
  api.route(root, [](Request const&) {
    return json_answer(R"({"default_branch":"main","private":true,"visibility":"private",
      "owner":{"login":"Acme","type":"Organization"}})",
                       200, {{"X-GitHub-Enterprise-Version", "3.19.1"}});
  });
  ASSERT_TRUE(collect());
  EXPECT_EQ(api.count("/orgs/acme"), 0);
  EXPECT_EQ(rows("SELECT login, plan FROM current_account"), "acme|enterprise;");
  EXPECT_EQ(state("github.plan"), "observed;");
}

TEST_F(SettingsTest, what_an_environment_held_ends_with_it) {
  ASSERT_TRUE(collect());
  api.json(root + "/environments", R"({"environments":[]})");
  api.sim().process("landfall").loop.after(60s, [] {});
  api.sim().run_until([] { return false; });
  ASSERT_TRUE(collect());
  for (std::string_view const table : {"environment_policy", "secret_name"})
    EXPECT_EQ(rows("SELECT count(*) FROM current_" + std::string(table)), "0;") << table;
  EXPECT_EQ(rows("SELECT environment, name FROM current_variable_name"), "|REGION;");
}

TEST_F(SettingsTest, a_run_that_waits_no_more_is_pending_no_more) {
  ASSERT_TRUE(collect());
  api.json(root + waiting, R"({"total_count":0,"workflow_runs":[]})");
  api.sim().process("landfall").loop.after(60s, [] {});
  api.sim().run_until([] { return false; });
  ASSERT_TRUE(collect());
  EXPECT_EQ(rows("SELECT count(*) FROM current_pending_deployment"), "0;");
}

TEST_F(SettingsTest, a_run_that_was_deleted_meanwhile_waits_for_nothing) {
  api.route(root + "/actions/runs/7/pending_deployments",
            [](Request const&) { return json_answer("{}", 404); });
  ASSERT_TRUE(collect());
  EXPECT_EQ(state("github.pending"), "observed;");
  EXPECT_EQ(rows("SELECT count(*) FROM current_pending_deployment"), "0;");
}

TEST_F(SettingsTest, runs_of_workflows_that_deploy_nothing_are_not_asked_what_they_wait_for) {
  serve_file("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n");
  ASSERT_TRUE(collect());
  EXPECT_EQ(api.count(root + "/actions/runs/7/pending_deployments"), 0);
  EXPECT_EQ(state("github.pending"), "observed;");
}

TEST_F(SettingsTest, protected_branches_are_asked_for_where_they_are_the_policy) {
  ASSERT_TRUE(collect());
  EXPECT_EQ(api.count(root + "/branches"), 0);
  api.json(root + "/branches", R"([{"name":"main"},{"name":"release"}])");
  api.json(root + "/environments",
           R"({"environments":[{"name":"production","created_at":"2026-04-10T00:00:00Z",
      "deployment_branch_policy":{"protected_branches":true,"custom_branch_policies":false}}]})");
  ASSERT_TRUE(collect());
  EXPECT_EQ(rows("SELECT branch FROM current_protected_branch ORDER BY branch"), "main;release;");
  api.route(root + "/branches", [](Request const&) { return json_answer("{}", 403); });
  ASSERT_TRUE(collect());
  EXPECT_EQ(state("github.environments"), "no_permission;");
}

/// A path whose environment has a policy, and whether the policy admits it.
struct Admission {
  std::string_view event, ref_kind, filter, policy;
  std::string_view branches, tags;  ///< patterns of a custom policy
  std::string_view want;            ///< what it runs for, and 1 if that can pass
};

TEST_F(SettingsTest, admit_a_path_or_not) {
  Admission const table[]{
      {"push", "branch", "main", "custom", "main", "", "branches main|1;"},
      {"push", "branch", "main", "custom", "release/*", "", "branches main|0;"},
      {"push", "branch", "release/**", "custom", "release/*/hotfix", "", "branches release/**|1;"},
      {"push", "branch", "release/*", "custom", "release/*/*", "", "branches release/*|0;"},
      {"push", "branch", "** !main", "custom", "main", "", "branches ** !main|0;"},
      {"push", "branch", "", "custom", "main", "", "any branch|1;"},
      {"push", "any", "", "custom", "", "v*", "any branch or tag|1;"},
      {"push", "tag", "v*", "custom", "v*", "", "tags v*|0;"},
      {"push", "tag", "v[0-9]+.[0-9]+", "custom", "main", "v1.*", "tags v[0-9]+.[0-9]+|1;"},
      {"push", "tag", "v[0-9]+", "custom", "", "v1.*", "tags v[0-9]+|0;"},
      {"push", "branch", "main", "custom", "{main,dev}", "", "branches main|1;"},
      {"push", "branch", "main", "custom", "", "", "branches main|0;"},
      {"push", "branch", "!main", "custom", "dev", "", "branches !main|1;"},
      {"workflow_dispatch", "any", "", "custom", "", "", "any branch or tag|0;"},
      {"workflow_dispatch", "any", "", "custom", "x", "", "any branch or tag|1;"},
      {"schedule", "branch", "", "custom", "main", "", "the default branch main|1;"},
      {"schedule", "branch", "", "custom", "m?in", "", "the default branch main|1;"},
      {"workflow_run", "branch", "", "custom", "release", "", "the default branch main|0;"},
      {"pull_request_target", "branch", "release", "custom", "release", "",
       "the default branch main|0;"},
      {"pull_request", "branch", "main", "custom", "main *", "", "refs/pull/N/merge|0;"},
      {"pull_request", "branch", "", "custom", "refs/pull/*/merge", "", "refs/pull/N/merge|1;"},
      {"release", "tag", "", "custom", "main", "", "any tag|0;"},
      {"merge_group", "any", "", "custom", "main", "", "|1;"},
      {"push", "branch", "main", "protected", "", "", "branches main|1;"},
      {"push", "branch", "dev", "protected", "", "", "branches dev|0;"},
      {"push", "branch", "dev main", "protected", "", "", "branches dev main|1;"},
      {"push", "branch", "not-made-yet", "protected", "", "", "branches not-made-yet|1;"},
      {"push", "branch", "*", "protected", "", "", "branches *|1;"},
      {"push", "tag", "v*", "protected", "", "", "tags v*|0;"},
      {"push", "tag", "v*", "all", "", "", "tags v*|1;"},
  };
  for (Admission const& row : table) {
    SCOPED_TRACE(std::string(row.event) + " " + std::string(row.filter) + " to " +
                 std::string(row.policy) + " " + std::string(row.branches));
    store = test_store();
    auto& database = store.database();
    ASSERT_TRUE(database.run(
        "INSERT INTO repository VALUES ('a/b', 'main', FALSE, FALSE, NULL, NULL, 1, 0, NULL);"
        "INSERT INTO branch VALUES ('a/b', 'dev', 'c', FALSE, 1, 0, NULL);"
        "INSERT INTO protected_branch VALUES ('a/b', 'main', 1, 0, NULL)"));
    ASSERT_TRUE(
        database.exec("INSERT INTO environment VALUES ('a/b', 'Production', 0, 0, '', 0, "
                      "FALSE, ?, '', FALSE, 1, 0, NULL)",
                      {row.policy}));
    ASSERT_TRUE(database.exec(
        "INSERT INTO deploy_path VALUES ('a/b', 'd.yml', 'ship', 1, 1, ?, ?, ?, 'shop', TRUE, 't', "
        "'production', NULL, FALSE, 1, 0, NULL)",
        {row.event, row.ref_kind, row.filter}));
    for (auto const& [kind, patterns] : {std::pair{"branch", row.branches}, {"tag", row.tags}})
      for (std::string const& pattern : split(patterns, ' ')) {
        if (pattern.empty()) continue;
        ASSERT_TRUE(database.exec(
            "INSERT INTO environment_policy VALUES ('a/b', 'Production', ?, ?, 1, 0, NULL)",
            {kind, pattern}));
      }
    Instant const now = from_epoch_seconds(1'777'566'600);
    ASSERT_TRUE(derive_path_refs(store, now));
    ASSERT_TRUE(store.look_at(now));
    EXPECT_EQ(rows("SELECT runs_for, admitted FROM current_path_policy"), row.want);
  }
}

TEST_F(SettingsTest, where_no_branch_is_protected_every_branch_may_deploy) {
  auto& database = store.database();
  ASSERT_TRUE(database.run(
      "INSERT INTO repository VALUES ('a/b', 'main', FALSE, FALSE, NULL, NULL, 1, 0, NULL);"
      "INSERT INTO environment VALUES ('a/b', 'p', 0, 0, '', 0, FALSE, 'protected', '', FALSE, 1, "
      "0, NULL);"
      "INSERT INTO branch VALUES ('a/b', 'dev', 'c', FALSE, 1, 0, NULL);"
      "INSERT INTO deploy_path VALUES ('a/b', 'd.yml', 'ship', 1, 1, 'push', 'branch', 'dev', "
      "'shop', TRUE, 't', 'p', NULL, FALSE, 1, 0, NULL)"));
  ASSERT_TRUE(derive_path_policies(store, from_epoch_seconds(100)));
  ASSERT_TRUE(store.look_at(from_epoch_seconds(100)));
  EXPECT_EQ(rows("SELECT admitted FROM current_path_policy"), "1;");
}

}  // namespace
}  // namespace landfall
