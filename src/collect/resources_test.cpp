// The pure halves of the collectors: JSON in, facts out, or an error that names the place.
#include <gtest/gtest.h>

#include "collect/github.h"
#include "collect/heroku.h"
#include "collect/rows.h"

namespace landfall {
namespace {

using Facts = Result<std::vector<Fact>>;

/// "name=shop stack=heroku-24": the columns that a test names.
std::string shown(Fact const& fact, std::initializer_list<std::string_view> columns) {
  std::string text;
  for (std::string_view const column : columns) {
    sql::Value const* value = column_of(fact, column);
    text += (text.empty() ? "" : "|") + (value == nullptr   ? "missing"
                                         : value->is_null() ? "null"
                                                            : value->text());
  }
  return text;
}

Json json(std::string_view text) {
  auto const parsed = Json::parse(text);
  require(parsed.has_value(), text);
  return *parsed;
}

std::string const app_json =
    R"({"id":"a1","name":"shop","created_at":"2026-04-22T06:53:00Z","released_at":null,
  "archived_at":null,"stack":{"id":"s","name":"heroku-24"},"generation":{"id":"g","name":"fir"},"region":{"name":"us"},
  "owner":{"email":"o@x"},"maintenance":false,"slug_size":null,"web_url":"https://shop-1.herokuapp.com/"})";

std::string release_json(std::string_view extra) {
  return R"([{"id":"r1","version":7,"description":"Set A config vars","status":"succeeded","created_at":"2026-04-30T02:21:00Z",
    "user":{"email":"u@x"},"current":true,"addon_plan_names":[])" +
         std::string(extra) + "}]";
}

TEST(ReleaseKind, is_read_from_herokus_words) {
  std::pair<std::string_view, std::string_view> const table[]{
      {"Initial release", "initial"},
      {"Enable Logplex", "platform"},
      {"Deploy 3af5b0dc", "deploy"},
      {"Deployed web (9f8e7d6c5b4a)", "deploy"},
      {"Promote raptor-staging v41 3af5b0dc", "promotion"},
      {"Rollback to v12", "rollback"},
      {"Set SENTRY_DSN_BACKEND config vars", "config"},
      {"Set A, B, C config vars", "config"},
      {"Unset A config vars", "config"},
      {"Remove A config vars", "config"},
      {"Update A config vars", "config"},
      {"Add A config", "config"},
      {"Attach DATABASE (@ref:postgresql-flat-41207)", "addon"},
      {"Detach DATABASE (@ref:postgresql-flat-41207)", "addon"},
      {"Add heroku-postgresql:essential-0", "addon"},
      {"Update DATABASE by heroku-postgresql", "addon"},
      {"Remove heroku-redis:mini", "addon"},
      {"Deployment of config vars", "other"},
      {"config vars", "other"},
      {"", "other"},
  };
  for (auto const& [description, kind] : table)
    EXPECT_EQ(release_kind(description), kind) << description;
}

TEST(HerokuFacts, of_an_app_and_its_lists) {
  Fact const app = heroku_app_facts("shop", json(app_json))->at(0);
  EXPECT_EQ(shown(app, {"name", "created_at", "released_at", "stack", "generation", "owner",
                        "maintenance", "web_url"}),
            "shop|1776840780|null|heroku-24|fir|o@x|0|https://shop-1.herokuapp.com/");
  auto const formation = heroku_formation_facts(
      "shop", json(R"([{"type":"web","quantity":2,"size":"Basic","command":"run"}])"));
  EXPECT_EQ(shown(formation->at(0), {"app", "type", "quantity", "size", "command"}),
            "shop|web|2|Basic|run");
  auto const dynos = heroku_dynos_facts(
      "shop",
      json(
          R"([{"name":"web.1","type":"web","state":"up","size":"Basic","release":{"id":"r","version":7},
                        "created_at":"2026-04-30T00:00:00Z","updated_at":"2026-04-30T00:00:01Z"}])"));
  EXPECT_EQ(shown(dynos->at(0), {"name", "type", "state", "version"}), "web.1|web|up|7");
  auto const builds = heroku_builds_facts(
      "shop",
      json(
          R"([{"id":"b1","status":"failed","source_blob":{"version":"abc"},"slug":null,"user":{"email":"u@x"},
                        "created_at":"2026-04-30T00:00:00Z"}])"));
  EXPECT_EQ(shown(builds->at(0), {"id", "app", "status", "commit_id", "slug_id"}),
            "b1|shop|failed|abc|null");
  auto const domains = heroku_domains_facts(
      "shop", json(R"([{"hostname":"x.test","kind":"custom","status":"pending"}])"));
  EXPECT_EQ(shown(domains->at(0), {"hostname", "kind", "status"}), "x.test|custom|pending");
  auto const slug = heroku_slug_facts(
      "shop",
      json(
          R"({"id":"s1","commit":"abc","size":5,"process_types":{"web":"x","worker":"y"},"created_at":"2026-04-30T00:00:00Z"})"));
  EXPECT_EQ(shown(slug->at(0), {"id", "commit_id", "size", "process_types"}),
            "s1|abc|5|web worker");
}

TEST(HerokuFacts, of_a_release_tell_whether_it_carries_code) {
  struct Row {
    std::string_view extra, shown;
  };
  Row const table[]{
      {R"(,"slug":null,"artifacts":[])", "0|null|null"},
      {R"(,"slug":null)", "0|null|null"},
      {R"(,"slug":{"id":"s1"})", "1|s1|null"},
      {R"(,"slug":null,"artifacts":[{"id":"a1","type":"image"}])", "1|null|a1"},
      {R"(,"slug":null,"oci_image":{"id":"i1"})", "1|null|i1"},
      {R"(,"slug":null,"oci_image":"i1")", "1|null|i1"},
  };
  for (Row const& row : table) {
    auto const facts = heroku_releases_facts("shop", json(release_json(row.extra)));
    ASSERT_TRUE(facts) << facts.error().text;
    EXPECT_EQ(shown(facts->at(0), {"carries_code", "slug_id", "artifact_id"}), row.shown)
        << row.extra;
  }
  EXPECT_EQ(
      shown(heroku_live_release_facts("shop", json(release_json("")))->at(0), {"app", "version"}),
      "shop|7");
}

TEST(HerokuFacts, commits_come_from_the_newest_slugs_that_are_not_known) {
  auto const release = [](int version, sql::Value slug) {
    return Fact{{"version", version},
                {"carries_code", !slug.is_null()},
                {"slug_id", slug},
                {"commit_id", sql::Value()}};
  };
  std::vector<Fact> const releases{release(1, {}), release(2, "old"), release(3, "known"),
                                   release(4, "new"), release(5, "new")};
  std::map<std::string, sql::Value> commits{{"known", "c3"}};
  EXPECT_EQ(slugs_to_ask(releases, commits, 3), std::vector<std::string>{"new"});
  EXPECT_EQ(slugs_to_ask(releases, commits, 20), (std::vector<std::string>{"new", "old"}));
  commits["new"] = sql::Value("c5");
  std::string all;
  for (Fact const& fact : with_commits(releases, commits)) all += shown(fact, {"commit_id"}) + " ";
  EXPECT_EQ(all, "null null c3 c5 c5 ");
}

TEST(HerokuFacts, config_values_are_gone_before_the_facts_are_read) {
  Ask const question = heroku_config_vars_ask("shop");
  Json const names = question.redact(json(R"({"B":"s3cret","A":{"deep":"s3cret"},"B.C":7})"));
  EXPECT_EQ(names.dump(), R"({"B":null,"A":null,"B.C":null})");
  EXPECT_EQ(question.redact(names), names) << "what a 304 gives again is the same";
  EXPECT_EQ(heroku_config_vars_facts("shop", names)->size(), 3U);
  for (std::string_view const other : {R"(["s3cret"])", R"("s3cret")", "7"})
    EXPECT_TRUE(question.redact(json(other)).is_null()) << other;
}

TEST(GithubFacts, of_a_repository_and_its_lists) {
  auto const repository = github_repository_facts(
      "acme/shop", json(R"({"default_branch":"main","private":true,"pushed_at":null})"));
  EXPECT_EQ(shown(repository->at(0),
                  {"repository", "default_branch", "private", "archived", "pushed_at"}),
            "acme/shop|main|1|0|null");
  auto const runs = github_runs_facts(
      "acme/shop",
      json(
          R"([{"id":9,"path":".github/workflows/d.yml@main","event":"push","head_branch":null,"head_sha":"abc",
                             "status":"completed","conclusion":"failure","created_at":"2026-04-30T00:00:00Z",
                             "updated_at":"2026-04-30T00:00:01Z"}])"));
  EXPECT_EQ(shown(runs->at(0), {"run_id", "path", "ref", "conclusion"}),
            "9|.github/workflows/d.yml||failure");
  CommitScope const scope{"acme/shop", "main", "api"};
  auto const commits = github_commits_facts(
      scope,
      json(
          R"([{"sha":"abc","author":null,"commit":{"message":"Title\n\nbody","author":{"name":"Ann"},
                       "committer":{"date":"2026-04-30T00:00:00Z"}}}])"));
  EXPECT_EQ(shown(commits->at(0), {"branch", "path", "commit_id", "author", "title"}),
            "main|api|abc|Ann|Title");
  EXPECT_EQ(github_commits_ask({"acme/shop", "feature/a b", "api/x"}).path,
            "/repos/acme/shop/commits?per_page=100&sha=feature%2Fa%20b&path=api%2Fx");
}

TEST(GithubFacts, of_environments_tell_their_rules) {
  struct Row {
    std::string_view extra, shown;
  };
  Row const table[]{
      {"", "0||0|0|all|1"},
      {R"(,"protection_rules":[],"deployment_branch_policy":null,"can_admins_bypass":false)",
       "0||0|0|all|0"},
      {R"(,"protection_rules":[{"type":"wait_timer","wait_timer":30}])", "0||30|0|all|1"},
      {R"(,"protection_rules":[{"type":"required_reviewers","prevent_self_review":true,"reviewers":[
            {"type":"User","reviewer":{"login":"ann"}},{"type":"Team","reviewer":{"slug":"ops"}}]}])",
       "2|ann ops|0|1|all|1"},
      {R"(,"deployment_branch_policy":{"protected_branches":true,"custom_branch_policies":false})",
       "0||0|0|protected|1"},
      {R"(,"protection_rules":[{"type":"branch_policy"}],
          "deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true})",
       "0||0|0|custom|1"},
  };
  for (Row const& row : table) {
    auto const facts = github_environments_facts(
        "acme/shop", json(R"([{"name":"production","created_at":"2026-04-30T00:00:00Z")" +
                          std::string(row.extra) + "}]"));
    ASSERT_TRUE(facts) << facts.error().text;
    EXPECT_EQ(shown(facts->at(0), {"reviewers", "reviewer_names", "wait_timer",
                                   "prevent_self_review", "branch_policy", "admins_bypass"}),
              row.shown);
  }
  auto const policies = github_policies_facts(
      "acme/shop", "production", json(R"([{"name":"main"},{"name":"v*","type":"tag"}])"));
  EXPECT_EQ(shown(policies->at(1), {"environment", "kind", "pattern"}), "production|tag|v*");
  EXPECT_EQ(policy_names(*policies), "main tag:v*");
}

TEST(GithubFacts, of_a_run_that_waits_tell_for_whom_and_since_when) {
  Fact const run{{"run_id", 7}, {"updated_at", 100}};
  struct Row {
    std::string_view extra, shown;
  };
  Row const table[]{
      {"", "7|production||0|0|100"},
      {R"(,"wait_timer":30,"wait_timer_started_at":"1970-01-01T00:00:50Z","reviewers":[])",
       "7|production||0|30|50"},
      {R"(,"current_user_can_approve":true,"reviewers":[{"type":"User","reviewer":{"login":"ann"}},
          {"type":"Team","reviewer":{"slug":"ops"}}])",
       "7|production|ann ops|1|0|100"},
  };
  for (Row const& row : table) {
    auto const facts = github_pending_facts(
        "acme/shop", run,
        json(R"([{"environment":{"name":"production"})" + std::string(row.extra) + "}]"));
    ASSERT_TRUE(facts) << facts.error().text;
    EXPECT_EQ(shown(facts->at(0), {"run_id", "environment", "reviewer_names", "can_approve",
                                   "wait_timer", "waits_from"}),
              row.shown);
  }
}

TEST(GithubFacts, of_a_plan_are_there_only_if_it_is_shown) {
  Owner const acme{"Acme", true};
  Owner const ann{"ann", false};
  EXPECT_EQ(github_plan_ask(acme).path, "/orgs/Acme");
  EXPECT_EQ(github_plan_ask(ann).path, "/user");
  auto const told = github_plan_facts(acme, json(R"({"login":"acme","plan":{"name":"team"}})"));
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_EQ(shown(told->at(0), {"login", "plan"}), "acme|team");
  for (auto const& [owner, body] : {std::pair{acme, R"({"login":"acme"})"},
                                    {ann, R"({"login":"ann","plan":null})"},
                                    {ann, R"({"login":"bob","plan":{"name":"pro"}})"}}) {
    auto const hidden = github_plan_facts(owner, json(body));
    ASSERT_FALSE(hidden) << body;
    EXPECT_EQ(hidden.error().code, "unauthorized");
    EXPECT_NE(hidden.error().text.find(owner.login), std::string::npos) << hidden.error().text;
  }
  EXPECT_TRUE(github_owner("a/b", json(R"({"owner":{"type":"Organization"}})"))->is_organization);
  EXPECT_FALSE(github_owner("a/b", json(R"({"owner":{"type":"User"}})"))->is_organization);
}

TEST(GithubFacts, workflow_files_are_those_in_the_folder_itself) {
  EXPECT_EQ(
      *workflow_paths(json(
          R"([{"path":".github/workflows/a.yml","type":"file"},{"path":".github/workflows/b.yaml","type":"file"},
                                     {"path":".github/workflows/c.md","type":"file"},{"path":".github/workflows/d.yml","type":"dir"}])")),
      (std::vector<std::string>{".github/workflows/a.yml", ".github/workflows/b.yaml"}));
  EXPECT_EQ(*workflow_text(json(R"({"encoding":"base64","content":"b246\nIHB1c2gK"})")),
            "on: push\n");
  EXPECT_FALSE(workflow_text(json(R"({"encoding":"none","content":""})")));
  EXPECT_FALSE(workflow_text(json(R"({"encoding":"base64","content":"***"})")));
  EXPECT_FALSE(workflow_facts("acme/shop", "a.yml", "on: [push\n"));
}

TEST(Facts, of_the_wrong_shape_are_errors_that_name_the_place) {
  using Read = std::function<Facts(Json const&)>;
  auto const heroku = [](auto reader) -> Read {
    return [reader](Json const& at) { return reader("shop", at); };
  };
  CommitScope const scope{"a/b", "main", ""};
  struct Row {
    std::string_view name;
    Read read;
    std::string body;
    std::string_view error;
  };
  Row const table[]{
      {"app", heroku(heroku_app_facts), R"({"id":null})", "id: expected a string, found null"},
      {"app", heroku(heroku_app_facts), R"({"id":"a","created_at":"yesterday"})", "created_at: "},
      {"releases", heroku(heroku_releases_facts), release_json(R"(,"slug":{"id":7})"),
       "[0]: slug.id: expected a string"},
      {"releases", heroku(heroku_releases_facts), release_json(R"(,"slug":null,"artifacts":{})"),
       "[0]: artifacts: expected an array"},
      {"releases", heroku(heroku_releases_facts), release_json(""),
       "[0]: slug: expected an object or null"},
      {"live release", heroku(heroku_live_release_facts), R"([{"version":1,"current":"yes"}])",
       "current: expected a boolean"},
      {"live release", heroku(heroku_live_release_facts),
       R"([{"version":1,"current":true},{"version":2,"current":true}])", "more than one"},
      {"formation", heroku(heroku_formation_facts), R"([{"type":"web","quantity":"1"}])",
       "[0]: quantity: expected an integer"},
      {"dynos", heroku(heroku_dynos_facts),
       R"([{"name":"web.1","type":"web","state":"up","size":"x"}])", "[0]: release.version"},
      {"slug", heroku(heroku_slug_facts), R"({"process_types":[]})",
       "process_types: expected an object"},
      {"config", heroku(heroku_config_vars_facts), "null", "expected an object"},
      {"repository", heroku(github_repository_facts), R"({"default_branch":"main","private":1})",
       "private: expected a boolean"},
      {"workflows", heroku(github_workflows_facts), R"([{"path":"x","id":"7"}])",
       "[0]: id: expected an integer"},
      {"runs", heroku(github_runs_facts), R"([{"path":"x","id":7.5}])",
       "[0]: id: expected an integer, found a number"},
      {"environments", heroku(github_environments_facts),
       R"([{"name":"p","protection_rules":[{"type":"required_reviewers","reviewers":[{"type":"User","reviewer":null}]}]}])",
       "[0]: protection_rules[0]: reviewers[0]: reviewer.login"},
      {"branch", heroku(github_branch_facts), R"({"name":"main","commit":{}})", "commit.sha"},
      {"tags", heroku(github_tags_facts), R"([{"name":"v1","commit":{"sha":"a"}},[]])",
       "[1]: name"},
      {"commits", [&](Json const& at) { return github_commits_facts(scope, at); },
       R"([{"sha":"a"}])", "[0]: commit.message"},
      {"secrets", [](Json const& at) { return github_secrets_facts("a/b", "", at); },
       R"([{"name":null}])", "[0]: name"},
      {"variables", [](Json const& at) { return github_variables_facts("a/b", "", at); },
       R"([{"value":"x"}])", "[0]: name"},
      {"shared names", [](Json const& at) { return github_shared_facts("a/b", "secret", at); },
       R"([{"name":7}])", "[0]: name"},
      {"policies", [](Json const& at) { return github_policies_facts("a/b", "p", at); },
       R"([{"name":"main","type":7}])", "[0]: type"},
      {"protected branches", heroku(github_protected_branches_facts), R"([{}])", "[0]: name"},
      {"deployments", heroku(github_deployments_facts),
       R"([{"id":1,"environment":"p","ref":null}])", "[0]: ref"},
      {"pending",
       [](Json const& at) {
         return github_pending_facts("a/b", {{"run_id", 1}, {"updated_at", 1}}, at);
       },
       R"([{"environment":{"name":"p"},"reviewers":[{"type":"User","reviewer":{}}]}])",
       "[0]: reviewer.login"},
      {"plan", [](Json const& at) { return github_plan_facts({"acme", true}, at); },
       R"({"login":"acme","plan":{"name":1}})", "plan.name: expected a string"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Facts const facts = row.read(json(row.body));
    ASSERT_FALSE(facts) << row.body;
    EXPECT_EQ(facts.error().kind, ErrorKind::data);
    EXPECT_NE(facts.error().text.find(row.error), std::string::npos) << facts.error().text;
  }
  for (Row const& row : table)
    for (std::string_view const wrong :
         {"null", "7", "\"text\"", "[[]]", "[null]", R"({"a":{}})"}) {
      // Any object is one of config vars.
      if (row.name == "config" && wrong.starts_with('{')) continue;
      EXPECT_FALSE(row.read(json(wrong))) << row.name << wrong;
    }
}

TEST(Rows, a_repeated_key_is_written_once) {
  auto const tag = [](std::string_view name, std::string_view commit) {
    return Fact{{"repository", "a/b"}, {"tag", name}, {"commit_id", commit}};
  };
  std::vector<Fact> const facts =
      without_repeats("git_tag", {tag("v1", "a"), tag("v2", "b"), tag("v1", "c")});
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(shown(facts[0], {"commit_id"}), "a");
}

}  // namespace
}  // namespace landfall
