#include <thread>

#include "world/real_test.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

class WorkersTest : public RealTest {};

TEST_F(WorkersTest, work_is_done_in_order_beside_the_loop_and_answered_on_it) {
  std::thread::id const own = std::this_thread::get_id();
  std::vector<int> worked;
  std::vector<int> answered;
  bool beside = true;
  bool home = true;
  for (int i = 0; i < 3; ++i) {
    world().workers.run(
        [&, i] {
          beside = beside && std::this_thread::get_id() != own;
          worked.push_back(i);
        },
        [&, i] {
          home = home && std::this_thread::get_id() == own;
          answered.push_back(i);
          look();
        });
  }
  EXPECT_TRUE(answered.empty());
  run_until([&] { return answered.size() == 3; });
  EXPECT_EQ(worked, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(answered, worked);
  EXPECT_TRUE(beside);
  EXPECT_TRUE(home);
}

TEST_F(WorkersTest, what_has_a_result_is_asked) {
  std::string got;
  world().workers.ask<std::string>([] { return std::string("answer"); },
                                   [&](std::string answer) {
                                     got = std::move(answer);
                                     look();
                                   });
  run_until([&] { return !got.empty(); });
  EXPECT_EQ(got, "answer");
}

TEST_F(WorkersTest, an_end_in_the_middle_of_work_is_waited_for_and_the_rest_is_dropped) {
  bool told = false;
  std::atomic<int> worked = 0;
  std::atomic<bool> go = false;
  for (int i = 0; i < 3; ++i) {
    world().workers.run(
        [&] {
          while (!go) std::this_thread::yield();
          ++worked;
        },
        [&] { told = true; });
  }
  std::jthread const opener([&] { go = true; });
  real_.reset();
  EXPECT_LE(worked, 3);
  EXPECT_FALSE(told);
}

TEST(SimWorkers, work_takes_no_time_and_dies_with_its_process) {
  auto const sim = SimWorld::create(from_epoch_seconds(0), 1);
  std::string done;
  World world = sim->process("a");
  world.workers.ask<int>([] { return 7; }, [&](int seven) { done += std::to_string(seven); });
  EXPECT_EQ(done, "");
  EXPECT_TRUE(sim->run_until([&] { return done == "7"; }));
  EXPECT_EQ(world.now(), from_epoch_seconds(0));
  world.workers.run([] {}, [&] { done = "dead"; });
  sim->kill("a");
  EXPECT_FALSE(sim->run_until([&] { return done == "dead"; }));
}

}  // namespace
}  // namespace landfall
