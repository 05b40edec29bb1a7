#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "world/real_test.h"

namespace landfall {
namespace {

using RealLoopTest = RealTest;

TEST_F(RealLoopTest, work_runs_by_time_and_ties_in_order_of_asking) {
  Loop& loop = world().loop;
  std::vector<int> order;
  Instant const due = loop.now() + 3ms;
  loop.at(due + 1ms, [&] { order.push_back(4), loop.stop(); });
  loop.at(due, [&] { order.push_back(2); });
  loop.at(due, [&] { order.push_back(3); });
  loop.cancel(loop.at(due, [&] { order.push_back(99); }));
  loop.at(due - 1h, [&] { order.push_back(1); });
  loop.cancel(987654);
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4}));
  EXPECT_GE(loop.now(), due);
}

TEST_F(RealLoopTest, other_threads_may_post) {
  int done = 0;
  std::jthread const other([&] {
    for (int i = 0; i < 100; ++i) {
      world().loop.post([&] {
        if (++done == 100) world().loop.stop();
      });
    }
  });
  world().loop.run();
  EXPECT_EQ(done, 100);
}

TEST_F(RealLoopTest, a_timer_that_asks_for_the_next_does_not_starve_posted_work) {
  Loop& loop = world().loop;
  bool posted = false;
  std::function<void()> again = [&] {
    if (posted) return loop.stop();
    loop.at(loop.now(), [&] { again(); });
  };
  again();
  loop.post([&] { posted = true; });
  loop.run();
  EXPECT_TRUE(posted);
}

TEST_F(RealLoopTest, the_clock_can_be_set) {
  Instant const day = *parse_instant("2026-04-30T16:30:00Z");
  real_->set_clock(day);
  EXPECT_GE(world().now(), day);
  EXPECT_LT(world().now(), day + 1min);
  bool ran = false;
  world().loop.after(1ms, [&] {
    ran = true;
    world().loop.stop();
  });
  world().loop.run();
  EXPECT_TRUE(ran);
}

TEST(RealClock, is_shifted_by_the_environment) {
  auto const plain = RealWorld::start({});
  auto const early = RealWorld::start({{"LANDFALL_CLOCK_SHIFT", "-86400"}});
  auto const late = RealWorld::start({{"LANDFALL_CLOCK_SHIFT", "86400"}});
  ASSERT_TRUE(plain && early && late);
  Duration const before = (*plain)->world().now() - (*early)->world().now();
  Duration const after = (*late)->world().now() - (*plain)->world().now();
  EXPECT_NEAR(static_cast<double>(before.count()), 86'400'000, 60'000);
  EXPECT_NEAR(static_cast<double>(after.count()), 86'400'000, 60'000);
}

TEST(RealClock, refuses_a_shift_that_is_no_number_of_seconds) {
  for (char const* shift : {"soon", "1.5", "1h", " 1", "99999999999999999999", "9999999999999"}) {
    SCOPED_TRACE(shift);
    auto const started = RealWorld::start({{"LANDFALL_CLOCK_SHIFT", shift}});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::config);
    EXPECT_NE(started.error().text.find("LANDFALL_CLOCK_SHIFT"), std::string::npos);
  }
}

TEST_F(RealLoopTest, an_interrupt_runs_its_work_on_the_loop) {
  for (int const number : {SIGINT, SIGTERM}) {
    bool interrupted = false;
    real_->on_interrupt([&] {
      interrupted = true;
      world().loop.stop();
    });
    std::raise(number);
    EXPECT_FALSE(interrupted);
    world().loop.run();
    EXPECT_TRUE(interrupted);
  }
}

TEST_F(RealLoopTest, a_second_interrupt_kills) {
  auto const twice = [] {
    auto const real = RealWorld::start({});
    (*real)->on_interrupt([&] { (*real)->world().loop.stop(); });
    std::raise(SIGTERM);
    (*real)->world().loop.run();
    std::raise(SIGTERM);
  };
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(twice(), testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace landfall
