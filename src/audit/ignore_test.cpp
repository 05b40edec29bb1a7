#include "audit/ignore.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

AuditFinding finding_at(std::uint32_t line, std::string_view rule = "masked-failure") {
  return {.rule = rule, .place = {"a.yml", {line, 3, 0}, {line, 9, 0}}, .message = "words"};
}

/// Lines of masked-failure that the comments of a text ignore, of its first nine.
std::string ignored_lines(std::string_view text) {
  std::vector<IgnoreComment> const comments = read_ignores("a.yml", text);
  std::string lines;
  for (std::uint32_t line = 1; line <= 9; ++line)
    for (IgnoreComment const& comment : comments)
      if (comment.covers(finding_at(line))) lines += static_cast<char>('0' + line);
  return lines;
}

TEST(Ignore, a_comment_holds_for_its_line_or_the_next) {
  struct Row {
    std::string_view name;
    std::string_view text;
    std::string_view lines;
  };
  Row const table[]{
      {"on the line", "on: push\nb: c # landfall: ignore masked-failure because r\nd: e\n", "2"},
      {"above it", "on: push\n  # landfall: ignore masked-failure because r\nb: c\n", "3"},
      {"above other comments",
       "on: push\n# landfall: ignore masked-failure because r\n# two\n#three\nb: c\n", "5"},
      {"an empty line parts", "on: push\n# landfall: ignore masked-failure because r\n\nb: c\n",
       "3"},
      {"at the top: all", "# landfall: ignore masked-failure because r\non: push\n", "123456789"},
      {"below words at the top",
       "\xEF\xBB\xBF# Deploys.\n\n#landfall: ignore masked-failure because r\na: b\n", "123456789"},
      {"the mark itself is no content",
       "\xEF\xBB\xBF# landfall: ignore masked-failure because r\na: b\n", "123456789"},
      {"several ids", "a: b\nc: d # landfall: ignore zero-jobs, masked-failure because r\n", "2"},
      {"without blanks", "a: b\nc: d # landfall: ignore zero-jobs,masked-failure because r\n", "2"},
      {"another id", "a: b\nc: d # landfall: ignore zero-jobs because r\n", ""},
      {"no reason", "a: b\nc: d # landfall: ignore masked-failure because \n", ""},
      {"no because", "a: b\nc: d # landfall: ignore masked-failure it is fine\n", ""},
      {"no comment", "a: b\nc: landfall: ignore masked-failure because r\n", ""},
      {"a # within a word", "a: b\nc: d# landfall: ignore masked-failure because r\n", ""},
      {"CRLF", "a: b\r\n# landfall: ignore masked-failure because r\r\nc: d\r\n", "3"},
      {"in a script", "a: |\n  set -e\n  # landfall: ignore masked-failure because r\n  deploy\n",
       "4"},
      {"the last line", "a: b\n# landfall: ignore masked-failure because r", "3"},
  };
  for (Row const& row : table) EXPECT_EQ(ignored_lines(row.text), row.lines) << row.name;
}

TEST(Ignore, the_reason_goes_with_the_finding) {
  std::vector<IgnoreComment> comments =
      read_ignores("a.yml", "a: b\nc: d # landfall: ignore masked-failure because made by hand\n");
  std::vector<AuditFinding> findings{finding_at(1), finding_at(2), finding_at(2, "zero-jobs")};
  std::vector<AuditFinding> const ignored = take_ignored(comments, findings);
  ASSERT_EQ(ignored.size(), 1U);
  EXPECT_EQ(ignored[0].notes.back().text, "ignored because made by hand");
  EXPECT_EQ(ignored[0].notes.back().place.begin, (yaml::Mark{2, 8, 12}));
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].place.begin.line, 1U);
  EXPECT_EQ(findings[1].rule, "zero-jobs");
  EXPECT_TRUE(comments[0].used);
}

TEST(Ignore, another_file_is_not_covered) {
  std::vector<IgnoreComment> comments =
      read_ignores("b.yml", "# landfall: ignore masked-failure because r\n");
  std::vector<AuditFinding> findings{finding_at(1)};
  EXPECT_TRUE(take_ignored(comments, findings).empty());
  EXPECT_FALSE(comments[0].used);
}

TEST(Ignore, mistakes_are_told) {
  struct Row {
    std::string_view text;
    std::string_view problem;
  };
  Row const table[]{
      {"# landfall: ignore", "it names nothing to ignore"},
      {"# landfall: ignore because r", "it names nothing to ignore"},
      {"# landfall: ignore x", "it gives no reason"},
      {"# landfall: ignore x because", "it gives no reason"},
      {"# landfall: ignore x since r", "'since' stands where `because` should"},
      {"# landfall: ignroe x because r", "'ignroe' is no order: did you mean 'ignore'?"},
      {"# landfall: ignore x,, y because r", ""},
  };
  for (Row const& row : table) {
    std::vector<IgnoreComment> const comments = read_ignores("a.yml", row.text);
    ASSERT_EQ(comments.size(), 1U) << row.text;
    EXPECT_TRUE(comments[0].problem.starts_with(row.problem)) << comments[0].problem;
    EXPECT_EQ(comments[0].problem.empty(), row.problem.empty()) << comments[0].problem;
  }
  EXPECT_TRUE(read_ignores("a.yml", "# landfall: a program\n# see landfall: it audits\n").empty());
}

TEST(Ignore, a_file_of_nothing_but_comments_costs_little) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "# landfall: ignore x because r\n";
  EXPECT_EQ(read_ignores("a.yml", text).size(), 20'000U);
}

}  // namespace
}  // namespace landfall
