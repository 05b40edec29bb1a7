// How runs get on: a function of the time, the gates of environments, and groups of concurrency.
// Nothing happens between two calls of advance_runs that it would not do itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// Follows all runs up to now, each step at its own time.
void advance_runs(State& state, Instant now);
/// When the next thing happens in any run by itself; none: nothing is under way.
std::optional<Instant> next_step(State const& state);

Run* run_of(Repository& repository, std::int64_t id);

/// Takes a run that was just made to its group's place, or to work.
void begin_run(State& state, Repository& repository, std::int64_t id, Instant now);
/// Ends all that is under way.
void cancel_run(State& state, Repository& repository, Run& run, Instant now);
/// A new attempt, as at the start; with `failed_only` what succeeded stays as it was.
void rerun(State& state, Repository& repository, Run& run, bool failed_only,
           std::string const& actor, Instant now);

struct Review {
  std::vector<std::string> environments;  ///< names
  bool approves = true;
  std::string user;
  std::string comment;
};
/// Lets jobs on, or fails them; the deployments that it was about.
std::vector<Deployment> review_run(State& state, Repository& repository, Run& run,
                                   Review const& review, Instant now);

/// Do reviewers and wait timers of this repository count? Not on private ones below Enterprise.
/// https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
bool has_full_gates(State const& state, Repository const& repository);
/// Who may approve: reviewers by name and members of teams.
bool is_reviewer(State const& state, Repository const& repository,
                 GateEnvironment const& environment, std::string_view login);
/// What the ref of a run has to do with an environment's branch policy.
bool admits_ref(Repository const& repository, GateEnvironment const& environment,
                std::string_view ref);

/// The environment of this name, which is made without any rule if it is not there.
GateEnvironment& used_environment(State& state, Repository& repository, std::string const& name,
                                  Instant now);
void add_deployment_status(State& state, Repository& repository, std::int64_t deployment,
                           DeploymentStatus status, Instant now);

}  // namespace landfall::sandbox
