// What starts runs, and how they get on: gates, groups, attempts.
#include "sandbox/github_world_fixture.h"

namespace landfall {
namespace {

using GitHubRunsTest = HubTest;

TEST_F(GitHubRunsTest, a_dispatch_is_held_against_the_inputs_of_the_file) {
  struct Row {
    char const* name;
    std::string inputs;
    std::string ref;
    int status;
    char const* message;
  };
  Row const table[]{
      {"no such ref", R"({"environment":"production"})", "none", 422, "No ref found for: none"},
      {"a sha is no ref", R"({"environment":"production"})", head(), 422, "No ref found for: "},
      {"a required input", "{}", "main", 422, "Required input 'environment' not provided"},
      {"one that is unknown", R"({"environment":"production","what":"x"})", "main", 422,
       "Unexpected inputs provided: [\"what\"]"},
      {"none of the options", R"({"environment":"production","level":"mid"})", "main", 422,
       "Provided value 'mid' for input 'level' not in the list of allowed values"},
      {"no boolean", R"({"environment":"production","dry":"perhaps"})", "main", 422,
       "Provided value 'perhaps' for input 'dry' is not a boolean"},
      {"no environment", R"({"environment":"moon"})", "main", 422,
       "Provided value 'moon' for input 'environment' is not an environment"},
      {"all is well", R"({"environment":"production","dry":true})", "refs/heads/main", 204, ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Response const got = dispatch(row.inputs, row.ref);
    EXPECT_EQ(got.status, row.status) << got.body;
    if (row.status != 204) EXPECT_TRUE(message(got).starts_with(row.message)) << got.body;
  }
  EXPECT_EQ(message(as("ada", "POST", repo + "/actions/workflows/ci.yml/dispatches",
                       R"({"ref":"main"})")),
            "Workflow does not have 'workflow_dispatch' trigger");
  EXPECT_EQ(dispatch("{}", "main", "eve").status, 403);
  EXPECT_EQ(as("ada", "PUT", repo + "/actions/workflows/70/disable").status, 204);
  EXPECT_EQ(message(dispatch()), "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  Json const run = runs("?event=workflow_dispatch").as_array().at(0);
  EXPECT_EQ(*run.text("display_title"), "To production");
  EXPECT_EQ(*run.text("actor.login"), "ada");
}

TEST_F(GitHubRunsTest, a_gate_opens_when_it_was_approved_and_the_timer_is_over) {
  filter_ = "?event=workflow_dispatch";
  ASSERT_EQ(dispatch().status, 204);
  std::string const run = run_path();
  EXPECT_EQ(jobs(run), (Texts{"check in_progress -", "deploy queued -", "tell queued -"}));
  wait(15s);
  EXPECT_EQ(jobs(run), (Texts{"check completed success", "deploy waiting -", "tell queued -"}));
  EXPECT_EQ(*get(run).text("status"), "waiting");
  Json const pending = get(run + "/pending_deployments", "bob");
  ASSERT_EQ(pending.as_array().size(), 1U);
  EXPECT_EQ(*pending.as_array()[0].integer("wait_timer"), 5);
  EXPECT_TRUE(pending.as_array()[0].find("current_user_can_approve")->as_bool());
  EXPECT_EQ(pending.as_array()[0].find("reviewers")->as_array().size(), 2U);
  EXPECT_EQ(review(run, "approved", "ada").status, 422) << "it is her own";
  EXPECT_EQ(review(run, "approved", "eve").status, 403);
  EXPECT_EQ(review(run, "approved", "robot").status, 403);
  EXPECT_EQ(review(run, "approved", "bob").status, 200) << "by his team";
  EXPECT_EQ(jobs(run)[1], "deploy waiting -") << "for the timer";
  wait(5min);
  EXPECT_EQ(jobs(run)[1], "deploy in_progress -");
  wait(30s);
  EXPECT_EQ(jobs(run), (Texts{"check completed success", "deploy completed success",
                              "tell completed success"}));
  EXPECT_EQ(told()[0], "workflow_dispatch completed success");
  Json const deployments = get(repo + "/deployments?environment=production");
  std::string const path =
      repo + "/deployments/" + std::to_string(*deployments.as_array().at(0).integer("id"));
  Texts states;
  Json const statuses = get(path + "/statuses");
  for (Json const& status : statuses.as_array()) states.push_back(*status.text("state"));
  EXPECT_EQ(states, (Texts{"success", "in_progress", "waiting"}));
  EXPECT_EQ(*statuses.as_array()[0].text("environment_url"), "https://shop.example");
  EXPECT_EQ(*get(run + "/approvals").as_array().at(0).text("user.login"), "bob");
  EXPECT_EQ(review(run, "approved", "bob").status, 422) << "only once";
}

TEST_F(GitHubRunsTest, what_is_rejected_or_never_answered_has_failed) {
  filter_ = "?event=workflow_dispatch";
  ASSERT_EQ(dispatch().status, 204);
  wait(15s);
  EXPECT_EQ(review(run_path(), "rejected", "ada").status, 200) << "to reject is no approval";
  wait(1min);
  EXPECT_EQ(jobs(run_path()), (Texts{"check completed success", "deploy completed failure",
                                     "tell completed success"}));
  EXPECT_EQ(told()[0], "workflow_dispatch completed failure");
  ASSERT_EQ(dispatch().status, 204);
  wait(29 * 24h);
  EXPECT_EQ(told()[0], "workflow_dispatch waiting -");
  wait(2 * 24h);
  EXPECT_EQ(told()[0], "workflow_dispatch completed failure");
  EXPECT_EQ(as("ada", "POST", run_path() + "/rerun").status, 403) << "too old";
}

TEST_F(GitHubRunsTest, a_branch_policy_is_held_against_the_ref_of_the_run) {
  filter_ = "?event=workflow_dispatch";
  made(repo + "/git/refs", R"({"ref":"refs/heads/side","sha":")" + head() + "\"}");
  made(repo + "/git/refs", R"({"ref":"refs/tags/v1","sha":")" + head() + "\"}");
  ASSERT_EQ(dispatch(R"({"environment":"production"})", "side").status, 204);
  wait(15s);
  EXPECT_EQ(jobs(run_path())[1], "deploy completed failure");
  wait(1min);
  ASSERT_EQ(dispatch(R"({"environment":"production"})", "v1").status, 204);
  wait(15s);
  EXPECT_EQ(jobs(run_path())[1], "deploy waiting -") << "v* is among its tags";
  EXPECT_EQ(*get(run_path()).text("head_branch"), "v1");
}

TEST_F(GitHubRunsTest, an_environment_that_is_not_there_is_made_and_gates_nothing) {
  filter_ = "?event=repository_dispatch";
  EXPECT_EQ(github("GET", repo + "/environments/staging", "", "ada").status, 404);
  EXPECT_EQ(as("ada", "POST", repo + "/dispatches", R"({"event_type":"go"})").status, 204);
  wait(1min);
  EXPECT_EQ(told()[0], "repository_dispatch completed success");
  Json const staging = get(repo + "/environments/staging");
  EXPECT_TRUE(staging.find("protection_rules")->as_array().empty());
  EXPECT_EQ(as("ada", "POST", repo + "/dispatches", R"({"event_type":"stop"})").status, 204);
  EXPECT_EQ(told("?event=repository_dispatch").size(), 1U) << "stop is not among its types";
}

TEST_F(GitHubRunsTest, a_newer_run_that_waits_replaces_the_older_one) {
  filter_ = "?event=workflow_dispatch";
  for (int i = 0; i < 3; ++i) ASSERT_EQ(dispatch().status, 204);
  EXPECT_EQ(told(), (Texts{"workflow_dispatch pending -", "workflow_dispatch completed cancelled",
                           "workflow_dispatch in_progress -"}));
  wait(15s);
  EXPECT_EQ(told()[2], "workflow_dispatch waiting -") << "and holds the group";
  EXPECT_EQ(told()[0], "workflow_dispatch pending -");
  EXPECT_EQ(as("ada", "POST", run_path(2) + "/cancel").status, 202);
  EXPECT_EQ(told()[0], "workflow_dispatch in_progress -");
  EXPECT_EQ(as("ada", "POST", run_path(2) + "/cancel").status, 409);
}

TEST_F(GitHubRunsTest, pushes_start_what_their_filters_admit) {
  auto const started = [&] { return told("?event=push").size(); };
  commit("src/a.c");
  EXPECT_EQ(started(), 1U);
  commit("docs/a.md");
  EXPECT_EQ(started(), 1U) << "docs are ignored";
  commit("src/b.c", "main", "ada", "Quiet [skip ci]");
  EXPECT_EQ(started(), 1U);
  std::string const sha = commit("src/c.c");
  EXPECT_EQ(started(), 2U);
  for (auto const& [ref, count] : {std::pair{"refs/heads/topic/x", 3U},
                                   {"refs/heads/wip/x", 3U},
                                   {"refs/tags/v1", 4U},
                                   {"refs/tags/1", 4U},
                                   {"refs/heads/other", 5U}}) {
    made(repo + "/git/refs", fmt::format(R"({{"ref":"{}","sha":"{}"}})", ref, sha));
    EXPECT_EQ(started(), count) << ref;
  }
  EXPECT_EQ(as("ada", "DELETE", repo + "/git/refs/heads/other").status, 204);
  EXPECT_EQ(started(), 5U);
}

TEST_F(GitHubRunsTest, what_a_runs_own_token_does_starts_nothing_but_dispatches) {
  commit("src/a.c", "main", "robot");
  EXPECT_EQ(told().size(), 0U);
  EXPECT_EQ(as("robot", "POST", repo + "/releases", R"({"tag_name":"v1"})").status, 201);
  EXPECT_EQ(told().size(), 0U);
  EXPECT_EQ(dispatch(R"({"environment":"production"})", "main", "robot").status, 204);
  EXPECT_EQ(as("robot", "POST", repo + "/dispatches", R"({"event_type":"go"})").status, 204);
  EXPECT_EQ(told().size(), 2U);
  EXPECT_EQ(*runs().as_array()[0].text("actor.login"), "github-actions[bot]");
  EXPECT_EQ(as("robot", "GET", "/user").status, 403);
  EXPECT_EQ(as("robot", "PUT", repo + "/environments/x", "{}").status, 403);
}

TEST_F(GitHubRunsTest, pull_requests_and_releases_start_runs_of_their_own_ref) {
  made(repo + "/git/refs", R"({"ref":"refs/heads/topic","sha":")" + head() + "\"}");
  commit("src/t.c", "topic");
  Json const pull = made(repo + "/pulls", R"({"title":"T","head":"topic","base":"main"})");
  Json const run = runs("?event=pull_request").as_array().at(0);
  EXPECT_EQ(*run.text("head_branch"), "topic");
  EXPECT_EQ(*run.find("pull_requests")->as_array().at(0).integer("number"),
            *pull.integer("number"));
  EXPECT_TRUE(runs("?event=pull_request&exclude_pull_requests=true")
                  .as_array()
                  .at(0)
                  .find("pull_requests")
                  ->as_array()
                  .empty());
  wait(2min);
  EXPECT_EQ(told("?event=pull_request")[0], "pull_request completed failure") << "as is scripted";
  commit("src/u.c", "topic");
  EXPECT_EQ(told("?event=pull_request").size(), 2U) << "synchronize";
  made(repo + "/releases", R"({"tag_name":"v2","draft":true})");
  EXPECT_EQ(told("?event=release").size(), 0U);
  made(repo + "/releases", R"({"tag_name":"v3"})");
  EXPECT_EQ(told("?event=release").size(), 1U) << "published, and not created as well";
  EXPECT_EQ(*runs("?event=release").as_array()[0].text("head_branch"), "v3");
}

TEST_F(GitHubRunsTest, a_workflow_that_waits_for_another_runs_when_that_has_ended) {
  EXPECT_EQ(as("ada", "POST", repo + "/dispatches", R"({"event_type":"go"})").status, 204);
  EXPECT_EQ(told("?event=workflow_run").size(), 0U);
  wait(1min);
  EXPECT_EQ(told("?event=workflow_run").size(), 1U);
}

TEST_F(GitHubRunsTest, attempts_are_kept_and_only_failed_jobs_run_again) {
  made(repo + "/git/refs", R"({"ref":"refs/heads/topic","sha":")" + head() + "\"}");
  commit("src/t.c", "topic");
  made(repo + "/pulls", R"({"title":"T","head":"topic","base":"main"})");
  std::string const run = repo + "/actions/runs/" +
                          std::to_string(*runs("?event=pull_request").as_array()[0].integer("id"));
  EXPECT_EQ(as("ada", "POST", run + "/rerun").status, 403) << "it is running";
  EXPECT_EQ(as("ada", "DELETE", run).status, 403);
  wait(2min);
  Json const job = get(run + "/jobs").find("jobs")->as_array().at(0);
  std::string const log = repo + "/actions/jobs/" + std::to_string(*job.integer("id")) + "/logs";
  Response const found = as("ada", "GET", log);
  EXPECT_EQ(found.status, 302);
  std::string const text = answer({.url = *found.headers.find("Location")}).body;
  EXPECT_NE(text.find("it broke"), std::string::npos);
  EXPECT_NE(text.find("##[error]"), std::string::npos);
  EXPECT_EQ(as("bob", "POST", run + "/rerun-failed-jobs").status, 201);
  Json const again = get(run);
  EXPECT_EQ(*again.integer("run_attempt"), 2);
  EXPECT_EQ(*again.text("status"), "in_progress");
  EXPECT_EQ(*again.text("triggering_actor.login"), "bob");
  EXPECT_EQ(*again.text("actor.login"), "ada");
  EXPECT_EQ(*get(run + "/attempts/1").text("conclusion"), "failure");
  EXPECT_EQ(github("GET", run + "/attempts/3", "", "ada").status, 404);
  wait(2min);
  EXPECT_EQ(as("ada", "DELETE", run).status, 204);
  EXPECT_EQ(github("GET", run, "", "ada").status, 404);
}

TEST_F(GitHubRunsTest, deleting_an_environment_fails_the_jobs_that_wait_for_it) {
  filter_ = "?event=workflow_dispatch";
  ASSERT_EQ(dispatch().status, 204);
  wait(15s);
  EXPECT_EQ(as("ada", "DELETE", repo + "/environments/production").status, 204);
  EXPECT_EQ(jobs(run_path())[1], "deploy completed failure");
}

TEST_F(GitHubRunsTest, plans_without_gates_refuse_rules_on_private_repositories) {
  std::string const path = "/repos/small/hidden/environments/production";
  Response const refused = as("ada", "PUT", path, R"({"reviewers":[{"type":"User","id":11}]})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(message(refused).find("required reviewers"), std::string::npos);
  EXPECT_EQ(as("ada", "PUT", path, R"({"wait_timer":5})").status, 422);
  EXPECT_EQ(as("ada", "PUT", path,
               R"({"deployment_branch_policy":{"protected_branches":true,
                                               "custom_branch_policies":false}})")
                .status,
            200);
}

TEST_F(GitHubRunsTest, a_deployment_waits_for_the_statuses_it_requires) {
  std::string const body = R"({"ref":"main","required_contexts":["ci"]})";
  EXPECT_EQ(as("ada", "POST", repo + "/deployments", body).status, 409);
  made(repo + "/statuses/" + head(), R"({"state":"success","context":"ci"})");
  Json const one = made(repo + "/deployments", body);
  std::string const path = repo + "/deployments/" + std::to_string(*one.integer("id"));
  EXPECT_EQ(as("ada", "POST", path + "/statuses", R"({"state":"done"})").status, 422);
  made(path + "/statuses", R"({"state":"success"})");
  Json const two = made(repo + "/deployments", body);
  made(repo + "/deployments/" + std::to_string(*two.integer("id")) + "/statuses",
       R"({"state":"success"})");
  EXPECT_EQ(*get(path + "/statuses").as_array()[0].text("state"), "inactive");
  EXPECT_EQ(as("ada", "DELETE", path).status, 204);
  made(repo + "/deployments", body);
  EXPECT_EQ(as("ada", "DELETE", repo + "/deployments/" + std::to_string(*two.integer("id"))).status,
            422)
      << "it is active";
}

}  // namespace
}  // namespace landfall
