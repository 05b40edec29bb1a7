// What stands between a job and its environment.
#pragma once

#include <optional>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// closed: the branch policy says no, at once and for good.
enum class Gate { open, waits, closed };

/// Looks at a job's environment, which is made if it is not there, and makes its deployment.
Gate pass_gate(State& state, Repository& repository, Run& run, RunJob& job, Instant now);
/// When a job that waits goes on without anybody's doing; if somebody must approve it, when it
/// fails for want of that.
std::optional<Instant> gate_opens(State const& state, Repository const& repository,
                                  RunJob const& job);
/// Nobody approved it for 30 days.
bool is_expired(RunJob const& job, Instant now);

}  // namespace landfall::sandbox
