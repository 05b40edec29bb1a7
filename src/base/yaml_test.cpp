#include "base/yaml.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "base/text.h"

namespace landfall::yaml {
namespace {

/// The tree of a text; the document lives as long as the test.
class Yaml : public testing::Test {
 protected:
  Node const& parsed(std::string_view text) {
    Result<Document> document = parse(text, "f.yaml");
    EXPECT_TRUE(document) << document.error().text;
    static Node const none;
    return document ? documents_.emplace_back(std::move(*document)).root() : none;
  }

 private:
  std::deque<Document> documents_;
};

/// The place behind the last byte.
Mark whole(std::string_view text) {
  auto const last_line = text.rfind('\n') + 1;  // npos + 1 is 0
  auto const lines = 1 + std::count(text.begin(), text.end(), '\n');
  return {static_cast<std::uint32_t>(lines),
          static_cast<std::uint32_t>(text.size() - last_line + 1),
          static_cast<std::uint32_t>(text.size())};
}

std::string error_of(std::string_view text, Limits limits = {}) {
  Result<Document> const node = parse(text, "f.yaml", limits);
  if (node) return "accepted";
  EXPECT_EQ(node.error().kind, ErrorKind::data);
  return node.error().text;
}

TEST_F(Yaml, reads_a_tree_in_order) {
  Node const& root = parsed("b: 1\na:\n  - x\n  - {c: d}\n");
  ASSERT_EQ(root.pairs.size(), 2u);
  EXPECT_EQ(root.pairs[0].key.text, "b");
  EXPECT_EQ(root.at("b")->integer(), 1);
  EXPECT_EQ(root.at("a")->items[1].at("c")->text, "d");
  EXPECT_EQ(root.at("a")->items[1].style, Style::flow);
  EXPECT_EQ(root.at("a.c"), nullptr);
  EXPECT_EQ(root.find("z"), nullptr);
}

TEST_F(Yaml, an_empty_text_is_null) {
  for (std::string_view text :
       {"", "   \n", "# only a comment\n", "---\n", "---\n...\n", "\xEF\xBB\xBF"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(parsed(text).is_null());
  }
}

TEST_F(Yaml, marks_name_bytes_after_characters_of_many_bytes) {
  std::string const text = "\xC3\xA4: \xF0\x9F\x9A\x80\n# \xE2\x82\xAC\nkey: \"\xC3\xB6\" # x\n";
  Node const& root = parsed(text);
  Node const& rocket = root.pairs[0].value;
  EXPECT_EQ(rocket.begin, (Mark{1, 5, 4}));
  EXPECT_EQ(rocket.end.byte, 8u);
  Node const& quoted = root.pairs[1].value;
  EXPECT_EQ(quoted.begin.line, 3u);
  EXPECT_EQ(quoted.begin.column, 6u);
  EXPECT_EQ(text.substr(quoted.begin.byte, quoted.end.byte - quoted.begin.byte), "\"\xC3\xB6\"");
}

TEST_F(Yaml, marks_span_the_value_without_anchor_tag_or_what_follows) {
  struct Row {
    std::string_view text;
    std::string_view value;
  };
  Row const table[]{
      {"k: plain # comment\n", "plain"},
      {"k: &a anchored\n", "anchored"},
      {"k: !!str &a 12\n", "12"},
      {"k: &a {x: y}\n", "{x: y}"},
      {"k: &a # why\n  x: y\n\n# end\nz: 1\n", "x: y"},
      {"k:\n  - a\n  - b\n\nz: 1\n", "- a\n  - b"},
      {"k: 'it''s'\n", "'it''s'"},
      {"k: [a,\n b]\n", "[a,\n b]"},
      {"k: &a\nz: 1\n", ""},
      {"k:\nz: 1\n", ""},
      {"k: |\n  one\n  two\nz: 1\n", "|\n  one\n  two\n"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    Node const& root = parsed(row.text);
    Node const& value = root.pairs[0].value;
    EXPECT_EQ(row.text.substr(value.begin.byte, value.end.byte - value.begin.byte), row.value);
  }
}

TEST_F(Yaml, a_byte_order_mark_counts_as_bytes_but_not_as_a_column) {
  Node const& root = parsed("\xEF\xBB\xBFkey: value\n");
  EXPECT_EQ(root.pairs[0].key.begin, (Mark{1, 1, 3}));
  EXPECT_EQ(root.pairs[0].value.begin, (Mark{1, 6, 8}));
}

TEST_F(Yaml, the_end_of_a_text_without_a_newline_is_in_its_last_line) {
  for (std::string const text : {"a: [", "\xC3\xA4: [", "a: \"b", "a: {b: c", "- b\n- 'c"}) {
    SCOPED_TRACE(text);
    auto const document = read(text);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().mark.byte, text.size());
    EXPECT_EQ(document.error().mark, whole(text)) << document.error().text;
  }
  EXPECT_EQ(parsed("---").begin, (Mark{1, 4, 3}));
  EXPECT_EQ(parsed("- a\n-").items[1].begin, (Mark{2, 2, 5}));
  EXPECT_EQ(parsed("a: 1\nb:").at("b")->begin, (Mark{2, 3, 7}));
}

TEST_F(Yaml, lines_end_where_editors_end_them) {
  EXPECT_EQ(parsed("a: 1\r\nb: 2\r\nc: 3\r\n").pairs[2].key.begin.line, 3u);
  EXPECT_EQ(parsed("a: 1\rb: 2\n").pairs[1].key.begin.line, 2u);
  // U+0085 and U+2028 break lines for YAML 1.1 alone.
  EXPECT_EQ(parsed("a: 'x\xC2\x85y\xE2\x80\xA8z'\nb: 2\n").pairs[1].key.begin.line, 2u);
}

TEST_F(Yaml, plain_scalars_follow_the_core_schema_of_1_2) {
  struct Row {
    std::string_view text;
    std::string_view kind;
  };
  Row const table[]{
      {"true", "a boolean"},
      {"False", "a boolean"},
      {"yes", "a string"},
      {"on", "a string"},
      {"tRUE", "a string"},
      {"'true'", "a string"},
      {"~", "null"},
      {"null", "null"},
      {"'null'", "a string"},
      {"0", "an integer"},
      {"-12", "an integer"},
      {"+12", "an integer"},
      {"0x1F", "an integer"},
      {"0o17", "an integer"},
      {"017", "an integer"},
      {"0x-1", "a string"},
      {"+-1", "a string"},
      {"-+1", "a string"},
      {"1_000", "a string"},
      {"-", "a string"},
      {"1.5", "a string"},
      {"\"1\"", "a string"},
      {"!!str 1", "a string"},
      {"! 1", "a string"},
      {"99999999999999999999", "a string"},
      {"0x", "a string"},
      {"[]", "a sequence"},
      {"{}", "a mapping"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    std::string const text = row.text == "-" ? "k: '-'" : "k: " + std::string(row.text);
    EXPECT_EQ(parsed(text).at("k")->kind_name(), row.kind);
  }
  EXPECT_EQ(parsed("k: 0x1F").at("k")->integer(), 31);
  EXPECT_EQ(parsed("k: 0o17").at("k")->integer(), 15);
  EXPECT_EQ(parsed("k: 017").at("k")->integer(), 17);
  EXPECT_EQ(parsed("on: push").pairs[0].key.text, "on");
}

TEST_F(Yaml, an_alias_shares_what_it_names_and_stands_where_it_is_used) {
  Node const& root = parsed("a: &x {k: [1, 2]}\nb: *x\nc: &x other\nd: *x\n");
  Node const& alias = *root.at("b");
  EXPECT_TRUE(alias.alias);
  EXPECT_FALSE(root.at("a")->alias);
  EXPECT_EQ(alias.begin, (Mark{2, 4, 21}));
  EXPECT_EQ(alias.end, (Mark{2, 6, 23}));
  EXPECT_EQ(alias.anchor, "");
  EXPECT_EQ(root.at("a")->anchor, "x");
  EXPECT_EQ(alias.pairs.data(), root.at("a")->pairs.data());
  EXPECT_EQ(root.at("b.k")->items.size(), 2u);
  EXPECT_FALSE(root.at("b.k")->alias);
  EXPECT_EQ(root.at("d")->text, "other");
  EXPECT_TRUE(root.at("d")->alias);
}

TEST_F(Yaml, a_merge_key_is_a_plain_key) {
  Node const& root = parsed("a: &x {k: 1}\nb:\n  <<: *x\n");
  EXPECT_EQ(root.at("b")->pairs[0].key.text, "<<");
  EXPECT_EQ(root.at("b.k"), nullptr);
}

TEST_F(Yaml, refuses_with_the_place) {
  struct Row {
    std::string_view text;
    std::string_view error;
  };
  Row const table[]{
      {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: key 'a' a second time: it stands in line 1 already"},
      {"x: {b: 1, a: 1, \"a\": 2, b: 3}",
       "f.yaml:1:17: key 'a' a second time: it stands in line 1 already"},
      {"a: *nope\n", "f.yaml:1:4: alias '*nope' names no anchor above it"},
      {"a: &x [*x]\n", "f.yaml:1:8: alias '*x' stands inside what it names"},
      {"a: &x 1\nb: &x {c: *x}\n", "f.yaml:2:11: alias '*x' stands inside what it names"},
      {"a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document: expected one only"},
      {"---\n---\n", "f.yaml:2:1: a second document: expected one only"},
      {"? [a, b]\n: c\n", "f.yaml:1:3: a sequence as a key: expected a scalar"},
      {"a: &x [1]\n*x : 1\n", "f.yaml:2:1: an alias of a collection as a key: expected a scalar"},
      {"k: !ruby/object:Gem {}\n",
       "f.yaml:1:4: tag '!ruby/object:Gem': expected no tags but those of YAML itself"},
      {"ok: 1\nbad: \xFF\n", "f.yaml:2:6: not UTF-8"},
      {"ok: \xC3\xA4\xC3", "f.yaml:1:7: not UTF-8"},
      {"\xFF\xFE"
       "a",
       "f.yaml:1:1: not UTF-8"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(error_of(row.text), row.error);
  }
}

TEST_F(Yaml, what_libyaml_refuses_names_the_place_in_bytes) {
  struct Row {
    std::string_view text;
    std::string_view begin;
  };
  Row const table[]{
      {"a: [1, 2\nb: 3\n", "f.yaml:2:2: not YAML: "},
      {"\xC3\xA4\xC3\xA4: \"open\n", "f.yaml:2:1: not YAML: "},
      {"a:\n\t- b\n", "f.yaml:2:1: not YAML: "},
      {"\xC3\xA4: b: c\n", "f.yaml:1:6: not YAML: mapping values are not allowed in this context"},
      {"a: \x01\n", "f.yaml:1:4: not YAML: control characters are not allowed"},
      {"a: @x\n", "f.yaml:1:4: not YAML: "},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(error_of(row.text).substr(0, row.begin.size()), row.begin);
  }
  EXPECT_TRUE(error_of(std::string_view("a: \0b\n", 7)).starts_with("f.yaml:1:4: not YAML"));
}

TEST_F(Yaml, a_hundred_levels_are_allowed_and_one_more_is_not) {
  EXPECT_TRUE(parse(std::string(100, '[') + std::string(100, ']'), "f.yaml"));
  EXPECT_EQ(error_of(std::string(101, '[') + std::string(101, ']')),
            "f.yaml:1:101: nested deeper than 100 levels");
  EXPECT_EQ(error_of(std::string(1'000'000, '[')), "f.yaml:1:101: nested deeper than 100 levels");
  std::string const half = std::string(50, '[') + std::string(50, ']');
  std::string const deep =
      "- &a " + half + "\n- " + std::string(50, '[') + "*a" + std::string(50, ']') + "\n";
  EXPECT_EQ(error_of(deep), "f.yaml:2:53: nested deeper than 100 levels");
}

TEST_F(Yaml, a_billion_laughs_end_in_an_error) {
  std::string text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i <= 9; ++i) {
    std::string const last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 9; ++j) text += ", " + last;
    text += "]\n";
  }
  EXPECT_NE(error_of(text).find("over 500000 nodes"), std::string::npos);
}

TEST_F(Yaml, a_long_text_cannot_be_repeated_without_end) {
  std::string text = "- &a " + std::string(1'000'000, 'x') + "\n";
  for (int i = 0; i < 100; ++i) text += "- *a\n";
  EXPECT_NE(error_of(text).find("aliases repeat over"), std::string::npos);
}

TEST_F(Yaml, limits_of_bytes_and_nodes_hold) {
  EXPECT_EQ(error_of("a: 1\n", {.bytes = 4}), "f.yaml:1:1: 5 bytes: expected at most 4");
  EXPECT_EQ(error_of("[1, 2, 3]", {.nodes = 3}),
            "f.yaml:1:8: over 3 nodes (aliases count as what they name)");
  EXPECT_TRUE(parse("[1, 2]", "f.yaml", {.nodes = 3}));
}

TEST_F(Yaml, an_error_does_not_repeat_a_long_key) {
  std::string const key(1000, 'k');
  EXPECT_LT(error_of("a: 1\n" + key + ": 1\n" + key + ": 2\n").size(), 200u);
}

TEST_F(Yaml, every_beginning_of_a_text_is_read_or_refused) {
  std::string const text =
      "a: &x [1, {b: 'c'}]\nd: |\n  e\nf: *x\n\"g\": !!str 1\n? h\n: \xF0\x9F\x9A\x80\n";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    Result<Document> const node = parse(std::string_view(text).substr(0, i), "f.yaml");
    if (!node) {
      EXPECT_TRUE(node.error().text.starts_with("f.yaml:"));
    }
  }
}

}  // namespace
}  // namespace landfall::yaml
