// What the checks of a repository's settings ask: names of secrets and variables, plans, protected
// branches, workflows that are switched off, runs that wait.
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

char const* const settings_world = R"(
clock: 2026-05-01T12:00:00Z
users:
  ada: {id: 11, plan: pro}
  bob: {id: 12}
tokens:
  github-admin: {service: github, user: ada, role: admin}
  github-write: {service: github, user: bob, role: write}
  github-read: {service: github, user: bob, role: read}
github:
  organizations:
    acme: {plan: team, secrets: {NPM_TOKEN: 2026-04-01}, variables: {TEAM: web}}
  repositories:
    ada/notes: {created_at: 2026-04-01}
    other/tools: {created_at: 2026-04-01, archived: true}
    acme/shop:
      created_at: 2026-04-01T00:00:00Z
      private: true
      commits:
        - {sha: 1111111111111111111111111111111111111111, at: 2026-04-02, by: ada, title: One}
      branches: {dev: 1111111111111111111111111111111111111111}
      protected: [main]
      workflows:
        .github/workflows/deploy.yml: {created_at: 2026-04-03, id: 7}
        .github/workflows/old.yml: {created_at: 2026-04-03, id: 8, state: disabled_inactivity}
      runs:
        - workflow: .github/workflows/deploy.yml
          sha: 1111111111111111111111111111111111111111
          at: 2026-04-28T12:00:00Z
          takes: 30s
          conclusion: success
          waits_for: Production
      environments:
        production:
          created_at: 2026-04-03T00:00:00Z
          reviewers: [ada]
          branches: [main, release/*]
          variables: {URL: https://shop.example}
      secrets: {API_KEY: 2026-04-02T00:00:00Z}
      variables: {REGION: eu}
)";

class SettingsSandboxTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    start(settings_world);
  }

  Json get(std::string const& path, std::string const& token = "github-admin") {
    return json(github("GET", path, "", token));
  }
  std::string names(std::string const& path, std::string_view list) {
    std::string text;
    Json const answer = get(repo + path);
    for (Json const& item : answer.find(list)->as_array()) text += *item.text("name") + " ";
    return text;
  }
  std::string run_id() {
    Json const runs = get(repo + "/actions/runs");
    return std::to_string(*runs.find("workflow_runs")->as_array()[0].integer("id"));
  }
  Response review(std::string_view state, std::int64_t environment, std::string const& token) {
    return github("POST", repo + "/actions/runs/" + run_id() + "/pending_deployments",
                  fmt::format(R"({{"environment_ids":[{}],"state":"{}","comment":"read it"}})",
                              environment, state),
                  token);
  }
  std::int64_t environment_id() { return *get(repo + "/environments/production").integer("id"); }
  int waiting() {
    return static_cast<int>(*get(repo + "/actions/runs?status=waiting").integer("total_count"));
  }

  std::string const repo = "/repos/acme/shop";
};

TEST_F(SettingsSandboxTest, lists_names_of_secrets_and_variables) {
  EXPECT_EQ(names("/actions/secrets", "secrets"), "API_KEY ");
  EXPECT_EQ(names("/actions/organization-secrets", "secrets"), "NPM_TOKEN ");
  EXPECT_EQ(names("/environments/production/secrets", "secrets"), "");
  EXPECT_EQ(names("/actions/variables", "variables"), "REGION ");
  EXPECT_EQ(names("/environments/Production/variables", "variables"), "URL ");
  EXPECT_EQ(names("/actions/organization-variables", "variables"), "TEAM ");
  EXPECT_EQ(*get(repo + "/actions/variables").find("variables")->as_array()[0].text("value"), "eu");
  for (char const* path :
       {"/actions/variables", "/actions/organization-secrets", "/actions/organization-variables",
        "/environments/production/variables", "/environments/production/secrets"}) {
    EXPECT_EQ(github("GET", repo + path, "", "github-read").status, 403) << path;
    EXPECT_EQ(github("GET", repo + path, "", "").status, 404) << path << ": it is private";
  }
  EXPECT_EQ(github("GET", repo + "/environments/none/variables").status, 404);
  EXPECT_EQ(*get("/repos/ada/notes/actions/organization-secrets").integer("total_count"), 0);
}

TEST_F(SettingsSandboxTest, shows_plans_to_owners_only) {
  EXPECT_EQ(*get("/orgs/acme").text("plan.name"), "team");
  EXPECT_EQ(get("/orgs/acme", "github-write").find("plan"), nullptr);
  EXPECT_EQ(github("GET", "/orgs/ada").status, 404);
  EXPECT_EQ(*get("/user").text("plan.name"), "pro");
  EXPECT_EQ(get("/user", "github-write").find("plan"), nullptr);
  EXPECT_EQ(get("/users/ada").find("plan"), nullptr);
  EXPECT_EQ(*get(repo).text("owner.type"), "Organization");
  EXPECT_EQ(*get("/repos/ada/notes").text("owner.type"), "User");
  EXPECT_EQ(*get("/repos/other/tools").text("owner.type"), "Organization");
  EXPECT_EQ(*get(repo).text("visibility"), "private");
  EXPECT_TRUE(get("/repos/other/tools").find("archived")->as_bool());
}

TEST_F(SettingsSandboxTest, tells_which_branches_are_protected) {
  EXPECT_TRUE(get(repo + "/branches/main").find("protected")->as_bool());
  EXPECT_FALSE(get(repo + "/branches/dev").find("protected")->as_bool());
  EXPECT_EQ(get(repo + "/branches").as_array().size(), 2U);
  EXPECT_EQ(*get(repo + "/branches?protected=true").as_array().at(0).text("name"), "main");
  EXPECT_EQ(*get(repo + "/branches?protected=false").as_array().at(0).text("name"), "dev");
}

TEST_F(SettingsSandboxTest, switches_workflows_on_and_off) {
  std::string const old = repo + "/actions/workflows/old.yml";
  EXPECT_EQ(*get(old).text("state"), "disabled_inactivity");
  EXPECT_EQ(github("PUT", old + "/enable", "", "github-read").status, 403);
  EXPECT_EQ(github("PUT", old + "/enable", "", "github-write").status, 204);
  EXPECT_EQ(*get(old).text("state"), "active");
  EXPECT_EQ(github("PUT", repo + "/actions/workflows/7/disable").status, 204);
  EXPECT_EQ(*get(repo + "/actions/workflows/7").text("state"), "disabled_manually");
  EXPECT_EQ(github("PUT", repo + "/actions/workflows/none.yml/enable").status, 404);
}

TEST_F(SettingsSandboxTest, a_run_waits_until_a_reviewer_approves) {
  std::string const run = repo + "/actions/runs/" + run_id();
  EXPECT_EQ(*get(run).text("status"), "waiting");
  EXPECT_TRUE(get(run).find("conclusion")->is_null());
  EXPECT_EQ(waiting(), 1);
  EXPECT_EQ(*get(repo + "/actions/runs?status=completed").integer("total_count"), 0);
  Json const pending = get(run + "/pending_deployments");
  ASSERT_EQ(pending.as_array().size(), 1U);
  Json const& one = pending.as_array()[0];
  EXPECT_EQ(*one.text("environment.name"), "production");
  EXPECT_EQ(*one.find("reviewers")->as_array()[0].text("reviewer.login"), "ada");
  EXPECT_TRUE(one.find("current_user_can_approve")->as_bool());
  Json const for_bob = get(run + "/pending_deployments", "github-write");
  EXPECT_FALSE(for_bob.as_array()[0].find("current_user_can_approve")->as_bool());

  EXPECT_EQ(review("approved", environment_id(), "github-write").status, 403);
  EXPECT_EQ(review("approved", environment_id() + 1, "github-admin").status, 422);
  EXPECT_EQ(review("perhaps", environment_id(), "github-admin").status, 422);
  EXPECT_EQ(waiting(), 1);
  EXPECT_EQ(review("approved", environment_id(), "github-admin").status, 200);
  EXPECT_EQ(*get(run).text("status"), "in_progress");
  EXPECT_EQ(get(run + "/pending_deployments").as_array().size(), 0U);
  EXPECT_EQ(review("approved", environment_id(), "github-admin").status, 422) << "only once";
  wait(31s);
  EXPECT_EQ(*get(run).text("conclusion"), "success");
  EXPECT_EQ(*get(repo + "/deployments").as_array().at(0).text("ref"), "main");
  EXPECT_EQ(github("GET", repo + "/actions/runs/1/pending_deployments").status, 404);
}

TEST_F(SettingsSandboxTest, a_run_that_is_rejected_has_failed) {
  std::string const run = repo + "/actions/runs/" + run_id();
  EXPECT_EQ(review("rejected", environment_id(), "github-admin").status, 200);
  EXPECT_EQ(*get(run).text("status"), "completed");
  EXPECT_EQ(*get(run).text("conclusion"), "failure");
}

}  // namespace
}  // namespace landfall
