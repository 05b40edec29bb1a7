// Environments and deployments.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/github_json.h"

namespace landfall::sandbox {
namespace {

Json rules_json(State const& state, Repository const& repository,
                GateEnvironment const& environment) {
  Json rules = Json::array();
  auto const add = [&](std::string_view type, std::int64_t offset, Json more) {
    std::int64_t const id = environment.id * 10 + offset;
    Json rule = Json::object({{"id", id}, {"node_id", node_id("Gate", id)}, {"type", type}});
    for (auto const& [name, value] : more.as_object()) rule.set(name, value);
    rules.push(std::move(rule));
  };
  if (environment.wait_timer > 0)
    add("wait_timer", 1, Json::object({{"wait_timer", environment.wait_timer}}));
  if (!environment.reviewers.empty() || !environment.team_reviewers.empty())
    add("required_reviewers", 2,
        Json::object({{"prevent_self_review", environment.prevent_self_review},
                      {"reviewers", reviewers_json(state, repository, environment)}}));
  if (environment.protected_branches || environment.custom_branch_policies)
    add("branch_policy", 3, Json::object());
  return rules;
}

}  // namespace

Json reviewers_json(State const& state, Repository const& repository,
                    GateEnvironment const& environment) {
  Json reviewers = Json::array();
  for (std::string const& login : environment.reviewers)
    reviewers.push(Json::object({{"type", "User"}, {"reviewer", github_user(state, login)}}));
  auto const organization = state.github.organizations.find(repository.owner);
  if (organization == state.github.organizations.end()) return reviewers;
  for (std::string const& slug : environment.team_reviewers)
    for (Team const& team : organization->second.teams)
      if (team.slug == slug)
        reviewers.push(Json::object(
            {{"type", "Team"}, {"reviewer", team_json(state, repository.owner, team)}}));
  return reviewers;
}

Json environment_json(State const& state, Repository const& repository,
                      GateEnvironment const& environment) {
  bool const has_policy = environment.protected_branches || environment.custom_branch_policies;
  std::string const name = url_encode(environment.name);
  return Json::object({
      {"id", environment.id},
      {"node_id", node_id("Environment", environment.id)},
      {"name", environment.name},
      {"url", repository_url(state, repository, "/environments/" + name)},
      {"html_url",
       github_page(repository, "/deployments/activity_log?environments_filter=" + name)},
      {"created_at", iso8601(environment.created_at)},
      {"updated_at", iso8601(environment.updated_at)},
      {"can_admins_bypass", environment.admins_bypass},
      {"protection_rules", rules_json(state, repository, environment)},
      {"deployment_branch_policy",
       has_policy ? Json::object({{"protected_branches", environment.protected_branches},
                                  {"custom_branch_policies", environment.custom_branch_policies}})
                  : Json()},
  });
}

Json deployment_json(State const& state, Repository const& repository,
                     Deployment const& deployment) {
  std::string const url =
      repository_url(state, repository, fmt::format("/deployments/{}", deployment.id));
  return Json::object({
      {"url", url},
      {"id", deployment.id},
      {"node_id", node_id("Deployment", deployment.id)},
      {"task", deployment.task},
      {"original_environment", deployment.environment},
      {"environment", deployment.environment},
      {"description", shown_text(deployment.description)},
      {"created_at", iso8601(deployment.created_at)},
      {"updated_at", iso8601(deployment.updated_at)},
      {"statuses_url", url + "/statuses"},
      {"repository_url", repository_url(state, repository)},
      {"creator", github_user(state, deployment.creator)},
      {"sha", deployment.sha},
      {"ref", deployment.ref},
      {"payload", Json::parse(deployment.payload).value_or(Json::object())},
      {"transient_environment", deployment.is_transient},
      {"production_environment", deployment.is_production},
      {"performed_via_github_app", nullptr},
  });
}

Json deployment_status_json(State const& state, Repository const& repository,
                            Deployment const& deployment, DeploymentStatus const& status) {
  std::string const url =
      repository_url(state, repository, fmt::format("/deployments/{}", deployment.id));
  return Json::object({
      {"url", fmt::format("{}/statuses/{}", url, status.id)},
      {"id", status.id},
      {"node_id", node_id("DeploymentStatus", status.id)},
      {"state", status.state},
      {"creator", github_user(state, status.creator)},
      {"description", status.description},
      {"environment", deployment.environment},
      {"target_url", status.log_url},
      {"created_at", iso8601(status.created_at)},
      {"updated_at", iso8601(status.created_at)},
      {"deployment_url", url},
      {"repository_url", repository_url(state, repository)},
      {"environment_url", status.environment_url},
      {"log_url", status.log_url},
      {"performed_via_github_app", nullptr},
  });
}

}  // namespace landfall::sandbox
