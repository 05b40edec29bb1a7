// The parts of a repository in a world file, one file each.
#pragma once

#include "sandbox/world_file.h"

namespace landfall::sandbox {

/// The sha under a key, which must be a declared commit's.
Result<std::string> known_sha(Repository const& repository, Section const& section,
                              std::string_view key);

Result<> load_workflows(State& state, Repository& repository, Section const& section);
Result<> load_runs(State& state, Repository& repository, Section const& section);
Result<> check_waiting_runs(Repository const& repository, Section const& section);

Result<> load_environments(State& state, Repository& repository, Section const& section);
Result<> load_deployments(State& state, Repository& repository, Section const& section);
Result<Secrets> load_secrets(Section const& section);
Result<Variables> load_variables(Section const& section, Instant at);
Result<> load_collaborators(State& state, Repository& repository, Section const& section);
Result<> load_organizations(State& state, Section const& github);

Result<> load_labels(State& state, Repository& repository, Section const& section);
Result<> load_issues(State& state, Repository& repository, Section const& section);
Result<> load_pulls(State& state, Repository& repository, Section const& section);
Result<> load_releases(State& state, Repository& repository, Section const& section);
Result<> load_hooks(State& state, Section const& section, std::vector<Hook>& hooks, Instant at);

}  // namespace landfall::sandbox
