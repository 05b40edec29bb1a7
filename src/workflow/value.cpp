#include "workflow/value.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace landfall {

Value Value::of(std::string_view text) {
  Value value{.kind = Kind::text};
  value.text = text;
  return value;
}

Value Value::of(std::string&& text) {
  Value value{.kind = Kind::text};
  value.text = std::move(text);
  return value;
}

Value Value::of(bool flag) {
  return {.kind = Kind::boolean, .flag = flag};
}
Value Value::of(double number) {
  return {.kind = Kind::number, .number = number};
}
Value Value::null() {
  return {.kind = Kind::null};
}

std::optional<bool> truth(Value const& value) {
  switch (value.kind) {
    case Value::Kind::unknown:
      return value.unknown_truth;
    case Value::Kind::null:
      return false;
    case Value::Kind::boolean:
      return value.flag;
    case Value::Kind::number:
      return value.number != 0 && !std::isnan(value.number);
    case Value::Kind::text:
      return !value.text.empty();
    case Value::Kind::list:
    case Value::Kind::object:
    case Value::Kind::ref:
    case Value::Kind::node:
      return true;
  }
  return std::nullopt;
}

std::optional<std::string> text_of(Value const& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "";
    case Value::Kind::boolean:
      return value.flag ? "true" : "false";
    case Value::Kind::number:
      return coerced_number_text(value.number);
    case Value::Kind::text:
      return value.text;
    case Value::Kind::unknown:
    case Value::Kind::list:
    case Value::Kind::object:
    case Value::Kind::ref:
    case Value::Kind::node:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> coerced_text(Value const& value) {
  if (value.kind == Value::Kind::list) return "Array";
  if (value.kind == Value::Kind::object || value.kind == Value::Kind::node) return "Object";
  return text_of(value);
}

double coerced_number(Value const& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return 0;
    case Value::Kind::boolean:
      return value.flag ? 1 : 0;
    case Value::Kind::number:
      return value.number;
    case Value::Kind::text:
      return number_of(value.text);
    case Value::Kind::unknown:
    case Value::Kind::list:
    case Value::Kind::object:
    case Value::Kind::ref:
    case Value::Kind::node:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

bool is_all_known(Value const& value) {
  if (!value.is_known()) return false;
  if (value.kind != Value::Kind::node)
    return std::all_of(value.list.begin(), value.list.end(), is_all_known);
  Value const inner = opened(value);
  return inner.kind == Value::Kind::object && is_all_known(inner);
}

}  // namespace landfall
