// The Actions part of a repository in a world file: workflows, what they do, and past runs.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_gates.h"
#include "sandbox/github_progress.h"
#include "sandbox/github_push.h"
#include "sandbox/world_github.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

std::vector<std::string> const job_keys{"id",          "name", "conclusion", "takes", "needs",
                                        "environment", "url",  "always",     "log",   "steps"};
std::vector<std::string> const outcome_keys{"branches", "conclusion", "takes", "jobs"};

Result<RunJob> load_job(Section const& entry) {
  RunJob job{.name = TRY(entry.text("name"))};
  job.key = TRY(entry.text_or("id", job.name));
  job.outcome = TRY(entry.text("conclusion"));
  job.takes = TRY(entry.duration_or("takes", Duration{0}));
  job.needs = TRY(entry.texts("needs")).value_or(Texts{});
  job.environment = TRY(entry.text_or("environment", ""));
  job.environment_url = TRY(entry.text_or("url", ""));
  job.always = TRY(entry.boolean_or("always", false));
  job.log = TRY(entry.text_or("log", ""));
  for (yaml::Node const& item : TRY(entry.items("steps"))) {
    auto const step =
        TRY(Section::open(entry.file(), item, "step of job " + job.name, {"name", "conclusion"}));
    std::string const name = TRY(step.text("name"));
    job.steps.push_back({name, TRY(step.text("conclusion"))});
  }
  return job;
}

Result<std::vector<RunJob>> load_jobs(Section const& section) {
  std::vector<RunJob> jobs;
  for (yaml::Node const& node : TRY(section.items("jobs"))) {
    auto const entry =
        TRY(Section::open(section.file(), node, "job of " + section.what(), job_keys));
    jobs.push_back(TRY(load_job(entry)));
  }
  return jobs;
}

Result<Outcome> load_outcome(Section const& section) {
  Outcome outcome;
  outcome.branches = TRY(section.texts("branches"));
  outcome.conclusion = TRY(section.text_or("conclusion", outcome.conclusion));
  outcome.takes = TRY(section.duration_or("takes", outcome.takes));
  outcome.jobs = TRY(load_jobs(section));
  return outcome;
}

Result<> load_outcomes(Section const& section, Workflow& workflow) {
  if (yaml::Node const* const node = section.find("on_push")) {
    auto const push =
        TRY(Section::open(section.file(), *node, "on_push of " + section.what(), outcome_keys));
    workflow.outcomes["push"] = TRY(load_outcome(push));
  }
  for (yaml::Pair const& pair : TRY(section.pairs("outcomes"))) {
    std::string const event(pair.key.text);
    auto const entry =
        TRY(Section::open(section.file(), pair.value,
                          fmt::format("outcome '{}' of {}", event, section.what()), outcome_keys));
    workflow.outcomes[event] = TRY(load_outcome(entry));
  }
  return {};
}

Result<> load_workflow(State& state, Repository& repository, Section const& section,
                       std::string const& path) {
  Workflow workflow{.path = path, .name = path};
  workflow.id = TRY(section.integer("id")).value_or(state.next_id());
  workflow.name = TRY(section.text_or("name", path));
  workflow.state = TRY(section.text_or("state", "active"));
  workflow.created_at = TRY(section.instant("created_at"));
  workflow.updated_at = workflow.created_at;
  TRY(load_outcomes(section, workflow));
  repository.workflows.push_back(std::move(workflow));
  return {};
}

/// A past run: its jobs have ended, or work on, by the clock.
void place_jobs(State& state, Run& run, Duration takes) {
  for (RunJob& job : run.jobs) {
    job.id = state.next_id();
    if (job.takes == Duration{0}) job.takes = takes;
    job.needs.clear();
    job.created_at = run.created_at;
    job.started_at = run.created_at;
    job.progress = Progress::in_progress;
  }
  bool const over = run.created_at + takes <= state.github.advanced_to;
  if (!over) return;
  run.progress = Progress::completed;
  run.updated_at = run.created_at + takes;
  for (RunJob& job : run.jobs) {
    job.progress = Progress::completed;
    job.conclusion = job.outcome;
    job.completed_at = run.updated_at;
  }
}

/// A run that waits does so for the reviewers of an environment, whatever the plan.
void hold(Repository const& repository, Run& run, std::string const& environment, Duration takes) {
  if (run.jobs.empty())
    run.jobs.push_back({.key = "deploy", .name = "deploy", .outcome = run.conclusion});
  for (RunJob& job : run.jobs) {
    job.progress = Progress::waiting;
    job.environment = environment;
    job.held = true;
    job.waits_since = run.created_at;
    job.takes = takes;
    job.conclusion.clear();
    job.completed_at.reset();
    job.started_at.reset();
    job.created_at = run.created_at;
    job.outcome = run.conclusion;
  }
  run.progress = Progress::waiting;
  run.conclusion.clear();
  run.updated_at = run.created_at;
  require(!repository.name.empty(), "a repository without a name");
}

/// What a run does not say itself is what a push to its workflow gives.
Result<> load_run(State& state, Repository& repository, Section const& section) {
  std::string const path = TRY(section.text("workflow"));
  auto const workflow = std::find_if(repository.workflows.begin(), repository.workflows.end(),
                                     [&](Workflow const& one) { return one.path == path; });
  if (workflow == repository.workflows.end())
    return std::unexpected(section.error("workflow", "no workflow of this path is declared"));
  auto const scripted = workflow->outcomes.find("push");
  Outcome const usual =
      scripted == workflow->outcomes.end() ? Outcome{.conclusion = "failure"} : scripted->second;
  Run run{.id = state.next_id(), .workflow = workflow->id, .name = workflow->name};
  run.number = 1 + std::count_if(repository.runs.begin(), repository.runs.end(),
                                 [&](Run const& one) { return one.workflow == workflow->id; });
  run.check_suite = state.next_id();
  run.sha = TRY(known_sha(repository, section, "sha"));
  Commit const& commit = repository.commits.at(run.sha);
  run.event = TRY(section.text_or("event", "push"));
  run.branch = TRY(section.text_or("branch", repository.default_branch));
  run.ref = (repository.tags.contains(run.branch) ? "refs/tags/" : "refs/heads/") + run.branch;
  run.actor = TRY(login(state, section, "by", commit.author));
  run.triggering_actor = run.actor;
  run.title = TRY(section.text_or("title", commit.title()));
  run.conclusion = TRY(section.text_or("conclusion", usual.conclusion));
  run.jobs = section.find("jobs") == nullptr ? usual.jobs : TRY(load_jobs(section));
  run.created_at = TRY(section.instant("at"));
  run.started_at = run.created_at;
  run.updated_at = run.created_at;
  Duration const takes = TRY(section.duration_or("takes", usual.takes));
  std::string const environment = TRY(section.text_or("waits_for", ""));
  bool const over = run.created_at + takes <= state.github.advanced_to;
  if (run.jobs.empty() && !over)
    run.jobs.push_back({.key = "run", .name = "run", .outcome = run.conclusion});
  if (!environment.empty()) hold(repository, run, environment, takes);
  if (!environment.empty())
    for (RunJob& job : run.jobs) job.id = state.next_id();
  if (environment.empty()) place_jobs(state, run, takes);
  if (run.progress != Progress::completed) run.conclusion.clear();
  if (run.progress == Progress::queued) run.progress = Progress::in_progress;
  repository.runs.push_back(std::move(run));
  return {};
}

}  // namespace

Result<> load_workflows(State& state, Repository& repository, Section const& section) {
  for (yaml::Pair const& pair : TRY(section.pairs("workflows"))) {
    auto const workflow =
        TRY(Section::open(section.file(), pair.value, fmt::format("workflow '{}'", pair.key.text),
                          {"id", "name", "state", "created_at", "on_push", "outcomes"}));
    TRY(load_workflow(state, repository, workflow, std::string(pair.key.text)));
  }
  Commit const* const head = repository.head();
  sync_workflows(state, repository, head == nullptr ? repository.created_at : head->at);
  return {};
}

Result<> load_runs(State& state, Repository& repository, Section const& section) {
  for (yaml::Node const& node : TRY(section.items("runs"))) {
    auto const run = TRY(Section::open(section.file(), node, "run",
                                       {"workflow", "sha", "at", "takes", "event", "branch", "by",
                                        "title", "conclusion", "jobs", "waits_for"}));
    TRY(load_run(state, repository, run));
  }
  std::stable_sort(repository.runs.begin(), repository.runs.end(),
                   [](Run const& a, Run const& b) { return a.created_at < b.created_at; });
  return {};
}

/// A run can wait only for an environment that is there, and has somebody who can let it go on.
Result<> check_waiting_runs(Repository const& repository, Section const& section) {
  for (Run const& run : repository.runs) {
    for (RunJob const& job : run.jobs) {
      if (!job.held) continue;
      bool const there =
          std::any_of(repository.environments.begin(), repository.environments.end(),
                      [&](GateEnvironment const& one) {
                        return lower(one.name) == lower(job.environment) &&
                               !(one.reviewers.empty() && one.team_reviewers.empty());
                      });
      if (!there)
        return std::unexpected(section.error(
            "runs",
            "no environment '" + printable(job.environment) + "' with reviewers is declared"));
    }
  }
  return {};
}

}  // namespace landfall::sandbox
