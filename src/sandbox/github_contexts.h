// What the expressions of a run's file mean: its contexts as GitHub has them, and whether a job's
// `if` lets it run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sandbox/state.h"
#include "workflow/matrix.h"

namespace landfall::sandbox {

/// The contexts github, inputs and vars of a run, as one object.
Json contexts_of(Repository const& repository, Run const& run);

/// The text with each `${{ }}` replaced. What no run of the sandbox can know is empty.
std::string interpolated(std::string_view text, Json const& contexts);

/// The legs of a job's matrix; none: GitHub refuses it. One that is not known where it is made of
/// outputs, which the jobs of the sandbox do not have.
std::vector<Leg> legs_of(yaml::Node const* matrix, Json const& contexts);

/// Does a job run whose needs are over: GitHub's implicit success() counts where the `if` asks for
/// no status. nullopt: the `if` cannot be evaluated, and the job fails.
std::optional<bool> lets_run(Repository const& repository, Run const& run, RunJob const& job);

}  // namespace landfall::sandbox
