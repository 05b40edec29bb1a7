#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

class ControlTest : public SandboxTest {
 protected:
  Response control(std::string const& method, std::string const& path, std::string body = "") {
    return answer({.method = method, .url = api("/sandbox" + path), .body = std::move(body)});
  }
};

TEST_F(ControlTest, lists_what_it_can_and_says_what_it_cannot) {
  start();
  Json const calls = json(control("GET", ""));
  EXPECT_GT(calls.as_array().size(), 8u);
  for (Json const& call : calls.as_array()) {
    // Each is there: whatever it thinks of the words, it knows the path.
    std::string const path = replace_all(*call.text("path"), "{}", "x").substr(8);
    EXPECT_NE(control("PATCH", path).status, 404) << path;
  }
  Response const other = control("PATCH", "/faults");
  EXPECT_EQ(other.status, 405);
  EXPECT_EQ(other.headers.value_or("Allow", ""), "GET, POST, DELETE");
  EXPECT_EQ(control("GET", "/nothing").status, 404);
  EXPECT_EQ(control("GET", "/faults/1/2").status, 404);
}

TEST_F(ControlTest, one_fault_can_be_ended) {
  start();
  std::string const drop = R"({"service":"heroku","path":"/x","kind":"drop"})";
  Json const first = json(control("POST", "/faults", drop));
  Json const second = json(control("POST", "/faults", drop));
  std::string const id = std::to_string(*first.integer("id"));
  EXPECT_EQ(control("DELETE", "/faults/" + id).status, 204);
  EXPECT_EQ(control("DELETE", "/faults/" + id).status, 404);
  EXPECT_EQ(control("DELETE", "/faults/x").status, 404);
  Json const left = json(control("GET", "/faults"));
  ASSERT_EQ(left.as_array().size(), 1u);
  EXPECT_EQ(*left.as_array()[0].integer("id"), *second.integer("id"));
}

TEST_F(ControlTest, time_goes_forward_and_only_by_its_own_clock) {
  start();
  EXPECT_EQ(*json(control("GET", "/time")).text("now"), "2026-05-01T12:00:00Z");
  EXPECT_EQ(control("POST", "/time", R"({"advance":"1h"})").status, 409);
  std::optional<Instant> set;
  sandbox_->on_set_clock([&](Instant to) { set = to; });
  EXPECT_EQ(control("POST", "/time", R"({"advance":"90m"})").status, 200);
  EXPECT_EQ(set, parse_instant("2026-05-01T13:30:00Z").value());
  EXPECT_EQ(control("POST", "/time", R"({"set":"2026-05-02T00:00:00Z"})").status, 200);
  EXPECT_EQ(set, parse_instant("2026-05-02T00:00:00Z").value());
  set.reset();
  for (char const* bad : {R"({"set":"2026-04-02T00:00:00Z"})", R"({"advance":"-1h"})", "{}",
                          R"({"advance":"1h","set":"2026-05-02T00:00:00Z"})", R"({"advance":5})",
                          R"({"set":"2126-05-02T00:00:00Z"})"}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(control("POST", "/time", bad).status, 422);
  }
  EXPECT_EQ(control("POST", "/time", "[").status, 400);
  EXPECT_FALSE(set);
}

TEST_F(ControlTest, requests_can_be_followed_by_their_numbers) {
  start();
  heroku("GET", "/account");
  Json const all = json(control("GET", "/requests"));
  std::int64_t const last = *all.as_array().back().integer("number");
  EXPECT_EQ(json(control("GET", "/requests?after=" + std::to_string(last))).as_array().size(), 0u);
  github("GET", "/user");
  Json const fresh = json(control("GET", "/requests?after=" + std::to_string(last)));
  ASSERT_EQ(fresh.as_array().size(), 1u);
  EXPECT_EQ(*fresh.as_array()[0].text("path"), "/user");
  EXPECT_EQ(control("GET", "/requests?after=x").status, 422);
}

TEST_F(ControlTest, a_crashed_dyno_comes_back) {
  start();
  wait(5s);
  EXPECT_EQ(control("POST", "/apps/full-app/dynos/web.1/crash").status, 202);
  wait(1s);
  EXPECT_NE(events_.find("web.1: crashed"), std::string::npos) << events_;
  auto const dyno = [&] {
    return json(control("GET", "/state")).find("apps")->as_array()[1].find("dynos")->as_array()[0];
  };
  wait(20min);
  EXPECT_EQ(*dyno().text("state"), "up");
  EXPECT_EQ(control("POST", "/apps/full-app/dynos/web.2/crash").status, 404);
  Response const near = control("POST", "/apps/fullapp/dynos/web.1/crash");
  EXPECT_EQ(near.status, 404);
  EXPECT_NE(near.body.find("full-app"), std::string::npos) << near.body;
}

TEST_F(ControlTest, variables_reach_both_platforms_and_nobody_else) {
  start();
  Json const variables = *json(control("GET", "/env")).find("variables");
  EXPECT_EQ(*variables.text("HEROKU_API_KEY"), "heroku-ada");
  EXPECT_EQ(*variables.text("GITHUB_TOKEN"), "github-admin");
  EXPECT_EQ(*variables.text("HEROKU_HOST"), api(""));
  EXPECT_EQ(*variables.text("HEROKU_PARTICLEBOARD_URL"), api(""));
  EXPECT_EQ(*variables.text("GITHUB_API_URL"), hub(""));
  std::string const git = fmt::format("127.0.0.1:{}", sandbox_->ports().git);
  EXPECT_EQ(*variables.text("HEROKU_GIT_HOST"), git);
  EXPECT_EQ(*variables.text("GIT_CONFIG_KEY_0"), "http.https://" + git + "/.sslCAInfo");
  EXPECT_EQ(*variables.text("GIT_CONFIG_KEY_1"), "credential.https://" + git + ".helper");
  for (auto const& [name, value] : variables.as_object()) {
    bool const is_url = value.as_string().find("http") != std::string::npos;
    EXPECT_TRUE(!is_url || value.as_string().find("//127.0.0.1:") != std::string::npos ||
                name.starts_with("GIT_CONFIG_KEY"))
        << name << "=" << value.as_string();
  }
}

TEST_F(ControlTest, no_web_page_and_no_other_name_steers_it) {
  start();
  Request page{.method = "DELETE", .url = api("/sandbox/faults")};
  page.headers.set("Origin", "http://evil.example");
  EXPECT_EQ(answer(page).status, 403);
  Request rebound{.url = api("/sandbox/env")};
  rebound.headers.set("Host", "evil.example:80");
  Response const refused = answer(rebound);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body.find("heroku-ada"), std::string::npos);
}

}  // namespace
}  // namespace landfall
