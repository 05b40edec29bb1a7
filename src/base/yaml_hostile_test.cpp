// Texts that nobody writes but who means harm. Each is read or refused at once, and the refusal
// names its place.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/yaml.h"

namespace landfall::yaml {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all(text);
  std::size_t const size = text.size() * times;
  while (all.size() < size) all += all;
  all.resize(size);
  return all;
}

/// "accepted", or the refusal with its place.
std::string outcome(std::string text, Limits limits = {}) {
  auto const document = read(std::move(text), limits);
  if (document) return "accepted";
  Mark const mark = document.error().mark;
  return fmt::format("{}:{}: {}", mark.line, mark.column, document.error().text);
}

struct Row {
  std::string_view name;
  std::string text;
  std::string_view begins;
};

void expect_outcomes(std::span<Row const> table) {
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(outcome(row.text).substr(0, row.begins.size()), row.begins);
  }
}

constexpr std::string_view deep = "nested deeper than 100 levels";

TEST(YamlHostile, depth_ends_at_a_hundred_levels) {
  constexpr std::size_t levels = 10'000;
  std::string staircase;
  for (std::size_t i = 0; i < 101; ++i) staircase += std::string(i, ' ') + "a:\n";
  Row const table[]{
      {"sequences of flow", repeated("[", levels), "1:101: nested deeper than 100 levels"},
      {"ten times as many", repeated("[", 10 * levels), "1:101: nested deeper than 100 levels"},
      {"one on each line", repeated("[\n", levels), "101:1: nested deeper than 100 levels"},
      {"and closed", repeated("[", levels) + repeated("]", levels),
       "1:101: nested deeper than 100 levels"},
      {"mappings of flow", repeated("{a: ", levels), "1:401: nested deeper than 100 levels"},
      {"mappings as keys", repeated("{", levels), "1:2: a mapping as a key: expected a scalar"},
      {"both", repeated("[{a: ", levels), "1:251: nested deeper than 100 levels"},
      {"sequences of block", repeated("- ", levels), "1:201: nested deeper than 100 levels"},
      {"keys of block", repeated("? ", levels), "1:3: a mapping as a key: expected a scalar"},
      {"mappings of block", staircase, "101:101: nested deeper than 100 levels"},
      {"after wide characters", "\xC3\xA4: " + repeated("[", levels),
       "1:104: nested deeper than 100 levels"},
  };
  expect_outcomes(table);
  EXPECT_EQ(outcome(staircase.substr(0, staircase.rfind(' ') - 99)), "accepted");
}

TEST(YamlHostile, aliases_deepen_as_what_they_name) {
  std::string text = "- &a0 [x]\n";
  for (int i = 1; i < 110; ++i) text += fmt::format("- &a{} [*a{}]\n", i, i - 1);
  // The list itself is one level, &a0 another, so &a99 would be the 101st.
  EXPECT_EQ(outcome(text), fmt::format("100:9: {}", deep));
}

TEST(YamlHostile, aliases_count_as_what_they_name) {
  std::string laughs = "a0: &a0 [" + repeated("lol,", 9) + "]\n";
  for (int i = 1; i <= 9; ++i)
    laughs += fmt::format("a{0}: &a{0} [{1}]\n", i, repeated(fmt::format("*a{},", i - 1), 9));
  std::string const wide =
      "a: &a [" + repeated("x,", 1'000) + "]\nb: [" + repeated("*a,", 1'000) + "]\n";
  std::string const long_text =
      "a: &a " + repeated("x", 1 << 20) + "\nb: [" + repeated("*a,", 100) + "]\n";
  Row const table[]{
      {"a billion laughs", laughs, "6:"},
      {"a thousand times a thousand", wide, "2:1499: over 500000 nodes (aliases count as"},
      {"a hundred times a megabyte", long_text, "2:29: aliases repeat over 8388608 bytes of text"},
      {"a node inside itself", "a: &a [*a]", "1:8: alias '*a' stands inside what it names"},
      {"and as its own key", "a: &a {*a : b}", "1:8: alias '*a' stands inside what it names"},
      {"nothing", "a: *a", "1:4: alias '*a' names no anchor above it"},
      {"what comes below", "a: *b\nb: &b c", "1:4: alias '*b' names no anchor above it"},
  };
  expect_outcomes(table);
  EXPECT_EQ(outcome("a: &a [x, y]\nb: [*a, *a]\n", {.nodes = 14}), "accepted");
  EXPECT_EQ(outcome("a: &a [x, y]\nb: [*a, *a]\n", {.nodes = 11}),
            "2:9: over 11 nodes (aliases count as what they name)");
}

TEST(YamlHostile, many_anchors_and_aliases_are_read) {
  std::string anchors;
  for (int i = 0; i < 100'000; ++i) anchors += fmt::format("- &anchor{} x\n", i);
  EXPECT_EQ(outcome(anchors), "accepted");
  EXPECT_EQ(outcome(anchors + repeated("- *anchor99999\n", 100'000)), "accepted");
  EXPECT_EQ(outcome(anchors + "- *anchor\n"), "100001:3: alias '*anchor' names no anchor above it");
  EXPECT_EQ(outcome(repeated("- &a x\n", 100'000)), "accepted");
}

TEST(YamlHostile, many_keys_are_compared_in_little_time) {
  std::string keys;
  for (int i = 0; i < 200'000; ++i) keys += fmt::format("the same beginning {}:\n", i);
  auto const document = read(keys);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().pairs.size(), 200'000u);
  EXPECT_EQ(document->root().pairs[199'999].key.begin.line, 200'000u);
  EXPECT_EQ(outcome(keys + "the same beginning 77:\n"),
            "200001:1: key 'the same beginning 77' a second time: it stands in line 78 already");
}

TEST(YamlHostile, the_first_key_that_comes_twice_is_named_in_small_and_large_mappings) {
  for (int const between : {0, 10, 28, 29, 30, 31, 100}) {
    SCOPED_TRACE(between);
    std::string text = "z: 1\na: 2\n";
    for (int i = 0; i < between; ++i) text += fmt::format("k{}: 3\n", i);
    EXPECT_EQ(outcome(text + "a: 4\nz: 5\na: 6\n"),
              fmt::format("{}:1: key 'a' a second time: it stands in line 2 already", between + 3));
  }
}

TEST(YamlHostile, a_text_over_the_limit_is_not_looked_at) {
  for (std::string const& text : {repeated("x", 10'000'000), "'" + repeated("x", 10'000'000) + "'",
                                  "|\n" + repeated(" x\n", 4'000'000)}) {
    EXPECT_EQ(outcome(text), fmt::format("1:1: {} bytes: expected at most 8388608", text.size()));
  }
}

TEST(YamlHostile, long_scalars_are_read) {
  constexpr std::size_t count = 2'000'000;
  struct Long {
    std::string text;
    std::size_t size;
  };
  Long const table[]{
      {repeated("x", 4 * count), 4 * count},
      {"'" + repeated("x", count) + "'", count},
      {"'" + repeated("''", count / 2) + "'", count / 2},
      {"\"" + repeated("\\u0041", count / 8) + "\"", count / 8},
      {"|\n" + repeated(" x\n", count / 4), count / 2},
      {"|\n" + repeated("\n", count), 0},
      {repeated("x\n", count / 2), count - 1},
      {repeated("\xC3\xA4", count / 2), count},
  };
  for (Long const& row : table) {
    SCOPED_TRACE(row.text.substr(0, 10));
    auto const document = read(row.text);
    ASSERT_TRUE(document) << document.error().text;
    EXPECT_EQ(document->root().text.size(), row.size);
  }
}

TEST(YamlHostile, what_is_open_at_the_end_is_refused_there) {
  constexpr std::size_t lines = 1'000'000;
  Row const table[]{
      {"double quotes", "a: \"" + repeated("x\n", lines), "1000001:1: not YAML: found unexpected"},
      {"single quotes", "a: '" + repeated("x\n", lines), "1000001:1: not YAML: found unexpected"},
      {"one long line", "\"" + repeated("x", lines), "1:1000002: not YAML: found unexpected"},
      {"an escape", "\"\\", "1:2: not YAML: found unknown escape character"},
      {"half an escape", "a: \"\\u00", "1:7: not YAML: did not find expected hexdecimal number"},
      {"a bracket", "a: [b", "1:6: not YAML: did not find expected ',' or ']'"},
      {"a brace", "a: {b: c\n", "2:1: not YAML: did not find expected ',' or '}'"},
      {"an anchor", "a: &", "1:5: not YAML: did not find expected alphabetic"},
      {"a tag", "a: !<", "1:6: not YAML: did not find expected tag URI"},
      {"a directive", "%YAML", "1:6: not YAML: did not find expected version number"},
  };
  expect_outcomes(table);
}

TEST(YamlHostile, bytes_that_are_no_text_are_refused_where_they_stand) {
  using namespace std::string_literals;
  Row const table[]{
      {"a byte of no character", "a: \xFF", "1:4: not UTF-8"},
      {"a rest of a character", "a:\n- \x80", "2:3: not UTF-8"},
      {"half a character", "a: \xC3", "1:4: not UTF-8"},
      {"two bytes too many", "a: \xC0\x80", "1:4: not UTF-8"},
      {"three bytes too many", "a: \xE0\x80\xAF", "1:4: not UTF-8"},
      {"four bytes too many", "a: \xF0\x80\x80\xAF", "1:4: not UTF-8"},
      {"half a pair", "a: \xED\xA0\x80", "1:4: not UTF-8"},
      {"beyond the last", "a: \xF4\x90\x80\x80", "1:4: not UTF-8"},
      {"after wide characters", "\xC3\xA4\xC3\xA4: \xFF", "1:7: not UTF-8"},
      {"eight megabytes of it", repeated("\xFF", 8'000'000), "1:1: not UTF-8"},
      {"UTF-16", "\xFF\xFE"s + "a\0"s, "1:1: not UTF-8"},
      {"UTF-16 without a mark", "a\0:\0 \0b\0"s, "1:2: not YAML: control characters"},
      {"NUL", "a: \0"s, "1:4: not YAML: control characters are not allowed"},
      {"an escape of terminals", "a:\n- \x1B[31m", "2:3: not YAML: control characters"},
      {"DEL", "a: \x7F", "1:4: not YAML: control characters are not allowed"},
      {"a control character of two bytes", "a: \xC2\x81", "1:4: not YAML: control characters"},
      {"no character at all", "\xC3\xA4: \xEF\xBF\xBE", "1:5: not YAML: control characters"},
      {"a byte order mark counts not", "\xEF\xBB\xBF"s + "a: \x01", "1:4: not YAML: control"},
  };
  expect_outcomes(table);
}

TEST(YamlHostile, white_space_of_every_kind_is_read_or_refused) {
  Row const table[]{
      {"carriage returns", "a: 1\rb: 2\ra: 3", "3:1: key 'a' a second time"},
      {"both", "a: 1\r\nb: 2\r\na: 3\r\n", "3:1: key 'a' a second time"},
      {"both the wrong way round", "a: 1\n\rb: 2\n\ra: 3", "5:1: key 'a' a second time"},
      {"tabs between", "a:\t1\nb: [\t1,\t2 ]\t# c\n", "accepted"},
      {"tabs before", "a:\n\tb: 1\n", "2:1: not YAML: found character that cannot start any"},
      {"eight megabytes of spaces", repeated(" ", 8'000'000), "accepted"},
      {"eight megabytes of lines", repeated("\n", 8'000'000), "accepted"},
      {"eight megabytes of returns", repeated("\r", 8'000'000), "accepted"},
      {"four million comments", repeated("#\n", 4'000'000), "accepted"},
      // Breaks for YAML 1.1, and for no editor.
      {"U+2028",
       "a: 1\xE2\x80\xA8"
       "b: 2\xE2\x80\xA9"
       "a: 3",
       "1:15: key 'a' a second time"},
      {"U+0085",
       "a: 1\xC2\x85"
       "b: 2\na: 3",
       "2:1: key 'a' a second time"},
  };
  expect_outcomes(table);
}

TEST(YamlHostile, more_directives_than_anybody_writes_are_refused) {
  std::string distinct;
  for (int i = 0; i < 100'000; ++i) distinct += fmt::format("%TAG !{}! x:\n", i);
  Row const table[]{
      {"at the top", distinct, "17:1: over 16 directives for tags"},
      {"behind a document", "a: 1\n...\n" + distinct, "19:1: over 16 directives for tags"},
      {"behind breaks of YAML 1.1", "a: 1\xC2\x85...\xC2\x85" + repeated("%TAG !a! x:\xC2\x85", 20),
       "1:"},
      {"sixteen", distinct.substr(0, 12 * 10 + 13 * 6) + "--- a", "accepted"},
      {"inside a script", "a: |\n" + repeated("  %TAG !a! x:\n", 100), "accepted"},
      {"in the midst of lines", "a: '" + repeated("x %TAG !a! x:\n ", 100) + "'", "accepted"},
  };
  expect_outcomes(table);
}

TEST(YamlHostile, errors_do_not_repeat_long_names) {
  std::string const name(1'000'000, 'n');
  for (std::string const& text : {"a: *" + name, "- &" + name + " [*" + name + "]", "a: !" + name,
                                  name.substr(0, 1000) + ": 1\n" + name.substr(0, 1000) + ": 2"}) {
    std::string const got = outcome(text);
    EXPECT_NE(got, "accepted");
    EXPECT_LT(got.size(), 200u) << got.substr(0, 100);
  }
}

}  // namespace
}  // namespace landfall::yaml
