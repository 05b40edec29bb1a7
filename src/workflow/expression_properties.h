// Names of members that the contexts with a fixed shape do not have: `github.evnt_name` is null on
// every run. https://docs.github.com/en/actions/reference/workflows-and-actions/contexts
#pragma once

#include <vector>

#include "workflow/expression_tree.h"

namespace landfall {

/// Members of github, job, runner, strategy, needs.JOB and steps.STEP that are nearly, but not, one
/// that GitHub documents; each with what was likely meant. A name that is far from all is let pass:
/// GitHub adds members.
std::vector<ExpressionError> misspelled_members(Expression const& expression);

}  // namespace landfall
