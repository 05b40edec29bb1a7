#include "workflow/expression_judge.h"

#include <gtest/gtest.h>

#include <string>

#include "workflow/expression_properties.h"

namespace landfall {
namespace {

using Kind = ExpressionError::Kind;

constexpr std::string_view step_if[]{"github",        "inputs",
                                     "vars",          "needs",
                                     "strategy",      "matrix",
                                     "steps",         "job",
                                     "runner",        "env",
                                     "always(0,0)",   "failure(0,0)",
                                     "success(0,0)",  "hashFiles(1,255)",
                                     "cancelled(0,0)"};
constexpr std::string_view job_if[]{"github",      "inputs",         "vars",          "needs",
                                    "always(0,0)", "failure(0,MAX)", "success(0,MAX)"};

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(ExpressionJudge, has_nothing_to_say_of_what_is_good) {
  for (std::string_view const text :
       {"github.ref == 'refs/heads/main'", "ALWAYS() && GitHub.actor", "contains(env.A, 'x')",
        "hashFiles('**/lock', 'x')", "format('{0}{{}}', matrix.os)", "case(true, 1, 2)",
        "toJson(steps.*.outputs)", "join(matrix.list, ',')", "1 == 1", "contains('a', 'b',)"})
    EXPECT_TRUE(judge_expression(text, step_if).empty()) << text;
  EXPECT_TRUE(judge_expression("success('build', 'test')", job_if).empty());
}

TEST(ExpressionJudge, says_what_is_wrong_and_where) {
  struct Row {
    std::string_view text;
    Kind kind;
    std::string_view found;  ///< the bytes it points at
    std::string_view error;
  };
  Row const table[]{
      {"secrets.TOKEN != ''", Kind::context, "secrets",
       "found 'secrets', which is not known in this place"},
      {"1 && githb.ref", Kind::context, "githb", "found 'githb': did you mean 'github'?"},
      {"github.ref == main", Kind::context, "main",
       "found 'main'; a string stands in single quotes"},
      {"jobs.x", Kind::context, "jobs", "expected one of the contexts github, inputs, vars"},
      {"contain(github.ref, 'x')", Kind::function, "contain",
       "expected a function, found 'contain': did you mean 'contains'?"},
      {"hashFile('x')", Kind::function, "hashFile", "did you mean 'hashFiles'?"},
      {"contains('x')", Kind::arguments, "contains", "contains expects 2 arguments, found 1"},
      {"startswith('x', 'y', 'z')", Kind::arguments, "startswith",
       "startsWith expects 2 arguments, found 3"},
      {"join()", Kind::arguments, "join", "join expects 1 to 2 arguments, found 0"},
      {"always(1)", Kind::arguments, "always", "always expects no arguments, found 1"},
      {"fromJSON()", Kind::arguments, "fromJSON", "fromJSON expects 1 argument, found 0"},
      {"hashFiles()", Kind::arguments, "hashFiles",
       "hashFiles expects 1 to 255 arguments, found 0"},
      {"case(true, 1)", Kind::arguments, "case", "an odd number of arguments, 3 or more, found 2"},
      {"case(true, 1, true, 2)", Kind::arguments, "case", "found 4"},
      {"format('{0} {1}', 1)", Kind::format, "'{0} {1}'",
       "format names argument {1}, and has 1 argument after its text"},
      {"format('{x}', 1)", Kind::format, "'{x}'",
       "format expects a number in braces, or braces doubled, found '{x}'"},
      {"format('a}b', 1)", Kind::format, "'a}b'", "found '}'"},
      {"github.ref = 'x'", Kind::syntax, "=", "expected '==', found '='"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const errors = judge_expression(row.text, step_if);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors[0].kind, row.kind);
    EXPECT_EQ(row.text.substr(errors[0].offset, errors[0].length), row.found);
    EXPECT_NE(errors[0].text.find(row.error), std::string::npos) << errors[0].text;
  }
}

TEST(ExpressionJudge, tells_all_that_is_wrong_in_the_order_of_the_text) {
  auto const errors = judge_expression("secrets.a && foo(bar, join()) || env.x", job_if);
  ASSERT_EQ(errors.size(), 5U);
  for (std::size_t i = 1; i < errors.size(); ++i) EXPECT_LT(errors[i - 1].offset, errors[i].offset);
  EXPECT_EQ(errors[0].offset, 0U);
  EXPECT_EQ(errors[4].offset, 33U);
  EXPECT_EQ(judge_expression("x" + repeated("||x", 500), job_if).size(), 32U);
}

TEST(ExpressionJudge, a_function_of_other_places_is_not_known_in_this) {
  auto const errors = judge_expression("hashFiles('x')", job_if);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].kind, Kind::function);
  EXPECT_NE(errors[0].text.find("not known in it"), std::string::npos);
  // Without a context nothing can be named.
  auto const bare = judge_expression("github", {});
  ASSERT_EQ(bare.size(), 1U);
  EXPECT_TRUE(bare[0].text.starts_with("no context can be named here"));
}

TEST(ExpressionJudge, judges_every_expression_of_a_text) {
  struct Row {
    std::string_view text;
    std::vector<std::pair<Kind, std::string_view>> wanted;
  };
  Row const table[]{
      {"no expression, $ { {{ }}", {}},
      {"", {}},
      {"a ${{ github.ref }} b ${{ '}}' }}", {}},
      {"${{ insert }}", {}},
      {"${{github.ref}}", {}},
      {"\u00a0${{\u00a0github.ref\u00a0}}", {}},
      {"x ${{ github.ref", {{Kind::unclosed, "${{"}}},
      {"x ${{ '}}", {{Kind::unclosed, "${{"}}},
      {"${{ a }} ${{", {{Kind::context, "a"}, {Kind::unclosed, "${{"}}},
      {"x ${{ }} y", {{Kind::empty, "${{ }}"}}},
      {"${{}}", {{Kind::empty, "${{}}"}}},
      {"x ${{ insert }}", {{Kind::syntax, "insert"}}},
      {"${{ insert x }}", {{Kind::syntax, "insert x"}}},
      {"a ${{ bad }} ${{ 1 = 2 }}", {{Kind::context, "bad"}, {Kind::syntax, "="}}},
      {"${{ format('{1}', 1) }}", {{Kind::format, "'{1}'"}}},
      {"${{ ${{ github.ref }} }}", {{Kind::syntax, "${{"}}},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const errors = judge_template(row.text, step_if);
    ASSERT_EQ(errors.size(), row.wanted.size());
    for (std::size_t i = 0; i < errors.size(); ++i) {
      EXPECT_EQ(errors[i].kind, row.wanted[i].first) << errors[i].text;
      EXPECT_EQ(row.text.substr(errors[i].offset, errors[i].length), row.wanted[i].second);
    }
  }
}

TEST(ExpressionJudge, a_text_with_an_expression_is_no_longer_than_an_expression) {
  // `format('{0}aaa', github.ref)` is what GitHub makes of it.
  std::string const around = "format('{0}', github.ref)";
  int const room = 21'000 - static_cast<int>(around.size());
  EXPECT_TRUE(judge_template("${{ github.ref }}" + repeated("a", room), step_if).empty());
  auto const errors = judge_template("${{ github.ref }}" + repeated("a", room + 1), step_if);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].kind, Kind::length);
  EXPECT_NE(errors[0].text.find("found 21001"), std::string::npos) << errors[0].text;
  // Quotes and braces are doubled in it.
  EXPECT_FALSE(judge_template("${{ github.ref }}" + repeated("'", room / 2 + 1), step_if).empty());
  EXPECT_TRUE(judge_template(repeated("a", 50'000), step_if).empty());
}

TEST(ExpressionJudge, a_condition_is_judged_with_what_github_adds) {
  EXPECT_TRUE(judge_condition("", job_if).empty());
  EXPECT_TRUE(judge_condition(" \n", job_if).empty());
  EXPECT_TRUE(judge_condition("github.ref == 'x'\n", job_if).empty());
  EXPECT_TRUE(judge_condition("${{ github.ref == 'x' }}", job_if).empty());
  std::string_view const spaced = "  ${{ github.x }} && secrets.y";
  EXPECT_TRUE(judge_condition(spaced, job_if).empty()) << "a text, whatever it says";
  std::string_view const bare = "  github.ref && secret";
  auto errors = judge_condition(bare, job_if);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(bare.substr(errors[0].offset, errors[0].length), "secret");
  std::string_view const braced = "${{  github.ref && secret }}";
  errors = judge_condition(braced, job_if);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(braced.substr(errors[0].offset, errors[0].length), "secret");
  EXPECT_EQ(judge_condition("${{ 'it''s (' }}", job_if).size(), 1U) << "a string is read again";
  EXPECT_EQ(judge_condition("${{ }}", job_if).size(), 1U);
  std::string const deep = repeated("(", 48) + "1" + repeated(")", 48);
  EXPECT_TRUE(judge_expression(deep, job_if).empty());
  EXPECT_EQ(judge_condition(deep, job_if).at(0).kind, Kind::depth);
  std::string const safe = repeated("(", 48) + "always()" + repeated(")", 48);
  EXPECT_TRUE(judge_condition(safe, job_if).empty());
  std::string const wide = "'" + repeated("a", 20'990) + "'";
  EXPECT_EQ(judge_condition(wide, job_if).at(0).kind, Kind::length);
}

TEST(ExpressionJudge, misspelled_members_are_told_and_unknown_ones_let_pass) {
  struct Row {
    std::string_view text;
    std::string_view found;
  };
  Row const table[]{
      {"github.evnt_name == 'push'", ".evnt_name"},
      {"github['refname']", "['refname']"},
      {"needs.build.reslt", ".reslt"},
      {"steps.x.outcom", ".outcom"},
      {"runner.Os", ""},
      {"github.brand_new_thing", ""},
      {"github.event.anything", ""},
      {"needs.*.result", ""},
      {"strategy.job-indx", ".job-indx"},
      {"matrix.githb", ""},
      {"github[env.x]", ""},
      {"github", ""},
      {"github.EVENT_NAME", ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const read = parse_expression(row.text);
    ASSERT_TRUE(read);
    auto const errors = misspelled_members(*read);
    ASSERT_EQ(errors.size(), row.found.empty() ? 0U : 1U);
    if (row.found.empty()) continue;
    EXPECT_EQ(errors[0].kind, Kind::member);
    EXPECT_EQ(row.text.substr(errors[0].offset, errors[0].length), row.found);
    EXPECT_NE(errors[0].text.find("did you mean"), std::string::npos);
  }
}

}  // namespace
}  // namespace landfall
