// Runs of workflows: found by filters, and acted on.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_progress.h"

namespace landfall::sandbox {
namespace {

std::size_t const filtered_max = 1000;

/// GitHub's `created`: an instant or date, `>=X`, `<X`, `X..Y`, with `*` for an open end.
struct TimeWindow {
  std::optional<Instant> from;
  std::optional<Instant> until;
  bool open_from = false;   ///< from itself is out
  bool open_until = false;  ///< until itself is out
};

std::optional<Instant> instant_in(std::string_view text) {
  auto const instant = parse_instant(text);
  return instant ? std::optional(*instant) : std::nullopt;
}

/// The last moment that a date alone means.
Instant end_of(Instant instant, std::string_view text) {
  return text.size() == 10 ? instant + 24h - 1ms : instant;
}

std::optional<TimeWindow> read_window(std::string_view text) {
  TimeWindow window;
  std::size_t const dots = text.find("..");
  if (dots != std::string_view::npos) {
    std::string_view const ends[] = {text.substr(0, dots), text.substr(dots + 2)};
    if (ends[0] != "*" && !(window.from = instant_in(ends[0]))) return std::nullopt;
    if (ends[1] != "*" && !(window.until = instant_in(ends[1]))) return std::nullopt;
    if (window.until) window.until = end_of(*window.until, ends[1]);
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
  if (!before) window.from = window.open_from ? end_of(*instant, text) : *instant;
  if (!after) window.until = window.open_until ? *instant : end_of(*instant, text);
  return window;
}

bool inside(TimeWindow const& window, Instant at) {
  if (window.from && (at < *window.from || (window.open_from && at == *window.from))) return false;
  return !window.until || at < *window.until || (!window.open_until && at == *window.until);
}

bool has_status(Run const& run, std::string const& status) {
  return status == to_word(run.progress) ||
         (run.progress == Progress::completed && status == run.conclusion);
}

bool is_wanted(Call const& call, Run const& run) {
  auto const differs = [&](char const* name, std::string const& value) {
    auto const filter = call.url.query_value(name);
    return filter && *filter != value;
  };
  if (differs("event", run.event) || differs("branch", run.branch) ||
      differs("head_sha", run.sha) || differs("actor", run.actor) ||
      differs("check_suite_id", std::to_string(run.check_suite)))
    return false;
  auto const status = call.url.query_value("status");
  return !status || has_status(run, *status);
}

bool is_filtered(Call const& call) {
  for (char const* name :
       {"actor", "branch", "check_suite_id", "created", "event", "head_sha", "status"})
    if (call.url.query_value(name)) return true;
  return false;
}

Response runs_page(Call& call, Workflow const* workflow) {
  std::optional<TimeWindow> window = TimeWindow{};
  if (auto const created = call.url.query_value("created")) window = read_window(*created);
  if (!window) return github_error(422, "created: not a date or a range of dates");
  std::vector<Run const*> found;
  auto const& runs = call.repository->runs;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    bool const other = workflow != nullptr && run->workflow != workflow->id;
    if (!other && inside(*window, run->created_at) && is_wanted(call, *run)) found.push_back(&*run);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](Run const* a, Run const* b) { return a->created_at > b->created_at; });
  // With a filter GitHub finds a thousand at most.
  if (is_filtered(call) && found.size() > filtered_max) found.resize(filtered_max);
  bool const without_pulls =
      call.url.query_value("exclude_pull_requests").value_or("false") == "true";
  return paged(
      call, found.size(),
      [&](std::size_t i) {
        Json json = run_json(call.state, *call.repository, *found[i]);
        if (without_pulls) json.set("pull_requests", Json::array());
        return json;
      },
      "workflow_runs");
}

Response accepted(int status) {
  return json_response(status, Json::object());
}

/// The run of the path, for those who may write; else the refusal.
std::optional<Response> refuse_act(Call& call, Run const* run) {
  if (auto refusal = refuse_below(call, Role::write)) return refusal;
  if (run == nullptr) return github_not_found();
  return std::nullopt;
}

Response rerun_as(Call& call, bool failed_only) {
  Run* const run = find_run(call);
  if (auto refusal = refuse_act(call, run)) return *std::move(refusal);
  if (run->progress != Progress::completed)
    return github_error(403, "This workflow is already running");
  if (call.now - run->created_at > 24h * 30)
    return github_error(
        403, "Unable to re-run this workflow run because it was created over a month ago");
  if (run->jobs.empty()) return github_error(403, "This workflow run cannot be retried");
  bool const failed = std::any_of(run->jobs.begin(), run->jobs.end(), [](RunJob const& job) {
    return job.conclusion == "failure" || job.conclusion == "cancelled";
  });
  if (failed_only && !failed) return github_error(403, "This workflow run has no failed jobs");
  rerun(call.state, *call.repository, *run, failed_only, actor_of(call), call.now);
  return accepted(201);
}

}  // namespace

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
  if (run == nullptr) return github_not_found();
  return json_response(200, run_json(call.state, *call.repository, *run));
}

Response delete_run(Call& call) {
  Run const* const run = find_run(call);
  if (auto refusal = refuse_act(call, run)) return *std::move(refusal);
  if (run->progress != Progress::completed)
    return github_error(403, "Could not delete the workflow run");
  std::int64_t const id = run->id;
  std::erase_if(call.repository->runs, [&](Run const& one) { return one.id == id; });
  return {.status = 204};
}

Response cancel_run_by_hand(Call& call) {
  Run* const run = find_run(call);
  if (auto refusal = refuse_act(call, run)) return *std::move(refusal);
  if (run->progress == Progress::completed)
    return github_error(409, "Cannot cancel a workflow run that is completed.");
  cancel_run(call.state, *call.repository, *run, call.now);
  return accepted(202);
}

Response rerun_run(Call& call) {
  return rerun_as(call, false);
}

Response rerun_failed_jobs(Call& call) {
  return rerun_as(call, true);
}

Response rerun_job(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  std::int64_t const id = number_in(call, 0);
  for (Run const& run : call.repository->runs)
    for (RunJob const& job : run.jobs) {
      if (job.id != id) continue;
      call.words[0] = std::to_string(run.id);
      return rerun_as(call, job.conclusion == "failure" || job.conclusion == "cancelled");
    }
  return github_not_found();
}

Response show_attempt(Call& call) {
  Run const* const run = find_run(call);
  std::int64_t const number = number_in(call, 1);
  if (run != nullptr && run->attempt == number) return show_run(call);
  if (run != nullptr)
    for (RunAttempt const& attempt : run->earlier)
      if (attempt.number == number)
        return json_response(200, attempt_json(call.state, *call.repository, *run, attempt));
  return github_not_found();
}

Response list_approvals(Call& call) {
  Run const* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  Json body = Json::array();
  for (Approval const& approval : run->approvals) {
    Json environments = Json::array();
    for (std::string const& name : approval.environments)
      if (GateEnvironment const* const one = find_environment(call, name)) {
        Json const full = environment_json(call.state, *call.repository, *one);
        Json shown = Json::object();
        for (char const* member :
             {"id", "node_id", "name", "url", "html_url", "created_at", "updated_at"})
          shown.set(member, *full.find(member));
        environments.push(std::move(shown));
      }
    body.push(Json::object({{"state", approval.state},
                            {"comment", approval.comment},
                            {"environments", std::move(environments)},
                            {"user", github_user(call.state, approval.user)}}));
  }
  return json_response(200, body);
}

}  // namespace landfall::sandbox
