// Jobs of runs, and their logs.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_zip.h"

namespace landfall::sandbox {
namespace {

struct FoundJob {
  Run const* run = nullptr;
  RunJob const* job = nullptr;
};

/// Also among earlier attempts.
FoundJob find_job(Repository const& repository, std::int64_t id) {
  for (Run const& run : repository.runs) {
    for (RunJob const& job : run.jobs)
      if (job.id == id) return {&run, &job};
    for (RunAttempt const& attempt : run.earlier)
      for (RunJob const& job : attempt.jobs)
        if (job.id == id) return {&run, &job};
  }
  return {};
}

Response jobs_page(Call& call, Run const& run, std::vector<RunJob> const& jobs,
                   std::int64_t attempt) {
  return paged(
      call, jobs.size(),
      [&](std::size_t i) {
        Json json = job_json(call.state, *call.repository, run, jobs[i]);
        json.set("run_attempt", attempt);
        return json;
      },
      "jobs");
}

std::string stamped(Instant at, std::string_view text) {
  std::string const time = iso8601(at);
  return fmt::format("{}.0000000Z {}\n", time.substr(0, time.size() - 1), text);
}

/// As the runner writes it: each line with its time, steps as groups.
std::string log_of(RunJob const& job) {
  Instant const begin = job.started_at.value_or(job.created_at);
  std::string log = stamped(begin, "Current runner version: '2.330.0'");
  for (RunStep const& step : job.steps) {
    log += stamped(begin, "##[group]Run " + step.name);
    log += stamped(begin, "##[endgroup]");
    if (step.conclusion == "failure")
      log += stamped(begin, "##[error]Process completed with exit code 1.");
  }
  for (std::string const& line : lines_of(job.log)) log += stamped(begin, line);
  return log + stamped(job.completed_at.value_or(begin), "Cleaning up orphan processes");
}

Response redirect_to_file(Call const& call, std::string const& rest) {
  return {.status = 302,
          .headers = {{"Location",
                       download_url(call.state, fmt::format("/sandbox-files/{}{}",
                                                            call.repository->full_name(), rest))}}};
}

bool has_log(RunJob const& job) {
  return job.completed_at.has_value() && job.conclusion != "skipped";
}

}  // namespace

Response list_jobs(Call& call) {
  Run const* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  if (call.url.query_value("filter").value_or("latest") != "all")
    return jobs_page(call, *run, run->jobs, run->attempt);
  std::vector<RunJob> all;
  for (RunAttempt const& attempt : run->earlier)
    all.insert(all.end(), attempt.jobs.begin(), attempt.jobs.end());
  all.insert(all.end(), run->jobs.begin(), run->jobs.end());
  return jobs_page(call, *run, all, run->attempt);
}

/// Jobs that nothing runs leave nothing behind.
Response list_artifacts(Call& call) {
  return paged(call, Json::Array{}, "artifacts");
}

Response list_attempt_jobs(Call& call) {
  Run const* const run = find_run(call);
  std::int64_t const number = number_in(call, 1);
  if (run != nullptr && run->attempt == number) return jobs_page(call, *run, run->jobs, number);
  if (run != nullptr)
    for (RunAttempt const& attempt : run->earlier)
      if (attempt.number == number) return jobs_page(call, *run, attempt.jobs, number);
  return github_not_found();
}

Response show_job(Call& call) {
  auto const [run, job] = find_job(*call.repository, number_in(call, 0));
  if (job == nullptr) return github_not_found();
  return json_response(200, job_json(call.state, *call.repository, *run, *job));
}

Response redirect_to_job_log(Call& call) {
  if (call.token == nullptr) return github_error(403, "Must have admin rights to Repository.");
  auto const [run, job] = find_job(*call.repository, number_in(call, 0));
  if (job == nullptr || !has_log(*job)) return github_not_found();
  if (!run->has_logs) return github_error(410, "Server Error");
  return redirect_to_file(call, fmt::format("/job-logs/{}", job->id));
}

Response redirect_to_run_logs(Call& call) {
  if (call.token == nullptr) return github_error(403, "Must have admin rights to Repository.");
  Run const* const run = find_run(call);
  if (run == nullptr || run->progress != Progress::completed) return github_not_found();
  if (!run->has_logs) return github_error(410, "Server Error");
  return redirect_to_file(call, fmt::format("/run-logs/{}", run->id));
}

Response delete_run_logs(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Run* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  run->has_logs = false;
  return {.status = 204};
}

Response download_job_log(Call& call) {
  auto const [run, job] = find_job(*call.repository, number_in(call, 0));
  if (job == nullptr || !has_log(*job)) return github_not_found();
  return {.status = 200,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = log_of(*job)};
}

Response download_run_logs(Call& call) {
  Run const* const run = find_run(call);
  if (run == nullptr) return github_not_found();
  std::vector<ZipEntry> entries;
  std::size_t number = 0;
  for (RunJob const& job : run->jobs) {
    if (!has_log(job)) continue;
    std::string const name = replace_all(job.name, "/", "_");
    entries.push_back({fmt::format("{}_{}.txt", number++, name), log_of(job)});
  }
  return {.status = 200,
          .headers = {{"Content-Type", "application/zip"},
                      {"Content-Disposition",
                       fmt::format("attachment; filename=logs_{}.zip", run->id)}},
          .body = zip(entries)};
}

}  // namespace landfall::sandbox
