#include <algorithm>

#include "base/yaml.h"
#include "workflow/value.h"

namespace landfall {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

/// A float of YAML's core schema: https://yaml.org/spec/1.2.2/#1032-tag-resolution
std::optional<double> float_of(std::string_view text) {
  std::string_view const word = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  bool const infinite = word == ".inf" || word == ".Inf" || word == ".INF";
  if (infinite) return number_literal(text.starts_with('-') ? "-Infinity" : "Infinity");
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return number_literal("NaN");
  std::size_t const whole = digits_at(word, 0);
  std::size_t at = whole;
  std::size_t fraction = 0;
  if (word.substr(at).starts_with('.')) {
    fraction = digits_at(word, at + 1);
    at += 1 + fraction;
  }
  if (whole + fraction == 0) return std::nullopt;
  if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
    ++at;
    if (at < word.size() && (word[at] == '-' || word[at] == '+')) ++at;
    std::size_t const exponent = digits_at(word, at);
    if (exponent == 0) return std::nullopt;
    at += exponent;
  }
  return at == word.size() ? std::optional(number_literal(text)) : std::nullopt;
}

bool has_expression(std::string_view text) {
  return text.find("${{") != std::string_view::npos;
}

}  // namespace

Value Value::of(yaml::Node const& node) {
  if (node.is_mapping()) {
    Value value{.kind = Kind::node};
    value.node = &node;
    value.origin = &node;
    return value;
  }
  if (node.is_sequence()) {
    Value value{.kind = Kind::list};
    value.origin = &node;
    for (yaml::Node const& item : node.items) value.list.push_back(of(item));
    return value;
  }
  if (node.is_null()) return null();
  std::string_view const text = node.text;
  if (has_expression(text)) return {};
  if (auto const flag = node.boolean()) return of(*flag);
  if (auto const number = node.integer()) return of(static_cast<double>(*number));
  if (node.style == yaml::Style::plain)
    if (auto const number = float_of(text)) return of(*number);
  return of(text);
}

Value opened(Value value) {
  if (value.kind != Value::Kind::node) return value;
  Value object{.kind = Value::Kind::object};
  object.origin = value.origin;
  for (yaml::Pair const& pair : value.node->pairs) {
    // A name that an expression makes may be any name.
    if (has_expression(pair.key.text)) return Value::unknown(true);
    object.keys.emplace_back(pair.key.text);
    object.list.push_back(Value::of(pair.value));
  }
  return object;
}

}  // namespace landfall
