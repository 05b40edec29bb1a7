#include "base/terminal.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

TEST(Terminal, a_width_is_counted_in_cells) {
  struct Row {
    std::string_view text;
    std::size_t width;
  };
  Row const table[]{{"", 0},
                    {"main", 4},
                    {"größe", 5},
                    {"├─", 2},
                    {"Deploy \xF0\x9F\x9A\x80", 9},   // a rocket is wide
                    {"\xE6\x9C\xAC", 2},              // so is a Han character
                    {"e\xCC\x81", 1},                 // an accent of its own has no width
                    {"\xE2\x9A\xA0\xEF\xB8\x8F", 1},  // nor has a variation selector
                    {"\x80\xFF", 2},                  // bytes that are no character
                    {"\x1b[2mdim\x1b[0m", 3},         // colours take no room
                    {"\x1b[2", 0},                    // even one that is cut
                    {"\xF0\x9F", 1}};                 // one that is cut
  for (Row const& row : table) EXPECT_EQ(width_of(row.text), row.width) << row.text;
}

TEST(Terminal, a_text_is_broken_at_blanks_and_long_words_stay_whole) {
  EXPECT_EQ(wrapped("one two three", 2, 9), "one two\n  three");
  EXPECT_EQ(wrapped("  one   two ", 0, 80), "one two");
  EXPECT_EQ(wrapped("a .github/workflows/deploy.yml", 4, 10),
            "a\n    .github/workflows/deploy.yml");
  EXPECT_EQ(wrapped("", 4, 10), "");
}

TEST(Terminal, colour_is_there_only_when_it_is_wanted) {
  EXPECT_EQ((TextStyle{.color = true}.paint(Paint::red, "x")), "\x1b[1;31mx\x1b[0m");
  EXPECT_EQ((TextStyle{.color = true}.paint(Paint::plain, "x")), "x");
  EXPECT_EQ((TextStyle{.color = false}.paint(Paint::red, "x")), "x");
}

}  // namespace
}  // namespace landfall
