#include "sandbox/github_state.h"

#include "base/text.h"
#include "sandbox/git_objects.h"

namespace landfall::sandbox {

std::optional<Tree> Repository::files_of(Commit const& commit) const {
  if (commit.tree.empty()) return std::nullopt;
  return files_below(*this, commit.tree);
}

Commit const* Repository::head() const {
  auto const branch = branches.find(default_branch);
  if (branch == branches.end()) return nullptr;
  auto const commit = commits.find(branch->second);
  return commit == commits.end() ? nullptr : &commit->second;
}

Repository* GitHub::find(std::string_view owner, std::string_view name) {
  for (Repository& repository : repositories)
    if (lower(repository.owner) == lower(owner) && lower(repository.name) == lower(name))
      return &repository;
  return nullptr;
}

Repository* GitHub::find(std::int64_t id) {
  for (Repository& repository : repositories)
    if (repository.id == id) return &repository;
  return nullptr;
}

}  // namespace landfall::sandbox
