// What a change of a branch or tag brings about: workflows are registered, runs start, hooks are
// told. Whoever receives commits, by the API or by git, ends here.
#pragma once

#include <string>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// A change of one reference. An empty sha: the reference was, or is to be, not there.
struct RefUpdate {
  std::string ref;  ///< in full: "refs/heads/main"
  std::string before;
  std::string after;
};

/// Whose doing it is.
struct Pusher {
  std::string login;
  bool by_actions = false;  ///< with a run's GITHUB_TOKEN: starts nothing
};

/// The sha that a reference names; empty: it is not there.
std::string ref_sha(Repository const& repository, std::string_view ref);

/// Why GitHub would not let the pusher move the reference so: the branch's protection, or the
/// repository is archived. Empty: it would.
std::string refusal_of(Repository const& repository, RefUpdate const& update, Pusher const& pusher,
                       Role role);
/// Whether a branch would be left without commits that it has: not a fast-forward.
bool is_forced(Repository const& repository, RefUpdate const& update);

/// Moves the reference, whose new commit or tag is stored already, and does all that follows.
void move_ref(State& state, Repository& repository, RefUpdate const& update, Pusher const& pusher,
              Instant now);

/// Makes a commit with these files on a branch: on top of its head, if it has one.
Commit const& commit_files(State& state, Repository& repository, std::string const& branch,
                           Commit commit, Tree const& files, Pusher const& pusher);

/// Registers new workflow files of the default branch's head and marks vanished ones as deleted.
void sync_workflows(State& state, Repository& repository, Instant now);
/// Registers those of any commit: their runs need an id before the default branch has the file.
void register_workflows(State& state, Repository& repository, Commit const& commit, Instant now);

}  // namespace landfall::sandbox
