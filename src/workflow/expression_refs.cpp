#include "workflow/expression_refs.h"

#include <string>

#include "workflow/expression_case.h"

namespace landfall {
namespace {

/// The part of a text that speaks of the name, nullopt where it speaks of no ref of this class.
std::optional<std::string_view> name_part(Value const& ref, std::string_view text,
                                          RefClass const& refs) {
  if (!ref.full_ref) return text;
  if (!begins_but_case(text, refs.space)) return std::nullopt;
  return text.substr(refs.space.size());
}

}  // namespace

Value ref_equals(Value const& ref, std::string_view text, Names& names) {
  RefClass const& refs = names.refs();
  std::optional<std::string_view> const name = name_part(ref, text, refs);
  if (!name || !begins_but_case(*name, refs.begin)) return Value::of(false);
  for (std::string const& other : refs.not_names)
    if (same_but_case(other, *name)) return Value::of(false);
  for (std::string const& other : refs.not_prefixes)
    if (begins_but_case(*name, other)) return Value::of(false);
  names.asked({.prefix = false, .text = std::string(*name)});
  return {};
}

Value ref_begins(Value const& ref, std::string_view text, Names& names) {
  RefClass const& refs = names.refs();
  if (ref.full_ref && begins_but_case(refs.space, text)) return Value::of(true);
  std::optional<std::string_view> const prefix = name_part(ref, text, refs);
  if (!prefix) return Value::of(false);
  if (begins_but_case(refs.begin, *prefix)) return Value::of(true);
  if (!begins_but_case(*prefix, refs.begin)) return Value::of(false);
  for (std::string const& other : refs.not_prefixes)
    if (begins_but_case(*prefix, other)) return Value::of(false);
  names.asked({.prefix = true, .text = std::string(*prefix)});
  return {};
}

Value ref_contains(Value const& ref, std::string_view text, Names& names) {
  std::string const begin = (ref.full_ref ? names.refs().space : "") + names.refs().begin;
  return contains_but_case(begin, text) ? Value::of(true) : Value{};
}

}  // namespace landfall
