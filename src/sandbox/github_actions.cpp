// Workflows, their runs and jobs.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

Workflow const* find_workflow(Repository const& repository, std::string const& id_or_file) {
  for (Workflow const& workflow : repository.workflows) {
    if (std::to_string(workflow.id) == id_or_file) return &workflow;
    if (workflow.path == ".github/workflows/" + id_or_file) return &workflow;
  }
  return nullptr;
}

Workflow const& workflow_of(Repository const& repository, Run const& run) {
  for (Workflow const& workflow : repository.workflows) {
    if (workflow.id == run.workflow) return workflow;
  }
  unreachable_here("a run of no workflow");
}

Json workflow_json(Call const& call, Workflow const& workflow) {
  std::string const html =
      fmt::format("https://github.com/{}/blob/{}/{}", call.repository->full_name(),
                  call.repository->default_branch, workflow.path);
  return Json::object({
      {"id", workflow.id},
      {"node_id", node_id("Workflow", workflow.id)},
      {"name", workflow.name},
      {"path", workflow.path},
      {"state", workflow.state},
      {"created_at", iso8601(workflow.created_at)},
      {"updated_at", iso8601(workflow.updated_at)},
      {"url", repository_url(call, fmt::format("/actions/workflows/{}", workflow.id))},
      {"html_url", html},
      {"badge_url", ""},
  });
}

Json head_commit(Call const& call, Run const& run) {
  auto const found = call.repository->commits.find(run.sha);
  if (found == call.repository->commits.end()) return Json();
  Commit const& commit = found->second;
  return Json::object({{"id", commit.sha},
                       {"message", commit.message},
                       {"timestamp", iso8601(commit.at)},
                       {"author", Json::object({{"name", commit.author}})}});
}

Json run_json(Call const& call, Run const& run) {
  Workflow const& workflow = workflow_of(*call.repository, run);
  bool const finished = is_finished(run, call.now);
  std::string const url = repository_url(call, fmt::format("/actions/runs/{}", run.id));
  return Json::object({
      {"id", run.id},
      {"name", workflow.name},
      {"node_id", node_id("WorkflowRun", run.id)},
      {"head_branch", run.branch},
      {"head_sha", run.sha},
      {"path", workflow.path},
      {"display_title", run.title},
      {"run_number", run.number},
      {"run_attempt", 1},
      {"event", run.event},
      {"status", status_of(run, call.now)},
      {"conclusion", finished ? Json(run.conclusion) : Json()},
      {"workflow_id", workflow.id},
      {"url", url},
      {"html_url",
       fmt::format("https://github.com/{}/actions/runs/{}", call.repository->full_name(), run.id)},
      {"created_at", iso8601(run.created_at)},
      {"updated_at", iso8601(finished ? run.finished_at : run.created_at)},
      {"run_started_at", iso8601(run.created_at)},
      {"actor", github_user(call.state, run.actor)},
      {"triggering_actor", github_user(call.state, run.actor)},
      {"jobs_url", url + "/jobs"},
      {"referenced_workflows", Json::array()},
      {"pull_requests", Json::array()},
      {"head_commit", head_commit(call, run)},
      {"repository", Json::object({{"full_name", call.repository->full_name()}})},
  });
}

/// GitHub's `created`: an instant or date, `>=X`, `<X`, `X..Y`, with `*` for an open end.
struct Window {
  std::optional<Instant> from;
  std::optional<Instant> until;
  bool open_from = false;   ///< from itself is out
  bool open_until = false;  ///< until itself is out
};

std::optional<Instant> instant_in(std::string_view text) {
  auto const instant = parse_instant(text);
  return instant ? std::optional(*instant) : std::nullopt;
}

std::optional<Window> read_window(std::string_view text) {
  Window window;
  std::size_t const dots = text.find("..");
  if (dots != std::string_view::npos) {
    std::string_view const ends[] = {text.substr(0, dots), text.substr(dots + 2)};
    if (ends[0] != "*" && !(window.from = instant_in(ends[0]))) return std::nullopt;
    if (ends[1] != "*" && !(window.until = instant_in(ends[1]))) return std::nullopt;
    return window;
  }
  bool const after = text.starts_with('>');
  bool const before = text.starts_with('<');
  if (after || before) text.remove_prefix(1);
  bool const inclusive = text.starts_with('=');
  if (inclusive) text.remove_prefix(1);
  auto const instant = instant_in(text);
  if (!instant) return std::nullopt;
  window.open_from = after && !inclusive;
  window.open_until = before && !inclusive;
  if (!before) window.from = instant;
  if (!after) window.until = instant;
  // A date alone means the whole day.
  if (!before && !after && text.size() == 10) window.until = *instant + 24h - 1ms;
  return window;
}

bool inside(Window const& window, Instant at) {
  if (window.from && (at < *window.from || (window.open_from && at == *window.from))) return false;
  return !window.until || at < *window.until || (!window.open_until && at == *window.until);
}

bool has_status(Run const& run, std::string const& status, Instant now) {
  if (status == status_of(run, now)) return true;
  return is_finished(run, now) && status == run.conclusion;
}

bool wanted(Call const& call, Run const& run) {
  auto const differs = [&](char const* name, std::string const& value) {
    auto const filter = call.url.query_value(name);
    return filter && *filter != value;
  };
  if (differs("event", run.event) || differs("branch", run.branch) ||
      differs("head_sha", run.sha) || differs("actor", run.actor)) {
    return false;
  }
  auto const status = call.url.query_value("status");
  return !status || has_status(run, *status, call.now);
}

Response runs_page(Call& call, Workflow const* workflow) {
  std::optional<Window> window = Window{};
  if (auto const created = call.url.query_value("created")) window = read_window(*created);
  if (!window) return github_error(422, "created: not a date or a range of dates");
  Json::Array items;
  auto const& runs = call.repository->runs;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    bool const other = workflow != nullptr && run->workflow != workflow->id;
    if (other || run->created_at > call.now || !inside(*window, run->created_at)) continue;
    if (wanted(call, *run)) items.push_back(run_json(call, *run));
  }
  return paged(call, std::move(items), "workflow_runs");
}

Json job_json(Call const& call, Run const& run, RunJob const& job) {
  bool const finished = is_finished(run, call.now);
  auto const outcome = [&](std::string const& text) { return finished ? Json(text) : Json(); };
  Json const end = outcome(iso8601(run.finished_at));
  std::string const status = status_of(run, call.now);
  Json steps = Json::array();
  int number = 0;
  for (RunStep const& step : job.steps) {
    steps.push(Json::object({{"name", step.name},
                             {"status", status},
                             {"conclusion", outcome(step.conclusion)},
                             {"number", ++number},
                             {"started_at", iso8601(run.created_at)},
                             {"completed_at", end}}));
  }
  bool const skipped = job.conclusion == "skipped";
  return Json::object({
      {"id", job.id},
      {"run_id", run.id},
      {"run_attempt", 1},
      {"head_sha", run.sha},
      {"head_branch", run.branch},
      {"workflow_name", workflow_of(*call.repository, run).name},
      {"name", job.name},
      {"status", status},
      {"conclusion", outcome(job.conclusion)},
      {"created_at", iso8601(run.created_at)},
      {"started_at", iso8601(run.created_at)},
      {"completed_at", end},
      {"steps", std::move(steps)},
      {"labels", Json::array({"ubuntu-24.04"})},
      {"runner_name", skipped ? Json() : Json("GitHub Actions")},
      {"html_url", fmt::format("https://github.com/{}/actions/runs/{}/job/{}",
                               call.repository->full_name(), run.id, job.id)},
  });
}

Response switch_workflow(Call& call, std::string_view state) {
  if (call.user == nullptr || call.role == Role::read) return needs_write(call);
  Workflow const* const found = find_workflow(*call.repository, call.words[0]);
  if (found == nullptr || found->state == "deleted") return github_not_found();
  for (Workflow& workflow : call.repository->workflows) {
    if (workflow.id != found->id) continue;
    workflow.state = state;
    workflow.updated_at = call.now;
  }
  return {.status = 204};
}

}  // namespace

bool is_finished(Run const& run, Instant now) {
  return !run.waits_for && now >= run.finished_at;
}

std::string status_of(Run const& run, Instant now) {
  if (run.waits_for) return "waiting";
  return is_finished(run, now) ? "completed" : "in_progress";
}

Run* find_run(Call const& call) {
  for (Run& run : call.repository->runs)
    if (std::to_string(run.id) == call.words[0]) return &run;
  return nullptr;
}

Response enable_workflow(Call& call) {
  return switch_workflow(call, "active");
}

Response disable_workflow(Call& call) {
  return switch_workflow(call, "disabled_manually");
}

Response list_workflows(Call& call) {
  Json::Array items;
  for (Workflow const& workflow : call.repository->workflows) {
    items.push_back(workflow_json(call, workflow));
  }
  return paged(call, std::move(items), "workflows");
}

Response show_workflow(Call& call) {
  Workflow const* const workflow = find_workflow(*call.repository, call.words[0]);
  if (workflow == nullptr) return github_not_found();
  return json_response(200, workflow_json(call, *workflow));
}

Response list_workflow_runs(Call& call) {
  Workflow const* const workflow = find_workflow(*call.repository, call.words[0]);
  if (workflow == nullptr) return github_not_found();
  return runs_page(call, workflow);
}

Response list_runs(Call& call) {
  return runs_page(call, nullptr);
}

Response show_run(Call& call) {
  Run const* const run = find_run(call);
  return run == nullptr ? github_not_found() : json_response(200, run_json(call, *run));
}

Response list_jobs(Call& call) {
  Run const* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  Json::Array items;
  for (RunJob const& job : run->jobs) items.push_back(job_json(call, *run, job));
  return paged(call, std::move(items), "jobs");
}

}  // namespace landfall::sandbox
