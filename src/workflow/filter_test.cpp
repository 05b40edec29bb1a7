#include <gtest/gtest.h>

#include "workflow/filter.h"

namespace landfall {
namespace {

TEST(Filter, follows_githubs_cheat_sheet) {
  struct Row {
    std::vector<std::string> patterns;
    std::string_view name;
    bool passes;
  };
  Row const table[]{
      {{}, "anything", true},
      {{"main"}, "main", true},
      {{"main"}, "main2", false},
      {{"main"}, "Main", false},
      {{"feature/*"}, "feature/my-branch", true},
      {{"feature/*"}, "feature/beta-a/my-branch", false},
      {{"feature/**"}, "feature/beta-a/my-branch", true},
      {{"releases/mona-the-octocat"}, "releases/mona-the-octocat", true},
      {{"*"}, "main", true},
      {{"*"}, "releases/1", false},
      {{"**"}, "all/the/branches", true},
      {{"*feature"}, "mona-feature", true},
      {{"*feature"}, "a/feature", false},
      {{"v2*"}, "v2", true},
      {{"v2*"}, "v2.0", true},
      {{"v2*"}, "v1.9", false},
      {{"v*"}, "v1/x", false},
      {{"v[12].[0-9]+.[0-9]+"}, "v1.10.1", true},
      {{"v[12].[0-9]+.[0-9]+"}, "v2.0.0", true},
      {{"v[12].[0-9]+.[0-9]+"}, "v3.0.0", false},
      {{"v[12].[0-9]+.[0-9]+"}, "v1..0", false},
      {{"*.jsx?"}, "page.js", true},
      {{"*.jsx?"}, "page.jsx", true},
      {{"*.jsx?"}, "page.jsxx", false},
      {{"**/README.md"}, "README.md", true},
      {{"**/README.md"}, "js/README.md", true},
      {{"**/README.md"}, "xREADME.md", false},
      {{"**/docs/**"}, "docs/hello.md", true},
      {{"**/docs/**"}, "dir/docs/my-file.txt", true},
      {{"**.js"}, "src/js/app.js", true},
      {{"releases/**", "!releases/**-alpha"}, "releases/10", true},
      {{"releases/**", "!releases/**-alpha"}, "releases/beta/3-alpha", false},
      {{"*.md", "!README.md", "README*"}, "README.md", true},
      {{"!main"}, "develop", false},
      {{"!main"}, "main", false},
      {{"v*"}, "trademaster-api-v1.2.3", false},
      {{"C\\+\\+"}, "C++", true},
      {{"\\*"}, "x", false},
      {{"?a"}, "?a", true},
      {{"a[b"}, "a[b", true},
      {{"[z-a]"}, "m", false},
      {{""}, "", true},
      {{""}, "x", false},
      {{"a\\"}, "a\\", true},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.patterns.empty() ? "" : row.patterns[0]);
    SCOPED_TRACE(row.name);
    EXPECT_EQ(filter_matches(row.patterns, row.name), row.passes);
  }
}

TEST(Filter, a_hostile_pattern_ends) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "**a*";
  EXPECT_FALSE(filter_matches({pattern + "c"}, std::string(1000, 'a') + "b"));
  EXPECT_FALSE(filter_matches({std::string(1 << 20, '*')}, "x"));
}

}  // namespace
}  // namespace landfall
