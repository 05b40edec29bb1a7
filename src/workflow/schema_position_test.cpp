// Where a byte of a scalar's value stands in its file.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "workflow/schema.h"

namespace landfall {
namespace {

struct Row {
  std::string text;  ///< a mapping whose value under `x` holds one `$`
  std::string want;  ///< line:column of it
};

TEST(MarkIn, finds_a_character_of_a_value_in_the_file) {
  Row const rows[]{
      {"x: $\n", "1:4"},
      {"x: a\n  b   \n\n\n  c $\n", "5:5"},
      {"x: 'it''s $'\n", "1:11"},
      {"x: 'a   \n\n   b $'\n", "3:6"},
      {"x: \"\\t\\x41\\u00e9\\U0001F600$\"\n", "1:27"},
      {"x: \"a \\\n    b\\\n   c $\"\n", "3:6"},
      {"x: |\n  a\n   b $\n", "3:6"},
      {"x: |\n\n\n  a\n\n  $\n", "6:3"},
      {"x: |2 # a comment: |\n   a\n  $\n", "3:3"},
      {"x: |2\n    $\n", "2:5"},
      {"x: >-\n  a\n  b\n\n  c\n   d\n    e\n  $\n", "8:3"},
      {"x: >\n\n  a\n\n\n  b $\n", "6:5"},
      {"y: z\nx:\n  - |+\n    a\n     $\n", "5:6"},
      {"x: {y: [a\n  b $]}\n", "2:5"},
      {"x: \"\xC3\xA9 $\"\n", "1:8"},
  };
  auto const scalar = [](yaml::Node const* node) {
    while (!node->is_scalar()) node = node->is_mapping() ? &node->pairs[0].value : &node->items[0];
    return node;
  };
  for (Row const& row : rows) {
    for (std::string_view const line_end : {"\n", "\r\n"}) {
      std::string const text = replace_all(row.text, "\n", line_end);
      SCOPED_TRACE(text);
      auto const document = yaml::read(text);
      ASSERT_TRUE(document) << document.error().text;
      yaml::Node const* node = scalar(document->root().find("x"));
      std::size_t const offset = node->text.find('$');
      ASSERT_NE(offset, std::string_view::npos);
      yaml::Mark const mark = mark_in(*node, text, offset);
      EXPECT_EQ(fmt::format("{}:{}", mark.line, mark.column), row.want);
      EXPECT_EQ(text.at(mark.byte), '$');
    }
  }
}

TEST(MarkIn, an_offset_beyond_the_value_is_its_end) {
  std::string const text = "x: |\n  ab\ny: 'cd'\n";
  auto const document = yaml::read(text);
  ASSERT_TRUE(document);
  EXPECT_EQ(mark_in(*document->root().find("y"), text, 99).column, 7U);
  EXPECT_LE(mark_in(*document->root().find("x"), text, 99).byte, text.size());
  EXPECT_EQ(mark_in(document->root(), text, 5).byte, 0U);
}

TEST(MarkIn, an_alias_is_where_it_stands) {
  std::string const text = "x: &a abc\ny: *a\n";
  auto const document = yaml::read(text);
  ASSERT_TRUE(document);
  EXPECT_EQ(mark_in(*document->root().find("y"), text, 2).line, 2U);
}

}  // namespace
}  // namespace landfall
