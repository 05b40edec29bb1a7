// Have expressions the values that GitHub's own evaluation gives them? Its answers are recorded in
// answers.json: {v: value}, {n: a number that JSON lacks}, {e: "parse" or "run"} for an error.
#include <fmt/core.h>

#include "recorded.h"
#include "workflow/expression_json.h"

namespace landfall {
namespace {

bool is_number(Json const& json) {
  return json.is_integer() || json.is_double();
}

double number(Json const& json) {
  return json.is_integer() ? static_cast<double>(json.as_integer()) : json.as_double();
}

/// Equal as values: 1 and 1.0 are, and the order of members is of no account.
bool same(Json const& left, Json const& right) {
  if (is_number(left) && is_number(right)) return number(left) == number(right);
  if (left.is_array() && right.is_array()) {
    auto const& items = left.as_array();
    auto const& others = right.as_array();
    if (items.size() != others.size()) return false;
    for (std::size_t i = 0; i < items.size(); ++i)
      if (!same(items[i], others[i])) return false;
    return true;
  }
  if (left.is_object() && right.is_object()) {
    if (left.as_object().size() != right.as_object().size()) return false;
    for (auto const& [name, value] : left.as_object()) {
      Json const* found = nullptr;
      for (auto const& [other, candidate] : right.as_object())
        if (other == name) found = &candidate;
      if (found == nullptr || !same(value, *found)) return false;
    }
    return true;
  }
  return left == right;
}

/// How our answer differs from the recorded one, empty if it does not.
std::string difference(Result<Json> const& ours, Json const& answer) {
  std::string const said = ours ? ours->dump() : fmt::format("an error ({})", ours.error().text);
  std::string const both = fmt::format("we say {}, GitHub's {}", said, answer.dump());
  if (answer.find("e") != nullptr) return ours ? both : "";
  if (!ours) return both;
  Json const* const value = ours->find("value");
  if (value == nullptr) return both;
  if (Json const* const text = answer.find("n"))
    return ours->text("kind").value_or("") == "Number" && *value == *text ? "" : both;
  return same(*value, *answer.find("v")) ? "" : both;
}

TEST(Conformance, an_expression_has_the_value_that_GitHubs_evaluation_gives_it) {
  Json const answers = recorded("answers.json");
  Json const corpus = read_json(std::string(LANDFALL_CORPUS) + "/expressions.json");
  std::size_t count = 0;
  for (auto const& [context, expressions] : answers.find("expressions")->as_object()) {
    SCOPED_TRACE(context);
    Json const& contexts = *corpus.find("contexts")->find(context);
    std::map<std::string, std::string> found;
    for (auto const& [expression, answer] : expressions.as_object()) {
      ++count;
      std::string const how = difference(evaluate_known(expression, contexts), answer);
      if (!how.empty()) found[expression] = how;
    }
    expect_listed(found, differences("expressions in " + context));
  }
  EXPECT_GT(count, 1'200U);
}

}  // namespace
}  // namespace landfall
