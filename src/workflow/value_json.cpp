#include "workflow/value_json.h"

#include <fmt/core.h>

#include <cmath>
#include <unordered_map>

#include "workflow/expression_case.h"

namespace landfall {
namespace {

using Kind = Value::Kind;

std::string_view escape_of(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

/// Writes as JavaScript's JSON.stringify(value, null, 2). The depth of values is bounded by that
/// of the JSON or YAML they were read from.
class JsonText {
 public:
  explicit JsonText(std::size_t most) : most_(most) {}

  bool write(Value const& value, std::size_t depth) {
    if (text_.size() > most_) return false;
    switch (value.kind) {
      case Kind::unknown:
      case Kind::ref:
        return false;
      case Kind::null:
        text_ += "null";
        return true;
      case Kind::boolean:
        text_ += value.flag ? "true" : "false";
        return true;
      case Kind::number:
        text_ += std::isfinite(value.number) ? number_text(value.number) : "null";
        return true;
      case Kind::text:
        quote(value.text);
        return true;
      case Kind::list:
      case Kind::object:
        return items(value, depth);
      case Kind::node:
        return write(opened(value), depth);
    }
    return false;
  }

  std::optional<std::string> take() {
    return text_.size() <= most_ ? std::optional(std::move(text_)) : std::nullopt;
  }

 private:
  bool items(Value const& value, std::size_t depth) {
    bool const object = value.kind == Kind::object;
    text_ += object ? '{' : '[';
    for (std::size_t i = 0; i < value.list.size(); ++i) {
      text_ += i == 0 ? "\n" : ",\n";
      text_.append(2 * (depth + 1), ' ');
      if (object) {
        quote(value.keys[i]);
        text_ += ": ";
      }
      if (!write(value.list[i], depth + 1)) return false;
    }
    if (!value.list.empty()) {
      text_ += '\n';
      text_.append(2 * depth, ' ');
    }
    text_ += object ? '}' : ']';
    return true;
  }

  void quote(std::string_view text) {
    text_ += '"';
    for (char const c : text) {
      std::string_view const escape = escape_of(c);
      constexpr unsigned char first_printable = 0x20;
      if (!escape.empty())
        text_ += escape;
      else if (static_cast<unsigned char>(c) < first_printable)
        text_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      else
        text_ += c;
    }
    text_ += '"';
  }

  std::size_t most_;
  std::string text_;
};

}  // namespace

Value value_of(Json const& json, JsonOwner owner) {
  if (json.is_null()) return Value::null();
  if (json.is_bool()) return Value::of(json.as_bool());
  if (json.is_integer()) return Value::of(static_cast<double>(json.as_integer()));
  if (json.is_double()) return Value::of(json.as_double());
  if (json.is_string()) return Value::of(std::string_view(json.as_string()));
  Value value{.kind = json.is_array() ? Kind::list : Kind::object};
  value.made_here = owner == JsonOwner::expression;
  value.origin = &json;
  if (json.is_array()) {
    for (Json const& item : json.as_array()) value.list.push_back(value_of(item, owner));
    return value;
  }
  std::unordered_map<std::string, std::size_t> places;
  for (auto const& [name, member] : json.as_object()) {
    auto const [place, is_new] = places.try_emplace(folded_name(name), value.keys.size());
    if (is_new) {
      value.keys.push_back(name);
      value.list.push_back(value_of(member, owner));
    } else if (value.keys[place->second] == name) {
      // Of names that differ by case the first is kept, of the same name the last value.
      value.list[place->second] = value_of(member, owner);
    }
  }
  return value;
}

std::optional<std::string> json_text(Value const& value, std::size_t most) {
  JsonText text(most);
  return text.write(value, 0) ? text.take() : std::nullopt;
}

std::optional<Json> json_of(Value const& value) {
  if (!is_all_known(value)) return std::nullopt;
  if (value.kind == Kind::null) return Json();
  if (value.kind == Kind::boolean) return Json(value.flag);
  if (value.kind == Kind::text) return Json(value.text);
  if (value.kind == Kind::number) {
    if (!std::isfinite(value.number)) return Json(number_text(value.number));
    constexpr double most = 9e18;
    bool const whole = std::trunc(value.number) == value.number && std::abs(value.number) < most;
    return whole ? Json(static_cast<std::int64_t>(value.number)) : Json(value.number);
  }
  Value const inner = opened(value);
  Json json = inner.kind == Kind::object ? Json::object() : Json::array();
  for (std::size_t i = 0; i < inner.list.size(); ++i) {
    std::optional<Json> item = json_of(inner.list[i]);
    if (!item) return std::nullopt;
    if (inner.kind == Kind::object)
      json.set(inner.keys[i], std::move(*item));
    else
      json.push(std::move(*item));
  }
  return json;
}

}  // namespace landfall
