// Runs that wait for the reviewers of an environment, and their answer.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_progress.h"

namespace landfall::sandbox {
namespace {

/// The environments that jobs of the run wait for, each once.
std::vector<GateEnvironment const*> waiting_for(Call const& call, Run const& run) {
  std::vector<GateEnvironment const*> found;
  for (RunJob const& job : run.jobs) {
    GateEnvironment const* const environment = find_environment(call, job.environment);
    bool const waits = job.progress == Progress::waiting && environment != nullptr;
    if (waits && std::find(found.begin(), found.end(), environment) == found.end())
      found.push_back(environment);
  }
  return found;
}

bool is_self_review(Call const& call, Run const& run, GateEnvironment const& environment) {
  return environment.prevent_self_review && actor_of(call) == run.triggering_actor;
}

bool may_approve(Call const& call, Run const& run, GateEnvironment const& environment) {
  return call.token != nullptr && !is_by_actions(call) &&
         is_reviewer(call.state, *call.repository, environment, actor_of(call)) &&
         !is_self_review(call, run, environment);
}

std::optional<Instant> waits_since(Run const& run, GateEnvironment const& environment) {
  for (RunJob const& job : run.jobs)
    if (job.progress == Progress::waiting && lower(job.environment) == lower(environment.name))
      return job.waits_since;
  return std::nullopt;
}

Json pending_json(Call const& call, Run const& run, GateEnvironment const& environment) {
  Json const full = environment_json(call.state, *call.repository, environment);
  Json shown = Json::object();
  for (char const* member : {"id", "node_id", "name", "url", "html_url"})
    shown.set(member, *full.find(member));
  bool const timed = environment.wait_timer > 0;
  return Json::object(
      {{"environment", std::move(shown)},
       {"wait_timer", environment.wait_timer},
       {"wait_timer_started_at", timed ? time_or_null(waits_since(run, environment)) : Json()},
       {"current_user_can_approve", may_approve(call, run, environment)},
       {"reviewers", reviewers_json(call.state, *call.repository, environment)}});
}

/// Names of the environments that a body's ids mean, among those that are waited for.
std::optional<std::vector<std::string>> meant(Call const& call, Run const& run) {
  auto const ids = call.body.items("environment_ids");
  if (!ids || (*ids)->empty()) return std::nullopt;
  std::vector<std::string> names;
  auto const waiting = waiting_for(call, run);
  for (Json const& id : **ids) {
    auto const found = std::find_if(waiting.begin(), waiting.end(), [&](auto const* one) {
      return id.is_integer() && id.as_integer() == one->id;
    });
    if (found == waiting.end()) return std::nullopt;
    names.push_back((*found)->name);
  }
  return names;
}

}  // namespace

Response list_pending_deployments(Call& call) {
  Run const* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  Json items = Json::array();
  for (GateEnvironment const* environment : waiting_for(call, *run))
    items.push(pending_json(call, *run, *environment));
  return json_response(200, items);
}

/// What was approved runs from now on; what was rejected has failed.
Response review_pending_deployments(Call& call) {
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  Run* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  Given given(call);
  if (!given.has("environment_ids")) given.refuse(not_supplied("environment_ids"));
  std::string const state = given.required("state");
  std::string const comment = given.required("comment");
  if (given.refusal()) return *std::move(given.refusal());
  if (state != "approved" && state != "rejected")
    return github_error(422, "Invalid request.\n\n" + printable(state) +
                                 " is not a member of [\"approved\", \"rejected\"].");
  auto const names = meant(call, *run);
  if (!names) return github_error(422, "No pending deployment requests to approve or reject");
  for (std::string const& name : *names) {
    GateEnvironment const& environment = *find_environment(call, name);
    if (state == "approved" && is_self_review(call, *run, environment))
      return github_error(
          422, "You cannot approve your own deployment: self-review is prevented for " + name);
    if (!is_reviewer(call.state, *call.repository, environment, actor_of(call)) ||
        is_by_actions(call))
      return github_error(403, "You are not a reviewer of the environment " + name);
  }
  Review const review{*names, state == "approved", actor_of(call), comment};
  Json body = Json::array();
  for (Deployment const& one : review_run(call.state, *call.repository, *run, review, call.now))
    body.push(deployment_json(call.state, *call.repository, one));
  return json_response(200, body);
}

}  // namespace landfall::sandbox
