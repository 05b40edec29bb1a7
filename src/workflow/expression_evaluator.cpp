#include "workflow/expression_evaluator.h"

#include <utility>

#include "base/text.h"

namespace landfall {
namespace {

using Kind = ExpressionNode::Kind;
using Operator = ExpressionNode::Operator;

Value negated(Value const& value) {
  std::optional<bool> const known = truth(value);
  return known ? Value::of(!*known) : Value{};
}

/// About what a value takes of the memory and of the time to look at it.
std::size_t weight_of(Value const& value) {
  return value.text.size() + value.list.size() * sizeof(Value);
}

}  // namespace

Evaluated Evaluator::run() {
  Value value = value_of(expression_.root());
  if (failure_) return {.failure = std::move(failure_)};
  return {.value = std::move(value)};
}

Value Evaluator::value_of(Node const& node) {
  switch (node.kind) {
    case Kind::null:
      return Value::null();
    case Kind::boolean:
      return Value::of(node.flag);
    case Kind::number:
      return Value::of(node.number);
    case Kind::text:
      return Value::of(expression_.string_of(node));
    case Kind::context:
    case Kind::path:
      return path(node);
    case Kind::call:
      return call(node);
    case Kind::group:
      return value_of(*expression_.first(node));
    case Kind::negation:
      return negated(value_of(*expression_.first(node)));
    case Kind::comparison:
      return comparison(node);
    case Kind::all:
    case Kind::any:
      return junction(node);
    case Kind::name:
    case Kind::index:
    case Kind::star:
      break;
  }
  return {};
}

/// `&&` and `||` yield one of their operands; over what is not known, at best its truth is.
Value Evaluator::junction(Node const& node) {
  bool const decisive = node.kind == Kind::any;
  int const uncertain_before = uncertain_;
  Node const* operand = expression_.first(node);
  Value value = value_of(*operand);
  while ((operand = expression_.next(*operand)) != nullptr) {
    std::optional<bool> const left = truth(value);
    if (left == decisive) break;
    if (left) {
      value = value_of(*operand);
      continue;
    }
    ++uncertain_;
    bool const decides = truth(value_of(*operand)) == decisive;
    value = Value::unknown(decides ? std::optional(decisive) : std::nullopt);
  }
  uncertain_ = uncertain_before;
  return value;
}

Value Evaluator::comparison(Node const& node) {
  Node const* operand = expression_.first(node);
  Value value = value_of(*operand);
  while ((operand = expression_.next(*operand)) != nullptr)
    value = compared(operand->op, value, value_of(*operand));
  return value;
}

Value Evaluator::compared(Operator op, Value const& left, Value const& right) {
  switch (op) {
    case Operator::equal:
      return equals(left, right, names_);
    case Operator::unequal:
      return negated(equals(left, right, names_));
    case Operator::less:
      return before(left, right);
    case Operator::not_more:
      return not_after(left, right, names_);
    case Operator::more:
      return before(right, left);
    case Operator::not_less:
      return not_after(right, left, names_);
    case Operator::none:
      break;
  }
  return {};
}

Value Evaluator::call(Node const& node) {
  std::vector<Value> arguments;
  for (Node const* each = expression_.first(node); each != nullptr; each = expression_.next(*each))
    arguments.push_back(value_of(*each));
  Called called = call_function(node.function, arguments, names_, budget_);
  if (!called.failure.empty() && uncertain_ == 0 && !failure_)
    failure_ = ExpressionError{.kind = ExpressionError::Kind::evaluation,
                               .offset = node.begin,
                               .length = node.end - node.begin,
                               .text = std::move(called.failure)};
  return std::move(called.value);
}

Value Evaluator::path(Node const& node) {
  Node const& base = node.kind == Kind::path ? *expression_.first(node) : node;
  Node const* next = node.kind == Kind::path ? expression_.next(base) : nullptr;
  Value value;
  if (base.kind == Kind::context) {
    std::vector<std::string> path;
    constexpr std::size_t usual = 4;
    path.reserve(usual);
    path.push_back(lower(expression_.name(base)));
    Value index;
    bool const computed =
        (next = follow(path, next, index)) != nullptr && next->kind == Kind::index;
    value = lookup(path);
    if (computed) {
      value = indexed(std::move(value), index);
      next = expression_.next(*next);
    }
  } else {
    value = value_of(base);
  }
  for (; next != nullptr; next = expression_.next(*next)) value = step(std::move(value), *next);
  return value;
}

/// Adds to a path as far as names are known. Yields the step where that ends, nullptr if nowhere;
/// for an index that is no name, `index` is then its value.
ExpressionNode const* Evaluator::follow(std::vector<std::string>& path, Node const* step,
                                        Value& index) {
  for (; step != nullptr && step->kind != Kind::star; step = expression_.next(*step)) {
    if (step->kind == Kind::name) {
      path.emplace_back(expression_.name(*step));
      continue;
    }
    index = value_of(*expression_.first(*step));
    // A boolean is another index for a list than its text is.
    if (!index.is_primitive() || index.kind == Value::Kind::boolean) break;
    path.push_back(*text_of(index));
  }
  return step;
}

Value Evaluator::lookup(std::vector<std::string>& path) {
  Value value = names_.lookup(path);
  std::vector<std::string> rest;
  while (value.kind == Value::Kind::unknown && !value.unknown_truth && path.size() > 1) {
    rest.push_back(std::move(path.back()));
    path.pop_back();
    value = names_.lookup(path);
  }
  if (!budget_.take(weight_of(value))) return {};
  for (; !rest.empty(); rest.pop_back()) {
    if (value.kind == Value::Kind::unknown) return {};
    value = indexed(std::move(value), Value::of(std::move(rest.back())));
  }
  return value;
}

Value Evaluator::step(Value container, Node const& node) {
  if (node.kind == Kind::star) return filtered(std::move(container));
  if (node.kind == Kind::name)
    return indexed(std::move(container), Value::of(expression_.name(node)));
  return indexed(std::move(container), value_of(*expression_.first(node)));
}

}  // namespace landfall
