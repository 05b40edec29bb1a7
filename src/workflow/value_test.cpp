#include "workflow/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "workflow/expression_case.h"

namespace landfall {
namespace {

TEST(Value, numbers_are_read_as_javascript_reads_them) {
  struct Row {
    std::string_view text;
    double number;
  };
  double const infinity = std::numeric_limits<double>::infinity();
  Row const good[]{
      {"", 0},
      {" \t\u00a0\ufeff\n", 0},
      {"12", 12},
      {"\u2003-1.5e3\u3000", -1500},
      {".5", 0.5},
      {"5.", 5},
      {"+7", 7},
      {"0x1F", 31},
      {"0XfF", 255},
      {"0b101", 5},
      {"0O17", 15},
      {"0x20000000000001", 9007199254740992.0},
      {"0x20000000000003", 9007199254740996.0},
      {"0x200000000000010000000000000001", 1.6615349947311452e35},
      {"Infinity", infinity},
      {"-Infinity", -infinity},
      {"1e400", infinity},
      {"-1e400", -infinity},
      {"1e-400", 0},
      {"0.000001e-400", 0},
      {"1e99999999999999999999", infinity},
      {"5e-324", 5e-324},
      {"00012", 12},
  };
  for (Row const& row : good) EXPECT_EQ(number_of(row.text), row.number) << row.text;
  for (std::string_view const bad :
       {"abc", "1_0", "0x", "0xg", "-0x1", "1e", "1e+", "--1", ".", "1.2.3", "infinity", "NaN",
        "1 2", "\u200b1", "0b2", "0o8", "e5", "1f"})
    EXPECT_TRUE(std::isnan(number_of(bad))) << bad;
}

TEST(Value, numbers_are_written_as_javascript_writes_them) {
  struct Row {
    double number;
    std::string_view json;
    std::string_view text;
  };
  Row const table[]{
      {0, "0", "0"},
      {-0.0, "0", "0"},
      {42, "42", "42"},
      {-1.5, "-1.5", "-1.5"},
      {0.1, "0.1", "0.1"},
      {0.30000000000000004, "0.30000000000000004", "0.3"},
      {1e21, "1e+21", "1e+21"},
      {123456789012345680000.0, "123456789012345680000", "123456789012345680000"},
      {9007199254740993.0, "9007199254740992", "9007199254740992"},
      {1e-6, "0.000001", "0.000001"},
      {1e-7, "1e-7", "1e-7"},
      {1.25e-7, "1.25e-7", "1.25e-7"},
      {1e-16, "1e-16", "0"},
      {0.0000152587890625, "0.0000152587890625", "0.000015258789063"},
      {-0.0000457763671875, "-0.0000457763671875", "-0.000045776367188"},
      {1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
      {5e-324, "5e-324", "0"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN", "NaN"},
      {-std::numeric_limits<double>::infinity(), "-Infinity", "-Infinity"},
  };
  for (Row const& row : table) {
    EXPECT_EQ(number_text(row.number), row.json);
    EXPECT_EQ(coerced_number_text(row.number), row.text);
  }
}

TEST(Value, trims_blanks_of_all_scripts) {
  EXPECT_EQ(trim_blanks("\u00a0 \ufeffa b\u2029\v"), "a b");
  EXPECT_EQ(trim_blanks(" \u3000 "), "");
  EXPECT_EQ(trim_blanks("\xe3\x80"), "\xe3\x80");
}

TEST(Case, texts_are_compared_in_upper_case_of_all_scripts) {
  EXPECT_TRUE(same_but_case("Hello", "hELLO"));
  EXPECT_TRUE(same_but_case("\u00e9t\u00c9", "\u00c9T\u00e9"));
  EXPECT_TRUE(same_but_case("stra\u00dfe", "STRASSE"));
  EXPECT_TRUE(same_but_case("\U00010428", "\U00010400"));
  EXPECT_FALSE(same_but_case("\u0131", "I"));
  EXPECT_FALSE(same_but_case("a", "b"));
  EXPECT_FALSE(same_but_case("a", "ab"));
  EXPECT_FALSE(same_but_case("\xff", "\xfe"));
  EXPECT_TRUE(same_but_case("\xffX", "\xffx"));
  EXPECT_TRUE(begins_but_case("\u00c9cole", "\u00e9"));
  EXPECT_TRUE(ends_but_case("caf\u00c9", "F\u00e9"));
  EXPECT_FALSE(ends_but_case("a", "ba"));
  EXPECT_TRUE(contains_but_case("xxCAF\u00c9xx", "caf\u00e9"));
  EXPECT_FALSE(contains_but_case("STRASSE", "\u00df"));
}

TEST(Case, texts_stand_in_the_order_of_utf_16) {
  EXPECT_LT(compare_but_case("a", "B"), 0);
  EXPECT_GT(compare_but_case("b", "A"), 0);
  EXPECT_EQ(compare_but_case("aB", "Ab"), 0);
  EXPECT_LT(compare_but_case("a", "ab"), 0);
  EXPECT_LT(compare_but_case("z", "\u00e9"), 0);
  // Beyond 16 bits a character is two units that stand before U+E000.
  EXPECT_LT(compare_but_case("\U0001F600", "\uff41"), 0);
  EXPECT_GT(compare_but_case("\U0001F600", "\u4e00"), 0);
}

}  // namespace
}  // namespace landfall
