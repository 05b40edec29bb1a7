#include "sandbox/github_progress.h"

#include <algorithm>

#include "base/text.h"
#include "sandbox/github_contexts.h"
#include "sandbox/github_gates.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_json.h"
#include "sandbox/github_schedules.h"

namespace landfall::sandbox {
namespace {

bool is_active(Progress progress) {
  return progress != Progress::completed;
}

std::int64_t workflow_index(Repository const& repository, Run const& run) {
  for (std::size_t i = 0; i < repository.workflows.size(); ++i)
    if (repository.workflows[i].id == run.workflow) return static_cast<std::int64_t>(i);
  return -1;
}

/// requested, in_progress and completed are told to hooks and to workflows that wait for this one.
void tell_run(State& state, Repository& repository, Run const& run, std::string_view action,
              Instant now) {
  std::int64_t const index = workflow_index(repository, run);
  if (index < 0) return;
  Workflow const& workflow = repository.workflows[static_cast<std::size_t>(index)];
  Happening happening{.event = "workflow_run", .action = std::string(action), .actor = run.actor};
  happening.payload = Json::object({{"workflow_run", run_json(state, repository, run)},
                                    {"workflow", workflow_json(state, repository, workflow)}});
  happening.branch = run.branch;
  happening.workflow = workflow.name;
  happening.title = workflow.name;
  happening.chain = run.chain + 1;
  happened(state, repository, std::move(happening), now);
}

void tell_job(State& state, Repository& repository, Run const& run, RunJob const& job,
              std::string_view action, Instant now) {
  Happening happening{.event = "workflow_job", .action = std::string(action), .actor = run.actor};
  happening.payload = Json::object({{"workflow_job", job_json(state, repository, run, job)}});
  // Jobs start nothing: only hooks hear of them.
  happening.by_actions = true;
  happened(state, repository, std::move(happening), now);
}

void end_job(State& state, Repository& repository, std::int64_t run_id, std::size_t index,
             std::string const& conclusion, Instant now) {
  Run& run = *run_of(repository, run_id);
  RunJob& job = run.jobs[index];
  job.progress = Progress::completed;
  job.conclusion = conclusion;
  if (!job.started_at) job.started_at = now;
  job.completed_at = now;
  run.updated_at = now;
  std::int64_t const deployment = job.deployment;
  std::string const url = job.environment_url;
  std::string const actor = run.actor;
  RunJob const ended = job;
  if (deployment != 0) {
    DeploymentStatus status{.state = conclusion == "success" ? "success" : "failure"};
    status.environment_url = url;
    status.creator = actor;
    add_deployment_status(state, repository, deployment, std::move(status), now);
  }
  if (Run const* const again = run_of(repository, run_id))
    tell_job(state, repository, *again, ended, "completed", now);
}

std::string conclusion_of(Run const& run) {
  bool failed = false;
  bool cancelled = run.cancelled;
  bool succeeded = false;
  for (RunJob const& job : run.jobs) {
    failed = failed || job.conclusion == "failure" || job.conclusion == "timed_out";
    cancelled = cancelled || job.conclusion == "cancelled";
    succeeded = succeeded || job.conclusion == "success" || job.conclusion == "neutral";
  }
  if (cancelled) return "cancelled";
  if (failed) return "failure";
  return succeeded ? "success" : "skipped";
}

bool is_ready(Run const& run, RunJob const& job) {
  return std::none_of(run.jobs.begin(), run.jobs.end(), [&](RunJob const& other) {
    return is_active(other.progress) &&
           std::find(job.needs.begin(), job.needs.end(), other.key) != job.needs.end();
  });
}

struct Held {
  bool busy = false;
  std::vector<std::int64_t> running;                               ///< runs
  std::vector<std::int64_t> pending;                               ///< runs
  std::vector<std::pair<std::int64_t, std::size_t>> running_jobs;  ///< run and index
  std::vector<std::pair<std::int64_t, std::size_t>> pending_jobs;
};

bool same_group(std::optional<Concurrency> const& concurrency, std::string_view group) {
  return concurrency && !concurrency->group.empty() && lower(concurrency->group) == lower(group);
}

/// Who is in a group besides the run (and job) that asks. What waits for approval is under way.
Held holders(Repository const& repository, std::string_view group, std::int64_t run_id,
             std::optional<std::size_t> job_index) {
  Held held;
  for (Run const& run : repository.runs) {
    if (!is_active(run.progress)) continue;
    if (same_group(run.concurrency, group) && (run.id != run_id || job_index)) {
      bool const waits = run.progress == Progress::pending;
      (waits ? held.pending : held.running).push_back(run.id);
    }
    for (std::size_t i = 0; i < run.jobs.size(); ++i) {
      RunJob const& job = run.jobs[i];
      bool const self = run.id == run_id && job_index == i;
      if (self || !same_group(job.concurrency, group) || !is_active(job.progress)) continue;
      if (job.progress == Progress::pending) held.pending_jobs.emplace_back(run.id, i);
      bool const works = job.progress == Progress::in_progress || job.progress == Progress::waiting;
      if (works) held.running_jobs.emplace_back(run.id, i);
    }
  }
  held.busy = !held.running.empty() || !held.running_jobs.empty();
  return held;
}

void settle(State& state, Repository& repository, std::int64_t run_id, Instant now);

/// Room for one: older ones that wait are cancelled, and those that work too if that is wanted.
bool enter_group(State& state, Repository& repository, Concurrency const& wanted,
                 std::int64_t run_id, std::optional<std::size_t> job_index, Instant now) {
  Held const held = holders(repository, wanted.group, run_id, job_index);
  auto const cancel = [&](std::int64_t id) {
    Run* const run = run_of(repository, id);
    if (run != nullptr && id != run_id) cancel_run(state, repository, *run, now);
  };
  auto const cancel_job = [&](std::pair<std::int64_t, std::size_t> const& at) {
    end_job(state, repository, at.first, at.second, "cancelled", now);
    if (at.first != run_id) settle(state, repository, at.first, now);
  };
  for (std::int64_t const id : held.pending) cancel(id);
  for (auto const& at : held.pending_jobs) cancel_job(at);
  if (!held.busy) return true;
  if (!wanted.cancels) return false;
  for (std::int64_t const id : held.running) cancel(id);
  for (auto const& at : held.running_jobs) cancel_job(at);
  return true;
}

void start_job(State& state, Repository& repository, std::int64_t run_id, std::size_t index,
               Instant now) {
  Run& run = *run_of(repository, run_id);
  RunJob& job = run.jobs[index];
  job.progress = Progress::in_progress;
  job.started_at = now;
  run.updated_at = now;
  std::int64_t const deployment = job.deployment;
  RunJob const started = job;
  std::string const actor = run.actor;
  if (deployment != 0)
    add_deployment_status(state, repository, deployment, {.state = "in_progress", .creator = actor},
                          now);
  tell_job(state, repository, *run_of(repository, run_id), started, "in_progress", now);
}

/// One job whose needs are done: skipped, at a gate, in a queue, or at work.
void settle_job(State& state, Repository& repository, std::int64_t run_id, std::size_t index,
                Instant now) {
  Run& run = *run_of(repository, run_id);
  RunJob& job = run.jobs[index];
  auto const lets = lets_run(repository, run, job);
  if (job.outcome == "skipped" || lets == false)
    return end_job(state, repository, run_id, index, "skipped", now);
  if (!lets) return end_job(state, repository, run_id, index, "failure", now);
  Gate const gate = pass_gate(state, repository, run, job, now);
  if (gate == Gate::closed) return end_job(state, repository, run_id, index, "failure", now);
  if (gate == Gate::waits) {
    job.progress = Progress::waiting;
    run.updated_at = now;
    return;
  }
  std::optional<Concurrency> const wanted = job.concurrency;
  if (wanted && !wanted->group.empty() &&
      !enter_group(state, repository, *wanted, run_id, index, now)) {
    run_of(repository, run_id)->jobs[index].progress = Progress::pending;
    return;
  }
  start_job(state, repository, run_id, index, now);
}

Progress progress_of(Run const& run) {
  bool waits = false;
  bool pends = false;
  for (RunJob const& job : run.jobs) {
    if (job.progress == Progress::in_progress) return Progress::in_progress;
    waits = waits || job.progress == Progress::waiting;
    pends = pends || job.progress == Progress::pending;
  }
  return waits ? Progress::waiting : pends ? Progress::pending : Progress::in_progress;
}

/// Those that waited for a place in a group of this run or its jobs.
void wake_group(State& state, Repository& repository, std::string const& group, Instant now) {
  Held const held = holders(repository, group, 0, std::nullopt);
  if (held.busy || group.empty()) return;
  for (std::int64_t const id : held.pending) {
    Run& run = *run_of(repository, id);
    run.progress = Progress::queued;
    return settle(state, repository, id, now);
  }
  for (auto const& [id, index] : held.pending_jobs) {
    run_of(repository, id)->jobs[index].progress = Progress::queued;
    return settle(state, repository, id, now);
  }
}

void end_run(State& state, Repository& repository, std::int64_t run_id, Instant now) {
  Run& run = *run_of(repository, run_id);
  run.progress = Progress::completed;
  if (run.conclusion.empty()) run.conclusion = conclusion_of(run);
  run.updated_at = now;
  std::vector<std::string> groups;
  if (run.concurrency) groups.push_back(run.concurrency->group);
  for (RunJob const& job : run.jobs)
    if (job.concurrency) groups.push_back(job.concurrency->group);
  // What it tells may start runs, and so move this one.
  Run const ended = run;
  tell_run(state, repository, ended, "completed", now);
  for (std::string const& group : groups) wake_group(state, repository, group, now);
}

/// Moves on whatever can move, until nothing can; then says how the run stands.
void settle(State& state, Repository& repository, std::int64_t run_id, Instant now) {
  bool moved = true;
  while (moved) {
    moved = false;
    std::size_t const count = run_of(repository, run_id)->jobs.size();
    for (std::size_t i = 0; i < count; ++i) {
      Run const& run = *run_of(repository, run_id);
      if (run.progress == Progress::completed) return;
      if (run.jobs[i].progress != Progress::queued || !is_ready(run, run.jobs[i])) continue;
      settle_job(state, repository, run_id, i, now);
      moved = true;
    }
  }
  Run& run = *run_of(repository, run_id);
  bool const over = std::none_of(run.jobs.begin(), run.jobs.end(),
                                 [](RunJob const& job) { return is_active(job.progress); });
  if (over) return end_run(state, repository, run_id, now);
  run.progress = progress_of(run);
  std::vector<std::string> freed;
  for (RunJob const& job : run.jobs)
    if (!is_active(job.progress) && job.concurrency) freed.push_back(job.concurrency->group);
  for (std::string const& group : freed) wake_group(state, repository, group, now);
}

struct Step {
  Instant at{};
  Repository* repository = nullptr;
  std::int64_t run = 0;
  std::size_t job = 0;
};

std::optional<Instant> step_of(State const& state, Repository const& repository,
                               RunJob const& job) {
  if (job.progress == Progress::in_progress && job.started_at) return *job.started_at + job.takes;
  if (job.progress == Progress::waiting) return gate_opens(state, repository, job);
  return std::nullopt;
}

std::optional<Step> first_step(State& state) {
  std::optional<Step> first;
  for (Repository& repository : state.github.repositories) {
    for (Run const& run : repository.runs) {
      if (!is_active(run.progress) || run.progress == Progress::pending) continue;
      for (std::size_t i = 0; i < run.jobs.size(); ++i) {
        auto const at = step_of(state, repository, run.jobs[i]);
        if (at && (!first || *at < first->at)) first = Step{*at, &repository, run.id, i};
      }
    }
  }
  return first;
}

void take_step(State& state, Step const& step, Instant at) {
  Repository& repository = *step.repository;
  RunJob& job = run_of(repository, step.run)->jobs[step.job];
  if (job.progress == Progress::in_progress) {
    end_job(state, repository, step.run, step.job, job.outcome, at);
  } else if (is_expired(job, at)) {
    end_job(state, repository, step.run, step.job, "failure", at);
  } else {
    job.progress = Progress::queued;
  }
  settle(state, repository, step.run, at);
}

void note_changed(std::vector<std::int64_t>& changed, std::int64_t repository) {
  if (std::find(changed.begin(), changed.end(), repository) == changed.end())
    changed.push_back(repository);
}

}  // namespace

Run* run_of(Repository& repository, std::int64_t id) {
  // The newest are asked for most.
  for (auto run = repository.runs.rbegin(); run != repository.runs.rend(); ++run)
    if (run->id == id) return &*run;
  return nullptr;
}

std::optional<Instant> next_step(State const& state) {
  std::optional<Instant> first;
  if (auto const due = first_due(state)) first = due->at;
  for (Repository const& repository : state.github.repositories)
    for (Run const& run : repository.runs)
      if (is_active(run.progress) && run.progress != Progress::pending)
        for (RunJob const& job : run.jobs) {
          auto const at = step_of(state, repository, job);
          if (at && (!first || *at < *first)) first = at;
        }
  return first;
}

void advance_runs(State& state, Instant now) {
  std::vector<std::int64_t>& changed = state.github.changed;
  while (true) {
    auto const step = first_step(state);
    auto const due = first_due(state);
    if (due && due->at <= now && (!step || due->at < step->at)) {
      note_changed(changed, due->repository);
      start_due(state, *due, std::max(due->at, state.github.advanced_to));
      continue;
    }
    if (!step || step->at > now) break;
    note_changed(changed, step->repository->id);
    take_step(state, *step, std::max(step->at, state.github.advanced_to));
  }
  state.github.advanced_to = std::max(state.github.advanced_to, now);
}

void begin_run(State& state, Repository& repository, std::int64_t id, Instant now) {
  Run const made = *run_of(repository, id);
  tell_run(state, repository, made, "requested", now);
  if (made.progress == Progress::completed)
    return tell_run(state, repository, made, "completed", now);
  Run& run = *run_of(repository, id);
  std::optional<Concurrency> const wanted = run.concurrency;
  bool const enters = !wanted || wanted->group.empty() ||
                      enter_group(state, repository, *wanted, id, std::nullopt, now);
  if (!enters) {
    run_of(repository, id)->progress = Progress::pending;
    return;
  }
  settle(state, repository, id, now);
}

void cancel_run(State& state, Repository& repository, Run& run, Instant now) {
  std::int64_t const id = run.id;
  run.cancelled = true;
  for (std::size_t i = 0; i < run_of(repository, id)->jobs.size(); ++i)
    if (is_active(run_of(repository, id)->jobs[i].progress))
      end_job(state, repository, id, i, "cancelled", now);
  end_run(state, repository, id, now);
}

void rerun(State& state, Repository& repository, Run& run, bool failed_only,
           std::string const& actor, Instant now) {
  run.earlier.push_back({run.attempt, run.conclusion, run.triggering_actor, run.jobs,
                         run.started_at, run.updated_at});
  ++run.attempt;
  run.triggering_actor = actor;
  run.conclusion.clear();
  run.cancelled = false;
  run.progress = Progress::queued;
  run.started_at = now;
  run.updated_at = now;
  for (RunJob& job : run.jobs) {
    job.id = state.next_id();
    if (failed_only && job.conclusion == "success") continue;
    job.progress = Progress::queued;
    job.conclusion.clear();
    job.approved = false;
    job.waits_since.reset();
    job.deployment = 0;
    job.created_at = now;
    job.started_at.reset();
    job.completed_at.reset();
  }
  begin_run(state, repository, run.id, now);
}

std::vector<Deployment> review_run(State& state, Repository& repository, Run& run,
                                   Review const& review, Instant now) {
  run.approvals.push_back({review.user, review.approves ? "approved" : "rejected", review.comment,
                           review.environments, now});
  std::int64_t const id = run.id;
  std::vector<std::int64_t> about;
  for (std::size_t i = 0; i < run_of(repository, id)->jobs.size(); ++i) {
    RunJob& job = run_of(repository, id)->jobs[i];
    bool const meant =
        std::any_of(review.environments.begin(), review.environments.end(),
                    [&](std::string const& name) { return lower(name) == lower(job.environment); });
    if (job.progress != Progress::waiting || !meant) continue;
    about.push_back(job.deployment);
    job.approved = review.approves;
    job.progress = Progress::queued;
    if (!review.approves) end_job(state, repository, id, i, "failure", now);
  }
  settle(state, repository, id, now);
  std::vector<Deployment> deployments;
  for (Deployment const& deployment : repository.deployments)
    if (std::find(about.begin(), about.end(), deployment.id) != about.end())
      deployments.push_back(deployment);
  return deployments;
}

}  // namespace landfall::sandbox
