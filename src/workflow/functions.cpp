#include "workflow/functions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/json.h"
#include "base/text.h"

namespace landfall {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool same(std::string_view left, std::string_view right) {
  return lower(left) == lower(right);
}
bool begins(std::string_view text, std::string_view begin) {
  return same(text.substr(0, begin.size()), begin);
}

bool is_open(Value const& value) {
  return value.kind == Value::Kind::unknown || value.kind == Value::Kind::ref ||
         value.kind == Value::Kind::list || value.kind == Value::Kind::node;
}

/// The part of a text that speaks of the name, nullopt where it speaks of no ref of this class.
std::optional<std::string> name_part(Value const& ref, std::string_view text,
                                     RefClass const& refs) {
  if (!ref.full_ref) return std::string(text);
  if (!begins(text, refs.space)) return std::nullopt;
  return std::string(text.substr(refs.space.size()));
}

Value ref_equals(Value const& ref, std::string_view text, Names& names) {
  RefClass const& refs = names.refs();
  std::optional<std::string> const name = name_part(ref, text, refs);
  if (!name || !begins(*name, refs.begin)) return Value::of(false);
  for (std::string const& other : refs.not_names)
    if (same(other, *name)) return Value::of(false);
  for (std::string const& other : refs.not_prefixes)
    if (begins(*name, other)) return Value::of(false);
  names.asked({.prefix = false, .text = *name});
  return {};
}

Value ref_begins(Value const& ref, std::string_view text, Names& names) {
  RefClass const& refs = names.refs();
  if (ref.full_ref && begins(refs.space, text)) return Value::of(true);
  std::optional<std::string> const prefix = name_part(ref, text, refs);
  if (!prefix) return Value::of(false);
  if (begins(refs.begin, *prefix)) return Value::of(true);
  if (!begins(*prefix, refs.begin)) return Value::of(false);
  for (std::string const& other : refs.not_prefixes)
    if (begins(*prefix, other)) return Value::of(false);
  names.asked({.prefix = true, .text = *prefix});
  return {};
}

double as_number(Value const& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return 0;
    case Value::Kind::boolean:
      return value.flag ? 1 : 0;
    case Value::Kind::number:
      return value.number;
    case Value::Kind::text:
      return trim(value.text).empty() ? 0 : number_of(trim(value.text));
    case Value::Kind::unknown:
    case Value::Kind::list:
    case Value::Kind::ref:
    case Value::Kind::node:
      return not_a_number;
  }
  return not_a_number;
}

Value contains(Value const& search, Value const& item, Names& names) {
  if (search.kind == Value::Kind::list) {
    bool open = false;
    for (Value const& each : search.list) {
      std::optional<bool> const found = truth(equals(each, item, names));
      if (found == true) return Value::of(true);
      open = open || !found;
    }
    return open ? Value{} : Value::of(false);
  }
  std::optional<std::string> const wanted = text_of(item);
  if (!wanted) return {};
  if (search.kind == Value::Kind::ref) {
    std::string const begin = (search.full_ref ? names.refs().space : "") + names.refs().begin;
    return lower(begin).find(lower(*wanted)) != std::string::npos ? Value::of(true) : Value{};
  }
  std::optional<std::string> const text = text_of(search);
  if (!text) return {};
  return Value::of(lower(*text).find(lower(*wanted)) != std::string::npos);
}

Value starts_with(Value const& text, Value const& begin, Names& names) {
  std::optional<std::string> const wanted = text_of(begin);
  if (!wanted) return {};
  if (text.kind == Value::Kind::ref) return ref_begins(text, *wanted, names);
  std::optional<std::string> const known = text_of(text);
  return known ? Value::of(begins(*known, *wanted)) : Value{};
}

Value ends_with(Value const& text, Value const& end) {
  std::optional<std::string> const known = text_of(text);
  std::optional<std::string> const wanted = text_of(end);
  if (!known || !wanted) return {};
  return Value::of(lower(*known).ends_with(lower(*wanted)));
}

Value format_text(std::vector<Value> const& arguments) {
  std::optional<std::string> const form = text_of(arguments[0]);
  if (!form) return {};
  std::string result;
  for (std::size_t at = 0; at < form->size(); ++at) {
    std::string_view const rest = std::string_view(*form).substr(at);
    if (rest.starts_with("{{") || rest.starts_with("}}")) {
      result += rest[0];
      ++at;
      continue;
    }
    if (rest[0] != '{') {
      result += rest[0];
      continue;
    }
    std::size_t const close = rest.find('}');
    auto const index = parse_integer(rest.substr(1, std::min(close, rest.size()) - 1));
    auto const count = static_cast<std::int64_t>(arguments.size());
    if (close == std::string_view::npos || !index || *index < 0 || *index + 1 >= count) return {};
    auto const text = text_of(arguments[static_cast<std::size_t>(*index) + 1]);
    if (!text || result.size() + text->size() > 100'000) return {};
    result += *text;
    at += close;
  }
  return Value::of(std::string_view(result));
}

Value join_list(std::vector<Value> const& arguments) {
  auto const separator = arguments.size() > 1 ? text_of(arguments[1]) : std::string(",");
  if (arguments[0].kind != Value::Kind::list) {
    auto const text = text_of(arguments[0]);
    return text ? Value::of(std::string_view(*text)) : Value{};
  }
  std::vector<std::string> texts;
  for (Value const& item : arguments[0].list) {
    auto const text = text_of(item);
    if (!text) return {};
    texts.push_back(*text);
  }
  return separator ? Value::of(std::string_view(join(texts, *separator))) : Value{};
}

Value of_json(Json const& json) {
  if (json.is_null()) return Value::null();
  if (json.is_bool()) return Value::of(json.as_bool());
  if (json.is_integer()) return Value::of(static_cast<double>(json.as_integer()));
  if (json.is_double()) return Value::of(json.as_double());
  if (json.is_string()) return Value::of(std::string_view(json.as_string()));
  Value value;
  if (!json.is_array()) return value;
  value.kind = Value::Kind::list;
  for (Json const& item : json.as_array()) value.list.push_back(of_json(item));
  return value;
}

Value from_json(Value const& argument) {
  std::optional<std::string> const text = text_of(argument);
  if (!text) return {};
  Result<Json> const json = Json::parse(*text);
  return json ? of_json(*json) : Value{};
}

Value chosen_case(std::vector<Value> const& arguments) {
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    std::optional<bool> const known = truth(arguments[i]);
    if (!known) return {};
    if (*known) return arguments[i + 1];
  }
  return arguments.size() % 2 == 1 ? arguments.back() : Value{};
}

}  // namespace

double number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with("0x") || text.starts_with("0o")) {
    std::uint32_t number = 0;
    char const* const last = text.data() + text.size();
    auto const [end, error] =
        std::from_chars(text.data() + 2, last, number, text[1] == 'x' ? 16 : 8);
    return error == std::errc{} && end == last ? static_cast<double>(number) : not_a_number;
  }
  bool const plain = text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
  double number = 0;
  char const* const first = text.data();
  char const* const last = first + text.size();
  auto const [end, error] = std::from_chars(first, last, number);
  return plain && error == std::errc{} && end == last ? number : not_a_number;
}

Value equals(Value const& left, Value const& right, Names& names) {
  if (left.kind == Value::Kind::ref && right.kind == Value::Kind::text)
    return ref_equals(left, right.text, names);
  if (right.kind == Value::Kind::ref && left.kind == Value::Kind::text)
    return ref_equals(right, left.text, names);
  if (is_open(left) || is_open(right)) return {};
  if (left.kind == Value::Kind::text && right.kind == Value::Kind::text)
    return Value::of(same(left.text, right.text));
  return Value::of(as_number(left) == as_number(right));
}

Value before(Value const& left, Value const& right) {
  if (is_open(left) || is_open(right)) return {};
  if (left.kind == Value::Kind::text && right.kind == Value::Kind::text)
    return Value::of(lower(left.text) < lower(right.text));
  return Value::of(as_number(left) < as_number(right));
}

Value not_after(Value const& left, Value const& right) {
  if (is_open(left) || is_open(right)) return {};
  if (left.kind == Value::Kind::text && right.kind == Value::Kind::text)
    return Value::of(lower(left.text) <= lower(right.text));
  return Value::of(as_number(left) <= as_number(right));
}

Value call_function(std::string_view name, std::vector<Value> const& arguments, Names& names) {
  std::size_t const count = arguments.size();
  bool const is_status =
      name == "success" || name == "failure" || name == "always" || name == "cancelled";
  if (is_status && count == 0) return names.status(name);
  if (name == "contains" && count == 2) return contains(arguments[0], arguments[1], names);
  if (name == "startswith" && count == 2) return starts_with(arguments[0], arguments[1], names);
  if (name == "endswith" && count == 2) return ends_with(arguments[0], arguments[1]);
  if (name == "format" && count >= 1) return format_text(arguments);
  if (name == "join" && (count == 1 || count == 2)) return join_list(arguments);
  if (name == "fromjson" && count == 1) return from_json(arguments[0]);
  if (name == "case" && count >= 3) return chosen_case(arguments);
  return {};
}

}  // namespace landfall
