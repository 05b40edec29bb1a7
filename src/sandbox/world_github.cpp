// The `github:` part of a world file.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_push.h"
#include "sandbox/world_file.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

std::vector<std::string> const repository_keys{
    "id",           "created_at",  "description", "private",   "archived",  "default_branch",
    "commits",      "branches",    "tags",        "protected", "workflows", "runs",
    "environments", "deployments", "secrets",     "variables"};

bool is_sha(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// The sha under a key, which must be a declared commit's.
Result<std::string> known_sha(Repository const& repository, Section const& section,
                              std::string_view key) {
  std::string sha = TRY(section.text(key));
  if (repository.commits.contains(sha)) return sha;
  return std::unexpected(section.error(key, "no commit of this repository has this sha"));
}

Result<> load_commit(State& state, Repository& repository, Section const& section,
                     FolderReader const& read, std::string& previous) {
  Commit commit;
  commit.at = TRY(section.instant("at"));
  commit.author = TRY(login(state, section, "by", ""));
  commit.message = TRY(section.text("title"));
  commit.files = TRY(section.texts("files"));
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
  previous = commit.sha;
  repository.pushed_at = std::max(repository.pushed_at, commit.at);
  if (!repository.commits.emplace(commit.sha, commit).second) {
    return std::unexpected(section.error("sha", "two commits have this sha"));
  }
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
  for (std::string const& name : TRY(section.texts("protected")).value_or(Texts{})) {
    if (!repository.branches.contains(name))
      return std::unexpected(section.error("protected", "no branch '" + printable(name) + "'"));
    repository.protected_branches.insert(name);
  }
  return {};
}

Result<std::vector<RunJob>> load_jobs(State& state, Section const& section) {
  std::vector<RunJob> jobs;
  for (yaml::Node const& node : TRY(section.items("jobs"))) {
    auto const entry = TRY(Section::open(section.file(), node, "job of " + section.what(),
                                         {"name", "conclusion", "steps"}));
    RunJob job{.id = state.next_id(), .name = TRY(entry.text("name"))};
    job.conclusion = TRY(entry.text("conclusion"));
    for (yaml::Node const& item : TRY(entry.items("steps"))) {
      auto const step = TRY(
          Section::open(section.file(), item, "step of job " + job.name, {"name", "conclusion"}));
      std::string const name = TRY(step.text("name"));
      job.steps.push_back({name, TRY(step.text("conclusion"))});
    }
    jobs.push_back(std::move(job));
  }
  return jobs;
}

Result<OnPush> load_on_push(State& state, Repository const& repository, Section const& section) {
  OnPush on_push;
  on_push.branches =
      TRY(section.texts("branches")).value_or(std::vector<std::string>{repository.default_branch});
  on_push.conclusion = TRY(section.text_or("conclusion", on_push.conclusion));
  on_push.takes = TRY(section.duration_or("takes", on_push.takes));
  on_push.jobs = TRY(load_jobs(state, section));
  return on_push;
}

Result<> load_workflow(State& state, Repository& repository, Section const& section,
                       std::string const& path) {
  Workflow workflow{.path = path, .name = path};
  workflow.id = TRY(section.integer("id")).value_or(state.next_id());
  workflow.name = TRY(section.text_or("name", path));
  workflow.state = TRY(section.text_or("state", "active"));
  workflow.created_at = TRY(section.instant("created_at"));
  workflow.updated_at = workflow.created_at;
  if (yaml::Node const* const node = section.find("on_push")) {
    auto const on_push = TRY(Section::open(section.file(), *node, "on_push of " + section.what(),
                                           {"branches", "conclusion", "takes", "jobs"}));
    workflow.on_push = TRY(load_on_push(state, repository, on_push));
  }
  repository.workflows.push_back(std::move(workflow));
  return {};
}

Result<> load_workflows(State& state, Repository& repository, Section const& section) {
  for (yaml::Pair const& pair : TRY(section.pairs("workflows"))) {
    auto const workflow =
        TRY(Section::open(section.file(), pair.value, fmt::format("workflow '{}'", pair.key.text),
                          {"id", "name", "state", "created_at", "on_push"}));
    TRY(load_workflow(state, repository, workflow, std::string(pair.key.text)));
  }
  Commit const* const head = repository.head();
  sync_workflows(state, repository, head == nullptr ? repository.created_at : head->at);
  return {};
}

/// What a run does not say itself is what a push to its workflow gives.
Result<> load_run(State& state, Repository& repository, Section const& section) {
  std::string const path = TRY(section.text("workflow"));
  auto const workflow = std::find_if(repository.workflows.begin(), repository.workflows.end(),
                                     [&](Workflow const& one) { return one.path == path; });
  if (workflow == repository.workflows.end()) {
    return std::unexpected(section.error("workflow", "no workflow of this path is declared"));
  }
  OnPush const usual = workflow->on_push.value_or(OnPush{});
  Run run{.id = state.next_id(), .workflow = workflow->id};
  run.number = 1 + std::count_if(repository.runs.begin(), repository.runs.end(),
                                 [&](Run const& one) { return one.workflow == workflow->id; });
  run.sha = TRY(known_sha(repository, section, "sha"));
  Commit const& commit = repository.commits.at(run.sha);
  run.event = TRY(section.text_or("event", "push"));
  run.branch = TRY(section.text_or("branch", repository.default_branch));
  run.actor = TRY(login(state, section, "by", commit.author));
  run.title = TRY(section.text_or("title", commit.title()));
  run.conclusion = TRY(section.text_or("conclusion", usual.conclusion));
  run.jobs = section.find("jobs") == nullptr ? usual.jobs : TRY(load_jobs(state, section));
  for (RunJob& job : run.jobs) job.id = state.next_id();
  run.created_at = TRY(section.instant("at"));
  run.finished_at = run.created_at + TRY(section.duration_or("takes", usual.takes));
  std::string const environment = TRY(section.text_or("waits_for", ""));
  if (!environment.empty()) run.waits_for = environment;
  repository.runs.push_back(std::move(run));
  return {};
}

Result<> load_runs(State& state, Repository& repository, Section const& section) {
  for (yaml::Node const& node : TRY(section.items("runs"))) {
    auto const run = TRY(Section::open(section.file(), node, "run",
                                       {"workflow", "sha", "at", "takes", "event", "branch", "by",
                                        "title", "conclusion", "jobs", "waits_for"}));
    TRY(load_run(state, repository, run));
  }
  std::stable_sort(repository.runs.begin(), repository.runs.end(),
                   [](Run const& a, Run const& b) { return a.created_at < b.created_at; });
  return {};
}

Result<std::map<std::string, Instant>> load_secrets(Section const& section) {
  std::map<std::string, Instant> secrets;
  for (yaml::Pair const& pair : TRY(section.pairs("secrets"))) {
    std::string const name(pair.key.text);
    secrets[name] = TRY(instant_of(section.file(), pair.value, "secret " + name));
  }
  return secrets;
}

Result<std::map<std::string, std::string>> load_variables(Section const& section) {
  std::map<std::string, std::string> variables;
  for (yaml::Pair const& pair : TRY(section.pairs("variables"))) {
    std::string const name(pair.key.text);
    variables[name] = TRY(scalar(section.file(), pair.value, "variable " + name));
  }
  return variables;
}

Result<> load_rules(State& state, Section const& section, GateEnvironment& environment) {
  environment.wait_timer = TRY(section.integer("wait_timer")).value_or(0);
  environment.prevent_self_review = TRY(section.boolean_or("prevent_self_review", false));
  environment.protected_branches = TRY(section.boolean_or("protected_branches", false));
  auto const reviewers = TRY(section.texts("reviewers"));
  for (std::string const& name : reviewers.value_or(std::vector<std::string>{})) {
    if (state.user(name) == nullptr) {
      return std::unexpected(section.error("reviewers", "no user '" + name + "' is declared"));
    }
    environment.reviewers.push_back(name);
  }
  auto const branches = TRY(section.texts("branches"));
  environment.custom_branch_policies = branches.has_value();
  for (std::string const& name : branches.value_or(std::vector<std::string>{})) {
    environment.branch_policies.push_back({state.next_id(), name, "branch"});
  }
  if (environment.protected_branches && environment.custom_branch_policies) {
    return std::unexpected(section.error("branches", "not together with protected_branches"));
  }
  return {};
}

Result<> load_environments(State& state, Repository& repository, Section const& section) {
  for (yaml::Pair const& pair : TRY(section.pairs("environments"))) {
    auto const entry = TRY(
        Section::open(section.file(), pair.value, fmt::format("environment '{}'", pair.key.text),
                      {"created_at", "wait_timer", "prevent_self_review", "reviewers",
                       "protected_branches", "branches", "secrets", "variables"}));
    GateEnvironment environment{.id = state.next_id(), .name = std::string(pair.key.text)};
    environment.created_at = TRY(entry.instant("created_at"));
    environment.updated_at = environment.created_at;
    TRY(load_rules(state, entry, environment));
    environment.secrets = TRY(load_secrets(entry));
    environment.variables = TRY(load_variables(entry));
    repository.environments.push_back(std::move(environment));
  }
  return {};
}

Result<> load_deployments(State& state, Repository& repository, Section const& section) {
  for (yaml::Node const& node : TRY(section.items("deployments"))) {
    auto const entry = TRY(Section::open(section.file(), node, "deployment",
                                         {"environment", "sha", "ref", "at", "by", "state"}));
    Deployment deployment{.id = state.next_id()};
    deployment.environment = TRY(entry.text("environment"));
    deployment.sha = TRY(known_sha(repository, entry, "sha"));
    deployment.ref = TRY(entry.text_or("ref", repository.default_branch));
    deployment.creator =
        TRY(login(state, entry, "by", repository.commits.at(deployment.sha).author));
    deployment.state = TRY(entry.text("state"));
    deployment.created_at = TRY(entry.instant("at"));
    repository.deployments.push_back(std::move(deployment));
  }
  return {};
}

/// A run can wait only for an environment that is there, and has somebody who can let it go on.
Result<> check_waiting_runs(Repository const& repository, Section const& section) {
  for (Run const& run : repository.runs) {
    if (!run.waits_for) continue;
    bool const there = std::any_of(repository.environments.begin(), repository.environments.end(),
                                   [&](GateEnvironment const& environment) {
                                     return lower(environment.name) == lower(*run.waits_for) &&
                                            !environment.reviewers.empty();
                                   });
    if (!there)
      return std::unexpected(section.error(
          "runs", "no environment '" + printable(*run.waits_for) + "' with reviewers is declared"));
  }
  return {};
}

Result<> load_organizations(State& state, Section const& github) {
  for (yaml::Pair const& pair : TRY(github.pairs("organizations"))) {
    std::string const login(pair.key.text);
    auto const section =
        TRY(Section::open(github.file(), pair.value, "organization '" + login + "'",
                          {"plan", "secrets", "variables"}));
    Organization organization{.plan = TRY(section.text_or("plan", ""))};
    organization.secrets = TRY(load_secrets(section));
    organization.variables = TRY(load_variables(section));
    state.github.organizations.emplace(login, std::move(organization));
  }
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
  TRY(load_workflows(state, repository, section));
  TRY(load_runs(state, repository, section));
  TRY(load_environments(state, repository, section));
  TRY(load_deployments(state, repository, section));
  repository.secrets = TRY(load_secrets(section));
  repository.variables = TRY(load_variables(section));
  TRY(check_waiting_runs(repository, section));
  repository.updated_at = repository.pushed_at;
  state.github.repositories.push_back(std::move(repository));
  return {};
}

}  // namespace

Result<> load_github(State& state, std::string_view file, yaml::Node const& node,
                     FolderReader const& read) {
  auto const section = TRY(Section::open(file, node, "github", {"organizations", "repositories"}));
  TRY(load_organizations(state, section));
  for (yaml::Pair const& pair : TRY(section.pairs("repositories"))) {
    TRY(load_repository(state, file, pair, read));
  }
  return {};
}

}  // namespace landfall::sandbox
