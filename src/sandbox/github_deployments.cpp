// Deployments and their statuses.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_progress.h"
#include "sandbox/github_push.h"

namespace landfall::sandbox {
namespace {

Deployment* find_deployment(Call const& call) {
  std::int64_t const id = number_in(call, 0);
  for (Deployment& one : call.repository->deployments)
    if (one.id == id) return &one;
  return nullptr;
}

bool is_wanted(Call const& call, Deployment const& one) {
  auto const differs = [&](char const* name, std::string const& value) {
    auto const filter = call.url.query_value(name);
    return filter && *filter != "none" && *filter != value;
  };
  return !differs("environment", one.environment) && !differs("sha", one.sha) &&
         !differs("ref", one.ref) && !differs("task", one.task);
}

/// Contexts of the commit that are not good, among those wanted (all, if the body names none).
std::vector<std::string> bad_contexts(Call const& call, std::string const& sha,
                                      std::optional<std::vector<std::string>> const& wanted) {
  std::map<std::string, std::string> newest;
  for (CommitStatus const& status : call.repository->statuses)
    if (status.sha == sha) newest[status.context] = status.state;
  for (CheckRun const& check : call.repository->check_runs)
    if (check.sha == sha)
      newest[check.name] = check.status == "completed" ? check.conclusion : "pending";
  std::vector<std::string> bad;
  auto const is_good = [](std::string_view state) {
    return state == "success" || state == "neutral" || state == "skipped";
  };
  if (wanted) {
    for (std::string const& context : *wanted)
      if (!newest.contains(context) || !is_good(newest[context])) bad.push_back(context);
  } else {
    for (auto const& [context, state] : newest)
      if (!is_good(state)) bad.push_back(context);
  }
  return bad;
}

/// Merges the default branch into the ref where it is behind, as auto_merge asks for.
std::optional<Response> merge_default(Call& call, std::string const& ref, Commit const& commit) {
  Commit const* const head = call.repository->head();
  bool const is_branch = call.repository->branches.contains(ref);
  if (!is_branch || head == nullptr || head->tree.empty() || commit.tree.empty() ||
      descends(*call.repository, commit.sha, head->sha))
    return std::nullopt;
  Commit const* const base = merge_base(*call.repository, *head, commit);
  Tree files = *call.repository->files_of(commit);
  std::set<std::string> ours;
  for (FileChange const& change :
       changes_between(*call.repository, base == nullptr ? "" : base->tree, commit.tree))
    ours.insert(change.path);
  for (FileChange const& change :
       changes_between(*call.repository, base == nullptr ? "" : base->tree, head->tree)) {
    if (ours.contains(change.path))
      return github_error(
          409, fmt::format("Conflict merging {} into {}.", call.repository->default_branch, ref));
    if (change.after.empty()) files.erase(change.path);
    if (!change.after.empty()) files[change.path].content = call.repository->blobs.at(change.after);
  }
  Commit merge{.parents = {commit.sha, head->sha}, .author = actor_of(call), .at = call.now};
  merge.message =
      fmt::format("Auto-merged {} into {} on deployment.", call.repository->default_branch, ref);
  commit_files(call.state, *call.repository, ref, std::move(merge), files,
               {actor_of(call), is_by_actions(call)});
  return json_response(
      202, Json::object({{"message", fmt::format("Auto-merged {} into {} on deployment.",
                                                 call.repository->default_branch, ref)}}));
}

Deployment read_deployment(Call& call, Given& given) {
  Deployment deployment{.environment = given.text_or("environment", "production")};
  deployment.ref = given.required("ref");
  deployment.task = given.text_or("task", "deploy");
  deployment.description = given.text_or("description", "");
  deployment.is_transient = given.boolean_or("transient_environment", false);
  deployment.is_production =
      given.boolean_or("production_environment", deployment.environment == "production");
  Json const* const payload = given.find("payload");
  if (payload != nullptr && !payload->is_null()) {
    if (payload->is_object() || payload->is_string())
      deployment.payload = payload->dump();
    else
      given.refuse(invalid_type("payload", *payload, "an object or a string"));
  }
  deployment.creator = actor_of(call);
  deployment.created_at = call.now;
  deployment.updated_at = call.now;
  return deployment;
}

Json state_words() {
  return Json::array(
      {"error", "failure", "inactive", "in_progress", "queued", "pending", "success"});
}

}  // namespace

Response list_deployments(Call& call) {
  std::vector<Deployment const*> found;
  auto const& all = call.repository->deployments;
  for (auto one = all.rbegin(); one != all.rend(); ++one)
    if (is_wanted(call, *one)) found.push_back(&*one);
  return paged(call, found.size(), [&](std::size_t i) {
    return deployment_json(call.state, *call.repository, *found[i]);
  });
}

Response show_deployment(Call& call) {
  Deployment const* const one = find_deployment(call);
  if (one == nullptr) return github_not_found();
  return json_response(200, deployment_json(call.state, *call.repository, *one));
}

Response create_deployment(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  Deployment deployment = read_deployment(call, given);
  auto const contexts = given.texts("required_contexts");
  bool const merges = given.boolean_or("auto_merge", true);
  if (given.refusal()) return *std::move(given.refusal());
  Commit const* const commit = resolve(*call.repository, deployment.ref);
  if (commit == nullptr) return github_error(422, "No ref found for: " + printable(deployment.ref));
  deployment.sha = commit->sha;
  if (merges)
    if (auto answer = merge_default(call, deployment.ref, *commit)) return *std::move(answer);
  auto const bad = bad_contexts(call, deployment.sha, contexts);
  if (!bad.empty()) {
    Json contexts_json = Json::array();
    for (std::string const& context : bad) contexts_json.push(context);
    Json const error = Json::object({{"contexts", std::move(contexts_json)},
                                     {"resource", "Deployment"},
                                     {"field", "required_contexts"},
                                     {"code", "invalid"}});
    return json_response(
        409, Json::object({{"message", fmt::format("Conflict: Commit status checks failed for {}.",
                                                   deployment.ref)},
                           {"errors", Json::array({error})},
                           {"documentation_url", "https://docs.github.com/rest"},
                           {"status", "409"}}));
  }
  deployment.id = call.state.next_id();
  used_environment(call.state, *call.repository, deployment.environment, call.now);
  call.repository->deployments.push_back(deployment);
  Json const body = deployment_json(call.state, *call.repository, deployment);
  Happening happening{.event = "deployment", .action = "created", .actor = deployment.creator};
  happening.by_actions = is_by_actions(call);
  happening.payload = Json::object({{"deployment", body}});
  happening.sha = deployment.sha;
  bool const is_branch = call.repository->branches.contains(deployment.ref);
  happening.ref = is_branch ? "refs/heads/" + deployment.ref : "";
  happened(call.state, *call.repository, std::move(happening), call.now);
  Response response = json_response(201, body);
  response.headers.set("Location", *body.text("url"));
  return response;
}

/// One that is in use stays, unless it is the only one.
Response delete_deployment(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Deployment const* const one = find_deployment(call);
  if (one == nullptr) return github_not_found();
  bool const inactive = !one->statuses.empty() && one->statuses.back().state == "inactive";
  if (!inactive && call.repository->deployments.size() > 1)
    return github_error(
        422,
        "We cannot delete an active deployment unless it is the only deployment in a given "
        "environment.");
  std::int64_t const id = one->id;
  std::erase_if(call.repository->deployments,
                [&](Deployment const& other) { return other.id == id; });
  return {.status = 204};
}

Response list_deployment_statuses(Call& call) {
  Deployment const* const one = find_deployment(call);
  if (one == nullptr) return github_not_found();
  std::size_t const count = one->statuses.size();
  return paged(call, count, [&](std::size_t i) {
    return deployment_status_json(call.state, *call.repository, *one, one->statuses[count - 1 - i]);
  });
}

Response show_deployment_status(Call& call) {
  Deployment const* const one = find_deployment(call);
  std::int64_t const id = number_in(call, 1);
  if (one != nullptr)
    for (DeploymentStatus const& status : one->statuses)
      if (status.id == id)
        return json_response(200,
                             deployment_status_json(call.state, *call.repository, *one, status));
  return github_not_found();
}

Response create_deployment_status(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Deployment* const one = find_deployment(call);
  if (one == nullptr) return github_not_found();
  Given given(call);
  DeploymentStatus status{.state = given.required("state")};
  status.description = given.text_or("description", "");
  status.log_url = given.text_or("log_url", given.text_or("target_url", ""));
  status.environment_url = given.text_or("environment_url", "");
  std::string const environment = given.text_or("environment", one->environment);
  if (given.refusal()) return *std::move(given.refusal());
  Json const words = state_words();
  auto const& known = words.as_array();
  if (std::find(known.begin(), known.end(), Json(status.state)) == known.end())
    return validation_failed({"DeploymentStatus", "state", "invalid"});
  status.creator = actor_of(call);
  one->environment = environment;
  std::int64_t const id = one->id;
  add_deployment_status(call.state, *call.repository, id, status, call.now);
  Deployment const& changed = *find_deployment(call);
  return json_response(
      201, deployment_status_json(call.state, *call.repository, changed, changed.statuses.back()));
}

}  // namespace landfall::sandbox
