// The deployer is killed at every event of the happy path and of the way back; another one goes on.
#include <gtest/gtest.h>

#include "deploy/deploy_fixture.h"

namespace landfall {
namespace {

struct Outcome {
  std::uint64_t events = 0;  ///< of the whole run, without a crash
  DeployRow row;
  std::size_t builds = 0;
  int builds_posted = 0;
  int releases_made = 0;
  int rollbacks = 0;
  std::string journal;
};

using Set = std::function<void(test::DeployFixture&)>;

/// Runs one deploy; kills its first worker after so many events, unless that is never.
Outcome deploy_with_crash(Set const& set, std::optional<std::uint64_t> crash_after) {
  test::DeployFixture world;
  set(world);
  Result<std::int64_t> id = world.request();
  EXPECT_TRUE(id);
  world.let_approve("alice");
  Outcome outcome;
  bool ended = false;
  auto first = world.deployment(*id, "deployer");
  first->start([&](Result<DeployState> state) {
    EXPECT_TRUE(state) << (state ? "" : state.error().text);
    ended = true;
  });
  world.sim->run_until([&] { return ended; }, crash_after.value_or(200'000));
  if (crash_after && !ended) {
    world.sim->kill("deployer");
    first.reset();
    EXPECT_TRUE(world.finish(*id, "deployer2"));
  }
  outcome.events = world.sim->events();
  outcome.row = *read_deploy(world.store, *id);
  outcome.builds = world.platforms.builds.size();
  outcome.builds_posted = world.platforms.count("POST /apps/shop/builds");
  outcome.releases_made = world.platforms.releases_made;
  outcome.rollbacks = world.platforms.count("POST /apps/shop/releases");
  outcome.journal = world.journal(*id);
  world.over = true;
  return outcome;
}

void expect_same_end_after_each_crash(Set const& set, DeployState end, int rollbacks) {
  Outcome const whole = deploy_with_crash(set, std::nullopt);
  ASSERT_EQ(whole.row.state, end) << whole.journal;
  ASSERT_EQ(whole.rollbacks, rollbacks);
  ASSERT_GT(whole.events, 100U);
  for (std::uint64_t n = 0; n < whole.events; ++n) {
    SCOPED_TRACE(fmt::format("killed after event {} of {}", n, whole.events));
    Outcome const crashed = deploy_with_crash(set, n);
    ASSERT_EQ(crashed.row.state, end) << crashed.journal;
    ASSERT_EQ(crashed.builds, 1U) << crashed.journal;
    ASSERT_EQ(crashed.builds_posted, 1) << crashed.journal;
    ASSERT_EQ(crashed.releases_made, 1) << crashed.journal;
    ASSERT_EQ(crashed.rollbacks, rollbacks) << crashed.journal;
    ASSERT_EQ(crashed.row.release, whole.row.release);
    ASSERT_EQ(crashed.row.commit, whole.row.commit);
    ASSERT_EQ(crashed.row.plan_hash, whole.row.plan_hash);
  }
}

TEST(Crash, at_any_event_of_the_happy_path_leads_to_one_build_and_one_release) {
  expect_same_end_after_each_crash(
      [](test::DeployFixture& world) { world.sim->network_faults(200ms, 0); },
      DeployState::verified, 0);
}

TEST(Crash, at_any_event_of_a_rollback_leads_to_one_rollback) {
  expect_same_end_after_each_crash(
      [](test::DeployFixture& world) {
        world.sim->network_faults(200ms, 0);
        world.platforms.deployed_before();
        world.platforms.dynos_crash = true;
        world.target().deploy.approval.reviewers.clear();
      },
      DeployState::rolled_back, 1);
}

TEST(Crash, at_any_event_of_a_rollback_that_has_to_scale_leaves_production_up) {
  expect_same_end_after_each_crash(
      [](test::DeployFixture& world) {
        world.sim->network_faults(200ms, 0);
        world.platforms.deployed_before();
        world.platforms.no_web = true;
        world.target().deploy.approval.reviewers.clear();
      },
      DeployState::rolled_back, 1);
}

TEST(Crash, again_and_again_leads_to_one_build_and_one_release) {
  for (std::uint64_t every : {7U, 23U, 60U}) {
    SCOPED_TRACE(every);
    test::DeployFixture world;
    Result<std::int64_t> id = world.request();
    ASSERT_TRUE(id);
    world.let_approve("alice");
    for (int life = 0; life < 40; ++life) {
      std::string const name = fmt::format("deployer{}", life);
      auto work = world.deployment(*id, name, true);
      bool ended = false;
      work->start([&](Result<DeployState> state) { ended = state.has_value(); });
      // The lock has to die first, which takes its time; then a little work is done.
      std::uint64_t const before = world.sim->events();
      world.sim->run_until([&] {
        auto const lock = world.store.database().query("SELECT holder FROM deploy_lock");
        bool const ours = lock && !lock->empty() && lock->rows[0].text("holder") == name;
        return ended || ours || world.sim->events() > before + 2000;
      });
      world.sim->run_until([&] { return ended; }, every);
      world.sim->kill(name);
      work.reset();
      if (ended) break;
    }
    if (!is_end(read_deploy(world.store, *id)->state)) {
      ASSERT_TRUE(world.finish(*id, "last"));
    }
    world.over = true;
    EXPECT_EQ(read_deploy(world.store, *id)->state, DeployState::verified) << world.journal(*id);
    EXPECT_EQ(world.platforms.builds.size(), 1U) << world.journal(*id);
    EXPECT_EQ(world.platforms.releases_made, 1);
  }
}

TEST(Crash, destroying_the_object_without_a_kill_is_safe_at_every_event) {
  for (std::uint64_t n = 0; n < 120; n += 3) {
    SCOPED_TRACE(n);
    test::DeployFixture world;
    Result<std::int64_t> id = world.request();
    ASSERT_TRUE(id);
    world.let_approve("alice");
    bool ended = false;
    auto first = world.deployment(*id, "deployer");
    first->start([&](Result<DeployState>) { ended = true; });
    world.sim->run_until([&] { return ended; }, n);
    first.reset();
    ASSERT_FALSE(ended);
    ASSERT_TRUE(world.finish(*id, "deployer2"));
    world.over = true;
    EXPECT_EQ(read_deploy(world.store, *id)->state, DeployState::verified) << world.journal(*id);
    EXPECT_EQ(world.platforms.builds.size(), 1U);
  }
}

}  // namespace
}  // namespace landfall
