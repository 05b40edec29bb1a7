// Every route of GitHub's API is asked, and each answer is as GitHub's OpenAPI description says:
// the fixture holds all answers of all tests against it.
#include "sandbox/github_routes.h"

#include <sodium.h>

#include "sandbox/github_world_fixture.h"

namespace landfall {
namespace {

class GitHubRoutesTest : public HubTest {
 protected:
  /// Asks as ada, and remembers what was asked with success.
  Json ask(std::string const& method, std::string const& path, std::string const& body = "") {
    Response const got = as("ada", method, path, body);
    EXPECT_LT(got.status, 400) << method << " " << path << " " << got.body.substr(0, 300);
    if (got.status < 400) asked_.emplace_back(method, path);
    bool const is_json = got.headers.value_or("Content-Type", "").starts_with("application/json");
    return is_json ? json(got) : Json();
  }
  std::string id(Json const& json) { return std::to_string(json.integer("id").value_or(0)); }
  void follow(std::string const& method, std::string const& path) {
    Response const got = as("ada", method, path);
    EXPECT_EQ(got.status, 302) << path;
    auto const url = parse_url(got.headers.value_or("Location", ""));
    ASSERT_TRUE(url);
    EXPECT_EQ(answer({.url = *got.headers.find("Location")}).status, 200) << url->path;
    asked_.emplace_back(method, path);
    asked_.emplace_back("GET", url->path);
  }

  void ask_for_people();
  void ask_for_repositories();
  void ask_for_branches();
  void ask_for_objects();
  void ask_for_history();
  void ask_for_runs();
  void ask_for_gates();
  void ask_for_secrets(std::string const& place, bool is_organization);
  void ask_for_variables(std::string const& place, bool is_organization);
  void ask_for_issues();
  void ask_for_pulls();
  void ask_for_checks();
  void ask_for_hooks(std::string const& place);

  bool was_asked(sandbox::Route const& route) const {
    return std::any_of(asked_.begin(), asked_.end(), [&](auto const& one) {
      auto const url = parse_url(one.second);
      auto const found = sandbox::find_route(sandbox::github_routes(), one.first, url->segments());
      return found.route == &route;
    });
  }

  std::vector<std::pair<std::string, std::string>> asked_;
};

void GitHubRoutesTest::ask_for_people() {
  for (char const* path :
       {"/", "/meta", "/versions", "/zen", "/rate_limit", "/user", "/user/orgs", "/user/repos",
        "/users/bob", "/users/ada/repos", "/orgs/acme", "/orgs/acme/members", "/orgs/acme/teams",
        "/orgs/acme/teams/ops", "/orgs/acme/teams/ops/members", "/orgs/acme/repos"})
    ask("GET", path);
  ask("POST", "/user/repos", R"({"name":"notes","auto_init":true,"private":true})");
  ask("POST", "/orgs/acme/repos", R"({"name":"tools","description":"What we use"})");
}

void GitHubRoutesTest::ask_for_repositories() {
  ask("PATCH", "/repos/acme/tools", R"({"name":"toolbox","has_issues":false})");
  ask("DELETE", "/repos/acme/toolbox");
  ask("GET", repo);
  ask("PUT", repo + "/topics", R"({"names":["shop"]})");
  ask("GET", repo + "/topics");
  ask("GET", repo + "/languages");
  ask("GET", repo + "/collaborators/bob/permission");
  ask("GET", repo + "/actions/permissions");
  ask("GET", repo + "/readme");
  ask("GET", repo + "/contents");
  ask("GET", repo + "/contents/.github");
  Json const file = ask("PUT", repo + "/contents/a.txt", R"({"message":"A","content":"YQ=="})");
  ask("DELETE", repo + "/contents/a.txt",
      R"({"message":"No A","sha":")" + *file.text("content.sha") + "\"}");
  for (char const* kind : {"/tarball", "/zipball", "/tarball/main", "/zipball/main"})
    follow("GET", repo + kind);
}

void GitHubRoutesTest::ask_for_branches() {
  ask("GET", repo + "/branches");
  ask("GET", repo + "/branches/main");
  ask("POST", repo + "/git/refs", R"({"ref":"refs/heads/old","sha":")" + head() + "\"}");
  ask("POST", repo + "/branches/old/rename", R"({"new_name":"new"})");
  std::string const protection = repo + "/branches/new/protection";
  ask("PUT", protection,
      R"({"required_status_checks":{"strict":true,"contexts":["ci"]},"enforce_admins":true,
          "required_pull_request_reviews":{"required_approving_review_count":2},
          "restrictions":{"users":["ada"],"teams":["ops"]}})");
  ask("GET", protection);
  ask("DELETE", protection);
  ask("GET", repo + "/tags");
  ask("GET", repo + "/git/matching-refs");
  ask("GET", repo + "/git/matching-refs/heads/n");
  ask("GET", repo + "/git/ref/heads/new");
  ask("PATCH", repo + "/git/refs/heads/new", R"({"sha":")" + head() + "\"}");
  ask("DELETE", repo + "/git/refs/heads/new");
}

void GitHubRoutesTest::ask_for_objects() {
  std::string const git = repo + "/git";
  Json const blob = ask("POST", git + "/blobs", R"({"content":"hello"})");
  ask("GET", git + "/blobs/" + *blob.text("sha"));
  Json const base = ask("GET", git + "/trees/main?recursive=1");
  Json const tree =
      ask("POST", git + "/trees",
          R"({"base_tree":")" + *base.text("sha") +
              R"(","tree":[{"path":"x/y","mode":"100644","type":"blob","sha":")" +
              *blob.text("sha") + R"("},{"path":"README.md","mode":"100644","sha":null}]})");
  EXPECT_EQ(tree.find("tree")->as_array().size(), 2U) << "x is new, README.md is gone";
  Json const commit = ask("POST", git + "/commits",
                          R"({"message":"By hand","tree":")" + *tree.text("sha") +
                              R"(","parents":[")" + head() + "\"]}");
  ask("GET", git + "/commits/" + *commit.text("sha"));
  Json const tag = ask(
      "POST", git + "/tags",
      R"({"tag":"v9","message":"Nine","type":"commit","object":")" + *commit.text("sha") + "\"}");
  ask("GET", git + "/tags/" + *tag.text("sha"));
}

void GitHubRoutesTest::ask_for_history() {
  ask("GET", repo + "/commits");
  ask("GET", repo + "/commits/main");
  ask("POST", repo + "/statuses/" + head(), R"({"state":"success","context":"ci"})");
  ask("GET", repo + "/commits/main/status");
  ask("GET", repo + "/commits/main/statuses");
  Json const release = ask("POST", repo + "/releases", R"({"tag_name":"v1","name":"One"})");
  ask("GET", repo + "/compare/v1...main");
  std::string const one = repo + "/releases/" + id(release);
  ask("GET", repo + "/releases");
  ask("GET", repo + "/releases/latest");
  ask("GET", repo + "/releases/tags/v1");
  ask("GET", one);
  ask("PATCH", one, R"({"body":"Notes"})");
  ask("DELETE", one);
}

void GitHubRoutesTest::ask_for_runs() {
  std::string const actions = repo + "/actions";
  for (char const* path :
       {"/workflows", "/workflows/ci.yml", "/workflows/71/runs", "/runs", "/artifacts"})
    ask("GET", actions + path);
  ask("PUT", actions + "/workflows/71/disable");
  ask("PUT", actions + "/workflows/71/enable");
  ask("POST", actions + "/workflows/gate.yml/dispatches",
      R"({"ref":"main","inputs":{"environment":"production"},"return_run_details":true})");
  std::string const run = run_path();
  ask("GET", run);
  ask("POST", run + "/cancel");
  ask("POST", run + "/rerun");
  ask("POST", run + "/force-cancel");
  ask("POST", run + "/rerun-failed-jobs");
  wait(20s);
  ask("GET", run + "/pending_deployments");
  ask("GET", run + "/approvals");
  asked_.emplace_back("POST", run + "/pending_deployments");
  EXPECT_EQ(review(run, "rejected", "bob").status, 200);
  wait(1min);
  ask("GET", run + "/approvals");
  ask("GET", run + "/attempts/1");
  ask("GET", run + "/attempts/1/jobs");
  ask("GET", run + "/artifacts");
  Json const jobs = ask("GET", run + "/jobs?filter=all");
  std::string const job = actions + "/jobs/" + id(jobs.find("jobs")->as_array().back());
  ask("GET", job);
  follow("GET", job + "/logs");
  follow("GET", run + "/logs");
  ask("POST", job + "/rerun");
  ask("POST", run + "/cancel");
  ask("DELETE", run + "/logs");
  ask("DELETE", run);
  ask("POST", repo + "/dispatches", R"({"event_type":"go","client_payload":{"a":1}})");
}

void GitHubRoutesTest::ask_for_gates() {
  std::string const environments = repo + "/environments";
  std::string const one = environments + "/qa%2Feu";
  ask("GET", environments);
  ask("PUT", one,
      R"({"wait_timer":1,"reviewers":[{"type":"Team","id":901},{"type":"User","id":11}],
        "deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}})");
  ask("GET", one);
  std::string const policies = one + "/deployment-branch-policies";
  std::string const policy =
      policies + "/" + id(ask("POST", policies, R"({"name":"v*","type":"tag"})"));
  ask("GET", policies);
  ask("GET", policy);
  ask("PUT", policy, R"({"name":"release/*"})");
  ask("DELETE", policy);
  Json const deployment = ask("POST", repo + "/deployments",
                              R"({"ref":"main","environment":"qa/eu","required_contexts":[]})");
  std::string const path = repo + "/deployments/" + id(deployment);
  ask("GET", repo + "/deployments");
  ask("GET", path);
  Json const status = ask("POST", path + "/statuses", R"({"state":"inactive"})");
  ask("GET", path + "/statuses");
  ask("GET", path + "/statuses/" + id(status));
  ask("DELETE", path);
  ask_for_secrets(one, false);
  ask_for_variables(one, false);
  ask("DELETE", one);
}

std::string sealed(std::string const& key, std::string const& value) {
  std::string const open = *from_base64(key);
  std::string box(value.size() + crypto_box_SEALBYTES, '\0');
  auto const bytes = [](std::string const& text) {
    return reinterpret_cast<unsigned char const*>(text.data());
  };
  crypto_box_seal(reinterpret_cast<unsigned char*>(box.data()), bytes(value), value.size(),
                  bytes(open));
  return base64(box);
}

void GitHubRoutesTest::ask_for_secrets(std::string const& place, bool is_organization) {
  std::string const secrets = place + "/secrets";
  Json const key = ask("GET", secrets + "/public-key");
  Json body = Json::object(
      {{"encrypted_value", sealed(*key.text("key"), "hush")}, {"key_id", *key.text("key_id")}});
  if (is_organization) body.set("visibility", "all");
  EXPECT_EQ(as("ada", "PUT", secrets + "/token", body.dump()).status, 201);
  ask("PUT", secrets + "/TOKEN", body.dump());
  ask("GET", secrets);
  Json const shown = ask("GET", secrets + "/TOKEN");
  EXPECT_EQ(shown.dump().find("hush"), std::string::npos);
  ask("DELETE", secrets + "/TOKEN");
  body.set("key_id", "1");
  EXPECT_EQ(as("ada", "PUT", secrets + "/TOKEN", body.dump()).status, 422);
  body.set("key_id", *key.text("key_id"));
  body.set("encrypted_value", base64(std::string(60, 'x')));
  EXPECT_EQ(as("ada", "PUT", secrets + "/TOKEN", body.dump()).status, 422);
}

void GitHubRoutesTest::ask_for_variables(std::string const& place, bool is_organization) {
  std::string const variables = place + "/variables";
  ask("POST", variables,
      is_organization ? R"({"name":"REGION","value":"eu","visibility":"all"})"
                      : R"({"name":"REGION","value":"eu"})");
  EXPECT_EQ(
      as("ada", "POST", variables, R"({"name":"region","value":"us","visibility":"all"})").status,
      409);
  ask("GET", variables);
  ask("PATCH", variables + "/REGION", R"({"value":"us"})");
  EXPECT_EQ(*ask("GET", variables + "/REGION").text("value"), "us");
  ask("DELETE", variables + "/REGION");
}

void GitHubRoutesTest::ask_for_issues() {
  std::string const issues = repo + "/issues";
  ask("POST", repo + "/labels", R"({"name":"sev-1","color":"ff0000"})");
  ask("POST", issues, R"({"title":"Down","labels":["sev-1"],"assignees":["bob"]})");
  std::string const one = issues + "/1";
  ask("GET", issues);
  ask("GET", one);
  ask("PATCH", one, R"({"state":"closed","state_reason":"not_planned"})");
  std::string const comment =
      issues + "/comments/" + id(ask("POST", one + "/comments", R"({"body":"Seen"})"));
  ask("GET", one + "/comments");
  ask("GET", issues + "/comments");
  ask("GET", comment);
  ask("PATCH", comment, R"({"body":"Seen it"})");
  ask("DELETE", comment);
  ask("GET", one + "/labels");
  ask("POST", one + "/labels", R"({"labels":["a","b/c"]})");
  ask("PUT", one + "/labels", R"(["x","y"])");
  ask("DELETE", one + "/labels/x");
  ask("DELETE", one + "/labels");
  ask("POST", one + "/assignees", R"({"assignees":["ada"]})");
  ask("DELETE", one + "/assignees", R"({"assignees":["ada"]})");
  ask("PUT", one + "/lock");
  ask("DELETE", one + "/lock");
  ask("GET", repo + "/labels");
  ask("GET", repo + "/labels/sev-1");
  ask("PATCH", repo + "/labels/sev-1", R"({"new_name":"sev-2"})");
  ask("DELETE", repo + "/labels/sev-2");
}

void GitHubRoutesTest::ask_for_pulls() {
  ask("POST", repo + "/git/refs", R"({"ref":"refs/heads/topic","sha":")" + head() + "\"}");
  commit("topic.txt", "topic");
  Json const pull =
      ask("POST", repo + "/pulls", R"({"title":"Topic","head":"topic","base":"main"})");
  std::string const one = repo + "/pulls/" + std::to_string(*pull.integer("number"));
  ask("GET", repo + "/pulls");
  ask("GET", one);
  ask("PATCH", one, R"({"title":"The topic"})");
  ask("GET", one + "/files");
  ask("GET", one + "/commits");
  ask("GET", repo + "/commits/" + head("topic") + "/pulls");
  ask("PUT", one + "/merge", R"({"merge_method":"squash"})");
  ask("GET", one + "/merge");
}

void GitHubRoutesTest::ask_for_checks() {
  Json const check =
      ask("POST", repo + "/check-runs",
          R"({"name":"lint","head_sha":")" + head() + R"(","output":{"title":"T","summary":"S"}})");
  std::string const one = repo + "/check-runs/" + id(check);
  std::string const suite =
      repo + "/check-suites/" + std::to_string(*check.integer("check_suite.id"));
  ask("PATCH", one, R"({"conclusion":"success"})");
  ask("GET", one);
  ask("GET", repo + "/commits/main/check-runs");
  ask("GET", repo + "/commits/main/check-suites");
  ask("POST", repo + "/check-suites", R"({"head_sha":")" + head() + "\"}");
  ask("GET", suite);
  ask("GET", suite + "/check-runs");
}

void GitHubRoutesTest::ask_for_hooks(std::string const& place) {
  Json const hook = ask("POST", place, R"({"name":"web","events":["*"],
      "config":{"url":"http://127.0.0.1:1/hook","content_type":"json","secret":"s"}})");
  std::string const one = place + "/" + id(hook);
  ask("GET", place);
  ask("GET", one);
  ask("PATCH", one, R"({"add_events":["push"]})");
  ask("GET", one + "/config");
  ask("PATCH", one + "/config", R"({"content_type":"form"})");
  ask("POST", one + "/pings");
  wait(1s);
  Json const deliveries = ask("GET", one + "/deliveries");
  ASSERT_FALSE(deliveries.as_array().empty());
  std::string const delivery = one + "/deliveries/" + id(deliveries.as_array()[0]);
  ask("GET", delivery);
  ask("POST", delivery + "/attempts");
  ask("DELETE", one);
}

TEST_F(GitHubRoutesTest, every_route_is_asked_and_answers_as_the_description_says) {
  ask_for_people();
  ask_for_repositories();
  ask_for_branches();
  ask_for_objects();
  ask_for_history();
  ask_for_runs();
  ask_for_gates();
  ask_for_secrets(repo + "/actions", false);
  ask_for_variables(repo + "/actions", false);
  ask_for_secrets("/orgs/acme/actions", true);
  ask_for_variables("/orgs/acme/actions", true);
  ask("GET", repo + "/actions/organization-secrets");
  ask("GET", repo + "/actions/organization-variables");
  ask_for_issues();
  ask_for_pulls();
  ask_for_checks();
  ask_for_hooks(repo + "/hooks");
  ask_for_hooks("/orgs/acme/hooks");
  for (sandbox::Route const& route : sandbox::github_routes())
    EXPECT_TRUE(was_asked(route)) << route.method << " " << route.pattern << " was not asked";
}

/// A judge that takes everything would prove nothing.
TEST_F(GitHubRoutesTest, refuses_answers_that_are_not_as_the_description_says) {
  Response const good = as("ada", "GET", repo);
  Url const url = *parse_url(repo);
  GitHubSchema const& schema = GitHubSchema::shared();
  ASSERT_TRUE(schema.complaints("GET", url, good).empty());
  struct Row {
    char const* name;
    char const* member;
    Json value;
  };
  Row const table[]{
      {"another type", "archived", "no"},
      {"null where none may be", "default_branch", nullptr},
      {"a time that is none", "created_at", "yesterday"},
      {"a member of a member", "owner", Json::object({{"login", "acme"}})},
      {"a word that is none", "merge_commit_title", "MINE"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Json body = json(good);
    body.set(row.member, row.value);
    Response bad = good;
    bad.body = body.dump();
    EXPECT_FALSE(schema.complaints("GET", url, bad).empty());
  }
  Response bad = good;
  bad.body = "{}";
  EXPECT_GT(schema.complaints("GET", url, bad).size(), 70U);
  bad.status = 404;
  EXPECT_EQ(schema.complaints("GET", url, bad).size(), 3U);
}

}  // namespace
}  // namespace landfall
