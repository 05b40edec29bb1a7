// The checks over facts that speak of deploy paths and their gates, joined to an audit.
#pragma once

#include "cli/audit_run.h"
#include "cli/context.h"

namespace landfall {

/// Adds settings and history: asked of GitHub with --online, else the recorded ones, where there
/// are any. Recorded facts that cannot be read are a remark.
Result<> join_facts(Context& context, AuditRun& run);

/// Adds what the checks find in the facts that are recorded beside the checkout's landfall.yaml.
/// Does nothing where there are none.
Result<> join_recorded_facts(Context& context, AuditRun& run);

/// Asks GitHub about the checkout's repository and adds what the checks find in the answers, which
/// are not kept. Needs GITHUB_TOKEN and a remote at GitHub.
Result<> join_asked_facts(Context& context, AuditRun& run);

}  // namespace landfall
