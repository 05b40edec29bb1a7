#include "workflow/expression_tree.h"

#include <gtest/gtest.h>

#include <string>

namespace landfall {
namespace {

using Kind = ExpressionNode::Kind;

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

/// A tree as text: every operator in brackets with its operands.
std::string drawn(Expression const& expression, ExpressionNode const& node) {
  std::string inner;
  for (auto const* child = expression.first(node); child != nullptr;
       child = expression.next(*child))
    inner += (inner.empty() ? "" : " ") + drawn(expression, *child);
  switch (node.kind) {
    case Kind::all:
      return "[and " + inner + "]";
    case Kind::any:
      return "[or " + inner + "]";
    case Kind::comparison:
      return "[compare " + inner + "]";
    case Kind::negation:
      return "[not " + inner + "]";
    case Kind::path:
      return "[path " + inner + "]";
    case Kind::call:
      return "[call " + std::string(expression.name(node)) + (inner.empty() ? "" : " ") + inner +
             "]";
    case Kind::group:
      return "(" + inner + ")";
    case Kind::null:
    case Kind::boolean:
    case Kind::number:
    case Kind::text:
    case Kind::context:
    case Kind::name:
    case Kind::index:
    case Kind::star:
      break;
  }
  return std::string(expression.source(node));
}

TEST(ExpressionTree, binds_as_github_does) {
  struct Row {
    std::string_view text;
    std::string_view tree;
  };
  Row const table[]{
      {"a || b && c", "[or a [and b c]]"},
      {"a && b || c && d || e", "[or [and a b] [and c d] e]"},
      {"a == b && c != d", "[and [compare a b] [compare c d]]"},
      {"a < b == c >= d", "[compare [compare a b] [compare c d]]"},
      {"a == b != c", "[compare a b c]"},
      {"!a == b", "[compare [not a] b]"},
      {"!!a.b", "[not [not [path a .b]]]"},
      {"(a || b) && c", "[and ([or a b]) c]"},
      {"a.b['c'].*[0][*]", "[path a .b ['c'] .* [0] [*]]"},
      {"f(a, 'b', g())[0]", "[path [call f a 'b' [call g]] [0]]"},
      {"(a).b", "[path (a) .b]"},
      {"a.true.null", "[path a .true .null]"},
      {" a\n.\tb ", "[path a .\tb]"},
      {"contains(a,b,)", "[call contains a b]"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const read = parse_expression(row.text);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(drawn(*read, read->root()), row.tree);
  }
}

TEST(ExpressionTree, reads_literals) {
  auto const number = [](std::string_view text) { return parse_expression(text)->root().number; };
  EXPECT_EQ(number("0xFf"), 255);
  EXPECT_EQ(number("0o17"), 15);
  EXPECT_EQ(number("-1.5e-3"), -0.0015);
  EXPECT_EQ(number("+.5"), 0.5);
  EXPECT_EQ(number("-Infinity"), -number("Infinity"));
  EXPECT_NE(number("NaN"), number("NaN"));
  auto const text = parse_expression("'it''s ''''x'");
  EXPECT_EQ(text->string_of(text->root()), "it's ''x");
  EXPECT_EQ(parse_expression("''")->string_of(parse_expression("''")->root()), "");
  EXPECT_TRUE(parse_expression("true")->root().flag);
  EXPECT_EQ(parse_expression("True")->root().kind, Kind::context);
}

TEST(ExpressionTree, says_what_was_expected_and_where) {
  struct Row {
    std::string_view text;
    std::size_t offset;
    std::size_t length;
    std::string_view error;
  };
  Row const table[]{
      {"", 0, 0, "expected an expression, found the end of the expression"},
      {"a ==", 4, 0, "expected a value, found the end of the expression"},
      {"a = b", 2, 1, "expected '==', found '='"},
      {"a & b", 2, 1, "expected '&&', found '&'"},
      {"a | b", 2, 1, "expected '||', found '|'"},
      {"a == \"x\"", 5, 1, "expected a string in single quotes, found a double quote"},
      {"a == 'x", 5, 2, "expected a ' that ends this string, found the end of the expression"},
      {"(a", 2, 0, "expected an operator or ')', found the end of the expression"},
      {"a)", 1, 1, "expected an operator or the end of the expression, found ')'"},
      {"a b", 2, 1, "expected an operator or the end of the expression, found 'b'"},
      {"f(a b)", 4, 1, "expected an operator, ',' or ')', found 'b'"},
      {"a[0", 3, 0, "expected an operator or ']', found the end of the expression"},
      {"a[*x]", 3, 1, "expected ']', found 'x'"},
      {"a.", 2, 0, "expected a name or '*', found the end of the expression"},
      {"a.5", 2, 1, "expected a name or '*', found '5'"},
      {"a 'b'", 2, 3, "expected an operator or the end of the expression, found 'b'"},
      {"1.2.3", 0, 5, "expected a number, found '1.2.3'"},
      {"a + 1", 2, 1, "expected a value or an operator, found '+': there is no arithmetic"},
      {"a % 2", 2, 1, "expected a name or a value, found '%'"},
      {"'a'[0]", 3, 1, "expected an operator or the end of the expression, found '['"},
      {"x && ${{ y }}", 5, 3, "expected a value, found '${{': this is an expression already"},
      {"\x1b[31m", 0, 1, "expected a name or a value, found '?'"},
      {"\xff", 0, 1, "expected a name or a value, found '\xef\xbf\xbd'"},
      {"()", 1, 1, "expected a value, found ')'"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const read = parse_expression(row.text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ExpressionError::Kind::syntax);
    EXPECT_EQ(read.error().offset, row.offset);
    EXPECT_EQ(read.error().length, row.length);
    EXPECT_EQ(read.error().text, row.error);
  }
}

TEST(ExpressionTree, nests_fifty_deep_and_no_deeper) {
  struct Row {
    std::string_view name;
    std::string good;
    std::string bad;
  };
  auto const wrapped = [](std::string_view open, std::string_view in, std::string_view close,
                          int times) {
    return repeated(open, times) + std::string(in) + repeated(close, times);
  };
  Row const table[]{
      {"groups", wrapped("(", "1", ")", 49), wrapped("(", "1", ")", 50)},
      {"negations", wrapped("!", "1", "", 49), wrapped("!", "1", "", 50)},
      {"names", wrapped("", "a", ".x", 49), wrapped("", "a", ".x", 50)},
      {"indexes", wrapped("a[", "a", "]", 49), wrapped("a[", "a", "]", 50)},
      {"calls", wrapped("f(", "", ")", 50), wrapped("f(", "", ")", 51)},
      {"a path in groups", wrapped("(", "a.x", ")", 48), wrapped("(", "a.x", ")", 49)},
      {"operators in groups", wrapped("(", "1||1&&1", ")", 47), wrapped("(", "1||1&&1", ")", 48)},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(parse_expression(row.good));
    auto const read = parse_expression(row.bad);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ExpressionError::Kind::depth);
  }
  EXPECT_FALSE(parse_expression(repeated("(", 20'000)));
  EXPECT_FALSE(parse_expression(repeated("!", 20'000)));
  EXPECT_TRUE(parse_expression("1" + repeated("==1", 6'000)));
}

TEST(ExpressionTree, is_no_longer_than_21000_characters) {
  auto const text = [](std::string_view letter, int times) {
    return "'" + repeated(letter, times) + "'";
  };
  EXPECT_TRUE(parse_expression(text("a", 20'998)));
  EXPECT_TRUE(parse_expression(text("\u00e9", 20'998)));
  EXPECT_TRUE(parse_expression(text("\U0001F600", 10'499)));
  for (std::string const& bad :
       {text("a", 20'999), text("\u00e9", 20'999), text("\U0001F600", 10'500)}) {
    auto const read = parse_expression(bad);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ExpressionError::Kind::length);
    EXPECT_EQ(read.error().length, bad.size());
  }
}

TEST(ExpressionTree, nodes_know_the_bytes_they_cover) {
  std::string_view const text = " !( github.ref =='x' )  ";
  auto const read = parse_expression(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->source(read->root()), "!( github.ref =='x' )");
  ExpressionNode const& group = *read->first(read->root());
  EXPECT_EQ(read->source(group), "( github.ref =='x' )");
  ExpressionNode const& comparison = *read->first(group);
  EXPECT_EQ(read->source(comparison), "github.ref =='x'");
  EXPECT_EQ(read->count(comparison), 2U);
  EXPECT_EQ(read->next(*read->first(comparison))->op, ExpressionNode::Operator::equal);
}

}  // namespace
}  // namespace landfall
