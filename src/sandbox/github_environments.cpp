// Environments and their protection rules.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_progress.h"

namespace landfall::sandbox {
namespace {

std::int64_t const wait_timer_max = 43'200;
std::size_t const reviewers_max = 6;
std::size_t const name_max = 255;

std::optional<std::string> login_of(State const& state, std::int64_t id) {
  for (User const& user : state.users)
    if (user.id == id) return user.login;
  return std::nullopt;
}

std::optional<std::string> team_of(State const& state, std::string_view owner, std::int64_t id) {
  auto const organization = state.github.organizations.find(owner);
  if (organization == state.github.organizations.end()) return std::nullopt;
  for (Team const& team : organization->second.teams)
    if (team.id == id) return team.slug;
  return std::nullopt;
}

Response invalid_environment(std::string_view text) {
  return github_error(422, text);
}

void read_reviewers(Call const& call, Given& given, GateEnvironment& environment) {
  Json const* const reviewers = given.find("reviewers");
  if (reviewers == nullptr || reviewers->is_null()) return;
  if (!reviewers->is_array())
    return given.refuse(invalid_type("reviewers", *reviewers, "an array"));
  if (reviewers->as_array().size() > reviewers_max)
    return given.refuse(invalid_environment(
        "Invalid request.\n\nNo more than 6 items are allowed for 'reviewers'."));
  for (Json const& reviewer : reviewers->as_array()) {
    auto const type = reviewer.text("type");
    auto const id = reviewer.integer("id");
    bool const is_team = type && *type == "Team";
    if (!type || !id || (!is_team && *type != "User"))
      return given.refuse(invalid_type("reviewers/items", reviewer, "a User or a Team with an id"));
    auto name =
        is_team ? team_of(call.state, call.repository->owner, *id) : login_of(call.state, *id);
    if (!name)
      return given.refuse(invalid_environment(
          fmt::format("Could not resolve to a {} with the id {}.", *type, *id)));
    (is_team ? environment.team_reviewers : environment.reviewers).push_back(*std::move(name));
  }
}

void read_branch_policy(Given& given, GateEnvironment& environment) {
  Json const* const policy = given.find("deployment_branch_policy");
  if (policy == nullptr || policy->is_null()) return;
  auto const protected_branches = policy->boolean("protected_branches");
  auto const custom = policy->boolean("custom_branch_policies");
  if (!protected_branches) return given.refuse(not_supplied("protected_branches"));
  if (!custom) return given.refuse(not_supplied("custom_branch_policies"));
  if (*protected_branches == *custom)
    return given.refuse(invalid_environment(
        "protected_branches and custom_branch_policies cannot have the same value"));
  environment.protected_branches = *protected_branches;
  environment.custom_branch_policies = *custom;
}

/// What this plan cannot have on a private repository.
void refuse_by_plan(Call const& call, Given& given, GateEnvironment const& environment) {
  if (has_full_gates(call.state, *call.repository)) return;
  bool const reviewed = !environment.reviewers.empty() || !environment.team_reviewers.empty();
  char const* const rule = reviewed                     ? "required reviewers"
                           : environment.wait_timer > 0 ? "wait timer"
                                                        : nullptr;
  if (rule != nullptr)
    given.refuse(invalid_environment(
        fmt::format("Failed to create the environment protection rule. Please ensure the billing "
                    "plan supports the {} protection rule.",
                    rule)));
}

/// The request describes the whole environment: what it leaves out is reset.
GateEnvironment read_environment(Call const& call, Given& given) {
  GateEnvironment environment;
  environment.wait_timer = given.integer("wait_timer").value_or(0);
  if (environment.wait_timer < 0 || environment.wait_timer > wait_timer_max)
    given.refuse(invalid_environment(
        "Invalid request.\n\nwait_timer must be an integer between 0 and 43200, inclusive."));
  environment.prevent_self_review = given.boolean_or("prevent_self_review", false);
  environment.admins_bypass = given.boolean_or("can_admins_bypass", true);
  read_reviewers(call, given, environment);
  read_branch_policy(given, environment);
  refuse_by_plan(call, given, environment);
  return environment;
}

Json policy_json(BranchPolicy const& policy) {
  return Json::object({{"id", policy.id},
                       {"node_id", node_id("BranchPolicy", policy.id)},
                       {"name", policy.name},
                       {"type", policy.type}});
}

GateEnvironment* admin_environment(Call& call, std::optional<Response>& refusal) {
  refusal = refuse_below(call, Role::admin);
  GateEnvironment* const environment = refusal ? nullptr : find_environment(call, call.words[0]);
  if (!refusal && environment == nullptr) refusal = github_not_found();
  return environment;
}

BranchPolicy* policy_of(Call const& call, GateEnvironment& environment) {
  std::int64_t const id = number_in(call, 1);
  for (BranchPolicy& policy : environment.branch_policies)
    if (policy.id == id) return &policy;
  return nullptr;
}

/// Jobs that wait for an environment that is deleted have failed.
void fail_waiting(Call& call, std::string const& name) {
  std::vector<std::int64_t> waiting;
  for (Run const& run : call.repository->runs)
    for (RunJob const& job : run.jobs)
      if (job.progress == Progress::waiting && lower(job.environment) == lower(name))
        waiting.push_back(run.id);
  Review const review{{name}, false, actor_of(call), "The environment was deleted"};
  for (std::int64_t const id : waiting)
    if (Run* const run = run_of(*call.repository, id))
      review_run(call.state, *call.repository, *run, review, call.now);
}

}  // namespace

Response list_environments(Call& call) {
  auto const& all = call.repository->environments;
  return paged(
      call, all.size(),
      [&](std::size_t i) { return environment_json(call.state, *call.repository, all[i]); },
      "environments");
}

Response show_environment(Call& call) {
  GateEnvironment const* const environment = find_environment(call, call.words[0]);
  if (environment == nullptr) return github_not_found();
  return json_response(200, environment_json(call.state, *call.repository, *environment));
}

Response put_environment(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  if (call.body.is_null()) call.body = Json::object();
  Given given(call);
  GateEnvironment wanted = read_environment(call, given);
  if (given.refusal()) return *std::move(given.refusal());
  if (call.words[0].size() > name_max)
    return invalid_environment("Name is too long (maximum is 255 characters)");
  GateEnvironment* const old = find_environment(call, call.words[0]);
  wanted.id = old == nullptr ? call.state.next_id() : old->id;
  wanted.name = old == nullptr ? call.words[0] : old->name;
  wanted.created_at = old == nullptr ? call.now : old->created_at;
  wanted.updated_at = call.now;
  if (old != nullptr) {
    wanted.secrets = old->secrets;
    wanted.variables = old->variables;
    if (wanted.custom_branch_policies) wanted.branch_policies = old->branch_policies;
    *old = wanted;
  } else {
    call.repository->environments.push_back(wanted);
  }
  return json_response(200, environment_json(call.state, *call.repository, wanted));
}

Response delete_environment(Call& call) {
  std::optional<Response> refusal;
  GateEnvironment const* const environment = admin_environment(call, refusal);
  if (refusal) return *std::move(refusal);
  std::int64_t const id = environment->id;
  fail_waiting(call, std::string(environment->name));
  std::erase_if(call.repository->environments,
                [&](GateEnvironment const& one) { return one.id == id; });
  return {.status = 204};
}

Response list_branch_policies(Call& call) {
  GateEnvironment const* const environment = find_environment(call, call.words[0]);
  if (environment == nullptr) return github_not_found();
  auto const& all = environment->branch_policies;
  return paged(
      call, all.size(), [&](std::size_t i) { return policy_json(all[i]); }, "branch_policies");
}

Response create_branch_policy(Call& call) {
  std::optional<Response> refusal;
  GateEnvironment* const environment = admin_environment(call, refusal);
  if (refusal) return *std::move(refusal);
  if (!environment->custom_branch_policies) return github_not_found();
  Given given(call);
  std::string const name = given.required("name");
  std::string const type = given.text_or("type", "branch");
  if (given.refusal()) return *std::move(given.refusal());
  if (name.empty()) return not_supplied("name");
  if (type != "branch" && type != "tag")
    return github_error(422, "Invalid request.\n\n" + printable(type) +
                                 " is not a member of [\"branch\", \"tag\"].");
  for (BranchPolicy const& policy : environment->branch_policies)
    if (policy.name == name && policy.type == type) return {.status = 303};
  environment->branch_policies.push_back({call.state.next_id(), name, type});
  return json_response(200, policy_json(environment->branch_policies.back()));
}

Response show_branch_policy(Call& call) {
  GateEnvironment* const environment = find_environment(call, call.words[0]);
  BranchPolicy const* const policy =
      environment == nullptr ? nullptr : policy_of(call, *environment);
  return policy == nullptr ? github_not_found() : json_response(200, policy_json(*policy));
}

Response update_branch_policy(Call& call) {
  std::optional<Response> refusal;
  GateEnvironment* const environment = admin_environment(call, refusal);
  if (refusal) return *std::move(refusal);
  BranchPolicy* const policy = policy_of(call, *environment);
  if (policy == nullptr) return github_not_found();
  Given given(call);
  std::string const name = given.required("name");
  if (given.refusal()) return *std::move(given.refusal());
  policy->name = name;
  return json_response(200, policy_json(*policy));
}

Response delete_branch_policy(Call& call) {
  std::optional<Response> refusal;
  GateEnvironment* const environment = admin_environment(call, refusal);
  if (refusal) return *std::move(refusal);
  std::int64_t const id = number_in(call, 1);
  auto const gone = std::erase_if(environment->branch_policies,
                                  [&](BranchPolicy const& policy) { return policy.id == id; });
  return gone == 0 ? github_not_found() : Response{.status = 204};
}

}  // namespace landfall::sandbox
