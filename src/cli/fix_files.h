// The fixes of an audit: edits of the checkout's files, shown as a diff and written when told to.
#pragma once

#include <string>
#include <string_view>

#include "cli/context.h"

namespace landfall {

/// What is named instead of a rule to mend the findings of all rules.
inline constexpr std::string_view all_fixes = "all";

/// `landfall fix RULE[:TARGET]` and `landfall fix all`: the diff that mends all findings of a rule,
/// or of all, and with --write the change. Fixes that touch the same lines are made one after the
/// other.
Result<int> fix_files(Context& context, std::string const& wanted);

/// `landfall fix`: what can be fixed in the checkout.
Result<int> list_fixes(Context& context);

}  // namespace landfall
