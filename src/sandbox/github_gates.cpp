#include "sandbox/github_gates.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_patterns.h"
#include "sandbox/github_progress.h"

namespace landfall::sandbox {
namespace {

Duration const approval_time = 24h * 30;

GateEnvironment const* environment_of(Repository const& repository, RunJob const& job) {
  for (GateEnvironment const& environment : repository.environments)
    if (lower(environment.name) == lower(job.environment)) return &environment;
  return nullptr;
}

bool needs_approval(GateEnvironment const& environment) {
  return !environment.reviewers.empty() || !environment.team_reviewers.empty();
}

void tell_deployment(State& state, Repository& repository, Deployment const& deployment,
                     Instant now) {
  Happening happening{.event = "deployment", .action = "created", .actor = deployment.creator};
  happening.by_actions = true;
  happening.payload =
      Json::object({{"deployment", deployment_json(state, repository, deployment)}});
  happened(state, repository, std::move(happening), now);
}

/// As Actions makes them: for the run's commit and branch, by whoever started the run.
std::int64_t make_deployment(State& state, Repository& repository, Run const& run,
                             RunJob const& job, Instant now) {
  Deployment deployment{.id = state.next_id(), .environment = job.environment, .sha = run.sha};
  deployment.ref = run.branch;
  deployment.creator = run.actor;
  deployment.is_production = lower(job.environment) == "production";
  deployment.created_at = now;
  deployment.updated_at = now;
  repository.deployments.push_back(deployment);
  tell_deployment(state, repository, deployment, now);
  return deployment.id;
}

}  // namespace

bool has_full_gates(State const& state, Repository const& repository) {
  if (!repository.is_private) return true;
  auto const organization = state.github.organizations.find(repository.owner);
  User const* const user = state.user(repository.owner);
  std::string const plan = organization != state.github.organizations.end()
                               ? organization->second.plan
                           : user != nullptr ? user->plan
                                             : "";
  return plan.empty() || lower(plan).starts_with("enterprise");
}

bool is_reviewer(State const& state, Repository const& repository,
                 GateEnvironment const& environment, std::string_view login) {
  auto const& names = environment.reviewers;
  if (std::find(names.begin(), names.end(), login) != names.end()) return true;
  auto const organization = state.github.organizations.find(repository.owner);
  if (organization == state.github.organizations.end()) return false;
  auto const& slugs = environment.team_reviewers;
  return std::any_of(organization->second.teams.begin(), organization->second.teams.end(),
                     [&](Team const& team) {
                       auto const& members = team.members;
                       return std::find(slugs.begin(), slugs.end(), team.slug) != slugs.end() &&
                              std::find(members.begin(), members.end(), login) != members.end();
                     });
}

bool admits_ref(Repository const& repository, GateEnvironment const& environment,
                std::string_view ref) {
  bool const is_tag = ref.starts_with("refs/tags/");
  std::string_view const prefix = is_tag ? "refs/tags/" : "refs/heads/";
  std::string_view const name = ref.starts_with(prefix) ? ref.substr(prefix.size()) : ref;
  if (environment.protected_branches) return !is_tag && repository.protections.contains(name);
  if (!environment.custom_branch_policies) return true;
  return std::any_of(environment.branch_policies.begin(), environment.branch_policies.end(),
                     [&](BranchPolicy const& policy) {
                       return (policy.type == "tag") == is_tag && policy_matches(policy.name, name);
                     });
}

GateEnvironment& used_environment(State& state, Repository& repository, std::string const& name,
                                  Instant now) {
  if (GateEnvironment* const known = find_environment(repository, name)) return *known;
  GateEnvironment made{.id = state.next_id(), .name = name};
  made.created_at = now;
  made.updated_at = now;
  repository.environments.push_back(std::move(made));
  return repository.environments.back();
}

Gate pass_gate(State& state, Repository& repository, Run& run, RunJob& job, Instant now) {
  if (job.environment.empty()) return Gate::open;
  GateEnvironment const environment = used_environment(state, repository, job.environment, now);
  job.environment = environment.name;
  std::int64_t const run_id = run.id;
  std::int64_t const job_id = job.id;
  if (job.deployment == 0) job.deployment = make_deployment(state, repository, run, job, now);
  // What was told may have started other runs: the run and its job may lie elsewhere now.
  Run& here = *run_of(repository, run_id);
  RunJob& there = *std::find_if(here.jobs.begin(), here.jobs.end(),
                                [&](RunJob const& one) { return one.id == job_id; });
  if (!admits_ref(repository, environment, here.ref)) {
    there.log += fmt::format(
        "Branch \"{}\" is not allowed to deploy to {} due to environment "
        "protection rules.\n",
        here.branch, environment.name);
    return Gate::closed;
  }
  bool const held = there.held && !there.approved;
  if (!has_full_gates(state, repository) && !held) return Gate::open;
  if (!there.waits_since) there.waits_since = now;
  Instant const timer = *there.waits_since + std::chrono::minutes(environment.wait_timer);
  bool const waits = held || (needs_approval(environment) && !there.approved) || now < timer;
  bool const is_new = waits && *there.waits_since == now;
  if (is_new)
    add_deployment_status(state, repository, there.deployment,
                          {.state = "waiting", .creator = here.actor}, now);
  return waits ? Gate::waits : Gate::open;
}

std::optional<Instant> gate_opens(State const& state, Repository const& repository,
                                  RunJob const& job) {
  GateEnvironment const* const environment = environment_of(repository, job);
  if (!job.waits_since) return std::nullopt;
  bool const gated = environment != nullptr && has_full_gates(state, repository);
  if (!job.approved && (job.held || (gated && needs_approval(*environment))))
    return *job.waits_since + approval_time;
  std::int64_t const minutes = gated ? environment->wait_timer : 0;
  return *job.waits_since + std::chrono::minutes(minutes);
}

bool is_expired(RunJob const& job, Instant now) {
  return job.waits_since && !job.approved && now >= *job.waits_since + approval_time;
}

void add_deployment_status(State& state, Repository& repository, std::int64_t id,
                           DeploymentStatus status, Instant now) {
  auto const found = std::find_if(repository.deployments.begin(), repository.deployments.end(),
                                  [&](Deployment const& one) { return one.id == id; });
  if (found == repository.deployments.end()) return;
  bool const success = status.state == "success";
  status.id = state.next_id();
  status.created_at = now;
  found->statuses.push_back(status);
  found->updated_at = now;
  Deployment const deployment = *found;
  // What ran in the environment before does so no more.
  for (Deployment& other : repository.deployments) {
    bool const replaced = success && other.id != id && !other.is_transient &&
                          other.environment == deployment.environment && !other.statuses.empty() &&
                          other.statuses.back().state == "success";
    if (!replaced) continue;
    DeploymentStatus inactive{.id = state.next_id(), .state = "inactive"};
    inactive.creator = status.creator;
    inactive.created_at = now;
    other.statuses.push_back(std::move(inactive));
    other.updated_at = now;
  }
  Happening happening{.event = "deployment_status", .action = "created", .actor = status.creator};
  happening.payload = Json::object(
      {{"deployment_status", deployment_status_json(state, repository, deployment, status)},
       {"deployment", deployment_json(state, repository, deployment)}});
  happening.by_actions = true;
  happened(state, repository, std::move(happening), now);
}

}  // namespace landfall::sandbox
