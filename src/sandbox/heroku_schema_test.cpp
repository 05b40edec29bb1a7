// Every route of the Platform API is asked, and each answer is as Heroku's schema promises it: the
// fixture holds all answers of all tests against the schema.
#include <set>

#include "sandbox/heroku.h"
#include "sandbox/heroku_world_fixture.h"

namespace landfall {
namespace {

using Routes = std::span<sandbox::Route const> (*)();
Routes const tables[] = {
    sandbox::account_routes,   sandbox::addon_routes,        sandbox::app_routes,
    sandbox::build_routes,     sandbox::collaborator_routes, sandbox::config_routes,
    sandbox::domain_routes,    sandbox::dyno_routes,         sandbox::feature_routes,
    sandbox::formation_routes, sandbox::log_routes,          sandbox::pipeline_routes,
    sandbox::platform_routes,  sandbox::promotion_routes,    sandbox::release_routes,
    sandbox::slug_routes,      sandbox::team_routes,         sandbox::webhook_routes};

std::string as_href(sandbox::Route const& route) {
  return replace_all(std::string(route.pattern), "{app}", "{}");
}

class HerokuSchemaTest : public HerokuWorldTest {
 protected:
  /// Asks as ada, and remembers what was asked with success.
  Json ask(std::string const& method, std::string const& path, std::string const& body = "") {
    Response const got = heroku(method, path, body);
    EXPECT_LT(got.status, 300) << method << " " << path << " " << got.body;
    if (got.status < 300) asked_.emplace_back(method, path);
    return json(got);
  }
  std::string made(std::string const& path, std::string const& body) {
    return ask("POST", path, body).text("id").value_or("");
  }

  void ask_for_apps();
  void ask_for_code();
  void ask_for_dynos();
  void ask_for_what_hangs_on_apps();
  void ask_for_pipelines();
  void ask_for_teams_and_accounts();
  void ask_for_webhooks();

  bool was_asked(sandbox::Route const& route) const {
    return std::any_of(asked_.begin(), asked_.end(), [&](auto const& one) {
      auto const url = parse_url(one.second);
      return one.first == route.method &&
             HerokuSchema::matches(as_href(route), url->segments()) >= 0;
    });
  }

  std::vector<std::pair<std::string, std::string>> asked_;
};

void HerokuSchemaTest::ask_for_apps() {
  ask("GET", "/apps");
  ask("GET", "/users/~/apps");
  ask("POST", "/apps");
  ask("POST", "/apps", R"({"name":"made-here","region":"eu","stack":"heroku-22"})");
  ask("GET", "/apps/made-here");
  ask("PATCH", "/apps/made-here", R"({"name":"named-again","maintenance":true})");
  ask("POST", "/filters/apps", fmt::format(R"({{"in":{{"id":["{}"]}}}})", id_of("/apps/shop")));
  ask("DELETE", "/apps/named-again");
  ask("GET", "/apps/shop/config-vars");
  ask("PATCH", "/apps/shop/config-vars", R"({"A":"1"})");
  ask("GET", "/apps/shop/releases/2/config-vars");
  for (char const* what : {"/stacks", "/regions", "/dyno-sizes", "/stacks/heroku-24", "/regions/us",
                           "/dyno-sizes/eco", "/apps/shop/available-stacks", "/spaces",
                           "/apps/shop/available-dyno-sizes", "/enterprise-accounts"}) {
    ask("GET", what);
  }
}

void HerokuSchemaTest::ask_for_code() {
  Json const source = ask("POST", "/sources");
  ask("POST", "/apps/shop/sources");
  std::string const url = *source.text("source_blob.put_url");
  EXPECT_EQ(answer({.method = "PUT", .url = url, .body = source_archive()}).status, 200);
  std::string const wanted = fmt::format(
      R"({{"source_blob":{{"url":"{}","version":"abc"}},"buildpacks":[{{"name":"heroku/python"}}]}})",
      url);
  std::string const cancelled = made("/apps/shop/builds", wanted);
  ask("DELETE", "/apps/shop/builds/" + cancelled);
  std::string const build = made("/apps/shop-staging/builds", wanted);
  wait(2s);
  ask("GET", "/apps/shop-staging/builds");
  Json const built = ask("GET", "/apps/shop-staging/builds/" + build);
  EXPECT_EQ(*built.text("status"), "succeeded");
  ask("GET", "/apps/shop-staging/slugs/" + built.text("slug.id").value_or(""));
  ask("POST", "/apps/shop/slugs", R"({"process_types":{"web":"x"},"stack":"heroku-24"})");
  ask("DELETE", "/apps/shop/build-cache");
  ask("PUT", "/apps/shop/buildpack-installations",
      R"({"updates":[{"buildpack":"heroku/nodejs"},{"buildpack":"https://x.example/y.git"}]})");
  ask("GET", "/apps/shop/buildpack-installations");
  ask("GET", "/apps/shop-staging/releases");
  Json const release = ask("GET", "/apps/shop-staging/releases/3");
  ask("POST", "/apps/shop-staging/releases",
      fmt::format(R"({{"release":"{}"}})", *release.text("id")));
}

void HerokuSchemaTest::ask_for_dynos() {
  std::string const app = "/apps/shop-staging";
  ask("GET", app + "/formation");
  ask("GET", app + "/formation/web");
  ask("PATCH", app + "/formation", R"({"updates":[{"type":"web","quantity":2}]})");
  ask("PATCH", app + "/formation/web", R"({"quantity":"1","dyno_size":{"name":"Performance-M"}})");
  wait(1s);
  ask("GET", app + "/dynos");
  ask("GET", app + "/dynos/web.1");
  ask("DELETE", app + "/dynos/web.1");
  ask("DELETE", app + "/dynos");
  ask("DELETE", app + "/formations/web");
  ask("POST", app + "/formations/web/actions/stop");
  wait(1s);
  Json const once = ask("POST", app + "/dynos", R"({"command":"python3 app.py","attach":false})");
  ask("POST", app + "/dynos/" + *once.text("name") + "/actions/stop");
}

void HerokuSchemaTest::ask_for_what_hangs_on_apps() {
  std::string const app = "/apps/shop-staging";
  std::string const domain =
      made(app + "/domains", R"({"hostname":"a.example.com","sni_endpoint":null})");
  ask("GET", app + "/domains");
  ask("GET", app + "/domains/" + domain);
  ask("PATCH", app + "/domains/" + domain, R"({"sni_endpoint":null})");
  ask("DELETE", app + "/domains/" + domain);
  ask("GET", app + "/sni-endpoints");
  ask("POST", app + "/log-sessions", R"({"lines":10,"dyno":"web.1"})");
  ask("GET", app + "/log-drains");
  std::string const drain = made(app + "/log-drains", R"({"url":"https://logs.example/2"})");
  ask("GET", app + "/log-drains/" + drain);
  ask("DELETE", app + "/log-drains/" + drain);
  ask("GET", app + "/features");
  ask("GET", app + "/features/preboot");
  ask("PATCH", app + "/features/preboot", R"({"enabled":true})");
  for (std::string const& prefix : {app, std::string("/teams/apps/shop-staging")}) {
    ask("GET", prefix + "/collaborators");
    ask("POST", prefix + "/collaborators", R"({"user":"eve@other.example"})");
    ask("GET", prefix + "/collaborators/eve@other.example");
    ask("DELETE", prefix + "/collaborators/eve@other.example");
  }
  std::string const addon = "postgresql-round-12345";
  for (std::string const& path : {"/addons", "/addon-attachments"}) ask("GET", path);
  ask("GET", "/addons/" + addon);
  ask("GET", "/addons/" + addon + "/addon-attachments");
  ask("GET", app + "/addons");
  ask("GET", app + "/addons/" + addon);
  Json const attachment = ask("GET", app + "/addon-attachments/DATABASE");
  ask("GET", "/addon-attachments/" + *attachment.text("id"));
  ask("GET", app + "/addon-attachments");
  ask("POST", "/actions/addons/resolve", R"({"addon":"heroku-postgresql","app":"shop-staging"})");
  ask("POST", "/actions/addon-attachments/resolve", R"({"addon_attachment":"DATABASE"})");
}

void HerokuSchemaTest::ask_for_pipelines() {
  ask("GET", "/pipelines?eq[name]=shop-line");
  std::string const line = id_of("/pipelines/shop-line");
  ask("GET", "/pipelines/" + line);
  ask("GET", "/pipelines/" + line + "/pipeline-couplings");
  ask("GET", "/apps/shop/pipeline-couplings");
  ask("GET", "/pipeline-couplings");
  ask("GET", "/users/~/pipeline-couplings");
  ask("GET", "/teams/acme/pipeline-couplings");
  std::string const promotion =
      made("/pipeline-promotions",
           fmt::format(R"({{"pipeline":{{"id":"{}"}},"source":{{"app":{{"id":"{}"}}}},)"
                       R"("targets":[{{"app":{{"id":"{}"}}}}]}})",
                       line, id_of("/apps/shop-staging"), id_of("/apps/shop")));
  ask("GET", "/pipeline-promotions/" + promotion);
  ask("GET", "/pipeline-promotions/" + promotion + "/promotion-targets");
  std::string const other = made("/pipelines", R"({"name":"other-line"})");
  ask("PATCH", "/pipelines/" + other, R"({"name":"third-line"})");
  std::string const coupling =
      made("/pipeline-couplings",
           fmt::format(R"({{"app":"acme-web","pipeline":"{}","stage":"review"}})", other));
  ask("GET", "/pipeline-couplings/" + coupling);
  ask("PATCH", "/pipeline-couplings/" + coupling, R"({"stage":"staging"})");
  ask("DELETE", "/pipeline-couplings/" + coupling);
  ask("DELETE", "/pipelines/" + other);
}

void HerokuSchemaTest::ask_for_teams_and_accounts() {
  ask("GET", "/teams");
  ask("POST", "/teams", R"({"name":"second-team"})");
  for (char const* what : {"", "/apps", "/members", "/invitations", "/features"}) {
    ask("GET", std::string("/teams/acme") + what);
  }
  std::string const eve = R"({"email":"eve@other.example","role":"member"})";
  ask("POST", "/teams/acme/members", eve);
  ask("PATCH", "/teams/acme/members", eve);
  ask("DELETE", "/teams/acme/members/eve@other.example");
  ask("PUT", "/teams/acme/members", eve);
  ask("POST", "/teams/apps", R"({"name":"acme-api","team":"acme"})");
  ask("GET", "/teams/apps/acme-api");
  ask("PATCH", "/teams/apps/acme-api", R"({"locked":true})");
  ask("GET", "/account");
  ask("PATCH", "/account", R"({"name":"Ada"})");
  ask("GET", "/users/~");
  ask("PATCH", "/users/~", R"({"name":"Ada L."})");
  ask("GET", "/accounts/~/actions/get-quota");
  ask("GET", "/account/rate-limits");
  ask("GET", "/account/features");
  ask("GET", "/account/features/pipelines");
  ask("PATCH", "/account/features/pipelines", R"({"enabled":true})");
}

void HerokuSchemaTest::ask_for_webhooks() {
  std::string const app = "/apps/shop-staging";
  std::string const hook =
      made(app + "/webhooks",
           R"({"include":["api:release"],"level":"sync","url":"http://127.0.0.1:1/"})");
  ask("GET", app + "/webhooks");
  ask("GET", app + "/webhooks/" + hook);
  ask("PATCH", app + "/webhooks/" + hook, R"({"include":["api:release","dyno"]})");
  ask("PATCH", app + "/config-vars", R"({"A":"1"})");
  wait(1s);
  Json const events = ask("GET", app + "/webhook-events");
  ask("GET", app + "/webhook-events/" + *events.as_array().back().text("id"));
  Json const deliveries = ask("GET", app + "/webhook-deliveries");
  ask("GET", app + "/webhook-deliveries/" + *deliveries.as_array().back().text("id"));
  ask("DELETE", app + "/webhooks/" + hook);
}

TEST_F(HerokuSchemaTest, every_route_is_asked_and_answers_as_the_schema_says) {
  ask_for_apps();
  ask_for_code();
  ask_for_dynos();
  ask_for_what_hangs_on_apps();
  ask_for_pipelines();
  ask_for_teams_and_accounts();
  ask_for_webhooks();
  std::size_t routes = 0;
  for (Routes const table : tables) {
    for (sandbox::Route const& route : table()) {
      EXPECT_TRUE(was_asked(route)) << route.method << " " << route.pattern << " was not asked";
      ++routes;
    }
  }
  EXPECT_GT(routes, 120U);
}

/// A judge that takes everything would prove nothing.
TEST_F(HerokuSchemaTest, refuses_answers_that_are_not_as_the_schema_says) {
  Response const good = heroku("GET", "/apps/shop");
  Url const url = *parse_url("/apps/shop");
  HerokuSchema const& schema = HerokuSchema::shared();
  ASSERT_TRUE(schema.complaints("GET", url, good).empty());
  struct Row {
    char const* name;
    char const* member;
    Json value;
  };
  Row const table[]{
      {"another type", "maintenance", "no"},
      {"an id that is none", "id", "seven"},
      {"a name that is none", "name", "Shop"},
      {"a member too many", "extra", 1},
      {"a time that is none", "created_at", "yesterday"},
      {"a member of a member", "owner", Json::object({{"id", *json(good).text("id")}})},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Json body = json(good);
    body.set(row.member, row.value);
    Response const bad{.status = 200, .body = body.dump()};
    EXPECT_EQ(schema.complaints("GET", url, bad).size(), 1U);
  }
  Response const bare{.status = 200, .body = "{}"};
  EXPECT_EQ(schema.complaints("GET", url, bare).size(), 22U);
  Response const list{.status = 200, .body = "[{}]"};
  EXPECT_FALSE(schema.complaints("GET", *parse_url("/apps"), list).empty());
  Response const error{.status = 404, .body = R"({"id":"bad_request","message":"x"})"};
  EXPECT_EQ(schema.complaints("GET", url, error).size(), 1U);
  EXPECT_EQ(schema.complaints("GET", *parse_url("/nonsense"), good).size(), 1U);
  EXPECT_EQ(schema.complaints("POST", *parse_url("/apps"), good).size(), 1U);
}

TEST_F(HerokuSchemaTest, the_schema_itself_is_served_to_everybody) {
  Request request{.url = api("/schema")};
  request.headers.set("Accept", "application/vnd.heroku+json; version=3");
  Response const got = answer(request);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(json(got).text("id").value_or(""), "http://api.heroku.com/schema#");
  request.headers.set("If-None-Match", *got.headers.find("ETag"));
  EXPECT_EQ(answer(request).status, 304);
}

}  // namespace
}  // namespace landfall
