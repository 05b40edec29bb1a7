// An audit as a person reads it: the paths first, for they are the answer.
#pragma once

#include <span>
#include <string>

#include "audit/path_text.h"
#include "audit/report.h"
#include "base/terminal.h"

namespace landfall {

/// Paths as a tree under their targets, each with its state, jobs, gate, and what its state rests
/// on.
std::string paths_text(TextStyle const& style, std::span<TargetPaths const> targets);

/// Paths, findings with their source, and a summary.
std::string audit_text(TextStyle const& style, AuditReport const& report);

}  // namespace landfall
