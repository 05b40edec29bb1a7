#include "audit/excerpt.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace landfall {
namespace {

/// The place of some words in a text.
Place place_of(std::string_view text, std::string_view words) {
  auto const mark = [&](std::size_t byte) {
    std::string_view const before = text.substr(0, byte);
    auto const lines = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
    auto const newline = before.rfind('\n');
    std::size_t const begin = newline == std::string_view::npos ? 0 : newline + 1;
    return yaml::Mark{lines + 1, static_cast<std::uint32_t>(byte - begin + 1),
                      static_cast<std::uint32_t>(byte)};
  };
  std::size_t const at = text.find(words);
  return {"deploy.yml", mark(at), mark(at + words.size())};
}

std::string shown(std::string_view text, std::string_view words, std::size_t width = 80) {
  return excerpt({.width = width}, text, place_of(text, words), Paint::red);
}

TEST(Excerpt, carets_stand_under_exactly_the_words) {
  EXPECT_EQ(shown("a:\n  run: push || true  # x\n", "|| true"),
            "  2 |   run: push || true  # x\n"
            "    |             ^^^^^^^\n");
  // CRLF, tabs, wide characters, bytes that are no text, and a last line without an end.
  EXPECT_EQ(shown("a: b\r\nc: d\r\n", "d"), "  2 | c: d\n    |    ^\n");
  EXPECT_EQ(shown("\tx: y", "y"), "  1 |     x: y\n    |        ^\n");
  EXPECT_EQ(shown("- \xF0\x9F\x9A\x80 go", "go"), "  1 | - \xF0\x9F\x9A\x80 go\n    |      ^^\n");
  EXPECT_EQ(shown("\x1b[31m go", "go"), "  1 | ?[31m go\n    |       ^^\n");
}

TEST(Excerpt, words_that_go_on_are_marked_to_the_end_of_their_first_line) {
  EXPECT_EQ(shown("run: |\n  one  \n  two\n", "one  \n  two"), "  2 |   one  \n    |   ^^^\n");
}

TEST(Excerpt, an_empty_span_has_one_caret) {
  EXPECT_EQ(excerpt({.width = 80}, "on:\n", {"f", {1, 4, 3}, {1, 4, 3}}, Paint::red),
            "  1 | on:\n    |    ^\n");
}

TEST(Excerpt, a_long_line_is_cut_around_the_words) {
  std::string const line = std::string(200, 'a') + " here " + std::string(200, 'b');
  for (std::size_t const width : {40U, 60U, 80U, 120U}) {
    std::vector<std::string> const lines = lines_of(shown(line, "here", width));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_LE(lines[0].size(), width);
    EXPECT_EQ(lines[0].find("here"), lines[1].find("^^^^")) << lines[0] << "\n" << lines[1];
  }
  // Words longer than the terminal, and a line of megabytes that goes to a file.
  std::string const words(300, 'w');
  EXPECT_LE(lines_of(shown("x: " + words, words, 60))[0].size(), 60U);
  std::string const huge = std::string(5'000'000, 'a') + "here" + std::string(5'000'000, 'b');
  EXPECT_LE(shown(huge, "here", 100'000).size(), 1000U);
}

TEST(Excerpt, a_place_that_is_no_longer_there_shows_nothing) {
  EXPECT_EQ(excerpt({}, "on: push\n", {"f", {9, 3, 900}, {9, 4, 901}}, Paint::red), "");
  EXPECT_EQ(excerpt({}, "", {"f", {1, 1, 0}, {1, 1, 0}}, Paint::red), "");
  EXPECT_EQ(excerpt({}, "a\n\nb\n", {"f", {2, 1, 2}, {2, 1, 2}}, Paint::red), "");
  // A column that its byte contradicts.
  EXPECT_EQ(excerpt({}, "on: push\n", {"f", {1, 9, 2}, {1, 9, 2}}, Paint::red), "");
}

}  // namespace
}  // namespace landfall
