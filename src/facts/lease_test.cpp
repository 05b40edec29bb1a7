#include "facts/lease.h"

#include <gtest/gtest.h>

#include "facts/store_fixture.h"

namespace landfall {
namespace {

Instant const noon = from_epoch_seconds(1'777'566'600);

Leases::Planner takes(std::vector<std::string> names) {
  return [names = std::move(names)](LeaseSights const&) { return LeasePlan{.take = names}; };
}
LeasePlan nothing(LeaseSights const&) {
  return {};
}

class LeaseTest : public ::testing::Test {
 protected:
  Store store_ = test_store();
  Leases first_{store_, "first", 30s};
  Leases second_{store_, "second", 30s};
};

TEST_F(LeaseTest, what_lives_is_nobody_elses) {
  auto const turn = first_.turn(noon, takes({"app shop"}));
  ASSERT_TRUE(turn) << turn.error().text;
  ASSERT_EQ(turn->taken.size(), 1U);
  EXPECT_EQ(turn->taken[0].from, "");
  EXPECT_TRUE(second_.turn(noon + 30s, takes({"app shop"}))->taken.empty());
  EXPECT_FALSE(second_.has("app shop"));
  EXPECT_TRUE(first_.check("app shop"));
}

TEST_F(LeaseTest, each_turn_makes_it_last_on) {
  ASSERT_TRUE(first_.turn(noon, takes({"app shop"})));
  ASSERT_TRUE(first_.turn(noon + 29s, nothing));
  EXPECT_TRUE(second_.turn(noon + 59s, takes({"app shop"}))->taken.empty());
}

TEST_F(LeaseTest, a_dead_ones_is_taken_with_a_greater_number) {
  ASSERT_TRUE(first_.turn(noon, takes({"app shop"})));
  auto const turn = second_.turn(noon + 31s, takes({"app shop"}));
  ASSERT_TRUE(turn);
  ASSERT_EQ(turn->taken.size(), 1U);
  EXPECT_EQ(turn->taken[0].from, "first");
  EXPECT_GT(second_.fence("app shop"), first_.fence("app shop"));
}

TEST_F(LeaseTest, who_was_thought_dead_is_refused_and_hears_of_it) {
  ASSERT_TRUE(first_.turn(noon, takes({"app shop"})));
  ASSERT_TRUE(second_.turn(noon + 31s, takes({"app shop"})));
  auto const checked = first_.check("app shop");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "lease_lost");
  EXPECT_NE(checked.error().text.find("lost to second"), std::string::npos) << checked.error().text;
  auto const turn = first_.turn(noon + 32s, takes({"app shop"}));
  ASSERT_TRUE(turn);
  EXPECT_EQ(turn->lost, (std::vector<std::string>{"app shop"}));
  EXPECT_TRUE(turn->taken.empty());
  EXPECT_FALSE(first_.has("app shop"));
}

TEST_F(LeaseTest, what_came_back_has_another_number_than_before) {
  ASSERT_TRUE(first_.turn(noon, takes({"app shop"})));
  std::int64_t const before = first_.fence("app shop");
  ASSERT_TRUE(second_.turn(noon + 31s, takes({"app shop"})));
  ASSERT_TRUE(first_.turn(noon + 62s, takes({"app shop"})));
  EXPECT_TRUE(first_.check("app shop"));
  EXPECT_FALSE(first_.check("app shop", before)) << "a round of before its pause";
}

TEST_F(LeaseTest, a_number_does_not_begin_anew_when_its_row_was_forgotten) {
  ASSERT_TRUE(first_.turn(noon, takes({"watcher first"})));
  std::int64_t const before = first_.fence("watcher first");
  ASSERT_TRUE(second_.turn(
      noon + 31s, [](LeaseSights const&) { return LeasePlan{.forget = {"watcher first"}}; }));
  EXPECT_FALSE(first_.check("watcher first"));
  ASSERT_TRUE(first_.turn(noon + 32s, takes({"watcher first"})));
  EXPECT_TRUE(first_.check("watcher first"));
  EXPECT_FALSE(first_.check("watcher first", before));
}

TEST_F(LeaseTest, what_is_given_back_is_free_at_once_and_its_number_grows_on) {
  ASSERT_TRUE(first_.turn(noon, takes({"app a", "app b"})));
  ASSERT_TRUE(first_.give_back(noon, [](std::string const& name) { return name == "app a"; }));
  EXPECT_EQ(first_.names(), (std::vector<std::string>{"app b"}));
  auto const turn = second_.turn(noon, takes({"app a", "app b"}));
  ASSERT_TRUE(turn);
  ASSERT_EQ(turn->taken.size(), 1U);
  EXPECT_EQ(turn->taken[0].name, "app a");
  EXPECT_EQ(turn->taken[0].from, "");
  EXPECT_EQ(second_.fence("app a"), 2);
}

TEST_F(LeaseTest, a_turn_that_cannot_be_kept_changes_nothing) {
  ASSERT_TRUE(first_.turn(noon, takes({"app a"})));
  take_no_writes(store_);
  EXPECT_FALSE(first_.turn(noon + 1s, takes({"app b"})));
  EXPECT_TRUE(first_.has("app a"));
  EXPECT_FALSE(first_.has("app b"));
}

}  // namespace
}  // namespace landfall
