#include "sandbox/heroku_world_fixture.h"

namespace landfall {
namespace {

class HerokuWebhooksTest : public HerokuWorldTest {
 protected:
  /// A receiver that answers `status_` and keeps what it got.
  std::string receiver() {
    auto const port =
        sim_->process("receiver").server.listen(0, [this](Request request, Respond respond) {
          got_.push_back(std::move(request));
          respond({.status = status_});
        });
    return fmt::format("http://127.0.0.1:{}/hook", *port);
  }

  Response add(std::string const& include, std::string const& level, std::string const& more = "") {
    return heroku("POST", "/apps/shop/webhooks",
                  fmt::format(R"({{"include":[{}],"level":"{}","url":"{}"{}}})", include, level,
                              receiver(), more));
  }

  std::string letters() const {
    std::string all;
    for (Request const& request : got_) {
      auto const body = Json::parse(request.body);
      all += fmt::format("{} {} ", *body->text("webhook_metadata.event.include"),
                         *body->text("action"));
    }
    return all;
  }

  std::vector<Request> got_;
  int status_ = 204;
};

TEST_F(HerokuWebhooksTest, a_release_is_told_once_and_signed) {
  Response const hook =
      add(R"("api:release")", "notify", R"(,"secret":"s3cret","authorization":"Bearer me")");
  EXPECT_EQ(hook.status, 201);
  EXPECT_EQ(*hook.headers.find("Heroku-Webhook-Secret"), "s3cret");
  EXPECT_EQ(json(hook).find("secret"), nullptr);
  heroku("PATCH", "/apps/shop/config-vars", R"({"A":"1"})");
  wait(1s);
  ASSERT_EQ(got_.size(), 1U);
  EXPECT_EQ(got_[0].headers.value_or("Heroku-Webhook-Hmac-SHA256", ""),
            base64(hmac_sha256("s3cret", got_[0].body)));
  EXPECT_EQ(got_[0].headers.value_or("Authorization", ""), "Bearer me");
  EXPECT_EQ(got_[0].headers.value_or("Content-Type", ""), "application/json");
  Json const body = *Json::parse(got_[0].body);
  EXPECT_EQ(*body.text("action"), "create");
  EXPECT_EQ(*body.text("resource"), "release");
  EXPECT_EQ(*body.text("actor.email"), "ada@shop.example");
  EXPECT_EQ(*body.text("data.description"), "Set A config vars");
  EXPECT_EQ(*body.text("webhook_metadata.webhook.id"), text_of(hook, "id"));
  Json const delivery = json(heroku("GET", "/apps/shop/webhook-deliveries")).as_array()[0];
  EXPECT_EQ(*delivery.text("status"), "succeeded");
  EXPECT_EQ(*delivery.integer("last_attempt.code"), 204);
  EXPECT_EQ(*body.text("id"), *delivery.text("id"));
}

TEST_F(HerokuWebhooksTest, a_secret_is_made_up_where_none_is_given) {
  Response const hook = add(R"("api:release")", "notify");
  std::string const secret = *hook.headers.find("Heroku-Webhook-Secret");
  EXPECT_GE(secret.size(), 32U);
  heroku("PATCH", "/apps/shop/config-vars", R"({"A":"1"})");
  wait(1s);
  EXPECT_EQ(got_.at(0).headers.value_or("Heroku-Webhook-Hmac-SHA256", ""),
            base64(hmac_sha256(secret, got_[0].body)));
}

TEST_F(HerokuWebhooksTest, level_notify_gives_up_where_level_sync_tries_again_in_order) {
  status_ = 500;
  add(R"("api:release")", "notify");
  heroku("PATCH", "/apps/shop/config-vars", R"({"A":"1"})");
  wait(2h);
  EXPECT_EQ(got_.size(), 1U);
  EXPECT_EQ(*json(heroku("GET", "/apps/shop/webhook-deliveries")).as_array()[0].text("status"),
            "failed");
  std::string const first = *json(heroku("GET", "/apps/shop/webhooks")).as_array()[0].text("id");
  heroku("DELETE", "/apps/shop/webhooks/" + first);
  got_.clear();
  add(R"("api:release")", "sync");
  heroku("PATCH", "/apps/shop/config-vars", R"({"A":"2"})");
  heroku("PATCH", "/apps/shop/config-vars", R"({"A":"3"})");
  wait(59s);
  EXPECT_EQ(got_.size(), 1U);
  Json const waiting = json(heroku("GET", "/apps/shop/webhook-deliveries"));
  EXPECT_EQ(*waiting.as_array()[1].text("status"), "retrying");
  EXPECT_FALSE(waiting.as_array()[1].find("next_attempt_at")->is_null());
  EXPECT_EQ(*waiting.as_array()[2].text("status"), "pending");
  wait(4min);
  EXPECT_EQ(got_.size(), 3U);
  status_ = 200;
  wait(10min);
  ASSERT_EQ(got_.size(), 5U);
  auto const version = [&](std::size_t i) {
    return *Json::parse(got_[i].body)->integer("data.version");
  };
  EXPECT_EQ(version(3), 3);
  EXPECT_EQ(version(4), 4);
}

TEST_F(HerokuWebhooksTest, a_receiver_that_is_gone_for_three_days_is_given_up) {
  heroku("POST", "/apps/shop/webhooks",
         R"({"include":["api:release"],"level":"sync","url":"http://127.0.0.1:1/"})");
  heroku("PATCH", "/apps/shop/config-vars", R"({"A":"1"})");
  wait(80h);
  Json const delivery = json(heroku("GET", "/apps/shop/webhook-deliveries")).as_array()[0];
  EXPECT_EQ(*delivery.text("status"), "failed");
  EXPECT_GT(*delivery.integer("num_attempts"), 70);
  EXPECT_TRUE(delivery.find("last_attempt.code")->is_null());
  EXPECT_EQ(*delivery.text("last_attempt.error_class"), "connect");
}

TEST_F(HerokuWebhooksTest, each_kind_of_event_is_told_to_who_asked_for_it) {
  struct Row {
    char const* include;
    char const* method;
    char const* path;
    char const* body;
    char const* told;
  };
  Row const table[]{
      {"api:app", "PATCH", "/apps/shop", R"({"maintenance":true})", "api:app update "},
      {"api:domain", "POST", "/apps/shop/domains", R"({"hostname":"a.example"})",
       "api:domain create "},
      {"api:domain", "DELETE", "/apps/shop/domains/a.example", "", "api:domain destroy "},
      {"api:collaborator", "POST", "/apps/shop/collaborators", R"({"user":"bob@shop.example"})",
       "api:collaborator create "},
      {"api:build", "POST", "/apps/shop/builds",
       R"({"source_blob":{"url":"http://127.0.0.1:1/x"}})", "api:build create api:build update "},
      {"api:release", "PATCH", "/apps/shop", R"({"maintenance":false})", ""},
      {"api:app", "DELETE", "/apps/shop", "", "api:app destroy "},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.path);
    Json const hook = json(add(fmt::format("\"{}\"", row.include), "notify"));
    heroku(row.method, row.path, row.body);
    wait(3s);
    EXPECT_EQ(letters(), row.told);
    got_.clear();
    heroku("DELETE", "/apps/shop/webhooks/" + *hook.text("id"));
  }
}

TEST_F(HerokuWebhooksTest, dynos_and_formations_are_told) {
  std::string const url = receiver();
  wait(1s);  // until the dyno of the world is up
  heroku("POST", "/apps/shop-staging/webhooks",
         fmt::format(R"({{"include":["api:formation","dyno"],"level":"sync","url":"{}"}})", url));
  heroku("PATCH", "/apps/shop-staging/formation/web", R"({"quantity":2})");
  wait(3s);
  std::string const told = letters();
  EXPECT_TRUE(told.starts_with("api:formation update dyno create ")) << told;
  EXPECT_NE(told.find("dyno update"), std::string::npos) << told;
  EXPECT_EQ(*Json::parse(got_.back().body)->text("data.state"), "up");
}

TEST_F(HerokuWebhooksTest, webhooks_that_make_no_sense_are_refused) {
  for (char const* bad : {
           R"({})",
           R"({"include":["api:release"],"level":"sync"})",
           R"({"include":["api:release"],"url":"http://x.example"})",
           R"({"include":[],"level":"sync","url":"http://x.example"})",
           R"({"include":["api:nonsense"],"level":"sync","url":"http://x.example"})",
           R"({"include":"api:release","level":"sync","url":"http://x.example"})",
           R"({"include":["api:release"],"level":"loud","url":"http://x.example"})",
           R"({"include":["api:release"],"level":"sync","url":"file:///etc/passwd"})",
       }) {
    EXPECT_EQ(heroku("POST", "/apps/shop/webhooks", bad).status, 422) << bad;
  }
  EXPECT_EQ(said(heroku("GET", "/apps/shop/webhooks/none")),
            "404 not_found Couldn't find that webhook.");
}

}  // namespace
}  // namespace landfall
