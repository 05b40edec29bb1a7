#include "audit/mend.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

AuditFinding finding(std::vector<Edit> edits) {
  AuditFinding found;
  found.rule = "masked-failure";
  found.fix = std::move(edits);
  return found;
}

ReadText reads(std::string text) {
  return [text](std::string_view path) -> std::optional<std::string> {
    return path == "a.yml" ? std::optional(text) : std::nullopt;
  };
}

TEST(Mend, edits_of_several_findings_are_made_together) {
  AuditFinding const findings[]{finding({{"a.yml", 4, 5, "X"}}), finding({}),
                                finding({{"a.yml", 0, 1, "YY"}, {"a.yml", 6, 6, "!"}})};
  auto const mending = mend(findings, reads("a b c d"));
  ASSERT_TRUE(mending) << mending.error().text;
  ASSERT_EQ(mending->files.size(), 1U);
  EXPECT_EQ(mending->files[0].before, "a b c d");
  EXPECT_EQ(mending->files[0].after, "YY b X !d");
  EXPECT_EQ(mending->mended.size(), 2U);
  EXPECT_TRUE(mending->waiting.empty());
}

TEST(Mend, the_same_edit_is_made_once) {
  AuditFinding const findings[]{finding({{"a.yml", 2, 3, "X"}}), finding({{"a.yml", 2, 3, "X"}})};
  auto const mending = mend(findings, reads("a b c"));
  ASSERT_TRUE(mending);
  EXPECT_EQ(mending->files[0].after, "a X c");
  EXPECT_EQ(mending->mended.size(), 2U);
}

TEST(Mend, edits_that_touch_wait_as_a_whole) {
  struct Row {
    Edit first;
    Edit second;
    bool clash;
  };
  Row const table[]{
      {{"a.yml", 0, 3, "X"}, {"a.yml", 2, 4, "Y"}, true},
      {{"a.yml", 2, 4, "X"}, {"a.yml", 0, 3, "Y"}, true},
      {{"a.yml", 2, 2, "X"}, {"a.yml", 2, 2, "Y"}, true},  // which of the two comes first?
      {{"a.yml", 0, 4, "X"}, {"a.yml", 1, 2, "Y"}, true},
      {{"a.yml", 0, 2, "X"}, {"a.yml", 2, 4, "Y"}, false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.first.begin);
    AuditFinding const findings[]{finding({row.first}),
                                  finding({row.second, {"a.yml", 5, 5, "Z"}})};
    auto const mending = mend(findings, reads("abcdef"));
    ASSERT_TRUE(mending);
    EXPECT_EQ(mending->waiting.size(), row.clash ? 1U : 0U);
    EXPECT_EQ(mending->files[0].after.find('Z') == std::string::npos, row.clash);
  }
}

TEST(Mend, a_file_that_changed_meanwhile_is_left_alone) {
  AuditFinding const beyond[]{finding({{"a.yml", 2, 9, "X"}})};
  EXPECT_FALSE(mend(beyond, reads("short")));
  AuditFinding const absent[]{finding({{"b.yml", 0, 1, "X"}})};
  EXPECT_FALSE(mend(absent, reads("short")));
}

}  // namespace
}  // namespace landfall
