// The `github:` part of a world file.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_push.h"
#include "sandbox/world_github.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

std::vector<std::string> const repository_keys{
    "id",           "created_at",  "description", "private",       "archived",  "default_branch",
    "commits",      "branches",    "tags",        "protected",     "workflows", "runs",
    "environments", "deployments", "secrets",     "variables",     "topics",    "former_names",
    "labels",       "issues",      "pulls",       "collaborators", "releases",  "hooks"};

bool is_sha(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<> load_commit(State& state, Repository& repository, Section const& section,
                     FolderReader const& read, std::string& previous) {
  Commit commit;
  commit.at = TRY(section.instant("at"));
  commit.author = TRY(login(state, section, "by", ""));
  commit.message = TRY(section.text("title"));
  commit.files = TRY(section.texts("files"));
  bool const is_named = section.find("sha") != nullptr;
  commit.sha = TRY(
      section.text_or("sha", sha1(repository.full_name() + iso8601(commit.at) + commit.message)));
  if (!is_sha(commit.sha)) {
    return std::unexpected(section.error("sha", "expected 40 digits of 0-9 and a-f"));
  }
  std::string const parent = TRY(section.text_or("parent", previous));
  if (!parent.empty() && !repository.commits.contains(parent)) {
    return std::unexpected(section.error("parent", "no commit above has this sha"));
  }
  if (!parent.empty()) commit.parents.push_back(parent);
  if (section.find("folder") != nullptr) {
    auto tree = read(TRY(section.text("folder")));
    if (!tree) return std::unexpected(section.error("folder", tree.error().text));
    commit.tree = store_files(repository, *tree);
  }
  repository.pushed_at = std::max(repository.pushed_at, commit.at);
  // With files and no name of its own it has the one that git gives it.
  if (!commit.tree.empty() && !is_named) {
    previous = store_commit(state, repository, std::move(commit)).sha;
    return {};
  }
  if (repository.commits.contains(commit.sha))
    return std::unexpected(section.error("sha", "two commits have this sha"));
  previous = declare_commit(state, repository, std::move(commit)).sha;
  return {};
}

Result<> load_history(State& state, Repository& repository, Section const& section,
                      FolderReader const& read) {
  std::string last;
  int number = 0;
  for (yaml::Node const& node : TRY(section.items("commits"))) {
    auto const commit = TRY(Section::open(
        section.file(), node, fmt::format("commit {} of {}", ++number, section.what()),
        {"sha", "at", "by", "title", "files", "folder", "parent"}));
    TRY(load_commit(state, repository, commit, read, last));
  }
  if (!last.empty()) repository.branches[repository.default_branch] = last;
  for (auto const& [key, names] :
       {std::pair{"branches", &repository.branches}, {"tags", &repository.tags}}) {
    for (yaml::Pair const& pair : TRY(section.pairs(key))) {
      std::string const sha = TRY(scalar(section.file(), pair.value, key));
      if (!repository.commits.contains(sha)) {
        return std::unexpected(yaml::error_at(section.file(), pair.value.begin,
                                              "no commit of this repository has this sha"));
      }
      names->insert_or_assign(std::string(pair.key.text), sha);
    }
  }
  return {};
}

Result<BranchProtection> load_protection(Section const& entry) {
  BranchProtection rules;
  rules.reviews = TRY(entry.integer("reviews"));
  rules.checks = TRY(entry.texts("checks"));
  rules.push_users = TRY(entry.texts("push"));
  rules.enforce_admins = TRY(entry.boolean_or("enforce_admins", false));
  rules.force_pushes = TRY(entry.boolean_or("force_pushes", false));
  rules.deletions = TRY(entry.boolean_or("deletions", false));
  return rules;
}

/// A list of names, or names with their rules.
Result<> load_protections(Repository& repository, Section const& section) {
  yaml::Node const* const node = section.find("protected");
  if (node != nullptr && node->is_mapping()) {
    for (yaml::Pair const& pair : node->pairs) {
      std::string const name(pair.key.text);
      auto const entry = TRY(Section::open(
          section.file(), pair.value, "protection of '" + name + "'",
          {"reviews", "checks", "push", "enforce_admins", "force_pushes", "deletions"}));
      repository.protections[name] = TRY(load_protection(entry));
    }
  } else {
    for (std::string const& name : TRY(section.texts("protected")).value_or(Texts{}))
      repository.protections[name] = {};
  }
  for (auto const& [name, rules] : repository.protections)
    if (!repository.branches.contains(name))
      return std::unexpected(section.error("protected", "no branch '" + printable(name) + "'"));
  return {};
}

Result<> load_parts(State& state, Repository& repository, Section const& section) {
  TRY(load_protections(repository, section));
  TRY(load_collaborators(state, repository, section));
  TRY(load_workflows(state, repository, section));
  TRY(load_runs(state, repository, section));
  TRY(load_environments(state, repository, section));
  TRY(load_deployments(state, repository, section));
  repository.secrets = TRY(load_secrets(section));
  repository.variables = TRY(load_variables(section, repository.created_at));
  TRY(check_waiting_runs(repository, section));
  TRY(load_labels(state, repository, section));
  TRY(load_issues(state, repository, section));
  TRY(load_pulls(state, repository, section));
  TRY(load_releases(state, repository, section));
  TRY(load_hooks(state, section, repository.hooks, repository.created_at));
  repository.topics = TRY(section.texts("topics")).value_or(Texts{});
  for (std::string const& name : TRY(section.texts("former_names")).value_or(Texts{}))
    state.github.moved[lower(name)] = repository.id;
  return {};
}

Result<> load_repository(State& state, std::string_view file, yaml::Pair const& pair,
                         FolderReader const& read) {
  std::string const full_name(pair.key.text);
  auto const section =
      TRY(Section::open(file, pair.value, "repository '" + full_name + "'", repository_keys));
  std::vector<std::string> const parts = split(full_name, '/');
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return std::unexpected(yaml::error_at(file, pair.key.begin, "expected owner/name"));
  }
  Repository repository{.id = TRY(section.integer("id")).value_or(state.next_id()),
                        .owner = parts[0],
                        .name = parts[1]};
  repository.created_at = TRY(section.instant("created_at"));
  repository.pushed_at = repository.created_at;
  repository.description = TRY(section.text_or("description", ""));
  repository.is_private = TRY(section.boolean_or("private", false));
  repository.archived = TRY(section.boolean_or("archived", false));
  repository.default_branch = TRY(section.text_or("default_branch", "main"));
  TRY(load_history(state, repository, section, read));
  TRY(load_parts(state, repository, section));
  repository.updated_at = repository.pushed_at;
  state.github.repositories.push_back(std::move(repository));
  return {};
}

}  // namespace

Result<std::string> known_sha(Repository const& repository, Section const& section,
                              std::string_view key) {
  std::string sha = TRY(section.text(key));
  if (repository.commits.contains(sha)) return sha;
  return std::unexpected(section.error(key, "no commit of this repository has this sha"));
}

Result<> load_github(State& state, std::string_view file, yaml::Node const& node,
                     FolderReader const& read) {
  auto const section = TRY(
      Section::open(file, node, "github", {"organizations", "repositories", "writes_a_minute"}));
  state.github.writes_a_minute =
      TRY(section.integer("writes_a_minute")).value_or(state.github.writes_a_minute);
  TRY(load_organizations(state, section));
  for (yaml::Pair const& pair : TRY(section.pairs("repositories"))) {
    TRY(load_repository(state, file, pair, read));
  }
  return {};
}

}  // namespace landfall::sandbox
