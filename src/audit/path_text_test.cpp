#include "audit/path_text.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

PathSummary path(std::string event, RefKind kind = RefKind::any,
                 std::vector<std::string> filter = {}) {
  PathSummary path;
  path.event = std::move(event);
  path.ref_kind = kind;
  path.filter = std::move(filter);
  return path;
}

TEST(PathText, events_are_told_in_words) {
  PathSummary by_hand = path("workflow_dispatch");
  by_hand.inputs = {{"environment", {"production", "staging"}}, {"ref", {""}}, {"none", {}}};
  struct Row {
    PathSummary path;
    std::string_view words;
  };
  Row const table[]{
      {path("push"), "push to any branch or tag"},
      {path("push", RefKind::branch), "push to any branch"},
      {path("push", RefKind::branch, {"main"}), "push to main"},
      {path("push", RefKind::branch, {"main", "release/**", "!release/old"}),
       "push to main or release/**, but not release/old"},
      {path("push", RefKind::branch, {"!wip"}), "push to any, but not wip"},
      {path("push", RefKind::tag), "push of any tag"},
      {path("push", RefKind::tag, {"v*", "r*", "x"}), "push of a tag v*, r* or x"},
      {path("pull_request", RefKind::branch, {"main"}), "pull request to main"},
      {path("schedule", RefKind::branch, {"main"}), "on a schedule on main"},
      {path("workflow_dispatch", RefKind::tag, {"v*"}), "run by hand of a tag v*"},
      {by_hand, "run by hand with environment = production or staging and ref = (empty)"},
      {path("issue_comment"), "issue_comment"},
      {path("\x1b[31mred"), "?[31mred"},
  };
  for (Row const& row : table) EXPECT_EQ(event_words(row.path), row.words);
  EXPECT_EQ(condition_words(path("push", RefKind::tag, {"v*"})), "tag v*");
  EXPECT_EQ(condition_words(by_hand), "environment = production or staging and ref = (empty)");
  EXPECT_EQ(condition_words(path("push")), "");
}

TEST(PathText, production_comes_first_and_what_publishes_after_what_deploys) {
  auto const to = [](std::string target, DeployRole role, std::string environment = "") {
    PathSummary one = path("push");
    one.provider = "x";
    one.target = std::move(target);
    one.target_known = true;
    one.role = role;
    one.environment = std::move(environment);
    return one;
  };
  FileSummary file;
  file.paths = {
      to("package", DeployRole::release),      to("shop-staging", DeployRole::deploy),
      to("shop", DeployRole::deploy),          to("docs", DeployRole::site),
      to("shop-prod", DeployRole::deploy),     to("alpha", DeployRole::deploy, "production"),
      to("shop-prod", DeployRole::deploy, "x")};
  std::vector<FileSummary> const files{file};
  std::string order;
  for (TargetPaths const& target : paths_by_target(files))
    order += target.target + std::to_string(target.paths.size()) + " ";
  EXPECT_EQ(order, "alpha1 shop-prod2 shop1 shop-staging1 docs1 package1 ");
}

}  // namespace
}  // namespace landfall
