#include "sandbox/github_push.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_json.h"
#include "sandbox/github_schedules.h"
#include "sandbox/github_workflow_file.h"

namespace landfall::sandbox {
namespace {

std::string_view const heads = "refs/heads/";
std::string_view const tags = "refs/tags/";
std::string const no_sha(40, '0');
std::size_t const commits_max = 20;  ///< that a push's webhook names
std::size_t const files_max = 300;   ///< that path filters look at

Names& names_of(Repository& repository, std::string_view& ref) {
  for (auto const& [prefix, names] :
       {std::pair{heads, &repository.branches}, {tags, &repository.tags}}) {
    if (!ref.starts_with(prefix)) continue;
    ref.remove_prefix(prefix.size());
    return *names;
  }
  return repository.other_refs;
}

std::string short_name(std::string_view ref) {
  std::size_t const prefix = ref.starts_with(heads)  ? heads.size()
                             : ref.starts_with(tags) ? tags.size()
                                                     : 0;
  return std::string(ref.substr(prefix));
}

/// Those that the branch did not have, oldest first.
std::vector<Commit const*> new_commits(Repository const& repository, RefUpdate const& update) {
  Commit const* const after = resolve(repository, update.after);
  if (after == nullptr || !update.ref.starts_with(heads)) return {};
  std::set<std::string_view> known;
  auto const before = repository.commits.find(update.before);
  if (before == repository.commits.end()) return {after};
  for (Commit const* commit : history(repository, before->second)) known.insert(commit->sha);
  std::vector<Commit const*> added;
  for (Commit const* commit : history(repository, *after))
    if (!known.contains(commit->sha)) added.push_back(commit);
  std::reverse(added.begin(), added.end());
  return added;
}

/// Paths between both ends, as path filters look at them; none: not known, or too many.
std::optional<std::vector<std::string>> pushed_files(Repository const& repository,
                                                     RefUpdate const& update,
                                                     std::vector<Commit const*> const& added) {
  Commit const* const after = resolve(repository, update.after);
  if (after == nullptr) return std::nullopt;
  auto const before = repository.commits.find(update.before);
  std::vector<std::string> files;
  bool const trees =
      before != repository.commits.end() && !before->second.tree.empty() && !after->tree.empty();
  if (trees) {
    for (FileChange const& change : changes_between(repository, before->second.tree, after->tree))
      files.push_back(change.path);
  } else {
    for (Commit const* commit : added) {
      auto const changed = changed_files(repository, *commit);
      if (!changed) return std::nullopt;
      files.insert(files.end(), changed->begin(), changed->end());
    }
  }
  if (files.size() > files_max) files.resize(files_max);
  return files;
}

Json pushed_commit_json(State const& state, Repository const& repository, Commit const& commit) {
  Json json = head_commit_json(state, commit);
  Json added = Json::array();
  Json removed = Json::array();
  Json modified = Json::array();
  auto const parent = commit.parents.empty() ? repository.commits.end()
                                             : repository.commits.find(commit.parents.front());
  std::string const before = parent == repository.commits.end() ? "" : parent->second.tree;
  if (!commit.tree.empty())
    for (FileChange const& change : changes_between(repository, before, commit.tree))
      (change.before.empty() ? added : change.after.empty() ? removed : modified).push(change.path);
  json.set("distinct", true);
  json.set("url", github_page(repository, "/commit/" + commit.sha));
  json.set("added", std::move(added));
  json.set("removed", std::move(removed));
  json.set("modified", std::move(modified));
  return json;
}

Json push_payload(State const& state, Repository const& repository, RefUpdate const& update,
                  std::vector<Commit const*> const& added, Pusher const& pusher) {
  std::string const before = update.before.empty() ? no_sha : update.before;
  std::string const after = update.after.empty() ? no_sha : update.after;
  Json commits = Json::array();
  std::size_t const skipped = added.size() > commits_max ? added.size() - commits_max : 0;
  for (std::size_t i = skipped; i < added.size(); ++i)
    commits.push(pushed_commit_json(state, repository, *added[i]));
  Commit const* const head = resolve(repository, update.after);
  User const* const user = state.user(pusher.login);
  return Json::object(
      {{"ref", update.ref},
       {"before", before},
       {"after", after},
       {"created", update.before.empty()},
       {"deleted", update.after.empty()},
       {"forced", is_forced(repository, update)},
       {"base_ref", nullptr},
       {"compare", github_page(repository, fmt::format("/compare/{}...{}", before.substr(0, 12),
                                                       after.substr(0, 12)))},
       {"commits", std::move(commits)},
       {"head_commit", head == nullptr ? Json() : pushed_commit_json(state, repository, *head)},
       {"pusher", Json::object({{"name", pusher.login},
                                {"email", user == nullptr ? Json() : Json(user->email)}})}});
}

void tell_push(State& state, Repository& repository, RefUpdate const& update, Pusher const& pusher,
               Instant now) {
  auto const added = new_commits(repository, update);
  Happening happening{.event = "push", .actor = pusher.login, .by_actions = pusher.by_actions};
  happening.payload = push_payload(state, repository, update, added, pusher);
  happening.ref = update.ref;
  happening.sha = update.after;
  if (!update.before.empty() || !update.ref.starts_with(heads))
    happening.files = pushed_files(repository, update, added);
  Commit const* const head = resolve(repository, update.after);
  if (head != nullptr) happening.title = head->title();
  // A reference that is gone starts nothing on push.
  if (update.after.empty()) happening.by_actions = true;
  happened(state, repository, std::move(happening), now);
}

void tell_create_or_delete(State& state, Repository& repository, RefUpdate const& update,
                           Pusher const& pusher, Instant now) {
  bool const created = update.before.empty();
  if (!created && !update.after.empty()) return;
  bool const is_tag = update.ref.starts_with(tags);
  Happening happening{.event = created ? "create" : "delete", .actor = pusher.login};
  happening.by_actions = pusher.by_actions;
  happening.payload = Json::object({{"ref", short_name(update.ref)},
                                    {"ref_type", is_tag ? "tag" : "branch"},
                                    {"pusher_type", "user"}});
  if (created) happening.payload.set("master_branch", repository.default_branch);
  if (created) happening.payload.set("description", shown_text(repository.description));
  if (created) happening.ref = update.ref;
  happened(state, repository, std::move(happening), now);
}

/// Open pull requests from the branch follow it.
void follow_pulls(State& state, Repository& repository, RefUpdate const& update,
                  Pusher const& pusher, Instant now) {
  std::string const branch = short_name(update.ref);
  if (!update.ref.starts_with(heads) || update.after.empty()) return;
  for (std::size_t i = 0; i < repository.pulls.size(); ++i) {
    Pull& pull = repository.pulls[i];
    auto const issue = std::find_if(repository.issues.begin(), repository.issues.end(),
                                    [&](Issue const& one) { return one.number == pull.number; });
    bool const open = issue != repository.issues.end() && issue->state == "open";
    if (!open || pull.head != branch || update.before.empty()) continue;
    pull.head_sha = update.after;
    issue->updated_at = now;
    Happening happening{.event = "pull_request", .action = "synchronize", .actor = pusher.login};
    happening.by_actions = pusher.by_actions;
    happening.payload = Json::object({{"number", pull.number},
                                      {"before", update.before},
                                      {"after", update.after},
                                      {"pull_request", full_pull_json(state, repository, pull)}});
    happening.ref = fmt::format("refs/pull/{}/merge", pull.number);
    happening.sha = pull.head_sha;
    happening.branch = pull.base;
    happening.head_branch = pull.head;
    happening.title = issue->title;
    happening.pulls = {pull.number};
    happened(state, repository, std::move(happening), now);
  }
}

std::string shown_name(WorkflowFile const& file, std::string const& path) {
  return file.workflow.name.empty() ? path : std::string(file.workflow.name);
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

bool is_forced(Repository const& repository, RefUpdate const& update) {
  if (update.before.empty() || update.after.empty() || !update.ref.starts_with(heads)) return false;
  return !descends(repository, update.after, update.before);
}

std::string refusal_of(Repository const& repository, RefUpdate const& update, Pusher const& pusher,
                       Role role) {
  if (repository.archived) return "Repository was archived so is read-only.";
  if (role == Role::read)
    return fmt::format("Permission to {} denied to {}.", repository.full_name() + ".git",
                       pusher.login);
  if (!update.ref.starts_with(heads)) return "";
  std::string const branch = short_name(update.ref);
  if (update.after.empty() && branch == repository.default_branch)
    return "refusing to delete the current branch: " + update.ref;
  auto const found = repository.protections.find(branch);
  if (found == repository.protections.end()) return "";
  BranchProtection const& rules = found->second;
  bool const exempt = role == Role::admin && !rules.enforce_admins;
  if (update.after.empty()) return rules.deletions ? "" : "Cannot delete this protected branch";
  if (is_forced(repository, update) && !rules.force_pushes)
    return "Cannot force-push to this protected branch";
  if (exempt || update.before.empty()) return "";
  if (rules.lock_branch) return "Cannot change this locked branch";
  if (rules.push_users) {
    auto const& users = *rules.push_users;
    if (std::find(users.begin(), users.end(), pusher.login) == users.end())
      return "You're not authorized to push to this branch.";
  }
  if (rules.reviews) return "Changes must be made through a pull request.";
  for (std::string const& context : rules.checks.value_or(std::vector<std::string>{})) {
    bool const good = std::any_of(repository.statuses.begin(), repository.statuses.end(),
                                  [&](CommitStatus const& status) {
                                    return status.sha == update.after &&
                                           status.context == context && status.state == "success";
                                  });
    if (!good) return fmt::format("Required status check \"{}\" is expected.", context);
  }
  return "";
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
  bool const is_branch = update.ref.starts_with(heads);
  if (is_branch && name == repository.default_branch && !update.after.empty())
    sync_workflows(state, repository, now);
  tell_create_or_delete(state, repository, update, pusher, now);
  tell_push(state, repository, update, pusher, now);
  follow_pulls(state, repository, update, pusher, now);
}

Commit const& commit_files(State& state, Repository& repository, std::string const& branch,
                           Commit commit, Tree const& files, Pusher const& pusher) {
  commit.tree = store_files(repository, files);
  Commit const& made = store_commit(state, repository, std::move(commit));
  std::string const ref = std::string(heads) + branch;
  move_ref(state, repository, {ref, ref_sha(repository, ref), made.sha}, pusher, made.at);
  return made;
}

void register_workflows(State& state, Repository& repository, Commit const& commit, Instant now) {
  auto const folder = entry_at(repository, commit.tree, ".github/workflows");
  auto const entries = folder ? repository.trees.find(folder->sha) : repository.trees.end();
  if (entries == repository.trees.end()) return;
  for (TreeEntry const& entry : entries->second) {
    std::string const path = ".github/workflows/" + entry.name;
    auto const blob = repository.blobs.find(entry.sha);
    if (!is_workflow_file(path) || blob == repository.blobs.end()) continue;
    bool const known = std::any_of(repository.workflows.begin(), repository.workflows.end(),
                                   [&](Workflow const& one) { return one.path == path; });
    if (known) continue;
    Workflow workflow{.id = state.next_id(), .path = path};
    workflow.name = shown_name(read_workflow_file(blob->second), path);
    workflow.created_at = now;
    workflow.updated_at = now;
    repository.workflows.push_back(std::move(workflow));
  }
}

void sync_workflows(State& state, Repository& repository, Instant now) {
  Commit const* const head = repository.head();
  if (head == nullptr || head->tree.empty()) return;
  register_workflows(state, repository, *head, now);
  for (Workflow& workflow : repository.workflows) {
    auto const entry = entry_at(repository, head->tree, workflow.path);
    bool const deleted = workflow.state == "deleted";
    auto const blob = entry ? repository.blobs.find(entry->sha) : repository.blobs.end();
    if (blob != repository.blobs.end()) {
      WorkflowFile const file = read_workflow_file(blob->second);
      workflow.name = shown_name(file, workflow.path);
      reread_schedules(workflow, file, now);
    } else {
      workflow.schedules.clear();
    }
    if (entry.has_value() != deleted) continue;
    workflow.state = entry ? "active" : "deleted";
    workflow.updated_at = now;
  }
}

}  // namespace landfall::sandbox
