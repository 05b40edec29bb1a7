#include "intent/write.h"

#include <gtest/gtest.h>

#include "intent/intent.h"

namespace landfall {
namespace {

Intent read_back(Discovered const& found) {
  std::string const text = write_intent(found);
  auto intent = parse_intent(text, "landfall.yaml");
  EXPECT_TRUE(intent) << intent.error().text << "\n" << text;
  return intent.value_or(Intent{});
}

TEST(WriteIntent, what_was_found_is_read_back) {
  Intent const intent = read_back(
      {"Raxx",
       "MooseQuest/TradeMasterAPI",
       {{"raxx-api-prod", "production", ".github/workflows/deploy-heroku.yml", "production"},
        {"raxx-api-prod", "", ".github/workflows/deploy.yml", ""},
        {"raxx-api-staging", "", ".github/workflows/deploy.yml", ""},
        {"status", "", "", ""}}});
  EXPECT_EQ(intent.organisation, "Raxx");
  ASSERT_EQ(intent.targets.size(), 3u);
  Target const* production = intent.target("raxx-api/production");
  ASSERT_NE(production, nullptr);
  EXPECT_EQ(production->app, "raxx-api-prod");
  EXPECT_EQ(production->repository, "MooseQuest/TradeMasterAPI");
  EXPECT_EQ(production->deploy.workflow, ".github/workflows/deploy-heroku.yml");
  ASSERT_TRUE(production->gate);
  EXPECT_EQ(production->gate->name, "production");
  Target const* staging = intent.target("raxx-api/staging");
  ASSERT_NE(staging, nullptr);
  EXPECT_EQ(staging->app, "raxx-api-staging");
  EXPECT_FALSE(staging->gate);
  ASSERT_NE(intent.target("status/production"), nullptr);
}

TEST(WriteIntent, a_second_workflow_for_an_app_is_told_in_a_comment) {
  std::string const text = write_intent({"o",
                                         "o/r",
                                         {{"an-app", "", ".github/workflows/a.yml", ""},
                                          {"an-app", "", ".github/workflows/b.yml", ""}}});
  EXPECT_NE(text.find("# also deployed by .github/workflows/b.yml"), std::string::npos) << text;
}

TEST(WriteIntent, nothing_found_still_makes_a_file_to_start_from) {
  Intent const intent = read_back({});
  EXPECT_EQ(intent.targets.size(), 1u);
}

TEST(WriteIntent, apps_that_would_be_one_target_become_two) {
  Intent const intent = read_back(
      {"o", "o/r", {{"shop", "", "", ""}, {"shop-prod", "", "", ""}, {"shop-live", "", "", ""}}});
  EXPECT_EQ(intent.targets.size(), 3u);
}

TEST(WriteIntent, any_text_that_was_found_is_quoted_or_left_out) {
  Discovered const found{
      "yes",
      "not a repository",
      {{"an-app", "EU: \"West\" #1\n", ".github/workflows/a b.yml", "prod: {x}\n\x1b[31m\\"},
       {"on-1", "true", "../../etc/passwd\nservices: {}", ""},
       {"Bad Name", "x", "", ""}}};
  Intent const intent = read_back(found);
  EXPECT_EQ(intent.organisation, "yes");
  ASSERT_EQ(intent.targets.size(), 2u);
  EXPECT_EQ(intent.targets[0].environment, "eu-west-1");
  EXPECT_EQ(intent.targets[0].gate->name, "prod: {x} ?[31m\\");
  EXPECT_EQ(intent.targets[0].deploy.workflow, ".github/workflows/a b.yml");
  EXPECT_FALSE(intent.targets[1].deploy.workflow);
}

}  // namespace
}  // namespace landfall
