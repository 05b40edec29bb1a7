// Looking into lists and objects: `.x`, `[x]` and `.*`. An index never fails: what is not there is
// null. https://docs.github.com/en/actions/reference/workflows-and-actions/contexts
#include <cmath>
#include <utility>

#include "workflow/expression_case.h"
#include "workflow/functions.h"

namespace landfall {
namespace {

using Kind = Value::Kind;

std::optional<std::size_t> place_of(Value const& index, std::size_t size) {
  double const number = coerced_number(index);
  bool const in_list = number >= 0 && number < static_cast<double>(size);
  return in_list ? std::optional(static_cast<std::size_t>(number)) : std::nullopt;
}

/// nullptr: there is nothing under this index.
Value* found_in(Value& container, Value const& index) {
  if (container.kind == Kind::list) {
    std::optional<std::size_t> const place = place_of(index, container.list.size());
    return place ? &container.list[*place] : nullptr;
  }
  std::optional<std::string> const name = text_of(index);
  if (container.kind != Kind::object || !name) return nullptr;
  for (std::size_t i = 0; i < container.keys.size(); ++i)
    if (same_name(container.keys[i], *name)) return &container.list[i];
  return nullptr;
}

Value empty_filter() {
  Value list{.kind = Kind::list};
  list.filtered = true;
  list.made_here = true;
  return list;
}

/// A list that `.*` makes of what is not known: whatever is in it, it is true.
Value unknown_filter() {
  Value list = Value::unknown(true);
  list.filtered = true;
  return list;
}

/// What every item of a filtered list holds; items that hold nothing there are left out.
Value indexed_items(Value& container, Value const& index) {
  Value result = empty_filter();
  for (Value& item : container.list) {
    Value inner = opened(std::move(item));
    if (inner.kind == Kind::unknown) return unknown_filter();
    if (Value* const found = found_in(inner, index)) result.list.push_back(std::move(*found));
  }
  return result;
}

}  // namespace

Value indexed(Value container, Value const& index) {
  container = opened(std::move(container));
  if (container.kind == Kind::unknown) return container.filtered ? unknown_filter() : Value{};
  if (!container.is_container()) return Value::null();
  if (!index.is_known()) {
    if (container.filtered) return unknown_filter();
    return container.list.empty() ? Value::null() : Value{};
  }
  if (container.filtered) return indexed_items(container, index);
  Value* const found = found_in(container, index);
  return found != nullptr ? std::move(*found) : Value::null();
}

Value filtered(Value container) {
  container = opened(std::move(container));
  if (container.kind == Kind::unknown) return unknown_filter();
  Value result = empty_filter();
  if (!container.filtered) {
    result.list = std::move(container.list);
    return result;
  }
  for (Value& item : container.list) {
    Value inner = opened(std::move(item));
    if (inner.kind == Kind::unknown) return unknown_filter();
    for (Value& value : inner.list) result.list.push_back(std::move(value));
  }
  return result;
}

}  // namespace landfall
