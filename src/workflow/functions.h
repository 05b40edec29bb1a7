// The operators and functions of GitHub's expressions over values that may not be known.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/expression.h"

namespace landfall {

/// GitHub's `==`: texts without regard to case, different kinds as numbers, lists and objects by
/// identity.
Value equals(Value const& left, Value const& right, Names& names);
/// `<` and `<=`.
Value before(Value const& left, Value const& right);
Value not_after(Value const& left, Value const& right, Names& names);

/// What a value holds under an index: a member of an object, an item of a list, else null. Of a
/// list that `.*` made, what every item holds.
Value indexed(Value container, Value const& index);
/// `.*`: all values of a list or object.
Value filtered(Value container);

/// A value, or in which words GitHub stops.
struct Called {
  Value value;
  std::string failure;
};

/// What one evaluation may look up and make together, so that a short expression can fill neither
/// the memory nor the day.
struct EvaluationBudget {
  std::size_t bytes_left = 4 << 20;
  /// False, and nothing taken, if there is not as much left.
  bool take(std::size_t bytes) {
    if (bytes > bytes_left) return false;
    bytes_left -= bytes;
    return true;
  }
};

/// Calls a function with arguments whose number was not judged: unknown for what is not known here.
Called call_function(ExpressionFunction function, std::span<Value> arguments, Names& names,
                     EvaluationBudget& budget);

/// One piece of the text of a format().
struct FormatPiece {
  std::string_view text;  ///< stands as it is
  std::size_t argument = 0;
  bool is_argument = false;
};

/// The pieces of a format() text; the error says what is malformed, or that it names more than the
/// `arguments` it was given.
std::expected<std::vector<FormatPiece>, std::string> format_pieces(std::string_view form,
                                                                   std::size_t arguments);

}  // namespace landfall
