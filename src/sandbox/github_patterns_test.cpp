#include "sandbox/github_patterns.h"

#include <gtest/gtest.h>

namespace landfall::sandbox {
namespace {

struct Row {
  char const* pattern;
  char const* name;
  bool matches;
};

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

}  // namespace
}  // namespace landfall::sandbox
