// Any bytes as an expression, an `if:` and a text with expressions: each is judged, and evaluated
// over contexts that are all known. A context's own name has the context's own value.
#include "base/json.h"
#include "base/result.h"
#include "targets.h"
#include "workflow/expression_json.h"
#include "workflow/expression_judge.h"

namespace landfall {
namespace {

constexpr std::string_view contexts = R"({
  "github": {"ref": "refs/heads/main", "event": {"commits": [{"id": "a"}, {"id": "b"}], "n": null}},
  "matrix": {"list": ["a", 1, true, null, {"k": [1, 2]}], "number": 1.5, "yes": true},
  "env": {"A": "a", "JSON": "{\"x\": [1, 2]}", "EMPTY": ""},
  "inputs": {}
})";

}  // namespace

void fuzz_expression(std::string_view text) {
  constexpr std::string_view allowed[]{"github",           "matrix",         "env",        "inputs",
                                       "hashFiles(1,255)", "success(0,MAX)", "always(0,0)"};
  std::vector<ExpressionError> errors = judge_expression(text, allowed);
  bool const good = errors.empty();
  for (ExpressionError& error : judge_condition(text, allowed)) errors.push_back(std::move(error));
  for (ExpressionError& error : judge_template(text, allowed)) errors.push_back(std::move(error));
  for (ExpressionError const& error : errors)
    require(error.offset <= text.size() && !error.text.empty(), "an error with its place");
  Result<Json> const known = Json::parse(contexts);
  require(known.has_value(), "contexts that are JSON");
  Result<Json> const value = evaluate_known(text, *known);
  require(!value || good, "a value only of what is right");
}

}  // namespace landfall
