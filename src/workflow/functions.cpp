#include "workflow/functions.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "workflow/expression_case.h"
#include "workflow/expression_refs.h"
#include "workflow/value_json.h"

namespace landfall {
namespace {

using Kind = Value::Kind;
using Arguments = std::span<Value>;

Called failed(std::string text) {
  return {.failure = std::move(text)};
}

/// A text that a call made, as far as there is room for it.
Value made_text(std::string text, EvaluationBudget& budget) {
  return budget.take(text.size()) ? Value::of(std::move(text)) : Value{};
}

Value contains(Value const& search, Value const& item, Names& names) {
  if (search.kind == Kind::list) {
    bool open = false;
    for (Value const& each : search.list) {
      std::optional<bool> const found = truth(equals(item, each, names));
      if (found == true) return Value::of(true);
      open = open || !found;
    }
    return open ? Value{} : Value::of(false);
  }
  if (search.is_container()) return Value::of(false);
  if (item.is_container()) return search.kind == Kind::unknown ? Value{} : Value::of(false);
  std::optional<std::string> const wanted = text_of(item);
  if (!wanted) return {};
  if (search.kind == Kind::ref) return ref_contains(search, *wanted, names);
  std::optional<std::string> const text = text_of(search);
  return text ? Value::of(contains_but_case(*text, *wanted)) : Value{};
}

Value starts_with(Value const& text, Value const& begin, Names& names) {
  if (text.is_container() || begin.is_container()) return Value::of(false);
  std::optional<std::string> const wanted = text_of(begin);
  if (!wanted) return {};
  if (text.kind == Kind::ref) return ref_begins(text, *wanted, names);
  std::optional<std::string> const known = text_of(text);
  return known ? Value::of(begins_but_case(*known, *wanted)) : Value{};
}

Value ends_with(Value const& text, Value const& end) {
  if (text.is_container() || end.is_container()) return Value::of(false);
  std::optional<std::string> const known = text_of(text);
  std::optional<std::string> const wanted = text_of(end);
  return known && wanted ? Value::of(ends_but_case(*known, *wanted)) : Value{};
}

Called format_text(Arguments arguments, EvaluationBudget& budget) {
  std::optional<std::string> const form = coerced_text(arguments[0]);
  if (!form) return {};
  auto const pieces = format_pieces(*form, arguments.size() - 1);
  if (!pieces) return failed(pieces.error());
  std::string result;
  bool open = false;
  for (FormatPiece const& piece : *pieces) {
    if (!piece.is_argument) {
      result += piece.text;
    } else if (auto const text = coerced_text(arguments[piece.argument + 1])) {
      result += *text;
    } else {
      open = true;
    }
    if (result.size() > budget.bytes_left) return {};
  }
  if (!open) return {.value = made_text(std::move(result), budget)};
  return {.value = Value::unknown(result.empty() ? std::nullopt : std::optional(true))};
}

Value join_list(Arguments arguments, EvaluationBudget& budget) {
  Value const& items = arguments[0];
  if (items.is_primitive()) return made_text(*text_of(items), budget);
  if (items.kind == Kind::object || items.kind == Kind::node) return Value::of("");
  if (items.kind != Kind::list) return {};
  std::optional<std::string> separator = ",";
  if (arguments.size() > 1 && !arguments[1].is_container()) separator = text_of(arguments[1]);
  std::string result;
  for (std::size_t i = 0; i < items.list.size(); ++i) {
    auto const text = coerced_text(items.list[i]);
    if (!text || (i > 0 && !separator)) return {};
    if (i > 0) result += *separator;
    result += *text;
    if (result.size() > budget.bytes_left) return {};
  }
  return made_text(std::move(result), budget);
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t const end = text.find_first_not_of("0123456789", at);
  return std::min(end, text.size()) - at;
}

/// May a text have a number beyond a double: a long one, or one with a long exponent.
bool may_have_huge_number(std::string_view json) {
  constexpr std::size_t long_number = 300;
  constexpr std::size_t long_exponent = 3;
  for (std::size_t at = 0; at < json.size();) {
    std::size_t const digits = digits_at(json, at);
    if (digits >= long_number) return true;
    at += std::max<std::size_t>(digits, 1);
    if (digits == 0 || at == json.size() || (json[at] != 'e' && json[at] != 'E')) continue;
    bool const is_signed = at + 1 < json.size() && (json[at + 1] == '+' || json[at + 1] == '-');
    at += is_signed ? 2 : 1;
    if (digits_at(json, at) >= long_exponent) return true;
  }
  return false;
}

/// JSON that our reader refuses and GitHub may take: numbers beyond a double, halves of surrogate
/// pairs, deep nesting.
bool is_refused_by_us_alone(std::string_view json) {
  constexpr std::ptrdiff_t deepest = 200;
  auto const opens =
      std::count_if(json.begin(), json.end(), [](char c) { return c == '[' || c == '{'; });
  return opens > deepest || json.find("\\u") != std::string_view::npos ||
         may_have_huge_number(json);
}

Called from_json(Value const& argument, EvaluationBudget& budget) {
  std::optional<std::string> const text = coerced_text(argument);
  if (!text || !budget.take(text->size())) return {};
  if (trim_blanks(*text).empty()) return failed("fromJSON expects JSON, found an empty text");
  // A byte order mark, which our reader skips, is no JSON for GitHub.
  if (text->starts_with("\ufeff")) return failed("fromJSON expects JSON, found a byte order mark");
  Result<Json> const json = Json::parse(*text);
  if (json) return {.value = value_of(*json, JsonOwner::expression)};
  if (is_refused_by_us_alone(*text)) return {};
  return failed("fromJSON expects JSON: " + json.error().text);
}

Value to_json(Value const& value, EvaluationBudget& budget) {
  std::optional<std::string> text = json_text(value, budget.bytes_left);
  // No value becomes the empty text.
  return text ? made_text(std::move(*text), budget) : Value::unknown(true);
}

/// The values that a case() may yield: unknown together, but true or false if all are.
class Candidates {
 public:
  void add(Value const& value) {
    std::optional<bool> const is_true = truth(value);
    truth_ = any_ && truth_ != is_true ? std::nullopt : is_true;
    any_ = true;
  }
  bool any() const { return any_; }
  Value together() const { return Value::unknown(truth_); }

 private:
  bool any_ = false;
  std::optional<bool> truth_;
};

/// case(predicate, value, ..., otherwise). A predicate that is not known leaves all values from
/// there on open.
Called case_of(Arguments arguments) {
  Candidates open;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    Value const& predicate = arguments[i];
    bool const known = predicate.kind == Kind::boolean;
    if (!known && predicate.kind != Kind::unknown) {
      if (open.any()) return {};
      return failed("case expects a boolean before each value");
    }
    if (known && !predicate.flag) continue;
    if (known && !open.any()) return {.value = std::move(arguments[i + 1])};
    open.add(arguments[i + 1]);
    if (known) return {.value = open.together()};
  }
  if (!open.any()) return {.value = std::move(arguments.back())};
  open.add(arguments.back());
  return {.value = open.together()};
}

Value status(std::string_view name, Arguments jobs, Names& names) {
  return jobs.empty() ? names.status(name) : names.status_of(name, jobs);
}

}  // namespace

std::expected<std::vector<FormatPiece>, std::string> format_pieces(std::string_view form,
                                                                   std::size_t arguments) {
  std::vector<FormatPiece> pieces;
  std::size_t at = 0;
  while (at < form.size()) {
    std::size_t const brace = std::min(form.find_first_of("{}", at), form.size());
    if (brace == form.size()) {
      pieces.push_back({.text = form.substr(at)});
      break;
    }
    // A brace that stands twice is one of the text.
    if (form.substr(brace + 1).starts_with(form[brace])) {
      pieces.push_back({.text = form.substr(at, brace + 1 - at)});
      at = brace + 2;
      continue;
    }
    std::size_t const close = form.find('}', brace);
    std::size_t end = brace + 1;
    std::size_t index = 0;
    constexpr std::size_t many = 100'000;
    for (; end < form.size() && form[end] >= '0' && form[end] <= '9'; ++end)
      index = std::min(index * 10 + static_cast<std::size_t>(form[end] - '0'), many);
    if (form[brace] == '}' || close == std::string_view::npos || end == brace + 1)
      return std::unexpected(
          fmt::format("format expects a number in braces, or braces doubled, found '{}'",
                      printable(form.substr(brace, std::min(close, brace + 9) - brace + 1))));
    if (index >= arguments)
      return std::unexpected(
          fmt::format("format names argument {{{}}}, and has {} after its text",
                      form.substr(brace + 1, std::min<std::size_t>(end - brace - 1, 9)),
                      counted(static_cast<std::int64_t>(arguments), "argument", "arguments")));
    if (brace > at) pieces.push_back({.text = form.substr(at, brace - at)});
    pieces.push_back({.argument = index, .is_argument = true});
    // Whatever stands between the number and the brace, GitHub skips.
    at = close + 1;
  }
  return pieces;
}

Called call_function(ExpressionFunction function, Arguments arguments, Names& names,
                     EvaluationBudget& budget) {
  std::size_t const count = arguments.size();
  switch (function) {
    case ExpressionFunction::always:
      return {.value = status("always", arguments, names)};
    case ExpressionFunction::cancelled:
      return {.value = status("cancelled", arguments, names)};
    case ExpressionFunction::failure:
      return {.value = status("failure", arguments, names)};
    case ExpressionFunction::success:
      return {.value = status("success", arguments, names)};
    case ExpressionFunction::contains:
      if (count == 2) return {.value = contains(arguments[0], arguments[1], names)};
      break;
    case ExpressionFunction::starts_with:
      if (count == 2) return {.value = starts_with(arguments[0], arguments[1], names)};
      break;
    case ExpressionFunction::ends_with:
      if (count == 2) return {.value = ends_with(arguments[0], arguments[1])};
      break;
    case ExpressionFunction::format:
      if (count >= 1) return format_text(arguments, budget);
      break;
    case ExpressionFunction::join:
      if (count == 1 || count == 2) return {.value = join_list(arguments, budget)};
      break;
    case ExpressionFunction::from_json:
      if (count == 1) return from_json(arguments[0], budget);
      break;
    case ExpressionFunction::to_json:
      if (count == 1) return {.value = to_json(arguments[0], budget)};
      break;
    case ExpressionFunction::case_of:
      if (count >= 3 && count % 2 == 1) return case_of(arguments);
      break;
    case ExpressionFunction::hash_files:
    case ExpressionFunction::other:
      break;
  }
  return {};
}

}  // namespace landfall
