// The faults that come on top of an answer, and those with a window.
#include "sandbox/sandbox_fixture.h"
#include "world/http_date.h"

namespace landfall {
namespace {

class FaultKindsTest : public SandboxTest {
 protected:
  FaultKindsTest() { answers_are_spoiled_ = true; }
  Instant now() { return sim_->process("client").now(); }
  std::int64_t set(std::string const& fault) {
    Response const made = answer({.method = "POST", .url = api("/sandbox/faults"), .body = fault});
    EXPECT_EQ(made.status, 201) << made.body;
    return *json(made).integer("id");
  }
  void clear() {
    EXPECT_EQ(answer({.method = "DELETE", .url = api("/sandbox/faults")}).status, 204);
  }
  std::size_t releases() {
    return json(heroku("GET", "/apps/empty-app/releases")).as_array().size();
  }
  void set_config(std::string const& value) {
    Json const vars = Json::object({{"A", value}});
    EXPECT_EQ(heroku("PATCH", "/apps/empty-app/config-vars", vars.dump()).status, 200);
  }
};

TEST_F(FaultKindsTest, a_window_opens_and_closes_by_the_sandbox_s_clock) {
  start();
  set(R"({"service":"heroku","path":"/account","kind":"status","status":503,"for":"10m"})");
  EXPECT_EQ(heroku("GET", "/account").status, 503);
  wait(9min);
  EXPECT_EQ(heroku("GET", "/account").status, 503);
  wait(1min);
  EXPECT_EQ(heroku("GET", "/account").status, 200);
  Json const later = Json::object({{"service", "heroku"},
                                   {"kind", "status"},
                                   {"from", iso8601(now() + 1h)},
                                   {"until", iso8601(now() + 2h)}});
  set(later.dump());
  EXPECT_EQ(heroku("GET", "/account").status, 200);
  wait(61min);
  EXPECT_EQ(heroku("GET", "/account").status, 500);
  wait(60min);
  EXPECT_EQ(heroku("GET", "/account").status, 200);
}

TEST_F(FaultKindsTest, a_wrong_body_is_json_of_another_shape) {
  start();
  Json const good = json(heroku("GET", "/account"));
  set(R"({"service":"heroku","kind":"wrong"})");
  Response const account = heroku("GET", "/account");
  EXPECT_EQ(account.status, 200);
  Json const bad = json(account);
  for (auto const& [name, value] : good.as_object()) {
    ASSERT_NE(bad.find(name), nullptr) << name;
    EXPECT_NE(bad.find(name)->kind(), value.kind()) << name;
  }
  EXPECT_TRUE(json(heroku("GET", "/apps")).is_object());
  // The request was done all the same.
  set_config("1");
  clear();
  EXPECT_EQ(*json(heroku("GET", "/apps/empty-app/config-vars")).text("A"), "1");
}

TEST_F(FaultKindsTest, a_revoked_token_is_one_that_the_platform_does_not_know) {
  start();
  Response const unknown = heroku("GET", "/account", "", "nobody");
  Response const stranger = github("GET", "/user", "", "nobody");
  ASSERT_EQ(unknown.status, 401);
  ASSERT_EQ(stranger.status, 401);
  set(R"({"service":"heroku","kind":"revoked","user":"ada"})");
  EXPECT_EQ(heroku("GET", "/account").status, 401);
  EXPECT_EQ(heroku("GET", "/account").body, unknown.body);
  EXPECT_EQ(heroku("GET", "/account", "", "heroku-bob").status, 200);
  EXPECT_EQ(github("GET", "/user").status, 200);
  clear();
  set(R"({"service":"github","kind":"revoked","token":"github-write"})");
  EXPECT_EQ(github("GET", "/user", "", "github-write").body, stranger.body);
  EXPECT_EQ(github("GET", "/user", "", "github-read").status, 200);
  std::string const shown = answer({.url = api("/sandbox/faults")}).body;
  EXPECT_EQ(shown.find("github-write"), std::string::npos) << shown;
  EXPECT_NE(shown.find("...rite"), std::string::npos) << shown;
  clear();
  set(R"({"service":"github","kind":"revoked"})");
  EXPECT_EQ(github("GET", "/user", "", "github-read").status, 401);
  EXPECT_EQ(github("GET", "/repos/acme/shop", "", "").status, 200);
}

TEST_F(FaultKindsTest, a_skewed_clock_shows_in_the_headers_only) {
  start();
  auto const reset = [&] {
    return std::stoll(github("GET", "/user").headers.value_or("X-RateLimit-Reset", "0"));
  };
  std::int64_t const before = reset();
  set(R"({"service":"github","kind":"skew","skew":"-90s"})");
  set(R"({"service":"heroku","kind":"skew","skew":"2h"})");
  EXPECT_NEAR(static_cast<double>(reset()), static_cast<double>(before - 90), 2);
  EXPECT_EQ(github("GET", "/user").headers.value_or("Date", ""), http_date(now() - 90s));
  EXPECT_EQ(heroku("GET", "/account").headers.value_or("Date", ""), http_date(now() + 2h));
  set_config("1");
  Json const made = json(heroku("GET", "/apps/empty-app/releases")).as_array().back();
  EXPECT_EQ(*made.text("created_at"), iso8601(now()));
}

TEST_F(FaultKindsTest, a_limit_is_said_as_each_platform_says_it) {
  start();
  set(R"({"service":"github","kind":"limited","retry_after":30,"times":1})");
  Response const hub = github("GET", "/user");
  EXPECT_EQ(hub.status, 403);
  EXPECT_EQ(*hub.headers.find("Retry-After"), "30");
  EXPECT_NE(json(hub).text("message")->find("secondary rate limit"), std::string::npos);
  EXPECT_EQ(github("GET", "/user").status, 200);
  set(R"({"service":"github","kind":"limited","status":429})");
  EXPECT_EQ(github("GET", "/user").status, 429);
  set(R"({"service":"heroku","kind":"limited"})");
  Response const limit = heroku("GET", "/account");
  EXPECT_EQ(limit.status, 429);
  EXPECT_EQ(*json(limit).text("id"), "rate_limit");
  EXPECT_TRUE(limit.headers.find("Retry-After"));
}

TEST_F(FaultKindsTest, a_stale_view_shows_a_release_later_than_it_happened) {
  start();
  std::size_t const before = releases();
  set(R"({"service":"heroku","kind":"stale","age":"5m"})");
  EXPECT_EQ(releases(), before);
  set_config("1");
  EXPECT_EQ(releases(), before);
  wait(2min);
  EXPECT_EQ(heroku("POST", "/apps", R"({"name":"new-app"})").status, 201);
  EXPECT_EQ(heroku("GET", "/apps/new-app").status, 404);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app").status, 200);
  EXPECT_EQ(heroku("GET", "/apps/full-app").status, 200);
  EXPECT_EQ(heroku("GET", "/apps/full-app/releases").status, 200);
  wait(3min + 1s);
  EXPECT_EQ(releases(), before + 1);
  EXPECT_EQ(heroku("GET", "/apps/new-app").status, 404);
  wait(2min);
  EXPECT_EQ(heroku("GET", "/apps/new-app").status, 200);
  EXPECT_EQ(heroku("GET", "/apps/full-app").status, 404);
}

TEST_F(FaultKindsTest, a_stale_view_leaves_the_state_as_it_is) {
  start();
  set(R"({"service":"heroku","kind":"stale","age":"1h"})");
  set(R"({"service":"github","kind":"stale","age":"1h"})");
  EXPECT_EQ(github("POST", "/repos/acme/shop/issues", R"({"title":"New"})").status, 201);
  EXPECT_EQ(json(github("GET", "/repos/acme/shop/issues")).as_array().size(), 0u);
  EXPECT_EQ(github("GET", "/repos/acme/shop/contents/Procfile").status, 200);
  begin_build("empty-app");
  for (int i = 0; i < 5; ++i) {
    wait(2s);
    EXPECT_EQ(json(heroku("GET", "/apps/empty-app/builds")).as_array().size(), 0u);
    heroku("GET", "/apps/full-app/slugs");
  }
  clear();
  EXPECT_EQ(json(github("GET", "/repos/acme/shop/issues")).as_array().size(), 1u);
  EXPECT_EQ(github("GET", "/repos/acme/shop/contents/Procfile").status, 200);
  Json const built = json(heroku("GET", "/apps/empty-app/builds")).as_array().at(0);
  EXPECT_EQ(*built.text("status"), "succeeded");
  Json const slug = json(heroku("GET", "/apps/empty-app/slugs/" + *built.text("slug.id")));
  EXPECT_EQ(answer({.url = *slug.text("blob.url")}).status, 200);
  EXPECT_EQ(heroku("DELETE", "/apps/empty-app/dynos").status, 202);
  wait(5s);
  Json const state = json(answer({.url = api("/sandbox/state")}));
  EXPECT_EQ(*state.find("apps")->as_array()[0].find("dynos")->as_array().at(0).text("state"), "up");
}

TEST_F(FaultKindsTest, an_old_limit_is_not_filled_by_an_old_view) {
  start();
  auto const left = [&] {
    return std::stoll(heroku("GET", "/account").headers.value_or("RateLimit-Remaining", "0"));
  };
  for (int i = 0; i < 50; ++i) left();
  set(R"({"service":"heroku","kind":"stale","age":"10h","times":1})");
  left();
  EXPECT_LT(left(), 4460);
}

TEST_F(FaultKindsTest, faults_come_from_a_world_file_with_places_of_mistakes) {
  struct Row {
    std::string fault;
    std::string want;
  };
  Row const table[]{
      {"{service: heroku, kind: latency}", "world.yaml:3:5: latency of fault: missing"},
      {"{service: heroku, kind: drop, status: 500}", "world.yaml:3:43: status of fault"},
      {"{service: heroku, kind: skew, skew: soon}", "world.yaml:3:41: skew of fault"},
      {"{service: heroku, kind: stale, age: -5m}", "world.yaml:3:41: age of fault"},
      {"{service: heroku, kind: drop, for: 10m, until: 2026-06-01}", "either 'until' or 'for'"},
      {"{service: heroku, kind: drop, from: 2026-06-02, until: 2026-06-01}",
       "it ends before it begins"},
      {"{service: heroku, kind: drop, from: noon}", "world.yaml:3:41: from of fault"},
      {"{service: heroku, kind: revoked, user: adda}", "did you mean 'ada'?"},
      {"{service: heroku, kind: revoked, token: x}", "heroku knows no such token"},
      {"{service: router, kind: stale, age: 1m}", "not for the router"},
      {"{service: heroku, kind: limited, status: 403}", "Heroku's limit is 429"},
      {"{service: heroku, kind: drop, path: apps}", "begins with '/'"},
      {"{service: heroku, kind: drop, method: get}", "in capitals"},
      {"{service: heroku, kind: drop, times: 1.5}", "from 0 to 1000000"},
      {"{service: heroku, kind: drop, tims: 1}", "did you mean 'times'?"},
      {"{service: heroku}", "kind of fault: missing: expected one of status"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.fault);
    auto const got = Sandbox::start(
        sim_->process("sandbox"),
        {"users: {ada: {id: 1}}\nfaults:\n  - " + row.fault + "\n", "world.yaml", ""},
        {.scratch = "/tmp/no-such-folder-of-landfall/state"});
    ASSERT_FALSE(got);
    EXPECT_TRUE(got.error().text.starts_with("world.yaml:3:")) << got.error().text;
    EXPECT_NE(got.error().text.find(row.want), std::string::npos) << got.error().text;
  }
}

}  // namespace
}  // namespace landfall
