// The fixes of an audit: edits of the checkout's files, shown as a diff and written when told to.
#pragma once

#include "cli/context.h"

namespace landfall {

/// `landfall fix RULE[:TARGET]`: the diff of all findings of a rule, and with --write the change.
Result<int> fix_files(Context& context, std::string const& wanted);

/// `landfall fix`: what can be fixed in the checkout.
Result<int> list_fixes(Context& context);

}  // namespace landfall
