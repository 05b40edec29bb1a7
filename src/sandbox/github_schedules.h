// Cron lines of workflow files, by the sandbox's clock.
#pragma once

#include <optional>

#include "sandbox/github_workflow_file.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

/// Takes over the lines of a file that is now on the default branch; one that stays keeps its time.
void reread_schedules(Workflow& workflow, WorkflowFile const& file, Instant now);

struct Due {
  Instant at{};
  std::int64_t repository = 0;
  std::int64_t workflow = 0;
  std::size_t line = 0;
};
/// The first line that comes; none: there is none.
std::optional<Due> first_due(State const& state);
/// Starts its run, and looks for the next time.
void start_due(State& state, Due const& due, Instant now);

}  // namespace landfall::sandbox
