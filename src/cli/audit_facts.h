// The checks over facts that speak of deploy paths and their gates, joined to an audit.
#pragma once

#include "cli/audit_run.h"
#include "cli/context.h"

namespace landfall {

/// Adds what the checks find in the facts that are recorded beside the checkout's landfall.yaml.
/// Does nothing where there are none.
Result<> join_recorded_facts(Context& context, AuditRun& run);

/// Asks GitHub about the checkout's repository and adds what the checks find in the answers, which
/// are not kept. Needs GITHUB_TOKEN and a remote at GitHub.
Result<> join_asked_facts(Context& context, AuditRun& run);

}  // namespace landfall
