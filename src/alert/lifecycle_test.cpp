#include "alert/lifecycle.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "alert/message.h"
#include "facts/store_fixture.h"

namespace landfall {
namespace {

constexpr char const* intent_text = R"(
organisation: Acme
repository: acme/shop
alerts:
  resolve_after: 2m
  escalate_after: [1h, 1d]
  receivers:
    pager: {kind: pagerduty, key_variable: PAGER_KEY}
    team: {kind: slack, url_variable: SLACK_URL}
    boss: {kind: webhook, url_variable: BOSS_URL}
  routes:
    - {severity: [SEV-1, SEV-2], to: [pager], escalate: [boss]}
    - {to: [team]}
services:
  shop:
    owner: ada
    environments:
      production: {app: shop, dependents: [cart/production]}
      soon: {app: soon, launch: 2026-06-01}
  cart:
    environments:
      production: {app: cart}
)";

class AlertLifecycleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto intent = parse_intent(intent_text, "landfall.yaml");
    ASSERT_TRUE(intent) << intent.error().text;
    intent_ = *std::move(intent);
    store_.emplace(test_store());
  }

  /// One look, kept as the watcher keeps it.
  void look(std::vector<Finding> const& findings) {
    auto silences = open_silences(*store_, now_);
    ASSERT_TRUE(silences);
    AlertSituation const situation{intent_, *silences, now_};
    auto open = open_alerts(*store_);
    ASSERT_TRUE(open) << open.error().text;
    AlertStep step = step_alerts(*std::move(open), findings, situation);
    next_ = step.next;
    Result<> const kept = store_->database().transaction(
        [&] { return keep_step(*store_, std::move(step), situation); });
    ASSERT_TRUE(kept) << kept.error().text;
  }
  void look_after(Duration pause, std::vector<Finding> const& findings) {
    now_ += pause;
    look(findings);
  }

  Finding found(std::string const& check = "no-running-dynos",
                std::string const& target = "shop/production", std::string severity = "SEV-2") {
    return {.check = check,
            .subject = target,
            .target = target,
            .severity = std::move(severity),
            .since = *parse_instant("2026-05-01T00:00:00Z"),
            .message = "0 of 1 web dynos run"};
  }
  Finding unknown() {
    Finding finding = found();
    finding.state = FindingState::unknown;
    return finding;
  }

  /// "shop/production no-running-dynos firing": what is kept, by number.
  std::string kept() {
    std::string text;
    auto const alerts = newest_alerts(*store_, 100);
    for (auto alert = alerts->rbegin(); alert != alerts->rend(); ++alert)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", alert->check, to_word(alert->state));
    return text;
  }
  /// "pager firing, team firing": what was written to receivers, in order.
  std::string told() {
    std::string text;
    for (sql::Row const& row :
         *store_->database().query("SELECT receiver, body FROM notification ORDER BY id")) {
      auto const body = Json::parse(row.text("body"));
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row.text("receiver"),
                          *body->text("kind"));
    }
    return text;
  }

  Intent intent_;
  std::optional<Store> store_;
  Instant now_ = *parse_instant("2026-05-01T00:00:30Z");
  std::optional<Instant> next_;
};

TEST_F(AlertLifecycleTest, pends_for_its_time_fires_and_resolves_after_it_stayed_away) {
  look({found()});
  EXPECT_EQ(kept(), "no-running-dynos pending");
  EXPECT_EQ(next_, *parse_instant("2026-05-01T00:05:00Z"));
  look_after(4min + 29s, {found()});
  EXPECT_EQ(kept(), "no-running-dynos pending");
  EXPECT_EQ(told(), "");
  look_after(1s, {found()});
  EXPECT_EQ(kept(), "no-running-dynos firing");
  EXPECT_EQ(told(), "pager firing, team firing");
  look_after(1min, {found()});
  look_after(1min, {});
  EXPECT_EQ(next_, now_ + 2min);
  look_after(119s, {});
  EXPECT_EQ(kept(), "no-running-dynos firing");
  look_after(1s, {});
  EXPECT_EQ(kept(), "no-running-dynos resolved");
  EXPECT_EQ(told(), "pager firing, team firing, pager resolved, team resolved");
}

TEST_F(AlertLifecycleTest, what_is_over_before_it_fires_is_told_to_nobody) {
  look({found()});
  look_after(1min, {});
  EXPECT_EQ(kept(), "no-running-dynos gone");
  look_after(10min, {});
  EXPECT_EQ(told(), "");
}

TEST_F(AlertLifecycleTest, unknown_neither_completes_nor_ends_anything) {
  look({found()});
  look_after(10min, {unknown()});
  EXPECT_EQ(kept(), "no-running-dynos pending");
  look_after(1min, {found()});
  EXPECT_EQ(kept(), "no-running-dynos firing");
  look_after(1h - 1min, {unknown()});
  EXPECT_EQ(kept(), "no-running-dynos firing");
  look_after(1min, {});
  look_after(1h, {unknown()});
  EXPECT_EQ(kept(), "no-running-dynos firing") << "nobody could see that it stayed away";
  look_after(1s, {});
  EXPECT_EQ(kept(), "no-running-dynos resolved");
}

TEST_F(AlertLifecycleTest, what_comes_back_is_the_same_alert_and_has_to_stay_away_longer) {
  look_after(10min, {found()});
  for (int i = 0; i < 3; ++i) {
    look_after(1min, {});
    look_after(1min, {found()});
  }
  look_after(1min, {});
  look_after(15min, {});
  EXPECT_EQ(kept(), "no-running-dynos firing");
  look_after(1min, {});
  EXPECT_EQ(kept(), "no-running-dynos resolved") << "16 minutes: 2 doubled three times";
  EXPECT_EQ(told(), "pager firing, team firing, pager resolved, team resolved");
}

TEST_F(AlertLifecycleTest, findings_of_one_cause_are_one_alert_by_the_worst) {
  look_after(10min, {found("dynos-behind-release", "shop/production", "SEV-3"), found()});
  EXPECT_EQ(kept(), "no-running-dynos firing");
  look_after(1min, {found("dynos-behind-release", "shop/production", "SEV-3")});
  EXPECT_EQ(kept(), "dynos-behind-release firing");
  look_after(1min, {found("never-deployed", "shop/production", "SEV-1")});
  EXPECT_EQ(kept(), "dynos-behind-release firing, never-deployed firing");
}

TEST_F(AlertLifecycleTest, what_gets_worse_is_told_again) {
  look_after(10min, {found("dynos-behind-release", "shop/production", "SEV-3")});
  EXPECT_EQ(told(), "team firing");
  look_after(1min, {found()});
  EXPECT_EQ(told(), "team firing, pager firing, team firing");
  look_after(1min, {found()});
  EXPECT_EQ(told(), "team firing, pager firing, team firing");
}

TEST_F(AlertLifecycleTest, what_nobody_acknowledges_is_told_again_to_more) {
  look_after(10min, {found()});
  EXPECT_EQ(next_, now_ + 1h);
  look_after(1h, {found()});
  EXPECT_EQ(told(), "pager firing, team firing, pager escalated, boss escalated, team escalated");
  ASSERT_TRUE(acknowledge(*store_, 1, "ada", now_));
  look_after(48h, {found()});
  look_after(1min, {});
  look_after(2min, {});
  EXPECT_TRUE(told().ends_with("team escalated, pager resolved, boss resolved, team resolved"))
      << told();
}

TEST_F(AlertLifecycleTest, long_gaps_are_one_escalation) {
  look_after(10min, {found()});
  look_after(72h, {found()});
  EXPECT_EQ(told(), "pager firing, team firing, pager escalated, boss escalated, team escalated");
}

TEST_F(AlertLifecycleTest, nobody_is_told_of_what_is_silenced_until_the_silence_ends) {
  auto const silence = write_silence(*store_, {.target = "shop/production",
                                               .owner = "ada",
                                               .reason = "moving",
                                               .from = now_,
                                               .until = now_ + 1h});
  ASSERT_TRUE(silence);
  look_after(10min, {found()});
  EXPECT_EQ(kept(), "no-running-dynos firing");
  EXPECT_EQ(told(), "");
  EXPECT_EQ(find_alert(*store_, 1)->held, "silence 1 of ada until 2026-05-01T01:00:30Z: moving");
  EXPECT_EQ(next_, *parse_instant("2026-05-01T01:00:30Z"));
  look_after(50min, {found()});
  EXPECT_EQ(told(), "pager firing, team firing");
  ASSERT_FALSE(end_silence(*store_, *silence, now_)) << "it has ended by itself";
}

TEST_F(AlertLifecycleTest, what_was_told_is_told_to_be_over_although_it_is_silenced) {
  look_after(10min, {found()});
  ASSERT_TRUE(
      write_silence(*store_, {.owner = "ada", .reason = "x", .from = now_, .until = now_ + 9h}));
  look_after(1min, {});
  look_after(2min, {});
  EXPECT_EQ(told(), "pager firing, team firing, pager resolved, team resolved");
}

TEST_F(AlertLifecycleTest, what_follows_from_a_dependency_is_held_with_the_reason) {
  std::vector<Finding> const both{found(), found("health-failing", "cart/production", "SEV-1")};
  look_after(10min, both);
  EXPECT_EQ(told(), "pager firing, team firing");
  EXPECT_EQ(find_alert(*store_, 2)->held,
            "cart/production depends on shop/production: 0 of 1 web dynos run");
  look_after(1min, {both[1]});
  EXPECT_EQ(told(), "pager firing, team firing") << "the other may come back yet";
  look_after(2min, {both[1]});
  look_after(1s, {both[1]});
  EXPECT_TRUE(told().starts_with("pager firing, team firing, pager resolved, team resolved"));
  EXPECT_TRUE(told().ends_with("pager firing, team firing")) << told();
}

TEST_F(AlertLifecycleTest, before_its_launch_a_fault_weighs_one_less) {
  look_after(10min,
             {found("no-running-dynos", "soon/none"), found("no-running-dynos", "shop/soon")});
  EXPECT_EQ(find_alert(*store_, 2)->severity, "SEV-2") << "of no declared target";
  EXPECT_EQ(find_alert(*store_, 1)->severity, "SEV-3");
}

TEST_F(AlertLifecycleTest, a_restart_between_any_two_looks_changes_nothing) {
  std::vector<std::vector<Finding>> const looks{{found()}, {found()}, {unknown()}, {found()}, {},
                                                {found()}, {},        {},          {}};
  for (auto const& findings : looks) {
    look_after(3min, findings);
    std::string const before = told();
    look(findings);
    EXPECT_EQ(told(), before) << "the same look again";
  }
  EXPECT_EQ(kept(), "no-running-dynos resolved");
  EXPECT_EQ(told(), "pager firing, team firing, pager resolved, team resolved");
}

TEST_F(AlertLifecycleTest, when_most_targets_turn_at_once_one_alert_tells_it) {
  std::string text =
      "organisation: A\nrepository: a/b\nalerts: {receivers: {team: {kind: slack, "
      "url_variable: X}}, routes: [{to: [team]}]}\nservices:\n";
  std::vector<Finding> bad;
  for (int i = 0; i < 6; ++i) {
    text += fmt::format("  s{0}: {{environments: {{production: {{app: app-{0}}}}}}}\n", i);
    bad.push_back(found("health-failing", fmt::format("s{}/production", i), "SEV-1"));
  }
  auto intent = parse_intent(text, "landfall.yaml");
  ASSERT_TRUE(intent) << intent.error().text;
  intent_ = *std::move(intent);
  bad[5].since += 2h;  // not with the others
  now_ += 3h;
  look({bad[0], bad[1], bad[2], bad[3], bad[5]});
  EXPECT_EQ(told(), "team firing, team firing") << "the common cause, and the one apart";
  look_after(1min, {bad[5]});
  look_after(2min, {bad[5]});
  EXPECT_EQ(told(), "team firing, team firing, team resolved");
}

TEST(Message, survives_being_kept) {
  Message const message{.kind = Notice::Kind::escalated,
                        .key = "k",
                        .incident = "i",
                        .alert = 7,
                        .level = 2,
                        .target = "shop/production",
                        .title = "SEV-1 \"x\"",
                        .since = *parse_instant("2026-05-01T00:00:00Z"),
                        .at = *parse_instant("2026-05-02T00:00:00Z"),
                        .evidence = {1, 2}};
  auto const again = read_message(*Json::parse(to_json(message).dump()));
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(to_json(*again), to_json(message));
  EXPECT_FALSE(read_message(Json::object({{"kind", "other"}})));
}

}  // namespace
}  // namespace landfall
