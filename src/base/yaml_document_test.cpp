#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <limits>
#include <type_traits>

#include "base/yaml.h"

namespace landfall::yaml {
namespace {

static_assert(std::is_trivially_destructible_v<Node> && std::is_trivially_copyable_v<Node>);

class YamlDocument : public testing::Test {
 protected:
  Document& read_whole(std::string text) {
    auto document = read(std::move(text));
    require(document.has_value(), document ? "" : document.error().text);
    return documents_.emplace_back(std::move(*document));
  }

  std::deque<Document> documents_;
};

bool is_inside(std::string_view part, std::string_view whole) {
  std::less_equal<char const*> const before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

TEST_F(YamlDocument, moving_leaves_every_pointer_valid) {
  // A text this short lies inside its std::string.
  for (std::string const& text : {std::string("a: [b]"), "a: [b]" + std::string(1000, ' ')}) {
    auto first = read(text);
    ASSERT_TRUE(first);
    Node const* const root = &first->root();
    Node const* const item = root->at("a")->items.data();
    std::string_view const value = item->text;
    Document second = std::move(*first);
    Document third = std::move(read("other: document").value());
    third = std::move(second);
    EXPECT_EQ(&third.root(), root);
    EXPECT_EQ(third.root().at("a")->items.data(), item);
    EXPECT_EQ(third.text(), text);
    EXPECT_EQ(value, "b");
    EXPECT_TRUE(is_inside(value, third.text()));
  }
}

TEST_F(YamlDocument, a_scalar_points_into_the_text_where_it_stands_there_as_it_is) {
  struct Row {
    std::string_view text;
    std::string_view value;
    bool is_found;
  };
  Row const table[]{
      {"k: plain text # c", "plain text", true},
      {"k: 'single'", "single", true},
      {"k: \"double\"", "double", true},
      {"k: &a !!str 'x'", "x", true},
      {"k: ''", "", true},
      {"k: 'it''s'", "it's", false},
      {"k: \"a\\tb\"", "a\tb", false},
      {"k: a\n  b", "a b", false},
      {"k: a\r\n  b", "a b", false},
      {"k: 'a\n  b'", "a b", false},
      // As long as its source, and yet not the same.
      {"k: a\n b", "a b", false},
      {"k: |\n  a\n", "a\n", false},
      {"k: >\n  a\n  b\n", "a b\n", false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    Document const& document = read_whole(std::string(row.text));
    Node const& value = *document.root().find("k");
    EXPECT_EQ(value.text, row.value);
    if (!row.value.empty()) {
      EXPECT_EQ(is_inside(value.text, document.text()), row.is_found);
    }
  }
}

TEST_F(YamlDocument, read_knows_no_name_and_parse_puts_it_first) {
  auto const bare = read("a: 1\na: 2\n");
  ASSERT_FALSE(bare);
  EXPECT_EQ(bare.error().mark, (Mark{2, 1, 5}));
  EXPECT_EQ(bare.error().text, "key 'a' a second time: it stands in line 1 already");
  auto const named = parse("a: 1\na: 2\n", "some.yml");
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().kind, ErrorKind::data);
  EXPECT_EQ(named.error().text, "some.yml:2:1: key 'a' a second time: it stands in line 1 already");
}

TEST_F(YamlDocument, a_path_leads_through_mappings_only) {
  Node const& root = read_whole("a: {b: {c: 1}, '': x, d.e: 2}\n").root();
  EXPECT_EQ(root.at("a.b.c")->text, "1");
  EXPECT_EQ(root.at("a.")->text, "x");
  EXPECT_EQ(root.at("a.b.c.d"), nullptr);
  EXPECT_EQ(root.at("a.d.e"), nullptr);
  EXPECT_EQ(root.at(""), nullptr);
  EXPECT_EQ(root.find("a")->find("d.e")->text, "2");
}

TEST_F(YamlDocument, numbers_follow_the_core_schema_of_1_2) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  struct Row {
    std::string text;
    std::optional<double> number;
  };
  Row const table[]{
      {"0", 0.0},
      {"-12", -12.0},
      {"0x1F", 31.0},
      {"0o17", 15.0},
      {"1.5", 1.5},
      {"-1.5", -1.5},
      {"+.5", 0.5},
      {"1.", 1.0},
      {"1e3", 1000.0},
      {"1.5E-1", 0.15},
      {"-1e+2", -100.0},
      {"99999999999999999999", 1e20},
      {".inf", infinity},
      {"-.INF", -infinity},
      {"+.Inf", infinity},
      {"1e400", infinity},
      {"-1e400", -infinity},
      {"1e-400", 0.0},
      {"0e99999999999999999999", 0.0},
      {"1e99999999999999999999", infinity},
      {"." + std::string(400, '0') + "1", 0.0},
      {std::string(400, '9'), infinity},
      {"1" + std::string(400, '0') + "e-400", 1.0},
      {"." + std::string(400, '0') + "1e401", 1.0},
      {"1.2.3", std::nullopt},
      {".", std::nullopt},
      {"-.", std::nullopt},
      {"1e", std::nullopt},
      {"1e+", std::nullopt},
      {"e5", std::nullopt},
      {".e5", std::nullopt},
      {"--1", std::nullopt},
      {"+-1.0", std::nullopt},
      {"1_000.5", std::nullopt},
      {"0x1.8p1", std::nullopt},
      {"0x", std::nullopt},
      {"inf", std::nullopt},
      {"nan", std::nullopt},
      {"infinity", std::nullopt},
      {"'1.5'", std::nullopt},
      {"!!str 1.5", std::nullopt},
      {"~", std::nullopt},
      {"[1.5]", std::nullopt},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(read_whole("k: " + row.text).root().at("k")->number(), row.number);
  }
  for (std::string const text : {".nan", ".NaN", ".NAN"})
    EXPECT_TRUE(std::isnan(read_whole("k: " + text).root().at("k")->number().value_or(0)));
}

struct Found {
  std::uint32_t line;
  std::uint32_t column;
  std::string_view text;
  bool operator==(Found const&) const = default;
};

void PrintTo(Found const& found, std::ostream* out) {
  *out << found.line << ":" << found.column << " " << found.text;
}

std::vector<Found> found_in(Document const& document) {
  std::vector<Found> all;
  for (Comment const& comment : document.comments()) {
    EXPECT_EQ(document.text().substr(comment.begin.byte, comment.text.size()), comment.text);
    all.push_back({comment.begin.line, comment.begin.column, comment.text});
  }
  return all;
}

TEST_F(YamlDocument, comments_are_found_wherever_they_may_stand) {
  Document const& document = read_whole(
      "# first\n"
      "%YAML 1.1 # directive\n"
      "--- # start\n"
      "on: push # why\n"
      "a: # of a mapping\n"
      "  - 'x' # of an item\n"
      "  # alone\n"
      "  - {b: c, # in a flow\n"
      "     d: [e] } # behind it\n"
      "run: |- # header\n"
      "  # text\n"
      "  more # text\n"
      " # less indented\n"
      "f: &anchor # behind an anchor\n"
      "  g\n"
      "h: *anchor # behind an alias\n"
      "i: !!str # behind a tag\n"
      "  j\n"
      "... # end\n"
      "# last");
  EXPECT_EQ(found_in(document), (std::vector<Found>{{1, 1, "# first"},
                                                    {2, 11, "# directive"},
                                                    {3, 5, "# start"},
                                                    {4, 10, "# why"},
                                                    {5, 4, "# of a mapping"},
                                                    {6, 9, "# of an item"},
                                                    {7, 3, "# alone"},
                                                    {8, 12, "# in a flow"},
                                                    {9, 15, "# behind it"},
                                                    {10, 9, "# header"},
                                                    {13, 2, "# less indented"},
                                                    {14, 12, "# behind an anchor"},
                                                    {16, 12, "# behind an alias"},
                                                    {17, 10, "# behind a tag"},
                                                    {19, 5, "# end"},
                                                    {20, 1, "# last"}}));
}

TEST_F(YamlDocument, what_only_looks_like_a_comment_is_none) {
  for (std::string const text : {"a: b#c", "a: 'b # c'", "a: \"b # c\"", "a: |\n  # b\n",
                                 "a: >-\n  b\n  # c\n", "- a#\n- '#'", "'#': 1"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(found_in(read_whole(text)).empty());
  }
}

TEST_F(YamlDocument, comments_end_with_their_line) {
  EXPECT_EQ(found_in(read_whole("# a\r\nk: v # b\r# c\n")),
            (std::vector<Found>{{1, 1, "# a"}, {2, 6, "# b"}, {3, 1, "# c"}}));
  // For YAML 1.1 U+2028 ends the line, and so the comment: what follows is no part of it.
  EXPECT_EQ(found_in(read_whole("# a\xE2\x80\xA8k: v # b")),
            (std::vector<Found>{{1, 1, "# a"}, {1, 12, "# b"}}));
  EXPECT_EQ(found_in(read_whole("\xEF\xBB\xBF# \xC3\xA4\n\xC3\xA4: b # c\n")),
            (std::vector<Found>{{1, 1, "# \xC3\xA4"}, {2, 7, "# c"}}));
  EXPECT_EQ(found_in(read_whole("# only")), (std::vector<Found>{{1, 1, "# only"}}));
}

TEST_F(YamlDocument, an_alias_does_not_repeat_the_comments_of_what_it_names) {
  EXPECT_EQ(found_in(read_whole("a: &x\n  - b # one\n  - |  # two\n   c\nd: *x # three\n")),
            (std::vector<Found>{{2, 7, "# one"}, {3, 8, "# two"}, {5, 7, "# three"}}));
}

}  // namespace
}  // namespace landfall::yaml
