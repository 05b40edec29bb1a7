// Walks the tree of an expression and asks the names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflow/functions.h"

namespace landfall {

/// Evaluates one expression, once. The right side of `&&` and `||` is looked at unless the left one
/// is known to decide; what is not known there may still make the whole false or true.
class Evaluator {
 public:
  Evaluator(Expression const& expression, Names& names) : expression_(expression), names_(names) {}

  Evaluated run();

 private:
  using Node = ExpressionNode;

  Value value_of(Node const& node);
  Value junction(Node const& node);
  Value comparison(Node const& node);
  Value compared(Node::Operator op, Value const& left, Value const& right);
  Value call(Node const& node);
  Value path(Node const& node);
  Node const* follow(std::vector<std::string>& path, Node const* step, Value& index);
  Value lookup(std::vector<std::string>& path);
  Value step(Value container, Node const& node);

  Expression const& expression_;
  Names& names_;
  EvaluationBudget budget_;
  int uncertain_ = 0;  ///< above 0: GitHub may never come here
  std::optional<ExpressionError> failure_;
};

}  // namespace landfall
