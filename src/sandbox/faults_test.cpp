#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

class FaultsTest : public SandboxTest {
 protected:
  FaultsTest() { answers_are_spoiled_ = true; }
  void set(std::string const& fault) {
    Response const made = answer({.method = "POST", .url = api("/sandbox/faults"), .body = fault});
    EXPECT_EQ(made.status, 201) << made.body;
  }
  Result<Response> account() {
    Request request{.url = api("/account"), .timeout = 20s};
    request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    request.headers.set("Authorization", "Bearer heroku-ada");
    request.body_max = 64 << 20;
    return send(std::move(request));
  }
};

TEST_F(FaultsTest, each_kind_does_what_it_says) {
  start();
  set(R"({"service":"heroku","path":"/account","kind":"status","status":429,)"
      R"("retry_after":7,"times":1})");
  auto got = account();
  EXPECT_EQ(got->status, 429);
  EXPECT_EQ(*got->headers.find("Retry-After"), "7");
  EXPECT_EQ(account()->status, 200);

  set(R"({"service":"heroku","path":"/account","kind":"latency","latency_ms":1500,"times":1})");
  Instant const before = sim_->process("client").now();
  EXPECT_EQ(account()->status, 200);
  EXPECT_EQ(sim_->process("client").now() - before, Duration(1500));

  set(R"({"service":"heroku","path":"/account","kind":"stall","times":1})");
  EXPECT_EQ(account().error().code, "timeout");
  set(R"({"service":"heroku","path":"/account","kind":"drop","times":1})");
  EXPECT_EQ(account().error().code, "truncated");
  set(R"({"service":"heroku","path":"/account","kind":"truncate","times":1})");
  EXPECT_FALSE(Json::parse(account()->body));
  set(R"({"service":"heroku","path":"/account","kind":"html","times":1})");
  EXPECT_TRUE(account()->headers.value_or("Content-Type", "").starts_with("text/html"));
  set(R"({"service":"heroku","path":"/account","kind":"huge","times":1})");
  auto const huge = account();
  EXPECT_GT(huge->body.size(), std::size_t{30} << 20);
  EXPECT_TRUE(Json::parse(huge->body));
  EXPECT_EQ(account()->status, 200);
}

TEST_F(FaultsTest, a_lost_answer_belongs_to_a_request_that_was_done) {
  start();
  set(R"({"service":"heroku","method":"PATCH","kind":"lost","times":1})");
  set(R"({"service":"heroku","method":"POST","kind":"drop","times":1})");
  Request patch{
      .method = "PATCH", .url = api("/apps/empty-app/config-vars"), .body = R"({"A":"1"})"};
  patch.headers.set("Accept", "application/vnd.heroku+json; version=3");
  patch.headers.set("Authorization", "Bearer heroku-ada");
  EXPECT_EQ(send(patch).error().code, "truncated");
  EXPECT_EQ(heroku("GET", "/apps/empty-app/releases/3").status, 200);
  Request post = patch;
  post.method = "POST";
  post.url = api("/apps/empty-app/builds");
  post.body = R"({"source_blob":{"url":"http://127.0.0.1/x"}})";
  EXPECT_EQ(send(post).error().code, "truncated");
  EXPECT_EQ(json(heroku("GET", "/apps/empty-app/builds")).as_array().size(), 0U);
}

TEST_F(FaultsTest, strikes_only_what_it_names) {
  start();
  set(R"({"service":"github","path":"/repos/acme/shop/environments",)"
      R"("kind":"status","status":403})");
  EXPECT_EQ(github("GET", "/repos/acme/shop").status, 200);
  EXPECT_EQ(github("GET", "/repos/acme/shop/environments").status, 403);
  EXPECT_EQ(heroku("GET", "/account").status, 200);
  set(R"({"service":"router","kind":"status","status":500,"probability":0})");
  EXPECT_EQ(router("full-app-123456.localhost").status, 200);
  EXPECT_EQ(answer({.method = "DELETE", .url = api("/sandbox/faults")}).status, 204);
  EXPECT_EQ(github("GET", "/repos/acme/shop/environments").status, 200);
}

TEST_F(FaultsTest, the_control_api_refuses_nonsense_and_shows_what_is) {
  start();
  for (char const* bad :
       {"", "{", "[]", "{}", R"({"service":"heroku"})", R"({"service":"x","kind":"drop"})",
        R"({"service":"heroku","kind":"x"})", R"({"service":"heroku","kind":"status","status":99})",
        R"({"service":"heroku","kind":"status","status":"500"})",
        R"({"service":"heroku","kind":"drop","probability":"x"})",
        R"({"service":"heroku","kind":"drop","times":-5})"}) {
    SCOPED_TRACE(bad);
    EXPECT_GE(answer({.method = "POST", .url = api("/sandbox/faults"), .body = bad}).status, 400);
  }
  EXPECT_EQ(json(answer({.url = api("/sandbox/faults")})).as_array().size(), 0U);
  wait(1s);
  Json const state = json(answer({.url = api("/sandbox/state")}));
  Json const& app = state.find("apps")->as_array()[1];
  EXPECT_EQ(*app.text("name"), "full-app");
  EXPECT_EQ(*app.find("dynos")->as_array()[0].text("state"), "up");
  github("GET", "/repos/acme/shop?token=secret");
  Json const requests = json(answer({.url = api("/sandbox/requests")}));
  Json const& last = requests.as_array().back();
  EXPECT_EQ(*last.text("path"), "/repos/acme/shop");
  EXPECT_EQ(*last.integer("status"), 200);
}

TEST_F(FaultsTest, a_world_file_can_start_with_faults) {
  start(std::string(small_world) +
        "faults:\n  - {service: heroku, path: /account, kind: status, status: 503, times: 2}\n");
  EXPECT_EQ(account()->status, 503);
  EXPECT_EQ(account()->status, 503);
  EXPECT_EQ(account()->status, 200);
}

}  // namespace
}  // namespace landfall
