// Bare repositories on disk, for real git to serve from.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "world/world.h"

namespace landfall::sandbox {

/// The path from the root, for programs that run in folders of their own.
std::string whole_path(World const& world, std::string path);

struct BareRepository {
  std::string folder;
  std::string head = "main";  ///< the branch that HEAD names
  std::string config;         ///< lines of git's configuration besides what all have
  std::vector<std::string> hooks;
};
/// Makes the repository if it is missing, and its configuration and hooks as they are to be now.
Result<> make_bare(World const& world, BareRepository const& repository);
Result<> set_head(Files& files, std::string const& folder, std::string const& branch);

/// Removes what a killed git leaves behind: locks, which would refuse every later push, and objects
/// that were never accepted. Only while no git writes to the repository.
Result<> remove_leftovers(Files& files, std::string const& folder);

/// Whether git takes the text as the full name of a reference, below "refs/".
/// https://git-scm.com/docs/git-check-ref-format
bool is_ref_name(std::string_view name);

/// The environment of git's programs: nobody's configuration but the repository's.
std::vector<std::pair<std::string, std::string>> git_environment(World const& world);

/// What git may use and write: its repository alone.
Confinement git_confinement(std::string const& folder);
/// `git ARGUMENTS` with limits on the size of files and on the time of its work, so that a hostile
/// pack ends itself and nothing else.
std::vector<std::string> limited_git(std::vector<std::string> arguments);
/// A pipeline of git commands under the same limits.
std::vector<std::string> limited_shell(std::string const& script);

/// What a child printed on stdout. ErrorKind::data with the end of its stderr if it failed, or
/// printed more than `bytes_max`.
struct GitRun {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment{};  ///< besides git_environment
  std::string input{};
  std::size_t bytes_max = 64 << 20;
};
void run_git(World const& world, std::string const& folder, GitRun run,
             std::move_only_function<void(Result<std::string>)> done);

}  // namespace landfall::sandbox
