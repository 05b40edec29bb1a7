// An `if:` as a whole, and texts with expressions in them.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/value_json.h"

namespace landfall {
namespace {

class FewNames : public Names {
 public:
  Value lookup(std::vector<std::string> const& path) override {
    std::string const name = join(path, ".");
    if (name == "env.a") return Value::of("x");
    if (name == "env.empty") return Value::of("");
    if (name == "env.marks") return Value::of("\x01y\x02");
    if (name == "env.big") return Value::of(std::string(1 << 20, 'z'));
    if (name == "env.list") return value_of(*Json::parse("[1]"), JsonOwner::context);
    if (name == "env.off") return Value::of(false);
    return {};
  }
  Value status(std::string_view /*function*/) override { return {}; }
  RefClass const& refs() const override { return refs_; }
  void asked(RefQuestion /*question*/) override {}

 private:
  RefClass refs_;
};

TEST(Condition, is_judged_as_github_reads_it) {
  struct Row {
    std::string_view text;
    std::string_view truth;  ///< "" if it may be either
    bool always_text;
  };
  Row const table[]{
      {"", "true", false},
      {"  \n", "true", false},
      {"env.a == 'x'", "true", false},
      {"env.a == 'y'\n", "false", false},
      {"${{ env.a == 'y' }}", "false", false},
      {"${{env.off}}", "false", false},
      {"${{ env.a == 'y' }}\n", "true", true},
      {" ${{ false }}", "true", true},
      {"${{ env.off }} && false", "true", true},
      {"!${{ env.a }}", "true", true},
      {"${{ env.off }}${{ env.empty }}", "true", false},
      {"${{ env.empty }}${{ env.empty }}", "false", false},
      {"${{ env.empty }}${{ vars.x }}", "", false},
      {"${{ 'false' }}", "false", false},
      {"${{ 'env.a' }}", "true", false},
      {"${{ '' }}", "true", false},
      {"vars.x", "", false},
      {"${{ vars.x }}", "", false},
      {"${{ vars.x || true }}", "true", false},
      {"${{ }}", "", false},
      {"${{ true", "", false},
      {"true ${{", "", false},
      {"'${{'", "", false},
      {"fromJSON('')", "", false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    FewNames names;
    std::optional<bool> const known = condition(row.text, names);
    EXPECT_EQ(!known ? "" : *known ? "true" : "false", row.truth);
    EXPECT_EQ(is_always_text(row.text), row.always_text);
  }
}

TEST(Condition, asks_for_a_status_only_where_a_function_does) {
  struct Row {
    std::string_view text;
    bool asks;
  };
  Row const table[]{
      {"always()", true},
      {"!Cancelled ( )", true},
      {"contains(x, failure())", true},
      {"a[success()]", true},
      {"${{ success() && x }}", true},
      {"${{ x }} ${{ failure() }}", true},
      {"${{ 'always()' }}", true},
      {"success", false},
      {"'always()'", false},
      {"x.always", false},
      {"contains(x, 'success()')", false},
      {"always() ${{ x }}", false},
      {"(always() ", false},
      {"", false},
  };
  for (Row const& row : table) EXPECT_EQ(asks_status(row.text), row.asks) << row.text;
}

TEST(Interpolate, replaces_what_is_known_and_marks_what_is_not) {
  struct Row {
    std::string_view text;
    std::string_view result;
  };
  Row const table[]{
      {"plain", "plain"},
      {"a ${{ env.a }} b", "a x b"},
      {"${{ env.a }}${{ 1.50 }}${{ true }}${{ null }}", "x1.5true"},
      {"a ${{ vars.x }}", "a \x01${{ vars.x }}\x02"},
      {"${{ env.list }}", "\x01${{ env.list }}\x02"},
      {"a ${{ env.list }}", "a Array"},
      {"${{ env.marks }}", "?y?"},
      {"\x01"
       "a",
       "?a"},
      {"${{ '}}' }}", "}}"},
      {"a ${{ env.a", "a ${{ env.a"},
      {"${{ 1 + }}", "\x01${{ 1 + }}\x02"},
      {"${{ }}", "\x01${{ }}\x02"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    FewNames names;
    std::string const result = interpolate(row.text, names);
    EXPECT_EQ(result, row.result);
    EXPECT_EQ(is_known(result), row.result.find('\x01') == std::string_view::npos);
  }
  EXPECT_EQ(readable("a \x01${{ x }}\x02"), "a ${{ x }}");
}

TEST(Interpolate, stops_to_grow) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "${{ env.big }}";
  FewNames names;
  std::string const result = interpolate(text, names);
  EXPECT_LT(result.size(), std::size_t{6} << 20);
  EXPECT_FALSE(is_known(result));
}

TEST(Template, finds_where_an_expression_ends) {
  EXPECT_EQ(expression_end("${{ a }}", 3), 6U);
  EXPECT_EQ(expression_end("${{ '}}' }}", 3), 9U);
  EXPECT_EQ(expression_end("${{ 'it''s }}' }}", 3), 15U);
  EXPECT_EQ(expression_end("${{ a }", 3), std::string_view::npos);
  EXPECT_EQ(expression_end("${{ ' }}", 3), std::string_view::npos);
  EXPECT_EQ(expression_end("", 0), std::string_view::npos);
}

}  // namespace
}  // namespace landfall
