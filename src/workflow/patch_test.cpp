#include "workflow/patch.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

constexpr std::string_view deploy_yml = R"(name: Deploy
on: push
jobs:
  # checks first
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test   # all of them

  # to staging
  staging:
    needs: test
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: akhileshns/heroku-deploy@v3.14.15
        with:
          heroku_app_name: shop-staging

  # to production
  production:
    needs: [test]
    runs-on: ubuntu-24.04
    steps:
      - run: echo done
)";

TEST(RemoveJobs, takes_the_jobs_and_leaves_every_other_byte) {
  auto const after = remove_jobs(deploy_yml, "deploy.yml", {"staging", "production"});
  ASSERT_TRUE(after) << after.error().text;
  EXPECT_EQ(*after, std::string(deploy_yml.substr(0, deploy_yml.find("  # to staging"))));
  auto const middle = remove_jobs(deploy_yml, "deploy.yml", {"staging"});
  ASSERT_TRUE(middle) << middle.error().text;
  EXPECT_NE(middle->find("# to production\n  production:"), std::string::npos) << *middle;
  EXPECT_EQ(middle->find("to staging"), std::string::npos) << *middle;
  // Nothing but those lines goes, and one of the two empty lines around them.
  std::size_t const staging = deploy_yml.find("  # to staging");
  std::size_t const production = deploy_yml.find("  # to production");
  EXPECT_EQ(*middle, std::string(deploy_yml.substr(0, staging)) +
                         std::string(deploy_yml.substr(production)));
}

TEST(RemoveJobs, refuses_what_others_need_and_what_is_not_there) {
  EXPECT_FALSE(remove_jobs(deploy_yml, "deploy.yml", {"test"}));
  EXPECT_FALSE(remove_jobs(deploy_yml, "deploy.yml", {"nobody"}));
  EXPECT_FALSE(remove_jobs("jobs: {a: {}}", "deploy.yml", {"a"}));
  EXPECT_FALSE(remove_jobs("jobs: [", "deploy.yml", {"a"}));
}

TEST(RemoveJobs, a_file_without_jobs_is_no_workflow) {
  auto const after = remove_jobs(deploy_yml, "deploy.yml", {"test", "staging", "production"});
  ASSERT_TRUE(after) << after.error().text;
  EXPECT_EQ(*after, "");
}

TEST(SetStepInput, adds_one_line_or_replaces_one_value) {
  auto const added =
      set_step_input(deploy_yml, "deploy.yml", "staging", 2, {"dontautocreate", "true"});
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_NE(
      added->find("          heroku_app_name: shop-staging\n          dontautocreate: true\n"),
      std::string::npos)
      << *added;
  EXPECT_EQ(added->size(),
            deploy_yml.size() + std::string("          dontautocreate: true\n").size());
  auto const replaced =
      set_step_input(*added, "deploy.yml", "staging", 2, {"dontautocreate", "false"});
  ASSERT_TRUE(replaced) << replaced.error().text;
  EXPECT_NE(replaced->find("dontautocreate: false\n"), std::string::npos);
}

TEST(SetStepInput, refuses_steps_without_a_block_of_inputs) {
  EXPECT_FALSE(set_step_input(deploy_yml, "deploy.yml", "staging", 1, {"a", "b"}));
  EXPECT_FALSE(set_step_input(deploy_yml, "deploy.yml", "staging", 9, {"a", "b"}));
  EXPECT_FALSE(set_step_input(deploy_yml, "deploy.yml", "nobody", 1, {"a", "b"}));
}

}  // namespace
}  // namespace landfall
