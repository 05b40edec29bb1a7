#include "deploy/lock.h"

#include <gtest/gtest.h>

#include "deploy/deploy_fixture.h"
#include "facts/store_fixture.h"

namespace landfall {
namespace {

Instant const t0 = test::start;

std::int64_t lease_until(Store& store) {
  return store.database()
      .query("SELECT lease_until FROM deploy_lock")
      ->rows[0]
      .integer("lease_until");
}

TEST(Lock, is_taken_once_and_freed_for_the_next) {
  Store store = test_store();
  LockAnswer const first = *take_lock(store, "shop/production", 1, "a", t0);
  ASSERT_TRUE(first.lease);
  LockAnswer const second = *take_lock(store, "shop/production", 2, "b", t0 + 1s);
  EXPECT_FALSE(second.lease);
  ASSERT_TRUE(second.held);
  EXPECT_EQ(second.held->holder, "a");
  ASSERT_TRUE(free_lock(store, *first.lease));
  LockAnswer const third = *take_lock(store, "shop/production", 2, "b", t0 + 2s);
  ASSERT_TRUE(third.lease);
  EXPECT_GT(third.lease->fence, first.lease->fence) << "the fence never starts again";
  EXPECT_FALSE(third.taken) << "a freed lock is not a take-over";
}

TEST(Lock, of_one_target_does_not_hold_another) {
  Store store = test_store();
  EXPECT_TRUE(take_lock(store, "shop/production", 1, "a", t0)->lease);
  EXPECT_TRUE(take_lock(store, "shop/staging", 2, "b", t0)->lease);
}

TEST(Lock, is_taken_over_only_when_its_lease_is_dead_and_that_is_journalled) {
  Store store = test_store();
  Lease const old = *take_lock(store, "shop/production", 1, "a", t0)->lease;
  ASSERT_TRUE(renew_lock(store, old, t0 + 10s));
  EXPECT_EQ(lease_until(store), epoch_seconds(t0 + 10s + lease_length));
  EXPECT_FALSE(take_lock(store, "shop/production", 2, "b", t0 + 10s + lease_length)->lease);
  LockAnswer const taken = *take_lock(store, "shop/production", 2, "b", t0 + 11s + lease_length);
  ASSERT_TRUE(taken.lease);
  ASSERT_TRUE(taken.taken);
  EXPECT_EQ(taken.taken->holder, "a");
  auto const steps = store.database().query("SELECT * FROM deploy_step");
  ASSERT_EQ(steps->size(), 1U);
  EXPECT_EQ(steps->rows[0].text("step"), "lock");
  EXPECT_NE(steps->rows[0].text("detail").find("b took over from a"), std::string::npos);
}

TEST(Lock, a_holder_that_was_thought_dead_can_neither_renew_nor_free_it) {
  Store store = test_store();
  Lease const old = *take_lock(store, "shop/production", 1, "a", t0)->lease;
  Lease const now = *take_lock(store, "shop/production", 1, "b", t0 + 1min)->lease;
  Result<> renewed = renew_lock(store, old, t0 + 61s);
  ASSERT_FALSE(renewed);
  EXPECT_EQ(renewed.error().code, "lock_lost");
  EXPECT_EQ(check_lock(store, old).error().code, "lock_lost");
  ASSERT_TRUE(free_lock(store, old));
  EXPECT_TRUE(check_lock(store, now));
  EXPECT_NE(lease_until(store), 0);
}

struct Locked : testing::Test, test::DeployFixture {};

TEST_F(Locked, a_deploy_fails_at_a_lock_that_another_deploy_holds) {
  Result<std::int64_t> id = request();
  ASSERT_TRUE(id);
  ASSERT_TRUE(take_lock(store, "shop/production", 77, "somebody", sim->process("x").now()));
  Result<DeployState> end = finish(*id);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, "locked");
  EXPECT_NE(end.error().text.find("somebody"), std::string::npos);
  EXPECT_EQ(platforms.calls.size(), 0U);
}

TEST_F(Locked, a_deploy_that_is_told_to_wait_goes_on_when_the_lease_is_dead) {
  Result<std::int64_t> id = request();
  ASSERT_TRUE(id);
  let_approve("alice");
  ASSERT_TRUE(take_lock(store, "shop/production", 77, "somebody", sim->process("x").now()));
  Result<DeployState> end = finish(*id, "deployer", true);
  over = true;
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, DeployState::verified);
  EXPECT_NE(journal(*id).find("lock done: deployer took over from somebody"), std::string::npos);
}

TEST_F(Locked, a_second_process_on_the_same_deploy_does_nothing_while_the_first_lives) {
  Result<std::int64_t> id = request();
  ASSERT_TRUE(id);
  std::optional<Result<DeployState>> first_end;
  auto first = deployment(*id, "first");
  first->start([&](Result<DeployState> state) { first_end = std::move(state); });
  Result<DeployState> second = finish(*id, "second");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "locked");
  EXPECT_FALSE(first_end) << "it still waits for approval";
}

TEST_F(Locked, a_worker_that_lost_its_lock_stops_before_it_writes) {
  Result<std::int64_t> id = request();
  ASSERT_TRUE(id);
  std::optional<Result<DeployState>> first_end;
  auto first = deployment(*id, "first");
  first->start([&](Result<DeployState> state) { first_end = std::move(state); });
  sim->run_until([&] { return read_deploy(store, *id)->state == DeployState::smoke; });
  ASSERT_TRUE(store.put("deploy_lock", {{"target", "shop/production"},
                                        {"deploy_id", *id},
                                        {"holder", "thief"},
                                        {"fence", 99},
                                        {"lease_until", epoch_seconds(test::start + 1h)}}));
  sim->run_until([&] { return first_end.has_value(); });
  ASSERT_TRUE(first_end);
  ASSERT_FALSE(*first_end);
  EXPECT_EQ(first_end->error().code, "lock_lost");
  EXPECT_EQ(read_deploy(store, *id)->state, DeployState::smoke);
}

TEST_F(Locked, a_deploy_that_is_refused_takes_nobody_s_place) {
  struct Row {
    char const* name;
    std::function<void(test::DeployFixture&)> set;
  };
  Row const table[]{
      {"preflight", [](test::DeployFixture& f) { f.platforms.archived = true; }},
      {"freeze",
       [](test::DeployFixture& f) {
         f.intent.freezes.push_back({test::start - 1h, test::start + 9h, "launch"});
       }},
      {"smoke", [](test::DeployFixture& f) { f.smoke_exit = 3; }},
      {"approval", [](test::DeployFixture& f) { f.target().deploy.approval.expires = 1min; }},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    test::DeployFixture fresh;
    Result<std::int64_t> left = fresh.request("v1");
    ASSERT_TRUE(left);
    {
      auto first = fresh.deployment(*left, "first");
      first->start([](Result<DeployState>) {});
      fresh.sim->run_until(
          [&] { return read_deploy(fresh.store, *left)->state == DeployState::approval; });
      fresh.sim->kill("first");
    }
    row.set(fresh);
    Result<std::int64_t> id = fresh.request("main");
    ASSERT_TRUE(id);
    EXPECT_EQ(*fresh.finish(*id, "second", true), DeployState::refused);
    EXPECT_EQ(read_deploy(fresh.store, *left)->state, DeployState::approval);
  }
}

TEST_F(Locked, a_deploy_that_was_left_before_it_changed_anything_makes_room) {
  Result<std::int64_t> left = request("v1");
  ASSERT_TRUE(left);
  {
    auto first = deployment(*left, "first");
    first->start([](Result<DeployState>) {});
    sim->run_until([&] { return read_deploy(store, *left)->state == DeployState::approval; });
    sim->kill("first");
  }
  Result<std::int64_t> id = request("main");
  ASSERT_TRUE(id);
  EXPECT_NE(*id, *left);
  let_approve("bob");
  EXPECT_EQ(*finish(*id, "second", true), DeployState::verified);
  over = true;
  EXPECT_EQ(read_deploy(store, *left)->state, DeployState::refused);
  EXPECT_EQ(read_deploy(store, *left)->reason, fmt::format("deploy {} took its place", *id));
}

TEST_F(Locked, a_deploy_that_works_on_the_platform_does_not_make_room) {
  Result<std::int64_t> left = request("v1");
  ASSERT_TRUE(left);
  DeployRow row = *read_deploy(store, *left);
  row.state = DeployState::build;
  ASSERT_TRUE(write_deploy(store, row));
  Result<std::int64_t> id = request("main");
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, "unfinished");
  EXPECT_EQ(*request("v1"), *left);
}

}  // namespace
}  // namespace landfall
