#include "alert/outbox.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/text.h"
#include "facts/store_fixture.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

/// A watcher that dies and comes back, and receivers that fail and come back.
class OutboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sim_ = SimWorld::create(*parse_instant("2026-05-01T00:00:00Z"), 3,
                            {{"KEY", "hook-key"}, {"GITHUB_TOKEN", "token"}});
    auto const port = sim_->process("receivers")
                          .server.listen(0, [this](Request const& request, Respond respond) {
                            requests_.push_back(request);
                            bool const is_scripted = !script_.empty();
                            Response answer =
                                is_scripted ? script_.front() : Response{.status = 202};
                            if (is_scripted) script_.pop_front();
                            if (answer.status == 0) return stalled_.push_back(std::move(respond));
                            respond(std::move(answer));
                          });
    ASSERT_TRUE(port);
    url_ = fmt::format("http://127.0.0.1:{}", *port);
    store_.emplace(test_store());
    intent_.alerts.receivers = {
        {.name = "hook", .kind = "webhook", .url = url_, .key_variable = "KEY"},
        {.name = "team", .kind = "slack", .url = url_ + "/slack"}};
    intent_.alerts.routes = {{.to = {"hook"}}};
    begin();
  }

  void begin() {
    leases_.emplace(*store_, "landfall", 30s);
    outbox_ = std::make_unique<Outbox>(sim_->process("landfall"), *store_, intent_, *leases_);
    take_leases();
    ASSERT_TRUE(outbox_->work());
  }
  void take_leases() {
    LeasePlan plan;
    for (std::string const& receiver : *outbox_->receivers())
      plan.take.push_back(receiver_lease(receiver));
    ASSERT_TRUE(leases_->turn(sim_->process("landfall").now(), [&](auto const&) { return plan; }));
  }
  void kill() {
    sim_->kill("landfall");
    outbox_.reset();
  }
  void tell(std::string const& receiver = "hook") {
    // Keys are of the second in which a test is asked for.
    static int count = 0;
    auto const number =
        write_test(*store_, receiver, sim_->process("landfall").now() + ++count * 1s);
    ASSERT_TRUE(number) << number.error().text;
    take_leases();
    ASSERT_TRUE(outbox_->work());
  }
  /// "taken 1, waiting 0": state and attempts of each, in order.
  std::string kept() {
    std::string text;
    for (sql::Row const& row :
         *store_->database().query("SELECT state, attempts FROM notification ORDER BY id"))
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row.text("state"),
                          row.integer("attempts"));
    return text;
  }
  std::string error() {
    return store_->database()
        .query("SELECT error FROM notification ORDER BY id")
        ->rows[0]
        .text("error");
  }
  bool run_until_kept(std::string const& wanted) {
    return sim_->run_until([&] { return kept() == wanted; }, 100'000);
  }

  std::unique_ptr<SimWorld> sim_;
  std::optional<Store> store_;
  Intent intent_;
  std::string url_;
  std::vector<Request> requests_;
  std::deque<Response> script_;
  std::vector<Respond> stalled_;
  std::optional<Leases> leases_;
  std::unique_ptr<Outbox> outbox_;
};

TEST_F(OutboxTest, a_message_is_delivered_once_and_signed) {
  tell();
  EXPECT_TRUE(run_until_kept("taken 1"));
  sim_->run_until([] { return false; });
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].headers.find("X-Landfall-Signature-256"),
            "sha256=" + to_hex(hmac_sha256("hook-key", requests_[0].body)));
  auto const body = Json::parse(requests_[0].body);
  ASSERT_TRUE(body);
  EXPECT_EQ(requests_[0].headers.find("Idempotency-Key"), *body->text("key"));
}

TEST_F(OutboxTest, what_fails_comes_again_with_the_same_key_and_after_what_was_asked) {
  script_ = {
      {.status = 500}, {.status = 429, .headers = {{"Retry-After", "1800"}}}, {.status = 408}};
  tell();
  EXPECT_TRUE(run_until_kept("waiting 2"));
  Instant const limited = sim_->process("landfall").now();
  EXPECT_TRUE(run_until_kept("taken 4"));
  EXPECT_GE(sim_->process("landfall").now() - limited, 1800s);
  ASSERT_EQ(requests_.size(), 4U);
  for (Request const& request : requests_)
    EXPECT_EQ(request.headers.find("Idempotency-Key"),
              requests_[0].headers.find("Idempotency-Key"));
}

TEST_F(OutboxTest, what_is_refused_is_dead_with_the_reason_and_blocks_nothing) {
  script_ = {{.status = 403, .body = "no such hook"}};
  tell();
  tell();
  EXPECT_TRUE(run_until_kept("dead 1, taken 1"));
  EXPECT_EQ(error(), "HTTP 403: no such hook");
}

TEST_F(OutboxTest, an_end_never_overtakes_its_beginning) {
  script_ = {{.status = 503}, {.status = 503}};
  tell();
  tell();
  EXPECT_TRUE(run_until_kept("taken 3, taken 1"));
  EXPECT_NE(requests_[2].body, requests_[3].body);
}

TEST_F(OutboxTest, a_receiver_that_stalls_holds_up_no_other) {
  script_ = {{.status = 0}};
  tell();
  tell("team");
  EXPECT_TRUE(run_until_kept("waiting 0, taken 1"));
  EXPECT_TRUE(run_until_kept("taken 2, taken 1")) << "the stalled one timed out and came again";
}

TEST_F(OutboxTest, what_nobody_takes_in_a_day_is_dead) {
  script_.assign(2000, Response{.status = 500});
  tell();
  EXPECT_TRUE(sim_->run_until([&] { return kept().starts_with("dead"); }, 1'000'000));
  EXPECT_LT(requests_.size(), 400U) << "pauses grow";
  EXPECT_GT(requests_.size(), 100U);
}

TEST_F(OutboxTest, a_kill_at_any_event_loses_nothing) {
  for (std::uint64_t events = 0; events < 12; ++events) {
    SCOPED_TRACE(events);
    requests_.clear();
    ASSERT_TRUE(store_->database().run("DELETE FROM notification"));
    tell();
    std::uint64_t const until = sim_->events() + events;
    sim_->run_until([&] { return sim_->events() >= until; }, 100);
    bool const was_taken = kept() == "taken 1";
    kill();
    begin();
    EXPECT_TRUE(run_until_kept("taken 1"));
    ASSERT_FALSE(requests_.empty());
    EXPECT_LE(requests_.size(), was_taken ? 1U : 2U);
  }
}

TEST_F(OutboxTest, a_receiver_that_is_gone_or_lacks_its_secret_is_said) {
  intent_.alerts.receivers[0].key_variable = "NOT_SET";
  tell();
  EXPECT_TRUE(run_until_kept("waiting 1"));
  EXPECT_TRUE(error().starts_with("NOT_SET is not set: put it in the environment")) << error();
  tell("nobody");
  EXPECT_TRUE(sim_->run_until([&] { return kept().ends_with("dead 1"); }, 1000));
}

TEST_F(OutboxTest, each_kind_sends_what_its_service_takes) {
  std::string const bare =
      "{\"routing_key\":\"hook-key\",\"event_action\":\"trigger\",\"dedup_key\":";
  struct Row {
    Receiver receiver;
    std::string path;
    std::string part;
  };
  Row const table[]{
      {{.kind = "slack", .url = url_}, "/", "{\"text\":\"*Test of landfall's receiver x*\\n"},
      {{.kind = "pagerduty", .url = url_ + "/v2/enqueue", .key_variable = "KEY"},
       "/v2/enqueue",
       bare},
      {{.kind = "opsgenie", .url = url_, .key_variable = "KEY"},
       "/v2/alerts",
       "\"priority\":\"P4\""},
      {{.kind = "alertmanager", .url = url_},
       "/api/v2/alerts",
       "[{\"labels\":{\"alertname\":\"test\",\"severity\":\"SEV-4\""},
      {{.kind = "sentry-cron", .url = url_}, "/?status=ok", ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.receiver.kind);
    requests_.clear();
    Receiver receiver = row.receiver;
    receiver.name = "x";
    intent_.alerts.receivers = {receiver};
    tell("x");
    EXPECT_TRUE(sim_->run_until([&] { return kept().ends_with("taken 1"); }, 1000));
    ASSERT_TRUE(store_->database().run("DELETE FROM notification"));
    ASSERT_EQ(requests_.size(), 1U);
    EXPECT_EQ(requests_[0].url, row.path);
    EXPECT_NE(requests_[0].body.find(row.part), std::string::npos) << requests_[0].body;
  }
}

TEST_F(OutboxTest, a_command_gets_the_message_as_input) {
  std::string input;
  sim_->program("page-me", [&](SimProgram program) {
    program.input([&](std::string_view bytes) { input += bytes; },
                  [exit = program.exit] { exit(0); });
  });
  intent_.alerts.receivers = {{.name = "x", .kind = "command", .command = {"page-me"}}};
  tell("x");
  EXPECT_TRUE(run_until_kept("taken 1"));
  auto const json = Json::parse(input);
  ASSERT_TRUE(json) << input;
  EXPECT_EQ(*json->text("kind"), "test");
  sim_->program("page-me", [&](SimProgram program) { program.exit(3); });
  tell("x");
  EXPECT_TRUE(run_until_kept("taken 1, waiting 1"));
}

}  // namespace
}  // namespace landfall
