#include "watch/share.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "facts/store_fixture.h"
#include "world/random.h"

namespace landfall {
namespace {

Instant const noon = from_epoch_seconds(1'777'566'600);

std::vector<std::string> named(char const* prefix, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(fmt::format("{} {:02}", prefix, i));
  return names;
}

/// Watchers that take their turns, live and die.
class ShareTest : public ::testing::Test {
 protected:
  void join(std::string const& name) {
    living_[name] = std::make_unique<Leases>(store_, name, 30s);
  }
  void turns(int rounds) {
    for (int i = 0; i < rounds; ++i, now_ += 10s)
      for (auto& [name, leases] : living_) {
        auto const turn = leases->turn(
            now_, [&](LeaseSights const& sights) { return plan_share(work_, sights, name, now_); });
        ASSERT_TRUE(turn) << turn.error().text;
        moved_ += turn->taken.size();
      }
  }
  std::size_t count(std::string const& name, std::string const& prefix) {
    std::vector<std::string> const names = living_.at(name)->names();
    return static_cast<std::size_t>(std::count_if(
        names.begin(), names.end(), [&](auto const& lease) { return lease.starts_with(prefix); }));
  }
  /// All is held, each by one who lives, and each group evenly.
  void expect_even() {
    std::multiset<std::string> held;
    for (auto const& [name, leases] : living_)
      for (std::string const& lease : leases->names()) {
        EXPECT_TRUE(leases->check(lease)) << name << " " << lease;
        held.insert(lease);
      }
    for (std::vector<std::string> const& group : work_.groups) {
      std::size_t least = SIZE_MAX;
      std::size_t most = 0;
      std::string const prefix = group[0].substr(0, group[0].find(' ') + 1);
      for (auto const& [name, leases] : living_) {
        least = std::min(least, count(name, prefix));
        most = std::max(most, count(name, prefix));
      }
      EXPECT_LE(most - least, 1U) << prefix;
      for (std::string const& name : group) EXPECT_EQ(held.count(name), 1U) << name;
    }
    for (std::string const& name : work_.single) EXPECT_EQ(held.count(name), 1U) << name;
  }

  Store store_ = test_store();
  SharedWork work_{{named("app", 7), named("repository", 5)}, {"judgement", "heartbeat"}};
  std::map<std::string, std::unique_ptr<Leases>> living_;
  Instant now_ = noon;
  std::size_t moved_ = 0;
};

TEST_F(ShareTest, one_alone_takes_all_at_once) {
  join("a");
  turns(1);
  expect_even();
  EXPECT_EQ(living_.at("a")->names().size(), 7U + 5U + 2U + 1U);
}

TEST_F(ShareTest, who_comes_gets_its_part_within_three_turns) {
  join("a");
  turns(1);
  join("b");
  turns(3);
  expect_even();
  EXPECT_TRUE(living_.at("a")->has("judgement")) << "what one alone does stays where it is";
  join("c");
  turns(3);
  expect_even();
  EXPECT_GE(count("c", "app "), 2U);
}

TEST_F(ShareTest, nothing_moves_while_nobody_comes_or_goes) {
  for (char const* name : {"a", "b", "c"}) join(name);
  turns(6);
  moved_ = 0;
  turns(10);
  EXPECT_EQ(moved_, 0U);
}

TEST_F(ShareTest, a_dead_ones_part_is_taken_over_within_two_periods) {
  join("a");
  join("b");
  turns(4);
  living_.erase("a");
  turns(5);  // 50 s: the first of them 10 s after the last word of the dead
  expect_even();
}

TEST_F(ShareTest, what_is_given_back_is_taken_at_the_next_turn) {
  join("a");
  join("b");
  turns(4);
  ASSERT_TRUE(living_.at("a")->give_back(now_, [](std::string const&) { return true; }));
  living_.erase("a");
  turns(1);
  expect_even();
}

TEST_F(ShareTest, comings_and_goings_at_random_end_in_even_parts) {
  Random random(7);
  int born = 0;
  for (int i = 0; i < 60; ++i) {
    if (living_.empty() || (living_.size() < 6 && random.below(2) == 0))
      join(fmt::format("w{}", ++born));
    else
      living_.erase(std::next(living_.begin(), static_cast<int>(random.below(living_.size()))));
    turns(static_cast<int>(random.below(6)));
    if (living_.empty()) continue;
    if (i % 10 == 9) {
      turns(9);
      expect_even();
    }
  }
}

TEST(Share, the_work_is_each_app_and_repository_once) {
  Intent intent;
  intent.targets = {{.name = "a/x", .app = "one", .repository = "acme/shop"},
                    {.name = "a/y", .app = "two", .repository = "acme/shop"},
                    {.name = "b/x", .app = "two"}};
  SharedWork const work = work_of(intent);
  EXPECT_EQ(work.groups, (std::vector<std::vector<std::string>>{{"app one", "app two"},
                                                                {"repository acme/shop"}}));
}

}  // namespace
}  // namespace landfall
