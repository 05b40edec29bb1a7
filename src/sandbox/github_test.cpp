#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

using GitHubTest = SandboxTest;

std::string const repo = "/repos/acme/shop";
std::string const one(40, '1');
std::string const two(40, '2');

std::vector<std::string> texts(Json const& array, std::string_view path) {
  std::vector<std::string> result;
  for (Json const& item : array.as_array()) result.push_back(*item.text(path));
  return result;
}

using Texts = std::vector<std::string>;

TEST_F(GitHubTest, refuses_with_githubs_own_errors) {
  start();
  struct Row {
    char const* name;
    char const* method;
    std::string path;
    char const* token;
    char const* body;
    int status;
    char const* message;
  };
  Row const table[]{
      {"bad token", "GET", repo, "nonsense", "", 401, "Bad credentials"},
      {"a token of Heroku's", "GET", repo, "heroku-ada", "", 401, "Bad credentials"},
      {"no such repository", "GET", "/repos/acme/none", "", "", 404, "Not Found"},
      {"no such path", "GET", repo + "/nonsense", "", "", 404, "Not Found"},
      {"wrong method", "PUT", repo, "github-admin", "", 404, "Not Found"},
      {"no such branch", "GET", repo + "/branches/none", "", "", 404, "Branch not found"},
      {"no such environment", "GET", repo + "/environments/production", "", "", 404, "Not Found"},
      {"secrets of nobody's", "GET", repo + "/actions/secrets", "", "", 401,
       "Requires authentication"},
      {"secrets of a reader's", "GET", repo + "/actions/secrets", "github-read", "", 403,
       "Resource not accessible by personal access token"},
      {"an environment by a writer", "PUT", repo + "/environments/x", "github-write", "{}", 403,
       "Resource not accessible by personal access token"},
      {"an environment by nobody", "PUT", repo + "/environments/x", "", "{}", 401,
       "Requires authentication"},
      {"no JSON", "PUT", repo + "/environments/x", "github-admin", "{", 400,
       "Problems parsing JSON"},
      {"no object", "POST", repo + "/issues", "github-admin", "[]", 400,
       "Body should be a JSON object"},
      {"a commit by a reader", "PUT", repo + "/contents/x", "github-read", "{}", 403,
       "Resource not accessible by personal access token"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Response const got = github(row.method, row.path, row.body, row.token);
    EXPECT_EQ(got.status, row.status);
    EXPECT_EQ(*json(got).text("message"), row.message);
    EXPECT_EQ(*json(got).text("status"), std::to_string(row.status));
  }
}

TEST_F(GitHubTest, shows_the_repository_and_its_refs) {
  start();
  Json const shown = json(github("GET", repo, "", ""));
  EXPECT_EQ(*shown.text("default_branch"), "main");
  EXPECT_EQ(*shown.text("visibility"), "public");
  EXPECT_EQ(texts(json(github("GET", repo + "/branches")), "commit.sha"), Texts{two});
  EXPECT_EQ(*json(github("GET", repo + "/branches/main")).text("commit.commit.message"), "Two");
  EXPECT_EQ(texts(json(github("GET", repo + "/tags")), "name"), Texts{"shop-v1"});
  EXPECT_EQ(texts(json(github("GET", repo + "/git/matching-refs/tags/shop")), "ref"),
            Texts{"refs/tags/shop-v1"});
  EXPECT_EQ(json(github("GET", repo + "/git/matching-refs/tags/v")).as_array().size(), 0U);
  for (std::string const& ref : {std::string("main"), std::string("HEAD"), two, two.substr(0, 7),
                                 std::string("refs/heads/main"), std::string("heads/main")}) {
    SCOPED_TRACE(ref);
    EXPECT_EQ(*json(github("GET", repo + "/commits/" + ref)).text("sha"), two);
  }
  EXPECT_EQ(github("GET", repo + "/commits/none").status, 422);
  EXPECT_EQ(*json(github("GET", "/users/bob")).integer("id"), 12);
  EXPECT_EQ(*json(github("GET", "/user")).text("login"), "ada");
}

TEST_F(GitHubTest, lists_and_compares_commits) {
  start();
  EXPECT_EQ(texts(json(github("GET", repo + "/commits")), "sha"), (Texts{two, one}));
  EXPECT_EQ(texts(json(github("GET", repo + "/commits?sha=shop-v1")), "sha"), Texts{one});
  EXPECT_EQ(texts(json(github("GET", repo + "/commits?path=a")), "sha"), Texts{one});
  EXPECT_EQ(texts(json(github("GET", repo + "/commits?path=Procfile&per_page=1")), "sha"),
            Texts{two});
  EXPECT_EQ(texts(json(github("GET", repo + "/commits?since=2026-04-02T12:00:00Z")), "sha"),
            Texts{two});
  EXPECT_EQ(github("GET", repo + "/commits?since=yesterday").status, 422);
  Json const ahead = json(github("GET", repo + "/compare/" + one + "...main"));
  EXPECT_EQ(*ahead.text("status"), "ahead");
  EXPECT_EQ(*ahead.integer("ahead_by"), 1);
  EXPECT_EQ(texts(*ahead.find("commits"), "commit.message"), Texts{"Two"});
  EXPECT_EQ(*json(github("GET", repo + "/compare/main..." + one)).text("status"), "behind");
  EXPECT_EQ(*json(github("GET", repo + "/compare/main...main")).text("status"), "identical");
  EXPECT_EQ(github("GET", repo + "/compare/main").status, 404);
}

TEST_F(GitHubTest, pages_by_link_and_answers_304_for_free) {
  start();
  Response const first = github("GET", repo + "/commits?per_page=1&sha=main");
  std::string const link = *first.headers.find("Link");
  std::string const next = hub(repo + "/commits?per_page=1&sha=main&page=2");
  EXPECT_EQ(link, "<" + next + ">; rel=\"next\", <" + next + ">; rel=\"last\"");
  Response const second = github("GET", repo + "/commits?per_page=1&sha=main&page=2");
  EXPECT_EQ(texts(json(second), "sha"), Texts{one});
  EXPECT_NE(second.headers.find("Link")->find("rel=\"prev\""), std::string::npos);
  EXPECT_EQ(json(github("GET", repo + "/commits?page=99")).as_array().size(), 0U);
  for (char const* odd : {"page=0", "page=-1", "page=x", "per_page=0", "per_page=1000000000000",
                          "page=9223372036854775807&per_page=100"}) {
    SCOPED_TRACE(odd);
    EXPECT_EQ(github("GET", repo + "/commits?" + odd).status, 200);
  }
  Request again{.url = hub(repo)};
  again.headers.set("Authorization", "Bearer github-admin");
  Response const full = answer(again);
  std::string const left = *full.headers.find("X-RateLimit-Remaining");
  again.headers.set("If-None-Match", *full.headers.find("ETag"));
  Response const same = answer(again);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(*same.headers.find("X-RateLimit-Remaining"), left);
}

TEST_F(GitHubTest, nobody_has_60_requests_an_hour) {
  start();
  for (int i = 0; i < 60; ++i) EXPECT_EQ(github("GET", repo, "", "").status, 200);
  Response const limited = github("GET", repo, "", "");
  EXPECT_EQ(limited.status, 403);
  EXPECT_EQ(*limited.headers.find("X-RateLimit-Remaining"), "0");
  EXPECT_EQ(github("GET", "/rate_limit", "", "").status, 200);
  wait(59min);
  EXPECT_EQ(github("GET", repo, "", "").status, 403) << "all are there again when the hour is over";
  wait(2min);
  EXPECT_EQ(github("GET", repo, "", "").status, 200);
}

TEST_F(GitHubTest, reads_files_and_folders) {
  start();
  Json const file = json(github("GET", repo + "/contents/Procfile"));
  EXPECT_EQ(*from_base64(*file.text("content")), "web: python3 app.py\n");
  EXPECT_EQ(texts(json(github("GET", repo + "/contents/")), "name"),
            (Texts{".github", "Procfile", "app.py"}));
  EXPECT_EQ(texts(json(github("GET", repo + "/contents/.github/workflows?ref=main")), "path"),
            Texts{".github/workflows/deploy.yml"});
  EXPECT_EQ(github("GET", repo + "/contents/none").status, 404);
  EXPECT_EQ(github("GET", repo + "/contents/Procfile?ref=shop-v1").status, 404);
  EXPECT_EQ(github("GET", repo + "/contents/Procfile?ref=none").status, 404);
  // git hash-object of the same content.
  EXPECT_EQ(*file.text("sha"), "4106ba60fdf477828463019d8e27c2af21f4ad08");
}

TEST_F(GitHubTest, gives_the_tree_as_a_tarball) {
  start();
  Response const redirect = github("GET", repo + "/tarball/main");
  EXPECT_EQ(redirect.status, 302);
  Response const got = answer({.url = *redirect.headers.find("Location")});
  EXPECT_EQ(got.status, 200);
  auto const entries = unpack(got.body);
  ASSERT_TRUE(entries) << entries.error().text;
  EXPECT_EQ(entries->at(0).path, "acme-shop-2222222");
  EXPECT_EQ(entries->size(), 4U);
  EXPECT_EQ(github("GET", repo + "/tarball/none").status, 404);
  Response const bare = github("GET", repo + "/tarball/shop-v1");
  EXPECT_EQ(answer({.url = *bare.headers.find("Location")}).status, 404);
}

TEST_F(GitHubTest, contents_make_commits_and_pushes_start_runs) {
  start();
  Response const made =
      github("PUT", repo + "/contents/docs/a.md", R"({"message":"Add a","content":"aGVsbG8=\n"})");
  EXPECT_EQ(made.status, 201);
  std::string const sha = *json(made).text("commit.sha");
  EXPECT_EQ(*json(github("GET", repo + "/branches/main")).text("commit.sha"), sha);
  EXPECT_EQ(texts(*json(github("GET", repo + "/commits/main")).find("parents"), "sha"), Texts{two});
  Json runs = json(github("GET", repo + "/actions/workflows/deploy.yml/runs"));
  EXPECT_EQ(*runs.integer("total_count"), 2);
  EXPECT_EQ(*runs.find("workflow_runs")->as_array()[0].text("status"), "in_progress");
  EXPECT_TRUE(runs.find("workflow_runs")->as_array()[0].find("conclusion")->is_null());
  wait(1min);
  runs = json(github("GET", repo + "/actions/runs?status=failure&head_sha=" + sha));
  ASSERT_EQ(*runs.integer("total_count"), 1);
  EXPECT_EQ(*runs.find("workflow_runs")->as_array()[0].integer("run_number"), 2);

  std::string const blob = *json(made).text("content.sha");
  auto const put = [&](std::string const& more) {
    return github("PUT", repo + "/contents/docs/a.md",
                  R"({"message":"Change a","content":"eA==")" + more + "}");
  };
  EXPECT_EQ(put("").status, 422);
  EXPECT_EQ(put(",\"sha\":\"" + one + "\"").status, 409);
  EXPECT_EQ(put(",\"sha\":\"" + blob + "\",\"branch\":\"none\"").status, 404);
  EXPECT_EQ(put(",\"sha\":\"" + blob + "\"").status, 200);
  EXPECT_EQ(github("PUT", repo + "/contents/x", R"({"message":"m","content":"%%%"})").status, 422);
  EXPECT_EQ(github("PUT", repo + "/contents/x", R"({"content":"eA=="})").status, 422);
  EXPECT_EQ(github("PUT", repo + "/contents/x", R"({"message":"m"})").status, 422);
  EXPECT_EQ(
      github("PUT", repo + "/contents/%2e%2e/x", R"({"message":"m","content":"eA=="})").status,
      422);
}

TEST_F(GitHubTest, a_deleted_workflow_file_deletes_its_workflow) {
  start();
  std::string const path = repo + "/contents/.github/workflows/deploy.yml";
  std::string const blob = *json(github("GET", path)).text("sha");
  EXPECT_EQ(github("DELETE", path, R"({"message":"Remove"})").status, 422);
  EXPECT_EQ(github("DELETE", path, R"({"message":"Remove","sha":")" + blob + "\"}").status, 200);
  EXPECT_EQ(github("GET", path).status, 404);
  EXPECT_EQ(*json(github("GET", repo + "/actions/workflows/deploy.yml")).text("state"), "deleted");
  EXPECT_EQ(*json(github("GET", repo + "/actions/runs")).integer("total_count"), 1);
  EXPECT_EQ(github("DELETE", path, R"({"message":"Remove","sha":"x"})").status, 404);
  EXPECT_EQ(github("PUT", repo + "/contents/.github/workflows/new.yml",
                   R"({"message":"m","content":"bmFtZTogTmV3Cg=="})")
                .status,
            201);
  Json const workflow = json(github("GET", repo + "/actions/workflows/new.yml"));
  EXPECT_EQ(*workflow.text("name"), "New");
  EXPECT_EQ(*workflow.text("state"), "active");
  Json const runs = json(github("GET", repo + "/actions/runs"));
  ASSERT_EQ(*runs.integer("total_count"), 2)
      << "a file that says nothing of events is a failed run";
  Json const& broken = runs.find("workflow_runs")->as_array()[0];
  EXPECT_EQ(*broken.text("name"), ".github/workflows/new.yml");
  EXPECT_EQ(*broken.text("conclusion"), "failure");
}

TEST_F(GitHubTest, filters_runs) {
  start();
  struct Row {
    char const* query;
    int count;
  };
  Row const table[]{
      {"", 1},
      {"event=push", 1},
      {"event=workflow_dispatch", 0},
      {"branch=main", 1},
      {"branch=other", 0},
      {"status=completed", 1},
      {"status=failure", 1},
      {"status=success", 0},
      {"actor=bob", 1},
      {"actor=ada", 0},
      {"created=2026-04-03", 1},
      {"created=2026-04-04", 0},
      {"created=%3E%3D2026-04-03", 1},
      {"created=%3C2026-04-03", 0},
      {"created=2026-04-01..2026-04-05", 1},
      {"created=*..2026-04-02", 0},
      {"created=2026-04-03..*", 1},
      {"per_page=1&page=2", 1},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.query);
    Json const runs = json(github("GET", repo + "/actions/runs?" + row.query));
    EXPECT_EQ(*runs.integer("total_count"), row.count);
  }
  EXPECT_EQ(github("GET", repo + "/actions/runs?created=soon").status, 422);
  Json const run = json(github("GET", repo + "/actions/runs")).find("workflow_runs")->as_array()[0];
  EXPECT_EQ(*run.text("path"), ".github/workflows/deploy.yml");
  std::string const id = std::to_string(*run.integer("id"));
  EXPECT_EQ(*json(github("GET", repo + "/actions/runs/" + id)).text("conclusion"), "failure");
  Json const jobs = json(github("GET", repo + "/actions/runs/" + id + "/jobs"));
  EXPECT_EQ(texts(*jobs.find("jobs"), "conclusion"), Texts{"failure"});
  EXPECT_EQ(github("GET", repo + "/actions/runs/1").status, 404);
  EXPECT_EQ(github("GET", repo + "/actions/workflows/none.yml/runs").status, 404);
  Json const secrets = json(github("GET", repo + "/actions/secrets"));
  EXPECT_EQ(texts(*secrets.find("secrets"), "name"), Texts{"API_KEY"});
}

TEST_F(GitHubTest, an_environment_is_made_protected_and_shown) {
  start();
  std::string const path = repo + "/environments/production";
  Response const made =
      github("PUT", path,
             R"({"wait_timer":5,"prevent_self_review":true,"reviewers":[{"type":"User","id":11}],
          "deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}})");
  EXPECT_EQ(made.status, 200) << made.body;
  Json const shown = json(github("GET", repo + "/environments/PRODUCTION"));
  EXPECT_EQ(texts(*shown.find("protection_rules"), "type"),
            (Texts{"wait_timer", "required_reviewers", "branch_policy"}));
  EXPECT_EQ(*shown.find("protection_rules")
                 ->as_array()[1]
                 .find("reviewers")
                 ->as_array()[0]
                 .text("reviewer.login"),
            "ada");
  EXPECT_EQ(github("POST", path + "/deployment-branch-policies", R"({"name":"main"})").status, 200);
  EXPECT_EQ(github("POST", path + "/deployment-branch-policies", R"({"name":"main"})").status, 303);
  EXPECT_EQ(github("POST", path + "/deployment-branch-policies", "{}").status, 422);
  Json const policies = json(github("GET", path + "/deployment-branch-policies"));
  EXPECT_EQ(texts(*policies.find("branch_policies"), "name"), Texts{"main"});
  std::string const policy =
      std::to_string(*policies.find("branch_policies")->as_array()[0].integer("id"));
  EXPECT_EQ(github("DELETE", path + "/deployment-branch-policies/" + policy).status, 204);
  EXPECT_EQ(github("DELETE", path + "/deployment-branch-policies/" + policy).status, 404);
  EXPECT_EQ(*json(github("GET", repo + "/environments")).integer("total_count"), 2);
  // What is left out is reset.
  EXPECT_EQ(github("PUT", path, "{}").status, 200);
  EXPECT_TRUE(json(github("GET", path)).find("deployment_branch_policy")->is_null());
  EXPECT_EQ(github("POST", path + "/deployment-branch-policies", R"({"name":"x"})").status, 404);
}

TEST_F(GitHubTest, refuses_environments_that_make_no_sense) {
  start();
  for (char const* body :
       {R"({"wait_timer":-1})", R"({"wait_timer":43201})", R"({"wait_timer":"5"})",
        R"({"reviewers":[{"type":"User","id":99}]})", R"({"reviewers":[{"type":"Team","id":11}]})",
        R"({"reviewers":[{"id":11}]})", R"({"reviewers":{}})", R"({"prevent_self_review":1})",
        R"({"deployment_branch_policy":{"protected_branches":true,"custom_branch_policies":true}})",
        R"({"deployment_branch_policy":{"protected_branches":false}})",
        R"({"deployment_branch_policy":"main"})"}) {
    SCOPED_TRACE(body);
    EXPECT_EQ(github("PUT", repo + "/environments/production", body).status, 422);
  }
  EXPECT_EQ(github("GET", repo + "/environments/production").status, 404);
}

TEST_F(GitHubTest, lists_deployments_and_their_states) {
  start();
  Json const all = json(github("GET", repo + "/deployments?environment=staging"));
  ASSERT_EQ(all.as_array().size(), 1U);
  std::string const id = std::to_string(*all.as_array()[0].integer("id"));
  EXPECT_EQ(texts(json(github("GET", repo + "/deployments/" + id + "/statuses")), "state"),
            Texts{"failure"});
  EXPECT_EQ(json(github("GET", repo + "/deployments?environment=production")).as_array().size(),
            0U);
  EXPECT_EQ(github("GET", repo + "/deployments/1/statuses").status, 404);
}

TEST_F(GitHubTest, keeps_issues) {
  start();
  Response const made =
      github("POST", repo + "/issues", R"({"title":"Down","body":"502","labels":["sev-1"]})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(*json(made).integer("number"), 1);
  EXPECT_EQ(github("POST", repo + "/issues", "{}").status, 422);
  EXPECT_EQ(github("POST", repo + "/issues", R"({"title":"x","labels":[1]})").status, 422);
  EXPECT_EQ(github("POST", repo + "/issues/1/comments", R"({"body":"Seen"})").status, 201);
  EXPECT_EQ(github("POST", repo + "/issues/2/comments", R"({"body":"Seen"})").status, 404);
  EXPECT_EQ(texts(json(github("GET", repo + "/issues/1/comments")), "body"), Texts{"Seen"});
  EXPECT_EQ(json(github("GET", repo + "/issues?labels=sev-1")).as_array().size(), 1U);
  EXPECT_EQ(json(github("GET", repo + "/issues?labels=sev-1,other")).as_array().size(), 0U);
  EXPECT_EQ(github("PATCH", repo + "/issues/1", R"({"state":"gone"})").status, 422);
  Json const closed = json(github("PATCH", repo + "/issues/1", R"({"state":"closed"})"));
  EXPECT_EQ(*closed.text("state_reason"), "completed");
  EXPECT_EQ(*closed.text("title"), "Down");
  EXPECT_EQ(json(github("GET", repo + "/issues")).as_array().size(), 0U);
  EXPECT_EQ(json(github("GET", repo + "/issues?state=all")).as_array().size(), 1U);
}

}  // namespace
}  // namespace landfall
