// Workflows: listed, switched, dispatched.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_workflow_file.h"

namespace landfall::sandbox {
namespace {

std::size_t const inputs_max = 25;

Response switch_workflow(Call& call, std::string_view state) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Workflow* const workflow = find_workflow(*call.repository, call.words[0]);
  if (workflow == nullptr || workflow->state == "deleted") return github_not_found();
  workflow->state = state;
  workflow->updated_at = call.now;
  return {.status = 204};
}

using Inputs = std::map<std::string, std::string>;

/// A scalar as GitHub keeps it: a text.
std::optional<std::string> written(Json const& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool() || value.is_integer() || value.is_double()) return value.dump();
  return std::nullopt;
}

/// What is wrong with one input's value; empty: nothing.
std::string complaint_about(Repository& repository, FileInput const& input,
                            std::string const& value) {
  auto const is = [&](std::string_view type) { return input.type == type; };
  if (is("choice") && !input.options.empty() &&
      std::find(input.options.begin(), input.options.end(), value) == input.options.end())
    return fmt::format("Provided value '{}' for input '{}' not in the list of allowed values",
                       value, input.name);
  if (is("boolean") && value != "true" && value != "false")
    return fmt::format("Provided value '{}' for input '{}' is not a boolean", value, input.name);
  bool const numeric = Json::parse(value) && !Json::parse(value)->is_string();
  if (is("number") && !numeric)
    return fmt::format("Provided value '{}' for input '{}' is not a number", value, input.name);
  if (is("environment") && find_environment(repository, value) == nullptr)
    return fmt::format("Provided value '{}' for input '{}' is not an environment", value,
                       input.name);
  return "";
}

/// Inputs of the call and defaults of the file, or the refusal.
std::optional<Response> read_inputs(Call& call, WorkflowFile const& file, Inputs& inputs) {
  Json const* const given = call.body.find("inputs");
  Json const none = Json::object();
  Json const& values = given == nullptr || given->is_null() ? none : *given;
  if (!values.is_object()) return invalid_type("inputs", values, "an object");
  if (values.as_object().size() > inputs_max)
    return github_error(422, fmt::format("inputs: only {} properties are allowed", inputs_max));
  std::vector<std::string> unexpected;
  for (auto const& [name, value] : values.as_object()) {
    auto const known = std::find_if(file.inputs.begin(), file.inputs.end(),
                                    [&](FileInput const& one) { return one.name == name; });
    auto const text = written(value);
    if (known == file.inputs.end()) {
      unexpected.push_back(fmt::format("\"{}\"", name));
    } else if (text) {
      inputs[name] = *text;
    }
  }
  if (!unexpected.empty())
    return github_error(422,
                        fmt::format("Unexpected inputs provided: [{}]", join(unexpected, ", ")));
  for (FileInput const& input : file.inputs) {
    bool const there = inputs.contains(input.name) && !inputs[input.name].empty();
    if (!there && input.fallback) inputs[input.name] = *input.fallback;
    if (!there && !input.fallback && input.required)
      return github_error(422, fmt::format("Required input '{}' not provided", input.name));
    if (!there && !inputs.contains(input.name)) inputs[input.name] = "";
    std::string const complaint =
        inputs[input.name].empty() ? ""
                                   : complaint_about(*call.repository, input, inputs[input.name]);
    if (!complaint.empty()) return github_error(422, complaint);
  }
  return std::nullopt;
}

/// "main", "refs/heads/main" and "v1" as the reference that they name; a sha is none.
std::string full_ref(Repository const& repository, std::string const& ref) {
  if (ref.starts_with("refs/")) return resolve(repository, ref) == nullptr ? "" : ref;
  if (repository.branches.contains(ref)) return "refs/heads/" + ref;
  return repository.tags.contains(ref) ? "refs/tags/" + ref : "";
}

Response answer_dispatch(Call const& call, Run const& run, bool details) {
  if (!details) return {.status = 204};
  std::string const path = fmt::format("/actions/runs/{}", run.id);
  return json_response(
      200, Json::object({{"workflow_run_id", run.id},
                         {"run_url", repository_url(call.state, *call.repository, path)},
                         {"html_url", github_page(*call.repository, path)}}));
}

}  // namespace

Response enable_workflow(Call& call) {
  return switch_workflow(call, "active");
}

Response disable_workflow(Call& call) {
  return switch_workflow(call, "disabled_manually");
}

Response list_workflows(Call& call) {
  auto const& all = call.repository->workflows;
  return paged(
      call, all.size(),
      [&](std::size_t i) { return workflow_json(call.state, *call.repository, all[i]); },
      "workflows");
}

Response show_workflow(Call& call) {
  Workflow const* const workflow = find_workflow(*call.repository, call.words[0]);
  if (workflow == nullptr) return github_not_found();
  return json_response(200, workflow_json(call.state, *call.repository, *workflow));
}

Response dispatch_workflow(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Workflow const* const workflow = find_workflow(*call.repository, call.words[0]);
  if (workflow == nullptr || workflow->state == "deleted") return github_not_found();
  Given given(call);
  std::string const wanted = given.required("ref");
  bool const details = given.boolean_or("return_run_details", false);
  if (given.refusal()) return *std::move(given.refusal());
  if (workflow->state != "active")
    return github_error(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  std::string const ref = full_ref(*call.repository, wanted);
  if (ref.empty()) return github_error(422, "No ref found for: " + printable(wanted));
  Commit const* const commit = resolve(*call.repository, ref);
  auto const text = workflow_text(*call.repository, commit->sha, workflow->path);
  bool const has_files = !commit->tree.empty();
  bool const scripted = workflow->outcomes.contains("workflow_dispatch");
  WorkflowFile file;
  if (text) file = read_workflow_file(*text);
  bool const offers = text ? file.event("workflow_dispatch") != nullptr : !has_files && scripted;
  if (!offers) return github_error(422, "Workflow does not have 'workflow_dispatch' trigger");
  if (!file.problem.empty()) return github_error(422, "failed to parse workflow: " + file.problem);
  Inputs inputs;
  if (text)
    if (auto refusal = read_inputs(call, file, inputs)) return *std::move(refusal);
  Happening happening{.event = "workflow_dispatch", .actor = actor_of(call)};
  happening.ref = ref;
  happening.sha = commit->sha;
  happening.title = workflow->name;
  Workflow const copy = *workflow;
  Run const& run =
      start_dispatched(call.state, *call.repository, copy, happening, inputs, call.now);
  return answer_dispatch(call, run, details);
}

Response dispatch_repository(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  std::string const type = given.required("event_type");
  Json const* const payload = given.find("client_payload");
  if (given.refusal()) return *std::move(given.refusal());
  if (type.empty() || type.size() > 100)
    return github_error(422, "Invalid request.\n\nevent_type must have 1 to 100 characters.");
  if (payload != nullptr && !payload->is_object() && !payload->is_null())
    return invalid_type("client_payload", *payload, "an object");
  if (payload != nullptr && payload->is_object() && payload->as_object().size() > 10)
    return github_error(422, "No more than 10 properties are allowed; " +
                                 std::to_string(payload->as_object().size()) + " were supplied.");
  Happening happening{.event = "repository_dispatch", .action = type, .actor = actor_of(call)};
  happening.by_actions = is_by_actions(call);
  happening.title = type;
  happening.payload =
      Json::object({{"branch", call.repository->default_branch},
                    {"client_payload", payload == nullptr ? Json::object() : *payload}});
  happened(call.state, *call.repository, std::move(happening), call.now);
  return {.status = 204};
}

}  // namespace landfall::sandbox
