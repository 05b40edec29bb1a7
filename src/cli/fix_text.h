// Proposals as a person reads them, and the way to them: for `fix` and `demo`.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "fix/fix.h"

namespace landfall {

std::string fix_text(Output const& output, Fix const& fix);
Result<std::vector<Fix>> proposed_fixes(Context& context, Store& store, Intent const& intent,
                                        Platforms const& platforms, std::string const& check);
Result<std::vector<std::string>> applied_fix(Context& context, Store& store,
                                             Platforms const& platforms, Fix const& fix);

}  // namespace landfall
