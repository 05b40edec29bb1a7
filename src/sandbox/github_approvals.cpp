// Runs that wait for the reviewers of an environment, and their answer.
#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

bool may_approve(Call const& call, GateEnvironment const& environment) {
  auto const& reviewers = environment.reviewers;
  return call.user != nullptr &&
         std::find(reviewers.begin(), reviewers.end(), call.user->login) != reviewers.end();
}

Json pending_json(Call const& call, GateEnvironment const& environment) {
  Json reviewers = Json::array();
  for (std::string const& login : environment.reviewers)
    reviewers.push(Json::object({{"type", "User"}, {"reviewer", github_user(call.state, login)}}));
  return Json::object(
      {{"environment", Json::object({{"id", environment.id},
                                     {"node_id", node_id("Environment", environment.id)},
                                     {"name", environment.name}})},
       {"wait_timer", environment.wait_timer},
       {"wait_timer_started_at", nullptr},
       {"current_user_can_approve", may_approve(call, environment)},
       {"reviewers", std::move(reviewers)}});
}

bool names(Json const& body, std::int64_t environment) {
  auto const ids = body.items("environment_ids");
  return ids && std::any_of((*ids)->begin(), (*ids)->end(), [&](Json const& id) {
           return id.is_integer() && id.as_integer() == environment;
         });
}

}  // namespace

Response list_pending_deployments(Call& call) {
  Run const* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  Json items = Json::array();
  if (run->waits_for)
    if (GateEnvironment const* const environment = find_environment(call, *run->waits_for))
      items.push(pending_json(call, *environment));
  return json_response(200, items);
}

/// What was approved runs from now on; what was rejected has failed.
Response review_pending_deployments(Call& call) {
  Run* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  GateEnvironment const* const environment =
      run->waits_for ? find_environment(call, *run->waits_for) : nullptr;
  auto const state = call.body.text("state");
  auto const comment = call.body.text("comment");
  bool const known = state && (*state == "approved" || *state == "rejected");
  if (!known || !comment) return github_error(422, "Expected environment_ids, state and comment");
  if (environment == nullptr || !names(call.body, environment->id))
    return github_error(422, "There are no pending deployments for these environments");
  if (!may_approve(call, *environment))
    return github_error(403, "You are not a reviewer of this environment");
  Duration const takes = run->finished_at - run->created_at;
  bool const approved = *state == "approved";
  run->finished_at = approved ? call.now + takes : call.now;
  if (!approved) run->conclusion = "failure";
  Deployment const deployment{.id = call.state.next_id(),
                              .environment = environment->name,
                              .sha = run->sha,
                              .ref = run->branch,
                              .creator = run->actor,
                              .state = approved ? run->conclusion : "failure",
                              .created_at = call.now};
  call.repository->deployments.push_back(deployment);
  run->waits_for.reset();
  return json_response(200, Json::array({Json::object({{"id", deployment.id},
                                                       {"sha", deployment.sha},
                                                       {"ref", deployment.ref},
                                                       {"environment", deployment.environment}})}));
}

}  // namespace landfall::sandbox
