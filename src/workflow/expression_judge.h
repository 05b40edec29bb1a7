// Judges expressions for the place where they stand: what GitHub's grammar lets them name there.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "workflow/expression_tree.h"

namespace landfall {

/// What a place lets expressions name, as GitHub's published grammar lists it: contexts ("github")
/// and functions with the number of their arguments ("hashFiles(1,255)", "success(0,MAX)"). The
/// functions that are known everywhere (contains, format...) are not listed.
using ExpressionContext = std::span<std::string_view const>;

/// What is wrong with an expression without its braces, in order; empty if nothing is. Offsets
/// count from the begin of the text. What cannot be read has one error.
std::vector<ExpressionError> judge_expression(std::string_view text, ExpressionContext context);

/// The same of an expression that was read.
std::vector<ExpressionError> judge_expression(Expression const& expression,
                                              ExpressionContext context);

/// The same of all `${{ }}` in a text; offsets count from the begin of the text. At most 32 errors.
std::vector<ExpressionError> judge_template(std::string_view text, ExpressionContext context);

/// The same of an `if:`, with or without braces. One without a status function is judged as what
/// GitHub makes of it: `success() && (...)`.
std::vector<ExpressionError> judge_condition(std::string_view if_text, ExpressionContext context);

}  // namespace landfall
