// Runs begin here: which workflows an event starts, and what their jobs will do.
#pragma once

#include "sandbox/github_happening.h"
#include "sandbox/github_workflow_file.h"

namespace landfall::sandbox {

/// Does the event of a workflow file admit what happened?
bool admits(landfall::Event const& event, Happening const& happening);

/// Starts all workflows that want it.
void start_workflows(State& state, Repository& repository, Happening const& happening, Instant now);

}  // namespace landfall::sandbox
