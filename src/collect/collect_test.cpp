#include "collect/collect.h"

#include <gtest/gtest.h>

#include "base/archive.h"
#include "collect/fake_api.h"
#include "collect/github.h"

namespace landfall {
namespace {

std::string_view const workflow_text_of_deploy = R"(name: Deploy
on:
  push:
    branches: [main]
    tags: ['v*']
  workflow_dispatch:
jobs:
  production:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: akhileshns/heroku-deploy@v3.14.15
        with:
          heroku_app_name: shop
)";

std::string release(int version, std::string_view description, std::string_view slug,
                    bool current) {
  return R"({"id":"r)" + std::to_string(version) + R"(","version":)" + std::to_string(version) +
         R"(,"description":")" + std::string(description) +
         R"(","status":"succeeded","created_at":"2026-04-2)" + std::to_string(version) +
         R"(T00:00:00Z","user":{"email":"u@x"},"slug":)" + std::string(slug) +
         R"(,"artifacts":[],"current":)" + (current ? "true" : "false") + "}";
}

std::string run(int id, std::string_view event, std::string_view ref) {
  return R"({"id":)" + std::to_string(id) + R"(,"path":".github/workflows/deploy.yml","event":")" +
         std::string(event) + R"(","head_branch":")" + std::string(ref) +
         R"(","head_sha":"abc","status":"completed","conclusion":"failure",
         "created_at":"2026-04-29T00:00:00Z","updated_at":"2026-04-29T00:01:00Z"})";
}

/// An app "shop" of the repository "acme/shop", and what a collection makes of it.
class CollectionTest : public testing::Test {
 protected:
  CollectionTest() {
    Target target{
        .name = "shop/production", .app = "shop", .repository = "acme/shop", .path = "api"};
    target.health = {.path = "/health", .body = "ok"};
    intent.targets.push_back(target);
    serve_heroku();
    serve_github();
    api.route("/health", [](Request const&) {
      return Response{.status = 502, .body = "Welcome to your new app!"};
    });
  }

  void serve_heroku() {
    api.json("/apps/shop", app("2026-04-20T00:00:00Z"));
    api.json("/apps/shop/releases", "[" + release(4, "Set A config vars", R"({"id":"s1"})", true) +
                                        "," +
                                        release(3, "Deploy abcdef12", R"({"id":"s1"})", false) +
                                        "," + release(2, "Enable Logplex", "null", false) + "," +
                                        release(1, "Initial release", "null", false) + "]");
    api.json("/apps/shop/slugs/s1",
             R"({"id":"s1","commit":"abcdef1234","size":5,"process_types":{"web":"x"},
      "created_at":"2026-04-23T00:00:00Z","blob":{"method":"get","url":"https://s3/slug?signed"}})");
    api.json("/apps/shop/formation",
             R"([{"type":"web","quantity":1,"size":"Basic","command":"run"}])");
    api.json("/apps/shop/dynos", "[]");
    api.json("/apps/shop/builds", "[]");
    api.json("/apps/shop/domains", "[]");
    api.json("/apps/shop/config-vars", R"({"DATABASE_URL":"postgres://s3cret-value"})");
  }

  void serve_github() {
    std::string const root = "/repos/acme/shop";
    api.json(root, R"({"default_branch":"main","private":false})");
    api.json(root + "/actions/workflows",
             R"({"total_count":1,"workflows":[{"id":5,"path":".github/workflows/deploy.yml",
      "name":"Deploy","state":"active","created_at":"2026-04-10T00:00:00Z"}]})");
    api.json(root + "/actions/runs",
             R"({"total_count":1,"workflow_runs":[)" + run(1, "push", "main") + "]}");
    api.json(root + "/actions/workflows/5/runs", R"({"total_count":0,"workflow_runs":[]})");
    api.json(
        root + "/environments",
        R"({"total_count":1,"environments":[{"name":"staging","created_at":"2026-04-10T00:00:00Z",
      "protection_rules":[],"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}]})");
    api.json(root + "/environments/staging/deployment-branch-policies",
             R"({"branch_policies":[{"name":"main"}]})");
    api.json(root + "/environments/staging/secrets", R"({"secrets":[{"name":"HEROKU_API_KEY"}]})");
    api.json(root + "/actions/secrets", R"({"secrets":[]})");
    api.json(root + "/tags", R"([{"name":"api-v1","commit":{"sha":"abc"}}])");
    api.json(root + "/branches/main",
             R"({"name":"main","commit":{"sha":"abcdef1234"},"protected":true})");
    api.json(root + "/commits", R"([{"sha":"abcdef1234","author":{"login":"ann"},
      "commit":{"message":"Add it","committer":{"date":"2026-04-22T00:00:00Z"}}}])");
    api.json(root + "/contents/.github/workflows",
             R"([{"path":".github/workflows/deploy.yml","type":"file",
      "download_url":"https://raw/x?token=hidden-in-url"}])");
    serve_file(workflow_text_of_deploy);
  }

  void serve_file(std::string_view text) {
    api.json("/repos/acme/shop/contents/.github/workflows/deploy.yml",
             R"({"encoding":"base64","content":")" + base64(text) + R"("})");
  }

  std::string app(std::string_view created_at) const {
    return R"({"id":"a1","name":"shop","created_at":")" + std::string(created_at) +
           R"(","stack":{"name":"heroku-24"},"region":{"name":"us"},"owner":{"email":"o@x"},"maintenance":false,"web_url":")" +
           api.url() + R"(/"})";
  }

  Result<> collect() { return collect(api.platforms()); }
  Result<> collect(Platforms const& platforms, Collection::Options options = {}) {
    std::optional<Result<>> done;
    Collection collection(api.world(), store, intent, platforms, std::move(options));
    collection.start([&](Result<> result) { done = std::move(result); });
    EXPECT_TRUE(api.sim().run_until([&] { return done.has_value(); }));
    if (!done) return fail(ErrorKind::data, "never done");
    EXPECT_TRUE(store.look_at(api.world().now()));
    return *done;
  }

  std::string rows(std::string_view sql) {
    auto const result = store.database().query(sql);
    if (!result) return "error: " + result.error().text;
    std::string text;
    for (sqlite::Row const& row : *result) {
      for (std::size_t i = 0; i < row.values().size(); ++i)
        text += (i == 0 ? "" : "|") + row.values()[i].text();
      text += ";";
    }
    return text;
  }

  std::string state(std::string_view source) {
    return rows("SELECT state FROM observation WHERE valid_to IS NULL AND source = '" +
                std::string(source) + "'");
  }
  std::string reason(std::string_view source) {
    return rows("SELECT reason FROM observation WHERE valid_to IS NULL AND source = '" +
                std::string(source) + "'");
  }

  FakeApi api;
  Store store = std::move(*Store::open(":memory:"));
  Intent intent;
};

TEST_F(CollectionTest, answers_become_facts) {
  ASSERT_TRUE(collect());
  EXPECT_EQ(
      rows("SELECT version, kind, carries_code, commit_id FROM current_release ORDER BY version"),
      "1|initial|0|;2|platform|0|;3|deploy|1|abcdef1234;4|config|1|abcdef1234;");
  EXPECT_EQ(rows("SELECT app, version FROM current_live_release"), "shop|4;");
  EXPECT_EQ(rows("SELECT app, name FROM current_config_var"), "shop|DATABASE_URL;");
  EXPECT_EQ(rows("SELECT type, quantity FROM current_formation"), "web|1;");
  EXPECT_EQ(rows("SELECT environment, branch_policy, policies FROM current_environment"),
            "staging|custom|main;");
  EXPECT_EQ(rows("SELECT environment, name FROM current_secret_name"), "staging|HEROKU_API_KEY;");
  EXPECT_EQ(rows("SELECT tag FROM current_git_tag"), "api-v1;");
  EXPECT_EQ(rows("SELECT path, commit_id, author FROM current_commit_seen ORDER BY path"),
            "|abcdef1234|ann;api|abcdef1234|ann;");
  EXPECT_EQ(rows("SELECT run_id, ref FROM current_run"), "1|main;");
  EXPECT_EQ(rows("SELECT witness, status, class, verdict FROM current_probe"),
            "origin|502|blank_app|failing;");
  EXPECT_EQ(
      rows("SELECT DISTINCT event FROM current_deploy_path WHERE app = 'shop' ORDER BY event"),
      "push;workflow_dispatch;");
  EXPECT_EQ(rows("SELECT source, state, reason FROM observation WHERE valid_to IS NULL AND state "
                 "<> 'observed'"),
            "");
  EXPECT_EQ(rows("SELECT count(*) FROM observation WHERE valid_to IS NULL"), "18;");
  // A look at the past finds what Heroku tells of it.
  EXPECT_EQ(rows("SELECT source FROM observation WHERE covers_from = 1776643200 ORDER BY source"),
            "heroku.app;heroku.builds;heroku.releases;heroku.slugs;");
}

TEST_F(CollectionTest, every_fact_cites_evidence_that_exists) {
  ASSERT_TRUE(collect());
  for (Table const& table : tables()) {
    if (table.keeps != Keeps::history || table.name == "path_ref") continue;
    EXPECT_EQ(rows("SELECT count(*) FROM " + table.name +
                   " WHERE evidence_id NOT IN (SELECT id FROM evidence)"),
              "0;")
        << table.name;
  }
}

TEST_F(CollectionTest, a_second_look_at_the_same_changes_nothing) {
  ASSERT_TRUE(collect());
  std::string const count =
      "SELECT count(*) FROM observation UNION ALL SELECT count(*) FROM release UNION ALL "
      "SELECT count(*) FROM evidence UNION ALL SELECT count(*) FROM environment UNION ALL "
      "SELECT count(*) FROM commit_seen UNION ALL SELECT count(*) FROM probe";
  std::string const before = rows(count);
  api.requests.clear();
  ASSERT_TRUE(collect());
  EXPECT_EQ(rows(count), before);
  EXPECT_EQ(api.count("/apps/shop/slugs/s1"), 0) << "a slug never changes: it is asked for once";
}

TEST_F(CollectionTest, secrets_are_kept_nowhere) {
  ASSERT_TRUE(collect());
  std::string kept = dump_of(store);
  for (sqlite::Row const& row : *store.database().query("SELECT body FROM evidence"))
    kept += *decompress(row.text("body"), 1 << 20);
  for (std::string_view const secret :
       {"s3cret-value", "hidden-in-url", "s3/slug", "token-0123456789"})
    EXPECT_EQ(kept.find(secret), std::string::npos) << secret;
  EXPECT_NE(kept.find("DATABASE_URL"), std::string::npos);
}

TEST_F(CollectionTest, without_tokens_every_source_is_off_and_nobody_is_asked) {
  Platforms platforms = api.platforms();
  platforms.heroku.token = Secret();
  platforms.github.token = Secret();
  ASSERT_TRUE(collect(platforms));
  EXPECT_EQ(rows("SELECT DISTINCT state FROM observation WHERE source NOT LIKE 'probe.%'"),
            "source_off;");
  EXPECT_EQ(rows("SELECT count(*) FROM observation"), "18;");
  EXPECT_NE(reason("heroku.dynos").find("HEROKU_API_KEY"), std::string::npos);
  EXPECT_NE(reason("github.runs").find("GITHUB_TOKEN"), std::string::npos);
  EXPECT_EQ(state("probe.origin"), "never_observed;");
  EXPECT_TRUE(api.requests.empty());
}

TEST_F(CollectionTest, an_app_that_does_not_answer_takes_its_sources_with_it) {
  struct Row {
    int status;
    std::string_view state, reason;
  };
  Row const table[]{
      {401, "no_permission;", "HEROKU_API_KEY is not valid"},
      {403, "no_permission;", "needs view access or the scope read on shop"},
      {404, "failed;", "Heroku knows no app shop"},
      {500, "failed;", "Heroku answered 500"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.status);
    api.requests.clear();
    api.route("/apps/shop", [&](Request const&) {
      return json_answer(R"({"id":"x","message":"No."})", row.status);
    });
    ASSERT_TRUE(collect());
    for (std::string_view const source :
         {"heroku.app", "heroku.releases", "heroku.dynos", "heroku.config"}) {
      EXPECT_EQ(state(source), row.state) << source;
      EXPECT_NE(reason(source).find(row.reason), std::string::npos) << reason(source);
    }
    EXPECT_EQ(api.count("/apps/shop/releases"), 0);
    EXPECT_EQ(state("github.tags"), "observed;") << "the other platform is observed as before";
  }
}

/// Ways in which an answer can be bad, and what becomes of the source.
struct Fault {
  std::string_view name;
  std::function<void(FakeApi&, std::string const&)> set;
  std::string_view state;
};

std::function<void(FakeApi&, std::string const&)> answer(Response const& response) {
  return [response](FakeApi& fake, std::string const& path) {
    fake.route(path, [response](Request const&) { return response; });
  };
}

std::vector<Fault> faults() {
  return {
      {"401", answer(json_answer(R"({"message":"no"})", 401)), "no_permission;"},
      {"403", answer(json_answer(R"({"message":"no"})", 403)), "no_permission;"},
      {"429", answer(json_answer("{}", 429, {{"Retry-After", "3600"}})), "failed;"},
      {"500", answer(json_answer("oops", 500)), "failed;"},
      {"truncated", answer(json_answer("[{\"id\":")), "failed;"},
      {"HTML",
       answer({.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<html>"}),
       "failed;"},
      {"30 MB", answer(json_answer("[\"" + std::string(30 << 20, 'x') + "\"]")), "failed;"},
      {"another shape", answer(json_answer(R"([{"unexpected":[null]}])")), "failed;"},
      {"a number", answer(json_answer("7")), "failed;"},
      {"hung up", [](FakeApi& fake, std::string const& path) { fake.hang_up(path); }, "failed;"},
      {"stalled", [](FakeApi& fake, std::string const& path) { fake.stall(path); }, "failed;"},
  };
}

TEST_F(CollectionTest, a_bad_answer_of_any_source_is_a_typed_observation) {
  std::pair<std::string_view, std::string_view> const sources[]{
      {"heroku.releases", "/apps/shop/releases"},
      {"heroku.slugs", "/apps/shop/slugs/s1"},
      {"heroku.formation", "/apps/shop/formation"},
      {"heroku.dynos", "/apps/shop/dynos"},
      {"heroku.builds", "/apps/shop/builds"},
      {"heroku.domains", "/apps/shop/domains"},
      {"heroku.config", "/apps/shop/config-vars"},
      {"github.workflows", "/repos/acme/shop/actions/workflows"},
      {"github.runs", "/repos/acme/shop/actions/runs"},
      {"github.runs", "/repos/acme/shop/actions/workflows/5/runs"},
      {"github.environments", "/repos/acme/shop/environments"},
      {"github.environments", "/repos/acme/shop/environments/staging/deployment-branch-policies"},
      {"github.branches", "/repos/acme/shop/branches/main"},
      {"github.tags", "/repos/acme/shop/tags"},
      {"github.commits", "/repos/acme/shop/commits"},
      {"github.secrets", "/repos/acme/shop/actions/secrets"},
      {"github.files", "/repos/acme/shop/contents/.github/workflows"},
      {"github.files", "/repos/acme/shop/contents/.github/workflows/deploy.yml"},
  };
  for (Fault const& fault : faults()) {
    for (auto const& [source, path] : sources) {
      SCOPED_TRACE(std::string(fault.name) + " " + std::string(path));
      store = std::move(*Store::open(":memory:"));
      serve_heroku();
      serve_github();
      fault.set(api, std::string(path));
      ASSERT_TRUE(collect());
      EXPECT_EQ(state(source), fault.state) << reason(source);
      EXPECT_NE(reason(source), ";");
      // After a 429 the platform is left alone, so more than this source is not observed.
      if (fault.name == "429") continue;
      // Without the releases nobody knows which slugs to ask for.
      std::string_view const wanted = source == "heroku.releases" ? "2;" : "1;";
      EXPECT_EQ(
          rows("SELECT count(*) FROM observation WHERE valid_to IS NULL AND state <> 'observed'"),
          wanted);
    }
  }
}

TEST_F(CollectionTest, a_bad_answer_about_the_app_or_the_repository_is_one_for_all_their_sources) {
  for (Fault const& fault : faults()) {
    SCOPED_TRACE(fault.name);
    store = std::move(*Store::open(":memory:"));
    fault.set(api, "/apps/shop");
    fault.set(api, "/repos/acme/shop");
    ASSERT_TRUE(collect());
    EXPECT_EQ(rows("SELECT DISTINCT state FROM observation WHERE source NOT LIKE 'probe.%'"),
              fault.state);
    EXPECT_EQ(rows("SELECT count(*) FROM observation"), "18;");
  }
}

TEST_F(CollectionTest, what_github_hides_is_no_permission) {
  for (std::string_view const path : {"/environments", "/actions/secrets"}) {
    api.route("/repos/acme/shop" + std::string(path),
              [](Request const&) { return json_answer("{}", 404); });
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(state("github.environments"), "no_permission;");
  EXPECT_EQ(state("github.secrets"), "no_permission;");
  EXPECT_NE(reason("github.secrets").find("'Secrets: read'"), std::string::npos);
}

TEST_F(CollectionTest, a_workflow_file_that_cannot_be_read_fails_with_its_position) {
  ASSERT_TRUE(collect());
  serve_file("on: [push\njobs: {}\n");
  ASSERT_TRUE(collect());
  EXPECT_EQ(state("github.files"), "failed;");
  EXPECT_NE(reason("github.files").find(".github/workflows/deploy.yml:"), std::string::npos)
      << reason("github.files");
}

TEST_F(CollectionTest, paths_of_a_deleted_workflow_file_end) {
  ASSERT_TRUE(collect());
  EXPECT_NE(rows("SELECT count(*) FROM current_deploy_path"), "0;");
  api.route("/repos/acme/shop/contents/.github/workflows",
            [](Request const&) { return json_answer("{}", 404); });
  api.sim().process("landfall").loop.after(60s, [] {});
  api.sim().run_until([] { return false; });
  ASSERT_TRUE(collect());
  EXPECT_EQ(state("github.files"), "observed;");
  EXPECT_EQ(rows("SELECT count(*) FROM current_deploy_path"), "0;");
}

TEST_F(CollectionTest, older_commits_stay_when_the_newest_page_is_full) {
  ASSERT_TRUE(collect());
  std::string page;
  for (std::size_t i = 0; i < commits_asked; ++i)
    page += (i == 0 ? "[" : ",") + std::string(R"({"sha":"c)") + std::to_string(i) +
            R"(","commit":{"message":"m","committer":{"date":"2026-04-29T00:00:00Z"}}})";
  api.json("/repos/acme/shop/commits", page + "]");
  ASSERT_TRUE(collect());
  EXPECT_EQ(rows("SELECT count(*) FROM current_commit_seen WHERE path = 'api'"), "101;");
  // A short list is all that there is: what is not in it was rewritten away.
  api.json(
      "/repos/acme/shop/commits",
      R"([{"sha":"new","commit":{"message":"m","committer":{"date":"2026-04-29T00:00:00Z"}}}])");
  api.sim().process("landfall").loop.after(60s, [] {});
  api.sim().run_until([] { return false; });
  ASSERT_TRUE(collect());
  EXPECT_EQ(rows("SELECT commit_id FROM current_commit_seen WHERE path = 'api'"), "new;");
}

TEST_F(CollectionTest, both_witnesses_are_asked_and_an_observer_without_network_accuses_nobody) {
  intent.targets[0].origin = "http://127.0.0.1:1";
  intent.targets[0].edge = api.url();
  ASSERT_TRUE(collect());
  EXPECT_EQ(rows("SELECT witness, class FROM current_probe ORDER BY witness"),
            "edge|blank_app;origin|connect;");
  store = std::move(*Store::open(":memory:"));
  Platforms nowhere = api.platforms();
  nowhere.heroku.api = "http://127.0.0.1:1";
  ASSERT_TRUE(collect(nowhere));
  EXPECT_EQ(rows("SELECT witness FROM current_probe"), "edge;");
  EXPECT_EQ(state("probe.origin"), "failed;");
}

TEST_F(CollectionTest, apps_and_repositories_of_several_targets_are_asked_once) {
  Target second = intent.targets[0];
  second.name = "shop/canary";
  intent.targets.push_back(second);
  Target other{.name = "other/production", .app = "other", .repository = "acme/other"};
  intent.targets.push_back(other);
  int told = 0;
  Collection::Options options;
  options.progress = [&](int done, int asked, std::string_view) {
    EXPECT_LE(done, asked);
    ++told;
  };
  ASSERT_TRUE(collect(api.platforms(), options));
  EXPECT_EQ(api.count("/apps/shop"), 1);
  EXPECT_EQ(api.count("/repos/acme/shop"), 1);
  EXPECT_EQ(api.count("/health"), 2);
  EXPECT_EQ(api.count("/apps/other"), 1);
  EXPECT_GT(told, 20);
  api.requests.clear();
  ASSERT_TRUE(collect(api.platforms(), {.only_target = "other/production"}));
  EXPECT_EQ(api.count("/apps/shop"), 0);
  EXPECT_EQ(api.count("/apps/other"), 1);
}

TEST_F(CollectionTest, of_nothing_ends_at_once) {
  intent.targets.clear();
  EXPECT_TRUE(collect());
  EXPECT_TRUE(api.requests.empty());
}

TEST_F(CollectionTest, a_store_that_cannot_be_written_ends_it_with_an_error) {
  ASSERT_TRUE(store.database().run("PRAGMA query_only = ON"));
  std::optional<Result<>> done;
  Collection collection(api.world(), store, intent, api.platforms(), {});
  collection.start([&](Result<> result) { done = std::move(result); });
  ASSERT_TRUE(api.sim().run_until([&] { return done.has_value(); }));
  ASSERT_FALSE(*done);
  EXPECT_EQ(done->error().code, "read_only") << done->error().text;
}

TEST_F(CollectionTest, one_that_is_gone_calls_nobody) {
  bool called = false;
  auto collection = std::make_unique<Collection>(api.world(), store, intent, api.platforms(),
                                                 Collection::Options{});
  collection->start([&](Result<> const&) { called = true; });
  api.sim().run_until([&] { return api.requests.size() > 3; });
  collection.reset();
  EXPECT_FALSE(api.sim().run_until([&] { return called; }));
}

}  // namespace
}  // namespace landfall
