// What GitHub's own reader says of a workflow file, as findings.
#pragma once

#include <string_view>

#include "audit/rule.h"

namespace landfall {

/// A finding for each problem of a kind. A file that could deploy is worse than another: it is
/// believed to.
void add_problems(AuditedFile const& file, SchemaProblem::Kind kind, std::string_view rule,
                  Findings& findings);

}  // namespace landfall
