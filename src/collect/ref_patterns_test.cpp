#include "collect/ref_patterns.h"

#include <gtest/gtest.h>

#include "workflow/deploy_paths.h"

namespace landfall {
namespace {

TEST(RefPatterns, of_policies_are_rubys) {
  struct Row {
    std::string_view pattern, name;
    bool matches;
  };
  // What `ruby -e 'p File.fnmatch(pattern, name, File::FNM_PATHNAME)'` says.
  Row const table[]{
      {"main", "main", true},
      {"main", "Main", false},
      {"main", "main2", false},
      {"*", "main", true},
      {"*", "release/1", false},
      {"release/*", "release/1", true},
      {"release/*", "release/1/2", false},
      {"release/*/*", "release/1/2", true},
      {"**", "a/b", false},
      {"**/*", "a/b/c", true},
      {"**/*", "a", true},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a**/b", "ax/b", true},
      {"a**/b", "ax/y/b", false},
      {"v?", "v1", true},
      {"v?", "v", false},
      {"v?", "v/", false},
      {"v[0-9]", "v7", true},
      {"v[0-9]", "vx", false},
      {"v[^0-9]", "vx", true},
      {"v[!0-9]", "v7", false},
      {"a[/]b", "a/b", false},
      {"a\\*b", "a*b", true},
      {"a\\*b", "axb", false},
      {"v[1", "v[1", true},
      {"v+", "vv", false},
      {"", "", true},
      {"", "a", false},
  };
  for (Row const& row : table)
    EXPECT_EQ(policy_matches(row.pattern, row.name), row.matches) << row.pattern << " " << row.name;
}

TEST(RefPatterns, meet_where_one_name_passes_both) {
  struct Row {
    std::string_view policy;
    std::vector<std::string> filter;
    bool meet;
  };
  Row const table[]{
      {"main", {}, true},
      {"main", {"main"}, true},
      {"main", {"dev", "main"}, true},
      {"main", {"dev"}, false},
      {"release/*", {"release/**"}, true},
      {"release/*/*", {"release/*"}, false},
      {"*-stable", {"v*"}, true},
      {"*-stable", {"v[0-9]+"}, false},
      {"v1.*", {"v[0-9]+.[0-9]+"}, true},
      {"v1.*.*", {"v[0-9]+.[0-9]+"}, false},
      {"ab", {"a?b"}, true},
      {"aab", {"a?b"}, false},
      {"aab", {"a+b"}, true},
      {"main", {"**", "!main"}, false},
      {"main", {"**", "!m*", "main"}, true},
      {"main*", {"**", "!main"}, true},
      {"*", {"a/b"}, false},
      {"**/*", {"a/b"}, true},
      {"a/**/b", {"**/x/**"}, true},
      {"{a,b}", {"main"}, true},
      {"main", {"!main"}, false},
      {"", {"**"}, false},
  };
  for (Row const& row : table)
    EXPECT_EQ(policy_meets_filter(row.policy, row.filter), row.meet)
        << row.policy << " " << (row.filter.empty() ? "" : row.filter[0]);
}

// A policy without wildcards is one name: then this and the workflow room's own matcher are two
// witnesses of the same dialect.
TEST(RefPatterns, read_filters_as_the_analysis_of_workflows_does) {
  std::vector<std::vector<std::string>> const filters{{"main"},
                                                      {"feature/*"},
                                                      {"feature/**"},
                                                      {"*"},
                                                      {"**"},
                                                      {"*feature"},
                                                      {"v2*"},
                                                      {"v[12].[0-9]+.[0-9]+"},
                                                      {"*.jsx?"},
                                                      {"**/README"},
                                                      {"**/docs/**"},
                                                      {"releases/**", "!releases/**-alpha"},
                                                      {"a*", "!ab", "abc*"},
                                                      {"?a"},
                                                      {"a+b?"},
                                                      {"C\\+"},
                                                      {"[z-a]"},
                                                      {"a[b"},
                                                      {"**b"},
                                                      {"a**b"}};
  std::vector<std::string> const names{"main",
                                       "mona",
                                       "feature/a",
                                       "feature/a/b",
                                       "x-feature",
                                       "v2",
                                       "v2.0",
                                       "v1.10.1",
                                       "v1.1",
                                       "a.js",
                                       "a.jsx",
                                       "README",
                                       "js/README",
                                       "ab",
                                       "abc",
                                       "a",

                                       "docs/x",
                                       "dir/docs/x",
                                       "releases/1",
                                       "aab",
                                       "b",
                                       "a/b",
                                       "C+",
                                       "m",
                                       "aXb",
                                       "releases/1-alpha",
                                       "releases/x/1-alpha"};
  for (std::vector<std::string> const& filter : filters)
    for (std::string const& name : names) {
      std::string policy;
      for (char const c : name) policy += std::string("\\") + c;
      EXPECT_EQ(policy_meets_filter(policy, filter), filter_matches(filter, name))
          << filter[0] << " " << name;
    }
}

TEST(RefPatterns, that_cannot_be_followed_to_the_end_may_meet) {
  EXPECT_TRUE(policy_meets_filter(std::string(300, 'a'), {"b"}));
  EXPECT_TRUE(policy_meets_filter("b", {std::string(100'000, '*')}));
  std::vector<std::string> filter;
  for (int i = 0; i < 40; ++i)
    filter.push_back("*" + std::string(1, static_cast<char>('a' + i % 26)) + "????????*" +
                     std::to_string(i) + "x");
  EXPECT_TRUE(policy_meets_filter("*a?????????????????????????????????*/", filter));
}

}  // namespace
}  // namespace landfall
