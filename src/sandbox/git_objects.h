// Git's names for content, and the questions about history that GitHub answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/state.h"

namespace landfall::sandbox {

std::string blob_sha(std::string_view content);
std::string tree_sha(Tree const& tree);

/// The commit that a branch, tag, "HEAD", full reference or sha (7 digits at least) names; nullptr
/// if none.
Commit const* resolve(Repository const& repository, std::string_view ref);

/// A commit and all that it descends from, newest first.
std::vector<Commit const*> history(Repository const& repository, Commit const& from);

/// Makes a commit on a branch, named as git would name it, and registers workflow files when the
/// branch is the default one.
Commit const& commit_tree(State& state, Repository& repository, std::string const& branch,
                          Commit commit, Tree tree);

/// Registers new workflow files of the default branch's head and marks vanished ones as deleted.
void sync_workflows(State& state, Repository& repository, Instant now);

/// The runs that a push of the commit starts: of workflows whose file is in its tree.
void start_push_runs(State& state, Repository& repository, std::string const& branch,
                     Commit const& commit);

}  // namespace landfall::sandbox
