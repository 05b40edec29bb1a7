#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "workflow/expression.h"

namespace landfall {

Value Value::of(std::string_view text) {
  Value value{.kind = Kind::text};
  value.text = text;
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

Value Value::of(yaml::Node const& node) {
  if (node.is_mapping()) {
    Value value{.kind = Kind::node};
    value.node = &node;
    return value;
  }
  if (node.is_sequence()) {
    Value value{.kind = Kind::list};
    for (yaml::Node const& item : node.items) value.list.push_back(of(item));
    return value;
  }
  if (node.is_null()) return null();
  if (node.text.find("${{") != std::string::npos) return {};
  if (auto const flag = node.boolean()) return of(*flag);
  if (auto const number = node.integer()) return of(static_cast<double>(*number));
  return of(std::string_view(node.text));
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
      return fmt::format("{:.15g}", value.number);
    case Value::Kind::text:
      return value.text;
    case Value::Kind::unknown:
    case Value::Kind::list:
    case Value::Kind::ref:
    case Value::Kind::node:
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_known(std::string_view interpolated) {
  return interpolated.find(unknown_begin) == std::string_view::npos;
}

std::string readable(std::string_view interpolated) {
  std::string text;
  for (char const c : interpolated)
    if (c != unknown_begin && c != unknown_end) text += c;
  return text;
}

namespace {

/// The two marks are ours alone.
std::string without_marks(std::string_view text) {
  std::string clean(text);
  std::replace(clean.begin(), clean.end(), unknown_begin, '?');
  std::replace(clean.begin(), clean.end(), unknown_end, '?');
  return clean;
}

}  // namespace

std::string interpolate(std::string_view text, Names& names) {
  std::string const clean = without_marks(text);
  std::string result;
  std::size_t at = 0;
  for (std::size_t open; (open = clean.find("${{", at)) != std::string::npos;) {
    std::size_t const close = expression_end(clean, open + 3);
    if (close == std::string::npos) break;
    result += clean.substr(at, open - at);
    std::string const inner = clean.substr(open + 3, close - open - 3);
    if (auto const known = text_of(evaluate(inner, names)))
      result += without_marks(*known);
    else
      result += unknown_begin + clean.substr(open, close + 2 - open) + unknown_end;
    at = close + 2;
  }
  return result + clean.substr(at);
}

}  // namespace landfall
