// Workflows, runs and jobs.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github_json.h"

namespace landfall::sandbox {
namespace {

Workflow const* workflow_of(Repository const& repository, Run const& run) {
  for (Workflow const& workflow : repository.workflows)
    if (workflow.id == run.workflow) return &workflow;
  return nullptr;
}

Json pulls_json(State const& state, Repository const& repository, Run const& run) {
  Json pulls = Json::array();
  for (std::int64_t const number : run.pulls)
    for (Pull const& pull : repository.pulls)
      if (pull.number == number) pulls.push(pull_reference_json(state, repository, pull));
  return pulls;
}

void add_links(State const& state, Repository const& repository, Run const& run, Json& json) {
  std::string const url =
      repository_url(state, repository, fmt::format("/actions/runs/{}", run.id));
  json.set("url", url);
  json.set("html_url", github_page(repository, fmt::format("/actions/runs/{}", run.id)));
  json.set("jobs_url", url + "/jobs");
  json.set("logs_url", url + "/logs");
  json.set("check_suite_url",
           repository_url(state, repository, fmt::format("/check-suites/{}", run.check_suite)));
  json.set("artifacts_url", url + "/artifacts");
  json.set("cancel_url", url + "/cancel");
  json.set("rerun_url", url + "/rerun");
  json.set("previous_attempt_url",
           run.attempt > 1 ? Json(fmt::format("{}/attempts/{}", url, run.attempt - 1)) : Json());
  json.set("workflow_url",
           repository_url(state, repository, fmt::format("/actions/workflows/{}", run.workflow)));
}

Json steps_json(RunJob const& job) {
  bool const over = job.progress == Progress::completed;
  Json steps = Json::array();
  int number = 0;
  for (RunStep const& step : job.steps) {
    std::string_view const status = over                                    ? "completed"
                                    : job.progress == Progress::in_progress ? "in_progress"
                                                                            : "queued";
    steps.push(Json::object({{"name", step.name},
                             {"status", status},
                             {"conclusion", over ? Json(step.conclusion) : Json()},
                             {"number", ++number},
                             {"started_at", time_or_null(job.started_at)},
                             {"completed_at", time_or_null(job.completed_at)}}));
  }
  return steps;
}

}  // namespace

std::string_view to_word(Progress progress) {
  switch (progress) {
    case Progress::queued:
      return "queued";
    case Progress::pending:
      return "pending";
    case Progress::waiting:
      return "waiting";
    case Progress::in_progress:
      return "in_progress";
    case Progress::completed:
      return "completed";
  }
  return "queued";
}

Json workflow_json(State const& state, Repository const& repository, Workflow const& workflow) {
  return Json::object(
      {{"id", workflow.id},
       {"node_id", node_id("Workflow", workflow.id)},
       {"name", workflow.name},
       {"path", workflow.path},
       {"state", workflow.state},
       {"created_at", iso8601(workflow.created_at)},
       {"updated_at", iso8601(workflow.updated_at)},
       {"url",
        repository_url(state, repository, fmt::format("/actions/workflows/{}", workflow.id))},
       {"html_url", github_page(repository, fmt::format("/blob/{}/{}", repository.default_branch,
                                                        workflow.path))},
       {"badge_url",
        github_page(repository, "/workflows/" + url_encode(workflow.name) + "/badge.svg")}});
}

Json run_json(State const& state, Repository const& repository, Run const& run) {
  Workflow const* const workflow = workflow_of(repository, run);
  auto const commit = repository.commits.find(run.sha);
  bool const known = commit != repository.commits.end();
  Json json = Json::object({
      {"id", run.id},
      {"name", run.name},
      {"node_id", node_id("WorkflowRun", run.id)},
      {"head_branch", shown_text(run.branch)},
      {"head_sha", run.sha},
      {"path", workflow == nullptr ? "" : workflow->path},
      {"display_title", run.title},
      {"run_number", run.number},
      {"event", run.event},
      {"status", to_word(run.progress)},
      {"conclusion", run.progress == Progress::completed ? Json(run.conclusion) : Json()},
      {"workflow_id", run.workflow},
      {"check_suite_id", run.check_suite},
      {"check_suite_node_id", node_id("CheckSuite", run.check_suite)},
      {"pull_requests", pulls_json(state, repository, run)},
      {"created_at", iso8601(run.created_at)},
      {"updated_at", iso8601(run.updated_at)},
      {"actor", github_user(state, run.actor)},
      {"run_attempt", run.attempt},
      {"referenced_workflows", Json::array()},
      {"run_started_at", iso8601(run.started_at)},
      {"triggering_actor", github_user(state, run.triggering_actor)},
  });
  add_links(state, repository, run, json);
  json.set("head_commit", known ? head_commit_json(state, commit->second) : Json());
  json.set("repository", repository_json(state, repository));
  json.set("head_repository", repository_json(state, repository));
  return json;
}

Json attempt_json(State const& state, Repository const& repository, Run const& run,
                  RunAttempt const& attempt) {
  Run then = run;
  then.attempt = attempt.number;
  then.conclusion = attempt.conclusion;
  then.progress = Progress::completed;
  then.triggering_actor = attempt.triggering_actor;
  then.started_at = attempt.started_at;
  then.updated_at = attempt.updated_at;
  return run_json(state, repository, then);
}

Json job_json(State const& state, Repository const& repository, Run const& run, RunJob const& job) {
  std::string const api = repository_url(state, repository);
  bool const on_runner = job.started_at && job.conclusion != "skipped";
  bool const over = job.progress == Progress::completed;
  return Json::object({
      {"id", job.id},
      {"run_id", run.id},
      {"workflow_name", run.name},
      {"head_branch", shown_text(run.branch)},
      {"run_url", fmt::format("{}/actions/runs/{}", api, run.id)},
      {"run_attempt", run.attempt},
      {"node_id", node_id("CheckRun", job.id)},
      {"head_sha", run.sha},
      {"url", fmt::format("{}/actions/jobs/{}", api, job.id)},
      {"html_url", github_page(repository, fmt::format("/actions/runs/{}/job/{}", run.id, job.id))},
      {"status", to_word(job.progress)},
      {"conclusion", over ? Json(job.conclusion) : Json()},
      {"created_at", iso8601(job.created_at)},
      {"started_at", iso8601(job.started_at.value_or(job.created_at))},
      {"completed_at", time_or_null(job.completed_at)},
      {"name", job.name},
      {"steps", steps_json(job)},
      {"check_run_url", fmt::format("{}/check-runs/{}", api, job.id)},
      {"labels", Json::array({"ubuntu-latest"})},
      {"runner_id", on_runner ? Json(1) : Json()},
      {"runner_name", on_runner ? Json("GitHub Actions 1") : Json()},
      {"runner_group_id", on_runner ? Json(0) : Json()},
      {"runner_group_name", on_runner ? Json("GitHub Actions") : Json()},
  });
}

}  // namespace landfall::sandbox
