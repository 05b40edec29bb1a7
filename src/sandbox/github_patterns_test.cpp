#include "sandbox/github_patterns.h"

#include <gtest/gtest.h>

#include "sandbox/github_workflow_file.h"

namespace landfall::sandbox {
namespace {

struct Row {
  char const* pattern;
  char const* name;
  bool matches;
};

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
TEST(GitHubPatterns, filters_follow_the_cheat_sheet) {
  Row const table[]{
      {"feature/*", "feature/my-branch", true},
      {"feature/*", "feature/a/b", false},
      {"feature/**", "feature/beta-a/my-branch", true},
      {"main", "main", true},
      {"main", "maintenance", false},
      {"main", "Main", false},
      {"*", "releases", true},
      {"*", "all/the/branches", false},
      {"**", "all/the/branches", true},
      {"*feature", "mona-feature", true},
      {"v2*", "v2.9", true},
      {"v[12].[0-9]+.[0-9]+", "v1.10.1", true},
      {"v[12].[0-9]+.[0-9]+", "v3.1.1", false},
      {"*.jsx?", "page.js", true},
      {"*.jsx?", "page.jsx", true},
      {"**.js", "src/js/app.js", true},
      {"docs/*", "docs/a/b.md", false},
      {"**/docs/**", "dir/docs/my-file.txt", true},
      {"C\\+\\+", "C++", true},
      {"[a", "[a", true},
      {"", "", true},
  };
  for (Row const& row : table)
    EXPECT_EQ(filter_matches(row.pattern, row.name), row.matches) << row.pattern << " " << row.name;
  EXPECT_TRUE(filters_match({"**", "!wip/**", "wip/ok"}, "wip/ok"));
  EXPECT_FALSE(filters_match({"**", "!wip/**"}, "wip/x"));
  EXPECT_FALSE(filters_match({"!wip/**"}, "main"));
  EXPECT_TRUE(filter_matches(std::string(2000, '*'), std::string(2000, 'a'))) << "and in no time";
}

TEST(GitHubPatterns, policies_are_rubys_fnmatch) {
  Row const table[]{
      {"main", "main", true},
      {"release/*", "release/1", true},
      {"release/*", "release/1/2", false},
      {"*", "release/1", false},
      {"**", "release/1", false},
      {"**/*", "release/1", true},
      {"**/x", "x", true},
      {"v?", "v1", true},
      {"v?", "v", false},
      {"v[0-9]", "v7", true},
  };
  for (Row const& row : table)
    EXPECT_EQ(policy_matches(row.pattern, row.name), row.matches) << row.pattern << " " << row.name;
}

TEST(GitHubWorkflowFile, expressions_that_names_are_made_of) {
  Contexts const contexts{{"github.ref", "refs/heads/main"}, {"inputs.env", "qa"}};
  struct Text {
    char const* text;
    char const* becomes;
  };
  Text const table[]{
      {"plain", "plain"},
      {"${{ inputs.env }}-eu", "qa-eu"},
      {"${{ inputs.none || 'staging' }}", "staging"},
      {"${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}", "production"},
      {"${{ github.ref != 'refs/heads/main' && 'production' || 'staging' }}", "staging"},
      {"${{ !inputs.none && ('a' == 'A') }}", "true"},
      {"${{ 'it''s' }}", "it's"},
      {"${{ format('{0}', 1) }}", ""},
      {"${{ ((((", "${{ (((("},
      {"a ${{ b", "a ${{ b"},
  };
  for (Text const& row : table)
    EXPECT_EQ(interpolated(row.text, contexts), row.becomes) << row.text;
  std::string deep = "${{ ";
  for (int i = 0; i < 10'000; ++i) deep += "(!";
  EXPECT_LE(interpolated(deep + " }}", contexts).size(), 5U);
}

TEST(GitHubWorkflowFile, says_why_github_would_refuse_a_file) {
  struct File {
    char const* name;
    char const* text;
    char const* problem;
  };
  File const table[]{
      {"good", "on: push\njobs: {a: {steps: [{run: x}]}}", ""},
      {"no events", "jobs: {a: {steps: [{run: x}]}}", "No event triggers defined in `on`"},
      {"another key", "on: {push: {branch: main}}\njobs: {a: {uses: ./x}}",
       "Unexpected value 'branch'"},
      {"both lists", "on: {push: {branches: [a], branches-ignore: [b]}}\njobs: {a: {uses: ./x}}",
       "you may only define one of a filter and its -ignore for the event push"},
      {"nothing to do", "on: push\njobs: {a: {name: x}}",
       "Required property is missing: steps (job 'a')"},
      {"unknown needs", "on: push\njobs: {a: {needs: b, uses: ./x}}",
       "Job 'a' depends on unknown job 'b'."},
      {"a circle", "on: push\njobs: {a: {needs: b, uses: ./x}, b: {needs: a, uses: ./x}}",
       "The workflow must contain at least one job with no dependencies."},
  };
  for (File const& row : table)
    EXPECT_EQ(read_workflow_file(row.text, "w.yml").problem, row.problem) << row.name;
  EXPECT_FALSE(read_workflow_file("a: [", "w.yml").problem.empty());
  EXPECT_FALSE(read_workflow_file("", "w.yml").problem.empty());
}

}  // namespace
}  // namespace landfall::sandbox
