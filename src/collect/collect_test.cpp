#include "collect/collect.h"

#include <gtest/gtest.h>

#include "collect/collection_fixture.h"
#include "collect/github.h"
#include "facts/store_fixture.h"

namespace landfall {
namespace {

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
  EXPECT_EQ(rows("SELECT run_id, ref, status FROM current_run ORDER BY run_id"),
            "1|main|completed;7|main|waiting;");
  EXPECT_EQ(rows("SELECT witness, status, class, verdict FROM current_probe"),
            "origin|502|blank_app|failing;");
  EXPECT_EQ(
      rows("SELECT DISTINCT event FROM current_deploy_path WHERE app = 'shop' ORDER BY event"),
      "push;workflow_dispatch;");
  EXPECT_EQ(rows("SELECT source, state, reason FROM observation WHERE valid_to IS NULL AND state "
                 "<> 'observed'"),
            "");
  EXPECT_EQ(rows("SELECT count(*) FROM observation WHERE valid_to IS NULL"), "22;");
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
  for (sql::Row const& row : *store.database().query("SELECT body FROM evidence"))
    kept += *decompress(row.text("body"), 1 << 20);
  for (std::string_view const secret :
       {"s3cret-value", "hidden-in-url", "s3/slug", "token-0123456789", "value-of-variable"})
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
  EXPECT_EQ(rows("SELECT count(*) FROM observation"), "22;");
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
      {"github.secrets", "/repos/acme/shop/environments/staging/secrets"},
      {"github.secrets", "/repos/acme/shop/actions/organization-secrets"},
      {"github.variables", "/repos/acme/shop/actions/variables"},
      {"github.variables", "/repos/acme/shop/environments/staging/variables"},
      {"github.variables", "/repos/acme/shop/actions/organization-variables"},
      {"github.pending", "/repos/acme/shop/actions/runs?per_page=100&status=waiting"},
      {"github.pending", "/repos/acme/shop/actions/runs/7/pending_deployments"},
      {"github.deployments", "/repos/acme/shop/deployments"},
      {"github.plan", "/orgs/acme"},
      {"github.files", "/repos/acme/shop/contents/.github/workflows"},
      {"github.files", "/repos/acme/shop/contents/.github/workflows/deploy.yml"},
  };
  std::vector<Fault> const all = faults();
  for (std::size_t i = 0; i < all.size(); ++i) {
    Fault const& fault = all[i];
    for (std::size_t j = 0; j < std::size(sources); ++j) {
      // Every source meets every second fault, and every fault every second source.
      if ((i + j) % 2 != 0) continue;
      auto const& [source, path] = sources[j];
      SCOPED_TRACE(std::string(fault.name) + " " + std::string(path));
      store = test_store();
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
    store = test_store();
    fault.set(api, "/apps/shop");
    fault.set(api, "/repos/acme/shop");
    ASSERT_TRUE(collect());
    EXPECT_EQ(rows("SELECT DISTINCT state FROM observation WHERE source NOT LIKE 'probe.%'"),
              fault.state);
    EXPECT_EQ(rows("SELECT count(*) FROM observation"), "22;");
  }
}

TEST_F(CollectionTest, what_github_hides_is_no_permission) {
  for (std::string_view const path : {"/environments", "/actions/secrets", "/actions/variables",
                                      "/deployments", "/actions/runs"}) {
    api.route("/repos/acme/shop" + std::string(path),
              [](Request const&) { return json_answer("{}", 404); });
  }
  ASSERT_TRUE(collect());
  for (std::string_view const source :
       {"github.environments", "github.variables", "github.deployments", "github.runs"})
    EXPECT_EQ(state(source), "no_permission;") << source;
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
  store = test_store();
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
  take_no_writes(store);
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
