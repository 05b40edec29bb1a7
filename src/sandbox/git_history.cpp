// The questions about history that GitHub answers.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/git_objects.h"

namespace landfall::sandbox {
namespace {

Commit const* find_sha(Repository const& repository, std::string_view sha) {
  if (sha.size() < 7) return nullptr;
  auto const declared = repository.declared.lower_bound(sha);
  if (declared != repository.declared.end() && declared->first.starts_with(sha))
    sha = declared->second;
  auto const found = repository.commits.lower_bound(sha);
  bool const matches = found != repository.commits.end() && found->first.starts_with(sha);
  return matches ? &found->second : nullptr;
}

/// Of a tag object the commit that it tags, however many tags stand between.
Commit const* peel(Repository const& repository, std::string_view sha) {
  for (int depth = 0; depth < 10; ++depth) {
    auto const tag = repository.tag_objects.find(sha);
    if (tag == repository.tag_objects.end()) break;
    sha = tag->second.object;
  }
  return find_sha(repository, sha);
}

Commit const* find_named(Repository const& repository, std::string_view ref) {
  for (auto const* names : {&repository.branches, &repository.tags}) {
    auto const named = names->find(ref);
    if (named != names->end()) return peel(repository, named->second);
  }
  return nullptr;
}

}  // namespace

Commit const* resolve(Repository const& repository, std::string_view ref) {
  if (ref.empty() || ref == "HEAD") return repository.head();
  auto const other = repository.other_refs.find(ref);
  if (other != repository.other_refs.end()) return peel(repository, other->second);
  auto const below = [&](std::string_view prefix, Names const& names) -> Commit const* {
    if (!ref.starts_with(prefix)) return nullptr;
    auto const named = names.find(ref.substr(prefix.size()));
    return named == names.end() ? nullptr : peel(repository, named->second);
  };
  for (std::string_view const prefix : {"refs/heads/", "heads/"})
    if (Commit const* const found = below(prefix, repository.branches)) return found;
  for (std::string_view const prefix : {"refs/tags/", "tags/"})
    if (Commit const* const found = below(prefix, repository.tags)) return found;
  Commit const* const named = find_named(repository, ref);
  return named != nullptr ? named : peel(repository, ref);
}

std::vector<Commit const*> history(Repository const& repository, Commit const& from) {
  std::set<std::string_view> seen{from.sha};
  std::vector<Commit const*> commits{&from};
  for (std::size_t i = 0; i < commits.size(); ++i) {
    for (std::string const& parent : commits[i]->parents) {
      auto const found = repository.commits.find(parent);
      if (found == repository.commits.end() || !seen.insert(found->first).second) continue;
      commits.push_back(&found->second);
    }
  }
  std::stable_sort(commits.begin(), commits.end(),
                   [](Commit const* a, Commit const* b) { return a->at > b->at; });
  return commits;
}

bool descends(Repository const& repository, std::string_view commit, std::string_view ancestor) {
  auto const from = repository.commits.find(commit);
  if (from == repository.commits.end()) return false;
  auto const all = history(repository, from->second);
  return std::any_of(all.begin(), all.end(),
                     [&](Commit const* one) { return one->sha == ancestor; });
}

Commit const* merge_base(Repository const& repository, Commit const& a, Commit const& b) {
  std::set<std::string_view> of_a;
  for (Commit const* commit : history(repository, a)) of_a.insert(commit->sha);
  for (Commit const* commit : history(repository, b))
    if (of_a.contains(commit->sha)) return commit;
  return nullptr;
}

std::optional<std::vector<std::string>> changed_files(Repository const& repository,
                                                      Commit const& commit) {
  if (commit.files) return commit.files;
  if (commit.tree.empty()) return std::nullopt;
  std::string before;
  if (!commit.parents.empty()) {
    auto const parent = repository.commits.find(commit.parents.front());
    if (parent == repository.commits.end() || parent->second.tree.empty()) return std::nullopt;
    before = parent->second.tree;
  }
  std::vector<std::string> paths;
  for (FileChange const& change : changes_between(repository, before, commit.tree))
    paths.push_back(change.path);
  return paths;
}

}  // namespace landfall::sandbox
