// The comparisons of GitHub's expressions, and what can be said of a ref whose name is not known.
// https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators
#include <cmath>

#include "workflow/expression_case.h"
#include "workflow/expression_refs.h"
#include "workflow/functions.h"

namespace landfall {
namespace {

using Kind = Value::Kind;

bool is_nan(Value const& value) {
  return value.kind == Kind::number && std::isnan(value.number);
}

Value same_container(Value const& left, Value const& right) {
  bool const list = left.kind == Kind::list;
  if (list != (right.kind == Kind::list)) return Value::of(false);
  if (left.made_here || right.made_here) return Value::of(false);
  if (left.origin == nullptr || right.origin == nullptr) return {};
  return Value::of(left.origin == right.origin);
}

/// A ref is a text that is no number, unless it is a bare name.
Value ref_equals_other(Value const& ref, Value const& other) {
  if (other.is_container()) return Value::of(false);
  return ref.full_ref && other.is_primitive() ? Value::of(false) : Value{};
}

Value either_of(Value const& left, Value const& right) {
  std::optional<bool> const a = truth(left);
  std::optional<bool> const b = truth(right);
  if (a == true || b == true) return Value::of(true);
  return a && b ? Value::of(false) : Value{};
}

}  // namespace

Value equals(Value const& left, Value const& right, Names& names) {
  if (left.kind == Kind::text && right.kind == Kind::text)
    return Value::of(same_but_case(left.text, right.text));
  // Nothing equals what is no number.
  if (is_nan(left) || is_nan(right)) return Value::of(false);
  if (left.kind == Kind::unknown || right.kind == Kind::unknown) return {};
  if (left.kind == Kind::ref && right.kind == Kind::text)
    return ref_equals(left, right.text, names);
  if (right.kind == Kind::ref && left.kind == Kind::text)
    return ref_equals(right, left.text, names);
  if (left.kind == Kind::ref) return ref_equals_other(left, right);
  if (right.kind == Kind::ref) return ref_equals_other(right, left);
  if (left.is_container() && right.is_container()) return same_container(left, right);
  if (left.is_container() || right.is_container()) return Value::of(false);
  return Value::of(coerced_number(left) == coerced_number(right));
}

Value before(Value const& left, Value const& right) {
  // Lists and objects, and what is no number, have no order.
  if (left.is_container() || right.is_container()) return Value::of(false);
  if (is_nan(left) || is_nan(right)) return Value::of(false);
  if (!left.is_known() || !right.is_known()) return {};
  if (left.kind == Kind::text && right.kind == Kind::text)
    return Value::of(compare_but_case(left.text, right.text) < 0);
  return Value::of(coerced_number(left) < coerced_number(right));
}

Value not_after(Value const& left, Value const& right, Names& names) {
  if (!left.is_primitive() || !right.is_primitive())
    return either_of(equals(left, right, names), before(left, right));
  if (left.kind == Kind::text && right.kind == Kind::text)
    return Value::of(compare_but_case(left.text, right.text) <= 0);
  return Value::of(coerced_number(left) <= coerced_number(right));
}

}  // namespace landfall
