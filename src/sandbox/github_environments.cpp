// Environments, their protection rules, and deployments.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

std::int64_t const wait_timer_max = 43'200;
std::size_t const reviewers_max = 6;

Json rules_json(Call const& call, GateEnvironment const& environment) {
  Json rules = Json::array();
  auto const add = [&](std::string_view type, std::int64_t offset, Json rule) {
    std::int64_t const id = environment.id * 10 + offset;
    rule.set("id", id);
    rule.set("node_id", node_id("Gate", id));
    rule.set("type", type);
    rules.push(std::move(rule));
  };
  if (environment.wait_timer > 0) {
    add("wait_timer", 1, Json::object({{"wait_timer", environment.wait_timer}}));
  }
  if (!environment.reviewers.empty()) {
    Json reviewers = Json::array();
    for (std::string const& login : environment.reviewers) {
      reviewers.push(
          Json::object({{"type", "User"}, {"reviewer", github_user(call.state, login)}}));
    }
    add("required_reviewers", 2,
        Json::object({{"prevent_self_review", environment.prevent_self_review},
                      {"reviewers", std::move(reviewers)}}));
  }
  if (environment.protected_branches || environment.custom_branch_policies) {
    add("branch_policy", 3, Json::object());
  }
  return rules;
}

Json branch_policy_json(GateEnvironment const& environment) {
  if (!environment.protected_branches && !environment.custom_branch_policies) return Json();
  return Json::object({{"protected_branches", environment.protected_branches},
                       {"custom_branch_policies", environment.custom_branch_policies}});
}

Json environment_json(Call const& call, GateEnvironment const& environment) {
  return Json::object({
      {"id", environment.id},
      {"node_id", node_id("Environment", environment.id)},
      {"name", environment.name},
      {"url", repository_url(call, "/environments/" + url_encode(environment.name))},
      {"html_url",
       fmt::format("https://github.com/{}/deployments/activity_log?environments_filter={}",
                   call.repository->full_name(), url_encode(environment.name))},
      {"created_at", iso8601(environment.created_at)},
      {"updated_at", iso8601(environment.updated_at)},
      {"can_admins_bypass", true},
      {"protection_rules", rules_json(call, environment)},
      {"deployment_branch_policy", branch_policy_json(environment)},
  });
}

Json policy_json(BranchPolicy const& policy) {
  return Json::object({{"id", policy.id},
                       {"node_id", node_id("BranchPolicy", policy.id)},
                       {"name", policy.name},
                       {"type", policy.type}});
}

std::optional<std::string> login_of(State const& state, std::int64_t id) {
  for (User const& user : state.users) {
    if (user.id == id) return user.login;
  }
  return std::nullopt;
}

/// The rest of the readers below say what is wrong, or nothing.
using Complaint = std::optional<std::string>;

Complaint read_wait_timer(Json const& body, GateEnvironment& environment) {
  auto const wait = body.integer_or_null("wait_timer");
  if (!wait) return "wait_timer: expected an integer";
  environment.wait_timer = wait->value_or(0);
  if (environment.wait_timer < 0 || environment.wait_timer > wait_timer_max) {
    return "wait_timer: expected minutes from 0 to 43200";
  }
  return std::nullopt;
}

Complaint read_reviewers(State const& state, Json const& body, GateEnvironment& environment) {
  Json const* const prevent = body.find("prevent_self_review");
  if (prevent != nullptr && !prevent->is_null()) {
    if (!prevent->is_bool()) return "prevent_self_review: expected true or false";
    environment.prevent_self_review = prevent->as_bool();
  }
  Json const* const reviewers = body.find("reviewers");
  if (reviewers == nullptr || reviewers->is_null()) return std::nullopt;
  if (!reviewers->is_array()) return "reviewers: expected an array or null";
  if (reviewers->as_array().size() > reviewers_max) return "reviewers: at most 6";
  for (Json const& reviewer : reviewers->as_array()) {
    auto const type = reviewer.text("type");
    auto const id = reviewer.integer("id");
    if (!type || !id) return "reviewers: expected a type and an id in each";
    auto login = *type == "User" ? login_of(state, *id) : std::nullopt;
    if (!login) return fmt::format("reviewers: no {} with the id {}", printable(*type), *id);
    environment.reviewers.push_back(*std::move(login));
  }
  return std::nullopt;
}

Complaint read_branch_policy(Json const& body, GateEnvironment& environment) {
  Json const* const policy = body.find("deployment_branch_policy");
  if (policy == nullptr || policy->is_null()) return std::nullopt;
  auto const protected_branches = policy->boolean("protected_branches");
  auto const custom = policy->boolean("custom_branch_policies");
  if (!protected_branches || !custom) {
    return "deployment_branch_policy: expected protected_branches and custom_branch_policies";
  }
  if (*protected_branches == *custom) {
    return "protected_branches and custom_branch_policies cannot have the same value";
  }
  environment.protected_branches = *protected_branches;
  environment.custom_branch_policies = *custom;
  return std::nullopt;
}

Json deployment_json(Call const& call, Deployment const& deployment) {
  std::string const url = repository_url(call, fmt::format("/deployments/{}", deployment.id));
  return Json::object({
      {"id", deployment.id},
      {"node_id", node_id("Deployment", deployment.id)},
      {"sha", deployment.sha},
      {"ref", deployment.ref},
      {"task", "deploy"},
      {"environment", deployment.environment},
      {"original_environment", deployment.environment},
      {"description", nullptr},
      {"creator", github_user(call.state, deployment.creator)},
      {"created_at", iso8601(deployment.created_at)},
      {"updated_at", iso8601(deployment.created_at)},
      {"url", url},
      {"statuses_url", url + "/statuses"},
      {"payload", Json::object()},
  });
}

}  // namespace

GateEnvironment* find_environment(Call const& call, std::string_view name) {
  for (GateEnvironment& environment : call.repository->environments)
    if (lower(environment.name) == lower(name)) return &environment;
  return nullptr;
}

Response list_environments(Call& call) {
  Json::Array items;
  for (GateEnvironment const& environment : call.repository->environments) {
    items.push_back(environment_json(call, environment));
  }
  return paged(call, std::move(items), "environments");
}

Response show_environment(Call& call) {
  GateEnvironment const* const environment = find_environment(call, call.words[0]);
  if (environment == nullptr) return github_not_found();
  return json_response(200, environment_json(call, *environment));
}

/// The request describes the whole environment: what it leaves out is reset.
Response put_environment(Call& call) {
  if (call.user == nullptr || call.role != Role::admin) return needs_write(call);
  GateEnvironment* const old = find_environment(call, call.words[0]);
  GateEnvironment wanted;
  Json const body = call.body.is_null() ? Json::object() : call.body;
  Complaint complaint = read_wait_timer(body, wanted);
  if (!complaint) complaint = read_reviewers(call.state, body, wanted);
  if (!complaint) complaint = read_branch_policy(body, wanted);
  if (complaint) return github_error(422, *complaint);
  wanted.id = old == nullptr ? call.state.next_id() : old->id;
  wanted.name = old == nullptr ? call.words[0] : old->name;
  wanted.created_at = old == nullptr ? call.now : old->created_at;
  wanted.updated_at = call.now;
  if (old != nullptr) wanted.secrets = old->secrets;
  if (old != nullptr) wanted.variables = old->variables;
  if (old != nullptr && wanted.custom_branch_policies)
    wanted.branch_policies = old->branch_policies;
  if (old != nullptr)
    *old = wanted;
  else
    call.repository->environments.push_back(wanted);
  return json_response(200, environment_json(call, wanted));
}

Response list_branch_policies(Call& call) {
  GateEnvironment const* const environment = find_environment(call, call.words[0]);
  if (environment == nullptr) return github_not_found();
  Json::Array items;
  for (BranchPolicy const& policy : environment->branch_policies) {
    items.push_back(policy_json(policy));
  }
  return paged(call, std::move(items), "branch_policies");
}

Response create_branch_policy(Call& call) {
  if (call.user == nullptr || call.role != Role::admin) return needs_write(call);
  GateEnvironment* const environment = find_environment(call, call.words[0]);
  if (environment == nullptr || !environment->custom_branch_policies) return github_not_found();
  auto const name = call.body.text("name");
  auto const type = call.body.text_or_null("type");
  if (!name || name->empty() || !type) return github_error(422, "name: expected a pattern");
  std::string const kind = type->value_or("branch");
  if (kind != "branch" && kind != "tag") return github_error(422, "type: expected branch or tag");
  for (BranchPolicy const& policy : environment->branch_policies) {
    if (policy.name == *name && policy.type == kind) return {.status = 303};
  }
  environment->branch_policies.push_back({call.state.next_id(), *name, kind});
  return json_response(200, policy_json(environment->branch_policies.back()));
}

Response delete_branch_policy(Call& call) {
  if (call.user == nullptr || call.role != Role::admin) return needs_write(call);
  GateEnvironment* const environment = find_environment(call, call.words[0]);
  if (environment == nullptr) return github_not_found();
  auto const gone = std::erase_if(environment->branch_policies, [&](BranchPolicy const& policy) {
    return std::to_string(policy.id) == call.words[1];
  });
  return gone == 0 ? github_not_found() : Response{.status = 204};
}

Response list_deployments(Call& call) {
  Json::Array items;
  auto const& all = call.repository->deployments;
  auto const differs = [&](char const* name, std::string const& value) {
    auto const filter = call.url.query_value(name);
    return filter && *filter != value;
  };
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    bool const other = differs("environment", one->environment) || differs("sha", one->sha) ||
                       differs("ref", one->ref) || differs("task", "deploy");
    if (!other) items.push_back(deployment_json(call, *one));
  }
  return paged(call, std::move(items));
}

Response list_deployment_statuses(Call& call) {
  for (Deployment const& one : call.repository->deployments) {
    if (std::to_string(one.id) != call.words[0]) continue;
    Json const status = Json::object({{"id", one.id * 10},
                                      {"state", one.state},
                                      {"environment", one.environment},
                                      {"creator", github_user(call.state, one.creator)},
                                      {"description", ""},
                                      {"environment_url", ""},
                                      {"log_url", ""},
                                      {"created_at", iso8601(one.created_at)},
                                      {"updated_at", iso8601(one.created_at)}});
    return paged(call, {status});
  }
  return github_not_found();
}

}  // namespace landfall::sandbox
