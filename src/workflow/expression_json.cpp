#include "workflow/expression_json.h"

#include <fmt/core.h>

#include <string>
#include <vector>

#include "workflow/expression.h"
#include "workflow/expression_case.h"
#include "workflow/expression_judge.h"
#include "workflow/value_json.h"

namespace landfall {
namespace {

/// Contexts that are all there is.
class KnownNames : public Names {
 public:
  explicit KnownNames(Json const& contexts) : contexts_(contexts) {}

  Value lookup(std::vector<std::string> const& path) override {
    Json const* at = &contexts_;
    for (std::string const& name : path) {
      at = member(*at, name);
      if (at == nullptr) return Value::null();
    }
    return value_of(*at, JsonOwner::context);
  }
  Value status(std::string_view /*function*/) override { return {}; }
  RefClass const& refs() const override { return refs_; }
  void asked(RefQuestion /*question*/) override {}

 private:
  static Json const* member(Json const& json, std::string_view name) {
    if (json.is_array()) {
      double const place = number_of(name);
      auto const& items = json.as_array();
      bool const in_list = place >= 0 && place < static_cast<double>(items.size());
      return in_list ? &items[static_cast<std::size_t>(place)] : nullptr;
    }
    if (!json.is_object()) return nullptr;
    for (auto const& [key, value] : json.as_object())
      if (same_name(key, name)) return &value;
    return nullptr;
  }

  Json const& contexts_;
  RefClass refs_;
};

std::string_view kind_name(Value const& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "Null";
    case Value::Kind::boolean:
      return "Boolean";
    case Value::Kind::number:
      return "Number";
    case Value::Kind::text:
      return "String";
    case Value::Kind::list:
      return "Array";
    case Value::Kind::object:
    case Value::Kind::node:
      return "Object";
    case Value::Kind::unknown:
    case Value::Kind::ref:
      break;
  }
  return "unknown";
}

std::unexpected<Error> refusal(ExpressionError const& error) {
  return fail(ErrorKind::data, fmt::format("byte {}: {}", error.offset, error.text));
}

}  // namespace

Result<Json> evaluate_known(std::string_view expression, Json const& contexts) {
  Json::Object const* const members = TRY(contexts.members());
  std::vector<std::string_view> names;
  for (auto const& [name, value] : *members) names.emplace_back(name);
  auto const read = parse_expression(expression);
  if (!read) return refusal(read.error());
  // What is wrong with a format() shows only where it is evaluated.
  for (ExpressionError const& error : judge_expression(*read, names))
    if (error.kind != ExpressionError::Kind::format) return refusal(error);
  KnownNames known(contexts);
  Evaluated const result = evaluation(*read, known);
  if (result.failure) return refusal(*result.failure);
  std::optional<Json> json = json_of(result.value);
  if (!json) return fail(ErrorKind::refused, "the value is beyond the limits of an evaluation");
  return Json::object({{"kind", kind_name(result.value)}, {"value", std::move(*json)}});
}

}  // namespace landfall
