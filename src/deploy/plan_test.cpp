#include <gtest/gtest.h>

#include "deploy/deploy_fixture.h"

namespace landfall {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

struct Planning : testing::Test, test::DeployFixture {
  Result<DeployPlan> plan(std::string name = "shop/production", std::string ref = "main") {
    std::optional<Result<DeployPlan>> answer;
    plan_deploy(sim->process("planner"), store, intent, access,
                {std::move(name), std::move(ref), "carol"},
                [&](Result<DeployPlan> planned) { answer = std::move(planned); });
    EXPECT_TRUE(sim->run_until([&] { return answer.has_value(); }, 10'000));
    sim->run_until([] { return false; }, 100);
    return *answer;
  }
  static std::string all(std::vector<std::string> const& lines) {
    std::string text;
    for (std::string const& line : lines) text += line + "\n";
    return text;
  }
};

TEST_F(Planning, changes_nothing_anywhere) {
  ASSERT_TRUE(plan());
  EXPECT_EQ(platforms.count("POST") + platforms.count("PATCH") + platforms.count("PUT"), 0);
  EXPECT_EQ(store.database().query("SELECT * FROM deploy")->size(), 0U);
}

TEST_F(Planning, of_a_first_deploy_says_so_and_what_its_end_would_be) {
  Result<DeployPlan> const found = plan();
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_TRUE(found->first);
  EXPECT_EQ(found->commit, test::commit_new);
  EXPECT_FALSE(found->running);
  EXPECT_TRUE(holds(all(found->gates), "maintenance mode"));
  EXPECT_TRUE(holds(found->calls.back(), "{\"maintenance\":true}")) << found->calls.back();
}

TEST_F(Planning, of_a_later_deploy_names_commits_newest_first_and_the_way_back) {
  platforms.deployed_before();
  Result<DeployPlan> const found = plan();
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_FALSE(found->first);
  EXPECT_EQ(found->running, test::commit_old);
  EXPECT_EQ(found->commits, (std::vector<std::string>{"Newer", "Older"}));
  EXPECT_TRUE(holds(found->calls.back(), "release-3")) << found->calls.back();
  EXPECT_TRUE(holds(all(found->calls), "POST " + access.heroku.api + "/apps/shop/builds"));
  EXPECT_TRUE(holds(all(found->calls), test::commit_new));
}

TEST_F(Planning, has_the_hash_that_the_deploy_asks_approval_for) {
  Result<DeployPlan> const found = plan();
  ASSERT_TRUE(found);
  EXPECT_EQ(run().plan_hash, found->hash);
}

TEST_F(Planning, says_what_would_refuse_it_without_another_hash) {
  Result<DeployPlan> const good = plan();
  platforms.environment_exists = false;
  Result<DeployPlan> const bad = plan();
  ASSERT_TRUE(good);
  ASSERT_TRUE(bad);
  EXPECT_TRUE(holds(all(bad->gates), "Refused as things stand: GitHub environment 'production'"));
  EXPECT_EQ(bad->hash, good->hash);
}

TEST_F(Planning, fails_with_a_reason_when_it_cannot_see) {
  EXPECT_TRUE(holds(plan("shop/prod").error().text, "no target 'shop/prod'"));
  EXPECT_TRUE(holds(plan("shop/production", "nonsense").error().text, "resolving the ref"));
  platforms.app_exists = false;
  Result<DeployPlan> const blind = plan();
  ASSERT_FALSE(blind);
  EXPECT_EQ(blind.error().kind, ErrorKind::missing);
}

}  // namespace
}  // namespace landfall
