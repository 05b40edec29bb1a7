#include "workflow/expression_json.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "workflow/expression_judge.h"
#include "workflow/expression_values_fixture.h"

namespace landfall {
namespace {

Json contexts() {
  return *Json::parse(recorded_contexts);
}

TEST(ExpressionJson, says_what_github_says_of_values) {
  Json const known = contexts();
  std::size_t rows = 0;
  for (std::string const& row : lines_of(recorded_values)) {
    SCOPED_TRACE(row);
    std::size_t const arrow = row.rfind("  ->  ");
    ASSERT_NE(arrow, std::string::npos);
    std::string const wanted = row.substr(arrow + 6);
    auto const answer = evaluate_known(row.substr(0, arrow), known);
    ++rows;
    if (wanted == "fails") {
      EXPECT_FALSE(answer);
      continue;
    }
    ASSERT_TRUE(answer) << answer.error().text;
    std::size_t const blank = wanted.find(' ');
    EXPECT_EQ(answer->find("kind")->as_string(), wanted.substr(0, blank));
    EXPECT_EQ(*answer->find("value"), *Json::parse(wanted.substr(blank + 1)));
  }
  EXPECT_GT(rows, 250U);
}

TEST(ExpressionJson, refuses_what_github_refuses) {
  Json const known = contexts();
  for (std::string const& row : lines_of(recorded_refusals))
    EXPECT_FALSE(evaluate_known(row, known)) << row;
}

TEST(ExpressionJson, tells_an_expression_that_cannot_be_read_from_one_that_stops) {
  Json const known = contexts();
  auto const unread = evaluate_known("github.ref ==", known);
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().kind, ErrorKind::data);
  EXPECT_EQ(unread.error().text, "byte 13: expected a value, found the end of the expression");
  auto const stopped = evaluate_known("1 == 1 && fromJSON('{')", known);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::data);
  EXPECT_TRUE(stopped.error().text.starts_with("byte 10: fromJSON expects JSON"))
      << stopped.error().text;
  EXPECT_FALSE(evaluate_known("1", Json::array()));
}

TEST(ExpressionJson, knows_no_contexts_but_those_given_and_no_functions_of_one_place) {
  Json const known = contexts();
  for (std::string_view const text : {"vars.x", "success()", "hashFiles('a')", "nothing"})
    EXPECT_FALSE(evaluate_known(text, known)) << text;
}

TEST(ExpressionJson, writes_numbers_that_json_lacks_as_texts) {
  Json const known = contexts();
  EXPECT_EQ(*evaluate_known("NaN", known)->find("value"), Json("NaN"));
  EXPECT_EQ(*evaluate_known("-Infinity", known)->find("value"), Json("-Infinity"));
}

TEST(ExpressionJson, strings_have_all_their_quotes_undoubled) {
  // @actions/expressions undoubles the first quote of a string only; the service undoubles all.
  EXPECT_EQ(*evaluate_known("'a''b''c'", contexts())->find("value"), Json("a'b'c"));
}

TEST(ExpressionJson, members_keep_the_order_of_the_text) {
  // JavaScript puts names that are numbers first; the service does not.
  EXPECT_EQ(*evaluate_known("join(fromJSON('{\"b\":1,\"2\":2}').*)", contexts())->find("value"),
            Json("1,2"));
}

TEST(ExpressionJson, grows_no_text_without_end) {
  std::string text = "'0123456789'";
  for (int i = 0; i < 12; ++i) text = "format('{0}{0}{0}{0}{0}{0}{0}{0}', " + text + ")";
  auto const answer = evaluate_known(text, contexts());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::refused);
  std::string quoted = "'\"'";
  for (int i = 0; i < 45; ++i) quoted = "toJSON(" + quoted + ")";
  EXPECT_FALSE(evaluate_known(quoted, contexts()));
}

}  // namespace
}  // namespace landfall
