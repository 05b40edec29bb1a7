#include "fix/diff.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

TEST(Diff, shows_changes_with_three_lines_around) {
  EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nV\n6\n7\n8\n9\n", "f"),
            "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+V\n 6\n 7\n 8\n");
  EXPECT_EQ(unified_diff("a\nb\n", "a\nx\nb\n", "f"),
            "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+x\n b\n");
  EXPECT_EQ(unified_diff("a\na\n", "a\n", "f"), "--- a/f\n+++ b/f\n@@ -1,2 +1,1 @@\n a\n-a\n");
  EXPECT_EQ(unified_diff("same\n", "same\n", "f"), "");
  EXPECT_EQ(unified_diff("", "", "f"), "");
  EXPECT_EQ(unified_diff("", "a\n", "f"), "--- a/f\n+++ b/f\n@@ -1,0 +1,1 @@\n+a\n");
}

TEST(Diff, of_long_texts_ends_soon) {
  std::string before;
  for (int i = 0; i < 50'000; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("25000\n"), 6, "changed\n");
  std::string const small = unified_diff(before, after, "f");
  EXPECT_NE(small.find("-25000\n+changed\n"), std::string::npos);
  EXPECT_LT(small.size(), 200U);
  // Two texts that have nothing in common.
  std::string other;
  for (int i = 0; i < 50'000; ++i) other += "x" + std::to_string(i) + "\n";
  EXPECT_GT(unified_diff(before, other, "f").size(), before.size() + other.size());
}

}  // namespace
}  // namespace landfall
