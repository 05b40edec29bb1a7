// The operators and functions of GitHub's expressions over values that may not be known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflow/expression.h"

namespace landfall {

/// GitHub's `==`: texts without regard to case, different kinds as numbers.
Value equals(Value const& left, Value const& right, Names& names);
Value before(Value const& left, Value const& right);
Value not_after(Value const& left, Value const& right);
/// A number as expressions write it (decimal, hex, octal, exponent); NaN if it is none.
double number_of(std::string_view text);
/// The function by its name in lower case; unknown for one that is not known here.
Value call_function(std::string_view name, std::vector<Value> const& arguments, Names& names);

}  // namespace landfall
