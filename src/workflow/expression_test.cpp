#include "workflow/expression.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/text.h"
#include "workflow/value_json.h"

namespace landfall {
namespace {

/// Names that know what a table says; paths joined by dots.
class SomeNames : public Names {
 public:
  Value lookup(std::vector<std::string> const& path) override {
    lookups.push_back(join(path, "."));
    auto const found = known.find(lookups.back());
    return found == known.end() ? Value{} : found->second;
  }
  Value status(std::string_view function) override {
    if (function == "always") return Value::of(true);
    return function == "failure" ? Value::of(false) : Value{};
  }
  Value status_of(std::string_view function, std::span<Value const> jobs) override {
    return Value::of(function == "success" && jobs.size() == 1 && jobs[0].text == "build");
  }
  RefClass const& refs() const override { return ref_class; }
  void asked(RefQuestion question) override {
    questions.push_back((question.prefix ? "begins " : "is ") + question.text);
  }

  std::map<std::string, Value> known;
  RefClass ref_class;
  std::vector<std::string> lookups;
  std::vector<std::string> questions;
};

/// true, false, ?; or the value as JSON; or `?true` for a value that is not known but its truth is.
std::string answer(std::string_view text, SomeNames& names) {
  Value const value = evaluate(text, names);
  if (auto const json = json_text(value, 10'000)) return *json;
  std::optional<bool> const known = truth(value);
  return !known ? "?" : *known ? "?true" : "?false";
}

void fill(SomeNames& names) {
  names.known["github.ref"] = Value{.kind = Value::Kind::ref};
  names.known["github.ref"].full_ref = true;
  names.known["github.ref_name"] = Value{.kind = Value::Kind::ref};
  names.known["github.event_name"] = Value::of("push");
  names.known["matrix"] =
      value_of(*Json::parse(R"({"os": ["a", "b"], "n": 1, "o": {"K": "v"}})"), JsonOwner::context);
  names.known["inputs.name"] = Value::of("os");
  names.known["inputs.no"] = Value::of(false);
}

TEST(Expression, guesses_nothing_and_keeps_what_is_certain) {
  struct Row {
    std::string_view text;
    std::string_view value;
  };
  Row const table[]{
      {"vars.x", "?"},
      {"vars.x == vars.x", "?"},
      {"vars.x != 'a'", "?"},
      {"!vars.x", "?"},
      {"vars.x && false", "?false"},
      {"vars.x && ''", "?false"},
      {"vars.x && 'a'", "?"},
      {"false && vars.x", "false"},
      {"'' && vars.x", R"("")"},
      {"vars.x || true", "?true"},
      {"vars.x || 'a'", "?true"},
      {"vars.x || ''", "?"},
      {"'a' || vars.x", R"("a")"},
      {"vars.x && 'a' || 'b'", "?true"},
      {"!(vars.x && false)", "true"},
      {"!(vars.x || 1) == false", "true"},
      {"vars.a || vars.b && false || vars.c || 1", "?true"},
      {"vars.a && vars.b && 0 && vars.c", "?false"},
      {"vars.x == NaN", "false"},
      {"vars.x < NaN", "false"},
      {"vars.x < 1", "?"},
      {"vars.x >= 1", "?"},
      {"vars.x.y.z", "?"},
      {"vars.x[0]", "?"},
      {"vars.x.*", "?true"},
      {"vars.x.*.y", "?true"},
      {"vars.x.*[vars.y].*", "?true"},
      {"matrix.os[vars.x]", "?"},
      {"github.event_name[vars.x]", "null"},
      {"vars[vars.x]", "?"},
      {"fromJSON(vars.x)", "?"},
      {"fromJSON(vars.x).a == 1", "?"},
      {"toJSON(vars.x)", "?true"},
      {"format('{0}', vars.x)", "?"},
      {"format('a{0}', vars.x)", "?true"},
      {"format('a{1}', vars.x, 'b')", R"("ab")"},
      {"format(vars.x)", "?"},
      {"join(vars.x)", "?"},
      {"join(matrix.os, vars.x)", "?"},
      {"join(fromJSON('[1]'), vars.x)", R"("1")"},
      {"contains(vars.x, 'a')", "?"},
      {"contains(matrix.os, vars.x)", "?"},
      {"contains(matrix.os, 'B')", "true"},
      {"contains(fromJSON('[]'), vars.x)", "false"},
      {"startsWith(vars.x, 'a')", "?"},
      {"endsWith('a', vars.x)", "?"},
      {"startsWith(vars.x, matrix.os)", "false"},
      {"hashFiles('x')", "?"},
      {"case(vars.x, 1, 2)", "?true"},
      {"case(vars.x == 1, 0, '')", "?false"},
      {"case(vars.x, 0, 1)", "?"},
      {"case(false, vars.x, 2)", "2"},
      {"case(true, 1, vars.x)", "1"},
      {"case(vars.x, 1, true, 0, 5)", "?"},
      {"success()", "?"},
      {"always() && failure()", "false"},
      {"cancelled() || always()", "?true"},
      {"success('build')", "true"},
      {"success('test')", "false"},
      {"github.event_name == 'PUSH' && inputs.no == 0", "true"},
      {"nosuch(1)", "?"},
      {"contains('a')", "?"},
      {"1 +", "?"},
      {"", "?"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    SomeNames names;
    fill(names);
    EXPECT_EQ(answer(row.text, names), row.value);
  }
}

TEST(Expression, says_of_a_ref_what_its_class_says_and_asks_the_rest) {
  struct Row {
    std::string_view text;
    std::string_view value;
    std::string_view asked;
  };
  Row const table[]{
      {"github.ref == 'refs/heads/rel/1'", "?", "is rel/1"},
      {"'REFS/HEADS/REL/1' == github.ref", "?", "is REL/1"},
      {"github.ref == 'refs/heads/main'", "false", ""},
      {"github.ref != 'refs/tags/rel/1'", "true", ""},
      {"github.ref == 'refs/heads/rel/old'", "false", ""},
      {"github.ref == 'refs/heads/rel/x/1'", "false", ""},
      {"github.ref_name == 'rel/1'", "?", "is rel/1"},
      {"github.ref_name == 'main'", "false", ""},
      {"startsWith(github.ref, 'refs/heads/')", "true", ""},
      {"startsWith(github.ref, 'refs/tags/')", "false", ""},
      {"startsWith(github.ref, 'refs/heads/rel/v')", "?", "begins rel/v"},
      {"startsWith(github.ref_name, 're')", "true", ""},
      {"startsWith(github.ref_name, 'rel/x/y')", "false", ""},
      {"contains(github.ref, 'heads/REL')", "true", ""},
      {"contains(github.ref, 'x')", "?", ""},
      {"endsWith(github.ref, 'x')", "?", ""},
      {"github.ref == github.ref", "?", ""},
      {"github.ref == null", "false", ""},
      {"github.ref_name == 1", "?", ""},
      {"github.ref == fromJSON('[]')", "false", ""},
      {"github.ref < 'x'", "?", ""},
      {"github.ref.x", "null", ""},
      {"!github.ref", "false", ""},
      {"github.ref && 'a'", R"("a")", ""},
      {"format('{0}', github.ref)", "?", ""},
      {"vars.x && github.ref == 'refs/heads/rel/1'", "?", "is rel/1"},
      {"false && github.ref == 'refs/heads/rel/1'", "false", ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    SomeNames names;
    fill(names);
    names.ref_class.begin = "rel/";
    names.ref_class.not_names = {"rel/old"};
    names.ref_class.not_prefixes = {"rel/x/"};
    EXPECT_EQ(answer(row.text, names), row.value);
    EXPECT_EQ(join(names.questions, "; "), row.asked);
  }
}

TEST(Expression, asks_for_the_longest_path_first) {
  struct Row {
    std::string_view text;
    std::string_view value;
    std::string_view lookups;
  };
  Row const table[]{
      {"GitHub.Event_Name", "?", "github.Event_Name; github"},
      {"github.event_name", R"("push")", "github.event_name"},
      {"matrix.os[1]", R"("b")", "matrix.os.1; matrix.os; matrix"},
      {"matrix[inputs.name][0]", R"("a")", "inputs.name; matrix.os.0; matrix.os; matrix"},
      {"matrix.os[inputs.no]", R"("a")", "inputs.no; matrix.os; matrix"},
      {"matrix['O']['k']", R"("v")", "matrix.O.k; matrix.O; matrix"},
      {"matrix.nothing.at.all", "null",
       "matrix.nothing.at.all; matrix.nothing.at; matrix.nothing; matrix"},
      {"matrix.o.*", "[\n  \"v\"\n]", "matrix.o; matrix"},
      {"vars.*.x", "?true", "vars"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    SomeNames names;
    fill(names);
    EXPECT_EQ(answer(row.text, names), row.value);
    EXPECT_EQ(join(names.lookups, "; "), row.lookups);
  }
}

TEST(Expression, lists_are_the_same_only_where_they_stand_at_the_same_place) {
  SomeNames names;
  Json const json = *Json::parse(R"({"a": [1], "b": [1]})");
  names.known["env"] = value_of(json, JsonOwner::context);
  EXPECT_EQ(answer("env.a == env.a", names), "true");
  EXPECT_EQ(answer("env.a == env.b", names), "false");
  EXPECT_EQ(answer("env == env", names), "true");
  EXPECT_EQ(answer("env.* == env.*", names), "false");
  // A list of which nobody told where it stands.
  Value list{.kind = Value::Kind::list};
  names.known["env"] = list;
  EXPECT_EQ(answer("env == env", names), "?");
  EXPECT_EQ(answer("env == fromJSON('[]')", names), "false");
}

TEST(Expression, an_evaluation_that_github_stops_says_why_and_where) {
  struct Row {
    std::string_view text;
    std::string_view where;
  };
  Row const table[]{
      {"1 == 1 && format('{1}', 1)", "format('{1}', 1)"},
      {"fromJSON('{')", "fromJSON('{')"},
      {"fromJSON('') || true", "fromJSON('')"},
      {"case('x', 1, 2)", "case('x', 1, 2)"},
      {"false && fromJSON('')", ""},
      {"vars.x && fromJSON('')", ""},
      {"vars.x || vars.y && fromJSON('')", ""},
      {"fromJSON('1e999')", ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    SomeNames names;
    auto const read = parse_expression(row.text);
    ASSERT_TRUE(read);
    Evaluated const result = evaluation(*read, names);
    ASSERT_EQ(result.failure.has_value(), !row.where.empty());
    if (!result.failure) continue;
    EXPECT_EQ(result.failure->kind, ExpressionError::Kind::evaluation);
    EXPECT_EQ(row.text.substr(result.failure->offset, result.failure->length), row.where);
    EXPECT_EQ(truth(result.value), std::nullopt);
  }
}

TEST(Expression, folds_what_no_name_can_change) {
  struct Row {
    std::string_view text;
    std::string_view value;  ///< "" if there is none
    std::string_view truth;
  };
  Row const table[]{
      {"true", "true", "true"},
      {"1 == 2", "false", "false"},
      {"false && vars.x", "false", "false"},
      {"always()", "true", "true"},
      {"'a' || vars.x", "\"a\"", "true"},
      {"vars.x && false", "", "false"},
      {"vars.x || 'a'", "", "true"},
      {"github.ref == 'x'", "", ""},
      {"success()", "", ""},
      {"fromJSON('')", "", ""},
      {"format('{0}', 1)", "\"1\"", "true"},
      {"vars.x == vars.x", "", ""},
      {"case(true, 'a', vars.x)", "\"a\"", "true"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const read = parse_expression(row.text);
    ASSERT_TRUE(read);
    std::optional<Value> const value = constant(*read);
    EXPECT_EQ(value ? *json_text(*value, 100) : "", row.value);
    std::optional<bool> const known = constant_truth(*read);
    EXPECT_EQ(!known ? "" : *known ? "true" : "false", row.truth);
  }
}

TEST(Expression, lists_the_paths_that_are_mentioned) {
  struct Row {
    std::string_view text;
    std::string_view paths;
  };
  Row const table[]{
      {"1 == 1", ""},
      {"github", "github"},
      {"GITHUB.ref == 'x' && inputs.Environment", "github.ref, inputs.Environment"},
      {"needs.build.result == 'success' || needs.build.result", "needs.build.result"},
      {"vars['X'].y[0]", "vars.X.y.0"},
      {"github.event.commits.*.id", "github.event.commits.*.id"},
      {"matrix[inputs.x].y && env.z", "matrix, inputs.x, env.z"},
      {"fromJSON(needs.a.outputs.b).c", "needs.a.outputs.b"},
      {"format('{0}', !(env.a)) == env.b", "env.a, env.b"},
      {"(github).ref", "github"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const read = parse_expression(row.text);
    ASSERT_TRUE(read);
    EXPECT_EQ(join(mentioned(*read), ", "), row.paths);
  }
}

}  // namespace
}  // namespace landfall
