#include "alert/resend.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <optional>

#include "alert/outbox.h"
#include "base/text.h"
#include "facts/store_fixture.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

class ResendTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sim_ = SimWorld::create(*parse_instant("2026-05-01T00:00:00Z"), 3, {});
    auto const port = sim_->process("alertmanager")
                          .server.listen(0, [this](Request const& request, Respond respond) {
                            auto const list = Json::parse(request.body);
                            ASSERT_TRUE(list) << request.body;
                            posts_.push_back(request.url + " " + told(*list));
                            respond({.status = status_});
                          });
    ASSERT_TRUE(port);
    store_.emplace(test_store());
    intent_.alerts.receivers = {
        {.name = "am", .kind = "alertmanager", .url = fmt::format("http://127.0.0.1:{}", *port)},
        {.name = "team", .kind = "slack", .url = "http://127.0.0.1:1"}};
    intent_.alerts.routes = {{.severities = {"SEV-1"}, .to = {"am", "team"}}};
    leases_.emplace(*store_, "landfall", 1h);
    resend_.emplace(world(), *store_, intent_, *leases_,
                    [this](std::string_view line) { log_.emplace_back(line); });
  }
  World world() { return sim_->process("landfall"); }

  /// "shop/production until 00:04:00": each alert of a post, with when it ends.
  static std::string told(Json const& list) {
    std::string text;
    for (Json const& alert : **list.items())
      text += fmt::format("{}{} until {}", text.empty() ? "" : ", ", *alert.text("labels.target"),
                          alert.text("endsAt")->substr(11, 8));
    return text;
  }
  Alert alert(std::string const& target, LastWord word) {
    Alert alert{.fingerprint = target,
                .target = target,
                .check = "no-running-dynos",
                .severity = "SEV-1",
                .state = AlertState::firing,
                .since = world().now(),
                .seen = world().now(),
                .fires_at = world().now(),
                .told = word};
    EXPECT_TRUE(write_alert(*store_, alert));
    return alert;
  }
  void take_lease() {
    LeasePlan const plan{.take = {receiver_lease("am")}};
    ASSERT_TRUE(leases_->turn(world().now(), [&](auto const&) { return plan; }));
  }
  void pass(Duration time) {
    Instant const until = world().now() + time;
    world().loop.at(until, [] {});
    sim_->run_until([&] { return world().now() >= until; });
  }

  std::unique_ptr<SimWorld> sim_;
  std::optional<Store> store_;
  Intent intent_;
  int status_ = 200;
  std::vector<std::string> posts_;
  std::vector<std::string> log_;
  std::optional<Leases> leases_;
  std::optional<Resend> resend_;
};

TEST_F(ResendTest, what_fires_is_told_each_minute_and_its_end_too) {
  take_lease();
  Alert shop = alert("shop/production", LastWord::firing);
  alert("blog/production", LastWord::nothing);
  resend_->start();
  pass(70s);
  std::string const url = "/api/v2/alerts ";
  EXPECT_EQ(posts_, (std::vector<std::string>{url + "shop/production until 00:04:00",
                                              url + "shop/production until 00:05:00"}));
  posts_.clear();
  shop.told = LastWord::resolved;
  shop.ended = world().now();
  ASSERT_TRUE(write_alert(*store_, shop));
  pass(10min);
  EXPECT_EQ(posts_, std::vector<std::string>(4, url + "shop/production until 00:01:10"));
}

TEST_F(ResendTest, only_who_has_the_lease_tells) {
  alert("shop/production", LastWord::firing);
  resend_->start();
  pass(90s);
  EXPECT_TRUE(posts_.empty());
  take_lease();
  pass(60s);
  EXPECT_EQ(posts_.size(), 1U);
}

TEST_F(ResendTest, a_refusal_is_said_once_and_so_is_its_end) {
  take_lease();
  alert("shop/production", LastWord::firing);
  status_ = 503;
  resend_->start();
  pass(150s);
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_TRUE(log_[0].starts_with("am cannot be told again what fires: HTTP 503")) << log_[0];
  status_ = 200;
  pass(120s);
  ASSERT_EQ(log_.size(), 2U);
  EXPECT_EQ(log_[1], "am is told again what fires");
}

TEST_F(ResendTest, nothing_is_asked_where_no_receiver_needs_it) {
  intent_.alerts.receivers.erase(intent_.alerts.receivers.begin());
  take_lease();
  alert("shop/production", LastWord::firing);
  resend_->start();
  pass(5min);
  EXPECT_TRUE(posts_.empty());
}

}  // namespace
}  // namespace landfall
