// What hangs on apps and accounts: builds' buildpacks, drains, log sessions, add-ons, features,
// rate limits, and what the world file says of them.
#include "sandbox/heroku_world_fixture.h"

namespace landfall {
namespace {

using HerokuPartsTest = HerokuWorldTest;

TEST_F(HerokuPartsTest, rate_limits_are_an_account_s_and_can_be_looked_at_for_nothing) {
  auto const remaining = [&] {
    return *json(heroku("GET", "/account/rate-limits")).integer("remaining");
  };
  EXPECT_EQ(remaining(), 4500);
  EXPECT_EQ(remaining(), 4500);
  EXPECT_EQ(*heroku("GET", "/account").headers.find("RateLimit-Remaining"), "4499");
  EXPECT_EQ(remaining(), 4499);
  EXPECT_EQ(*heroku("GET", "/nonsense").headers.find("RateLimit-Remaining"), "4498");
  wait(2s);
  EXPECT_EQ(remaining(), 4500);
}

TEST_F(HerokuPartsTest, a_rate_limit_is_what_the_world_says) {
  start(replace_all(std::string(pipeline_world), "heroku:\n", "heroku:\n  requests_an_hour: 3600\n"));
  EXPECT_EQ(*heroku("GET", "/account").headers.find("RateLimit-Remaining"), "3599");
  for (int i = 0; i < 3599; ++i) heroku("GET", "/account");
  EXPECT_EQ(heroku("GET", "/account").status, 429);
  wait(1s);
  EXPECT_EQ(heroku("GET", "/account").status, 200);
}

TEST_F(HerokuPartsTest, versions_of_the_api_are_told_apart) {
  struct Row {
    char const* accept;
    int status;
  };
  std::string const prefix = "application/vnd.heroku+json; version=";
  for (Row const& row :
       {Row{"3", 200}, Row{"3.sdk", 200}, Row{"3.pipelines", 200}, Row{"3.filters", 200},
        Row{"3.webhooks", 200}, Row{"3.docker-releases", 200}, Row{"3.account-quotas", 200},
        Row{"3.run-inside", 200}, Row{"30", 406}, Row{"4", 406}, Row{"2", 410}, Row{"1", 410}}) {
    SCOPED_TRACE(row.accept);
    Request request{.url = api("/account")};
    request.headers.set("Accept", prefix + row.accept);
    request.headers.set("Authorization", "Basic " + base64("ada@shop.example:heroku-ada"));
    Response const got = answer(request);
    EXPECT_EQ(got.status, row.status);
    EXPECT_EQ(got.headers.value_or("Content-Type", ""), "application/json");
  }
}

TEST_F(HerokuPartsTest, buildpacks_have_an_order) {
  std::string const path = "/apps/shop/buildpack-installations";
  Response const put = heroku(
      "PUT", path,
      R"({"updates":[{"buildpack":"heroku/nodejs"},{"buildpack":"https://x.example/y.git"}]})");
  EXPECT_EQ(put.status, 200);
  Json const list = json(heroku("GET", path));
  ASSERT_EQ(list.as_array().size(), 2U);
  EXPECT_EQ(*list.as_array()[0].text("buildpack.url"), "urn:buildpack:heroku/nodejs");
  EXPECT_EQ(*list.as_array()[1].text("buildpack.name"), "https://x.example/y.git");
  EXPECT_EQ(*list.as_array()[1].integer("ordinal"), 1);
  for (char const* bad : {R"({})", R"({"updates":[{}]})", R"({"updates":[{"buildpack":7}]})",
                          R"({"updates":"heroku/nodejs"})"}) {
    EXPECT_EQ(heroku("PUT", path, bad).status, 422) << bad;
  }
  EXPECT_EQ(json(heroku("PUT", path, R"({"updates":[]})")).as_array().size(), 0U);
}

TEST_F(HerokuPartsTest, a_build_can_be_cancelled_while_it_is_pending) {
  std::string const path = "/apps/shop/builds/" + *begin_build("shop").text("id");
  EXPECT_EQ(text_of(heroku("DELETE", path), "status"), "failed");
  wait(3s);
  EXPECT_EQ(text_of(heroku("GET", path), "status"), "failed");
  EXPECT_EQ(newest_release("shop"), "Initial release");
  EXPECT_EQ(said(heroku("DELETE", path)), "409 conflict The build has ended already.");
  EXPECT_EQ(said(heroku("DELETE", "/apps/shop/builds/none")),
            "404 not_found Couldn't find that build.");
}

TEST_F(HerokuPartsTest, releases_are_found_by_id_and_by_version) {
  std::string const id = id_of("/apps/shop-staging/releases/3");
  for (std::string const& word : {std::string("v3"), std::string("3"), id}) {
    EXPECT_EQ(id_of("/apps/shop-staging/releases/" + word), id);
  }
  for (char const* word : {"v", "v0", "v4", "-1", "vv3", "3x"}) {
    EXPECT_EQ(said(heroku("GET", std::string("/apps/shop-staging/releases/") + word)),
              "404 not_found Couldn't find that release.");
  }
}

TEST_F(HerokuPartsTest, drains_are_kept_by_id_url_and_token) {
  std::string const path = "/apps/shop/log-drains";
  Response const made = heroku("POST", path, R"({"url":"https://user:pass@logs.example/x"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(text_of(made, "token").starts_with("d."));
  EXPECT_EQ(said(heroku("POST", path, R"({"url":"https://user:pass@logs.example/x"})")),
            "422 invalid_params Url has already been taken");
  EXPECT_EQ(heroku("POST", path, R"({"url":"syslog://logs.example:514"})").status, 201);
  for (char const* bad : {"", "logs.example", "ftp://x.example", "https://"}) {
    EXPECT_EQ(heroku("POST", path, Json::object({{"url", bad}}).dump()).status, 422) << bad;
  }
  EXPECT_EQ(heroku("DELETE", path + "/" + text_of(made, "token")).status, 200);
  EXPECT_EQ(json(heroku("GET", path)).as_array().size(), 1U);
  EXPECT_EQ(heroku("DELETE", path + "/" + text_of(made, "token")).status, 404);
}

TEST_F(HerokuPartsTest, log_sessions_that_make_no_sense_are_refused) {
  for (char const* bad : {R"({"lines":-1})", R"({"lines":"10"})", R"({"tail":1})", R"({"dyno":7})",
                          R"({"source":[]})"}) {
    EXPECT_EQ(heroku("POST", "/apps/shop/log-sessions", bad).status, 422) << bad;
  }
  EXPECT_EQ(heroku("POST", "/apps/shop/log-sessions", R"({"lines":99999,"tail":null})").status,
            201);
}

TEST_F(HerokuPartsTest, config_has_a_size_and_leaves_no_trace_of_what_is_refused) {
  std::string const path = "/apps/shop/config-vars";
  std::string const big(40'000, 'x');
  EXPECT_EQ(heroku("PATCH", path, Json::object({{"A", big}}).dump()).status, 200);
  EXPECT_EQ(said(heroku("PATCH", path, Json::object({{"B", big}}).dump())),
            "422 invalid_params Config vars are limited to 64 kB.");
  EXPECT_EQ(heroku("PATCH", path, Json::object({{"A", big + "y"}}).dump()).status, 200);
  EXPECT_EQ(heroku("PATCH", path, R"({"C":"1","bad name":"2"})").status, 422);
  EXPECT_EQ(json(heroku("GET", path)).as_object().size(), 1U);
  EXPECT_EQ(newest_release("shop"), "Set A config vars");
}

TEST_F(HerokuPartsTest, add_ons_of_the_world_are_found_in_every_way) {
  auto const resolve = [&](std::string const& body) {
    return heroku("POST", "/actions/addons/resolve", body);
  };
  for (char const* body : {R"({"addon":"postgresql-round-12345"})",
                           R"({"addon":"heroku-postgresql","app":"shop-staging"})",
                           R"({"addon":"DATABASE","app":"shop-staging"})"}) {
    EXPECT_EQ(json(resolve(body)).as_array().size(), 1U) << body;
  }
  EXPECT_EQ(said(resolve(R"({"addon":"DATABASE"})")), "404 not_found Couldn't find that add-on.");
  EXPECT_EQ(said(resolve(R"({"addon":"x","app":"none"})")),
            "404 not_found Couldn't find that app.");
  EXPECT_EQ(resolve(R"({"addon":7})").status, 422);
  EXPECT_EQ(json(heroku("GET", "/addons", "", "heroku-eve")).as_array().size(), 0U);
  Json const addon = json(heroku("GET", "/apps/shop-staging/addons")).as_array()[0];
  EXPECT_EQ(*addon.integer("billed_price.cents"), 500);
  EXPECT_EQ(*addon.text("addon_service.name"), "heroku-postgresql");
  Json const release = json(heroku("GET", "/apps/shop-staging/releases/3"));
  EXPECT_EQ(release.find("addon_plan_names")->dump(), R"(["heroku-postgresql:essential-0"])");
}

TEST_F(HerokuPartsTest, features_are_switched_by_name_and_by_id) {
  std::string const path = "/apps/shop/features/";
  EXPECT_FALSE(*json(heroku("GET", path + "preboot")).boolean("enabled"));
  std::string const id = id_of(path + "preboot");
  EXPECT_TRUE(*json(heroku("PATCH", path + id, R"({"enabled":true})")).boolean("enabled"));
  EXPECT_TRUE(*json(heroku("GET", path + "preboot")).boolean("enabled"));
  EXPECT_EQ(heroku("PATCH", path + "preboot", R"({"enabled":"yes"})").status, 422);
  EXPECT_EQ(said(heroku("GET", path + "nonsense")), "404 not_found Couldn't find that feature.");
  heroku("PATCH", "/account/features/pipelines", R"({"enabled":true})");
  EXPECT_TRUE(*json(heroku("GET", "/account/features/pipelines")).boolean("enabled"));
  EXPECT_FALSE(
      *json(heroku("GET", "/account/features/pipelines", "", "heroku-bob")).boolean("enabled"));
}

/// Mistakes in the parts of a world file name their place.
TEST(HerokuWorldFile, mistakes_in_what_hangs_on_apps_name_their_place) {
  struct Row {
    char const* app;
    char const* rest;
    char const* said;
  };
  Row const table[]{
      {"team: none", "", "no such team"},
      {"locked: perhaps", "", "true or false"},
      {"region: mars", "", "us or eu"},
      {"collaborators: [], access: []", "", "leave one out"},
      {"addons: [{plan: x}]", "", "expected a name"},
      {"addons: [{paln: x}]", "", "did you mean 'plan'"},
      {"addons: {}", "", "expected a sequence"},
      {"webhooks: [{url: nowhere}]", "", "expected an http"},
      {"webhooks: [{url: 'http://x.example', include: [nothing]}]", "", "do not tell of"},
      {"webhooks: [{url: 'http://x.example', level: loud}]", "", "notify or sync"},
      {"", "teams: {acme: {}}", "members"},
      {"", "teams: {acme: {members: {eve: admin}}}", "no user 'eve'"},
      {"", "teams: {acme: {members: {ada: king}}}", "admin, member or viewer"},
      {"", "pipelines: {p: {created_at: 2026-01-01, owner: eve}}", "no user 'eve'"},
      {"", "pipelines: {p: {created_at: 2026-01-01, team: acme}}", "no such team"},
      {"", "pipelines: {p: {created_at: 2026-01-01, owner: ada, apps: {no: staging}}}", "no app"},
      {"", "pipelines: {p: {created_at: 2026-01-01, owner: ada, apps: {shop: here}}}", "a stage"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(std::string(row.app) + row.rest);
    std::string const text = fmt::format(
        "users: {{ada: {{}}}}\nheroku:\n  apps:\n    shop: {{created_at: 2026-01-01, owner: ada, "
        "{}}}\n  {}\n",
        row.app, row.rest);
    auto const sim = SimWorld::create(*parse_instant("2026-05-01T12:00:00Z"), 7);
    auto const started = Sandbox::start(sim->process("sandbox"), {text, "world.yaml", "/none"},
                                        {.scratch = "/none/state"});
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text.find("world.yaml:"), std::string::npos) << started.error().text;
    EXPECT_NE(started.error().text.find(row.said), std::string::npos) << started.error().text;
  }
}

}  // namespace
}  // namespace landfall
