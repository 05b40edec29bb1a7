// The settings part of a repository in a world file: environments, deployments, secrets, variables,
// people; and organisations.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/world_github.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

/// Logins under a key, each a declared user's.
Result<Texts> logins(State const& state, Section const& section, std::string_view key) {
  auto const names = TRY(section.texts(key)).value_or(Texts{});
  for (std::string const& name : names)
    if (state.user(name) == nullptr)
      return std::unexpected(section.error(key, "no user '" + name + "' is declared"));
  return names;
}

Result<> load_team_reviewers(State const& state, Repository const& repository,
                             Section const& section, GateEnvironment& environment) {
  environment.team_reviewers = TRY(section.texts("team_reviewers")).value_or(Texts{});
  auto const owner = state.github.organizations.find(repository.owner);
  for (std::string const& slug : environment.team_reviewers) {
    bool const known = owner != state.github.organizations.end() &&
                       std::any_of(owner->second.teams.begin(), owner->second.teams.end(),
                                   [&](Team const& team) { return team.slug == slug; });
    if (!known)
      return std::unexpected(section.error(
          "team_reviewers",
          "the organization '" + repository.owner + "' has no team '" + printable(slug) + "'"));
  }
  return {};
}

Result<> load_rules(State& state, Repository const& repository, Section const& section,
                    GateEnvironment& environment) {
  environment.wait_timer = TRY(section.integer("wait_timer")).value_or(0);
  environment.prevent_self_review = TRY(section.boolean_or("prevent_self_review", false));
  environment.admins_bypass = TRY(section.boolean_or("can_admins_bypass", true));
  environment.protected_branches = TRY(section.boolean_or("protected_branches", false));
  environment.reviewers = TRY(logins(state, section, "reviewers"));
  TRY(load_team_reviewers(state, repository, section, environment));
  auto const branches = TRY(section.texts("branches"));
  auto const tags = TRY(section.texts("tags"));
  environment.custom_branch_policies = branches.has_value() || tags.has_value();
  for (std::string const& name : branches.value_or(Texts{}))
    environment.branch_policies.push_back({state.next_id(), name, "branch"});
  for (std::string const& name : tags.value_or(Texts{}))
    environment.branch_policies.push_back({state.next_id(), name, "tag"});
  if (environment.protected_branches && environment.custom_branch_policies)
    return std::unexpected(section.error("branches", "not together with protected_branches"));
  return {};
}

Result<std::vector<Team>> load_github_teams(State& state, Section const& organization) {
  std::vector<Team> teams;
  for (yaml::Pair const& pair : TRY(organization.pairs("teams"))) {
    std::string const slug(pair.key.text);
    auto const section = TRY(Section::open(organization.file(), pair.value, "team '" + slug + "'",
                                           {"id", "name", "description", "members"}));
    Team team{.slug = slug};
    team.id = TRY(section.integer("id")).value_or(state.next_id());
    team.name = TRY(section.text_or("name", slug));
    team.description = TRY(section.text_or("description", ""));
    team.members = TRY(logins(state, section, "members"));
    teams.push_back(std::move(team));
  }
  return teams;
}

}  // namespace

Result<Secrets> load_secrets(Section const& section) {
  Secrets secrets;
  for (yaml::Pair const& pair : TRY(section.pairs("secrets"))) {
    std::string const name(pair.key.text);
    Instant const at = TRY(instant_of(section.file(), pair.value, "secret " + name));
    secrets[name] = Secret{.created_at = at, .updated_at = at};
  }
  return secrets;
}

Result<Variables> load_variables(Section const& section, Instant at) {
  Variables variables;
  for (yaml::Pair const& pair : TRY(section.pairs("variables"))) {
    std::string const name(pair.key.text);
    std::string value = TRY(scalar(section.file(), pair.value, "variable " + name));
    variables[name] = Variable{std::move(value), at, at};
  }
  return variables;
}

Result<> load_environments(State& state, Repository& repository, Section const& section) {
  for (yaml::Pair const& pair : TRY(section.pairs("environments"))) {
    auto const entry = TRY(Section::open(
        section.file(), pair.value, fmt::format("environment '{}'", pair.key.text),
        {"created_at", "wait_timer", "prevent_self_review", "reviewers", "team_reviewers",
         "can_admins_bypass", "protected_branches", "branches", "tags", "secrets", "variables"}));
    GateEnvironment environment{.id = state.next_id(), .name = std::string(pair.key.text)};
    environment.created_at = TRY(entry.instant("created_at"));
    environment.updated_at = environment.created_at;
    TRY(load_rules(state, repository, entry, environment));
    environment.secrets = TRY(load_secrets(entry));
    environment.variables = TRY(load_variables(entry, environment.created_at));
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
    deployment.created_at = TRY(entry.instant("at"));
    deployment.updated_at = deployment.created_at;
    deployment.is_production = lower(deployment.environment) == "production";
    DeploymentStatus status{.id = state.next_id(), .state = TRY(entry.text("state"))};
    status.creator = deployment.creator;
    status.created_at = deployment.created_at;
    deployment.statuses.push_back(std::move(status));
    repository.deployments.push_back(std::move(deployment));
  }
  return {};
}

Result<> load_collaborators(State& state, Repository& repository, Section const& section) {
  if (section.find("collaborators") == nullptr) return {};
  repository.collaborators.emplace();
  for (yaml::Pair const& pair : TRY(section.pairs("collaborators"))) {
    std::string const name(pair.key.text);
    if (state.user(name) == nullptr)
      return std::unexpected(section.error("collaborators", "no user '" + name + "' is declared"));
    std::string const role = TRY(scalar(section.file(), pair.value, "collaborator " + name));
    if (role != "read" && role != "write" && role != "admin")
      return std::unexpected(
          yaml::error_at(section.file(), pair.value.begin, "expected read, write or admin"));
    (*repository.collaborators)[name] = role;
  }
  return {};
}

Result<> load_organizations(State& state, Section const& github) {
  for (yaml::Pair const& pair : TRY(github.pairs("organizations"))) {
    std::string const login(pair.key.text);
    auto const section = TRY(Section::open(
        github.file(), pair.value, "organization '" + login + "'",
        {"id", "plan", "owners", "members", "teams", "secrets", "variables", "hooks"}));
    Organization organization{.id = TRY(section.integer("id")).value_or(state.next_id())};
    organization.plan = TRY(section.text_or("plan", ""));
    for (std::string const& name : TRY(logins(state, section, "owners")))
      organization.owners.insert(name);
    for (std::string const& name : TRY(logins(state, section, "members")))
      organization.members.insert(name);
    organization.teams = TRY(load_github_teams(state, section));
    organization.secrets = TRY(load_secrets(section));
    organization.variables = TRY(load_variables(section, state.github.advanced_to));
    TRY(load_hooks(state, section, organization.hooks, state.github.advanced_to));
    state.github.organizations.emplace(login, std::move(organization));
  }
  return {};
}

}  // namespace landfall::sandbox
