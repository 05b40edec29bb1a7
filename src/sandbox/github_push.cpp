#include "sandbox/github_push.h"

#include <algorithm>

#include "base/yaml.h"
#include "sandbox/git_objects.h"

namespace landfall::sandbox {
namespace {

std::string_view const heads = "refs/heads/";
std::string_view const tags = "refs/tags/";

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

void start_push_runs(State& state, Repository& repository, std::string const& branch,
                     Commit const& commit, Pusher const& pusher, Instant now) {
  for (Workflow const& workflow : repository.workflows) {
    if (!workflow.on_push || !entry_at(repository, commit.tree, workflow.path)) continue;
    auto const& branches = workflow.on_push->branches;
    bool const fires = workflow.state == "active" &&
                       std::find(branches.begin(), branches.end(), branch) != branches.end();
    if (!fires) continue;
    Run run{.id = state.next_id(), .workflow = workflow.id, .event = "push", .branch = branch};
    run.number = 1 + std::count_if(repository.runs.begin(), repository.runs.end(),
                                   [&](Run const& one) { return one.workflow == workflow.id; });
    run.sha = commit.sha;
    run.actor = pusher.login;
    run.title = commit.title();
    run.conclusion = workflow.on_push->conclusion;
    run.jobs = workflow.on_push->jobs;
    for (RunJob& job : run.jobs) job.id = state.next_id();
    run.created_at = now;
    run.finished_at = now + workflow.on_push->takes;
    repository.runs.push_back(std::move(run));
  }
}

Names& names_of(Repository& repository, std::string_view& ref) {
  for (auto const& [prefix, names] :
       {std::pair{heads, &repository.branches}, {tags, &repository.tags}}) {
    if (!ref.starts_with(prefix)) continue;
    ref.remove_prefix(prefix.size());
    return *names;
  }
  return repository.other_refs;
}

}  // namespace

std::string ref_sha(Repository const& repository, std::string_view ref) {
  auto const in = [&](Names const& names, std::string_view name) {
    auto const found = names.find(name);
    return found == names.end() ? std::string() : found->second;
  };
  if (ref.starts_with(heads)) return in(repository.branches, ref.substr(heads.size()));
  if (ref.starts_with(tags)) return in(repository.tags, ref.substr(tags.size()));
  return in(repository.other_refs, ref);
}

void move_ref(State& state, Repository& repository, RefUpdate const& update, Pusher const& pusher,
              Instant now) {
  std::string_view name = update.ref;
  Names& names = names_of(repository, name);
  if (update.after.empty()) {
    auto const gone = names.find(name);
    if (gone != names.end()) names.erase(gone);
  } else {
    names.insert_or_assign(std::string(name), update.after);
  }
  repository.pushed_at = now;
  repository.updated_at = now;
  if (!update.ref.starts_with(heads) || update.after.empty()) return;
  if (name == repository.default_branch) sync_workflows(state, repository, now);
  Commit const* const head = resolve(repository, update.after);
  if (head != nullptr && !pusher.by_actions)
    start_push_runs(state, repository, std::string(name), *head, pusher, now);
}

Commit const& commit_files(State& state, Repository& repository, std::string const& branch,
                           Commit commit, Tree const& files, Pusher const& pusher) {
  commit.tree = store_files(repository, files);
  Commit const& made = store_commit(state, repository, std::move(commit));
  std::string const ref = std::string(heads) + branch;
  move_ref(state, repository, {ref, ref_sha(repository, ref), made.sha}, pusher, made.at);
  return made;
}

void sync_workflows(State& state, Repository& repository, Instant now) {
  Commit const* const head = repository.head();
  auto const tree = head == nullptr ? std::nullopt : repository.files_of(*head);
  if (!tree) return;
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

}  // namespace landfall::sandbox
