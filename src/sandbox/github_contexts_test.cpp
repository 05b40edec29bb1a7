#include "sandbox/github_contexts.h"

#include <gtest/gtest.h>

#include "sandbox/github_workflow_file.h"

namespace landfall::sandbox {
namespace {

Run run_of_main() {
  Run run{.event = "workflow_dispatch", .ref = "refs/heads/main", .sha = "abc"};
  run.inputs = {{"env", "qa"}, {"dry", "false"}, {"count", "3"}};
  run.input_types = {{"env", "string"}, {"dry", "boolean"}, {"count", "number"}};
  return run;
}

TEST(GitHubContexts, texts_are_made_of_the_runs_contexts) {
  Repository repository;
  repository.variables["APP"] = {.value = "shop"};
  Json const contexts = contexts_of(repository, run_of_main());
  struct Text {
    char const* text;
    char const* becomes;
  };
  Text const table[]{
      {"plain", "plain"},
      {"${{ inputs.env }}-eu", "qa-eu"},
      {"${{ inputs.none || 'staging' }}", "staging"},
      {"${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}", "production"},
      {"${{ vars.APP }}-${{ github.ref_name }}", "shop-main"},
      {"${{ format('{0}!', inputs.count) }}", "3!"},
      {"${{ hashFiles('x') }}", ""},
      {"a ${{ needs.x.outputs.y }}", "a "},
  };
  for (Text const& row : table)
    EXPECT_EQ(interpolated(row.text, contexts), row.becomes) << row.text;
  std::string deep = "${{ ";
  for (int i = 0; i < 10'000; ++i) deep += "(!";
  EXPECT_EQ(interpolated(deep + " }}", contexts), "") << "and in no time";
}

RunJob job(std::string key, std::string conclusion, std::vector<std::string> needs = {}) {
  RunJob made{.key = std::move(key), .needs = std::move(needs)};
  made.conclusion = std::move(conclusion);
  return made;
}

TEST(GitHubContexts, an_if_is_judged_as_github_does) {
  auto run = run_of_main();
  run.jobs = {job("build", "success"), job("test", "failure"), job("test", "success"),
              job("late", "success", {"test"})};
  struct Row {
    char const* condition;
    std::vector<std::string> needs;
    std::optional<bool> lets;
  };
  Row const table[]{
      {"", {}, true},
      {"", {"build"}, true},
      {"", {"build", "test"}, false},
      {"", {"late"}, false},
      {"always()", {"test"}, true},
      {"${{ failure() }}", {"late"}, true},
      {"failure()", {"build"}, false},
      {"!cancelled() && needs.late.result == 'success'", {"late"}, true},
      {"!cancelled() && needs.test.result == 'success'", {"test"}, false},
      {"github.ref == 'refs/heads/main'", {}, true},
      {"github.ref == 'refs/heads/other'", {}, false},
      {"inputs.dry", {}, false},
      {"github.event.inputs.dry", {}, true},
      {"fromJSON('{')", {}, std::nullopt},
  };
  for (Row const& row : table) {
    RunJob asks = job("asks", "", row.needs);
    asks.condition = row.condition;
    EXPECT_EQ(lets_run(Repository(), run, asks), row.lets) << row.condition;
  }
}

TEST(GitHubWorkflowFile, says_why_github_would_refuse_a_file) {
  struct File {
    char const* text;
    char const* place;  ///< empty: it is taken
  };
  File const table[]{
      {"on: push\njobs: {a: {runs-on: x, steps: [{run: x}]}}", ""},
      {"jobs: {a: {runs-on: x, steps: [{run: x}]}}", "(Line: 1, Col: 1)"},
      {"on: {push: {branch: main}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}",
       "(Line: 1, Col: 13)"},
      {"on: push\njobs: {a: {name: x}}", "(Line: 2, Col: 8)"},
      {"on: push\njobs: {a: {runs-on: x, if: '((', steps: [{run: x}]}}", "(Line: 2, Col: 31)"},
      {"on: push\njobs: {a: {needs: b, runs-on: x, steps: [{run: x}]}}", "(Line: 2, Col: 19)"},
      {"a: [", "(Line: 1, Col: "},
  };
  for (File const& row : table) {
    std::string const problem = read_workflow_file(row.text).problem;
    EXPECT_TRUE(problem.starts_with(row.place)) << row.text << "\n" << problem;
    EXPECT_EQ(problem.empty(), std::string_view(row.place).empty()) << row.text << "\n" << problem;
  }
  EXPECT_FALSE(read_workflow_file("").problem.empty());
}

}  // namespace
}  // namespace landfall::sandbox
