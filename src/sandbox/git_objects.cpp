#include "sandbox/git_objects.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/yaml.h"

namespace landfall::sandbox {
namespace {

std::string object_sha(std::string_view kind, std::string_view content) {
  std::string object = fmt::format("{} {}", kind, content.size());
  object.push_back('\0');
  return sha1(object.append(content));
}

std::string raw(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    auto const digit = [&](std::size_t at) {
      return hex[at] <= '9' ? hex[at] - '0' : hex[at] - 'a' + 10;
    };
    bytes.push_back(static_cast<char>(digit(i) * 16 + digit(i + 1)));
  }
  return bytes;
}

/// One folder of a tree: what stands at `begin` and after with the prefix.
std::string folder_sha(Tree const& tree, std::string const& prefix) {
  // Git sorts folders as if their names ended with a slash, as the paths below them do.
  std::map<std::string, std::string> entries;
  for (auto at = tree.lower_bound(prefix); at != tree.end() && at->first.starts_with(prefix);) {
    std::string const rest = at->first.substr(prefix.size());
    std::size_t const slash = rest.find('/');
    if (slash == std::string::npos) {
      std::string const mode = (at->second.mode & 0111U) != 0 ? "100755" : "100644";
      entries[rest] = mode + " " + rest + '\0' + raw(blob_sha(at->second.content));
      ++at;
      continue;
    }
    std::string const name = rest.substr(0, slash);
    std::string const below = prefix + name + "/";
    entries[name + "/"] = "40000 " + name + '\0' + raw(folder_sha(tree, below));
    at = std::find_if(at, tree.end(),
                      [&](auto const& entry) { return !entry.first.starts_with(below); });
  }
  std::string content;
  for (auto const& [name, entry] : entries) content += entry;
  return object_sha("tree", content);
}

bool is_workflow_file(std::string_view path) {
  std::string_view const folder = ".github/workflows/";
  bool const yaml = path.ends_with(".yml") || path.ends_with(".yaml");
  return yaml && path.starts_with(folder) &&
         path.find('/', folder.size()) == std::string_view::npos;
}

std::string name_of_workflow(std::string const& path, std::string_view text) {
  auto const document = yaml::parse(text, path);
  yaml::Node const* const name = document ? document->root().find("name") : nullptr;
  return name != nullptr && name->is_scalar() && !name->text.empty() ? std::string(name->text)
                                                                     : path;
}

Commit const* find_sha(Repository const& repository, std::string_view sha) {
  if (sha.size() < 7) return nullptr;
  auto const found = repository.commits.lower_bound(sha);
  bool const matches = found != repository.commits.end() && found->first.starts_with(sha);
  return matches ? &found->second : nullptr;
}

Commit const* find_named(Repository const& repository, std::string_view ref) {
  for (auto const* names : {&repository.branches, &repository.tags}) {
    auto const named = names->find(ref);
    if (named != names->end()) return find_sha(repository, named->second);
  }
  return nullptr;
}

}  // namespace

std::string blob_sha(std::string_view content) {
  return object_sha("blob", content);
}

std::string tree_sha(Tree const& tree) {
  return folder_sha(tree, "");
}

Commit const* resolve(Repository const& repository, std::string_view ref) {
  if (ref.empty() || ref == "HEAD") return repository.head();
  for (std::string_view const prefix : {"refs/heads/", "refs/tags/", "heads/", "tags/"}) {
    if (ref.starts_with(prefix)) return find_named(repository, ref.substr(prefix.size()));
  }
  Commit const* const named = find_named(repository, ref);
  return named != nullptr ? named : find_sha(repository, ref);
}

std::vector<Commit const*> history(Repository const& repository, Commit const& from) {
  std::set<std::string> seen{from.sha};
  std::vector<Commit const*> commits{&from};
  for (std::size_t i = 0; i < commits.size(); ++i) {
    for (std::string const& parent : commits[i]->parents) {
      auto const found = repository.commits.find(parent);
      if (found == repository.commits.end() || !seen.insert(parent).second) continue;
      commits.push_back(&found->second);
    }
  }
  std::stable_sort(commits.begin(), commits.end(),
                   [](Commit const* a, Commit const* b) { return a->at > b->at; });
  return commits;
}

Commit const& commit_tree(State& state, Repository& repository, std::string const& branch,
                          Commit commit, Tree tree) {
  User const* const author = state.user(commit.author);
  std::string const signature =
      fmt::format("{} <{}> {} +0000", author == nullptr ? commit.author : author->name,
                  author == nullptr ? "" : author->email, epoch_seconds(commit.at));
  std::string content = fmt::format("tree {}\n", tree_sha(tree));
  for (std::string const& parent : commit.parents) content += fmt::format("parent {}\n", parent);
  content += fmt::format("author {}\ncommitter {}\n\n{}", signature, signature, commit.message);
  commit.sha = object_sha("commit", content);
  commit.tree = repository.trees.size();
  repository.trees.push_back(std::move(tree));
  Instant const now = commit.at;
  std::string const sha = commit.sha;
  repository.branches[branch] = sha;
  repository.pushed_at = now;
  repository.updated_at = now;
  Commit const& made = repository.commits.insert_or_assign(sha, std::move(commit)).first->second;
  if (branch == repository.default_branch) sync_workflows(state, repository, now);
  start_push_runs(state, repository, branch, made);
  return made;
}

void sync_workflows(State& state, Repository& repository, Instant now) {
  Commit const* const head = repository.head();
  Tree const* const tree = head == nullptr ? nullptr : repository.tree_of(*head);
  if (tree == nullptr) return;
  for (Workflow& workflow : repository.workflows) {
    bool const there = tree->contains(workflow.path);
    bool const deleted = workflow.state == "deleted";
    if (there != deleted) continue;
    workflow.state = there ? "active" : "deleted";
    workflow.updated_at = now;
  }
  for (auto const& [path, file] : *tree) {
    if (!is_workflow_file(path)) continue;
    auto const known = std::find_if(repository.workflows.begin(), repository.workflows.end(),
                                    [&](Workflow const& one) { return one.path == path; });
    std::string name = name_of_workflow(path, file.content);
    if (known != repository.workflows.end()) {
      known->name = std::move(name);
      continue;
    }
    Workflow workflow{.id = state.next_id(), .path = path, .name = std::move(name)};
    workflow.created_at = now;
    workflow.updated_at = now;
    repository.workflows.push_back(std::move(workflow));
  }
}

void start_push_runs(State& state, Repository& repository, std::string const& branch,
                     Commit const& commit) {
  Tree const* const tree = repository.tree_of(commit);
  for (Workflow const& workflow : repository.workflows) {
    if (!workflow.on_push || tree == nullptr || !tree->contains(workflow.path)) continue;
    auto const& branches = workflow.on_push->branches;
    bool const fires = workflow.state == "active" &&
                       std::find(branches.begin(), branches.end(), branch) != branches.end();
    if (!fires) continue;
    Run run{.id = state.next_id(), .workflow = workflow.id, .event = "push", .branch = branch};
    run.number = 1 + std::count_if(repository.runs.begin(), repository.runs.end(),
                                   [&](Run const& one) { return one.workflow == workflow.id; });
    run.sha = commit.sha;
    run.actor = commit.author;
    run.title = commit.title();
    run.conclusion = workflow.on_push->conclusion;
    run.jobs = workflow.on_push->jobs;
    for (RunJob& job : run.jobs) job.id = state.next_id();
    run.created_at = commit.at;
    run.finished_at = commit.at + workflow.on_push->takes;
    repository.runs.push_back(std::move(run));
  }
}

}  // namespace landfall::sandbox
