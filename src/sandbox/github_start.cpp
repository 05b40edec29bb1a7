#include "sandbox/github_start.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_patterns.h"
#include "sandbox/github_progress.h"
#include "sandbox/github_push.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

int const chain_max = 3;

bool contains(Texts const& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

/// Types that an event has when its file lists none; none: all of them.
std::optional<Texts> usual_types(std::string_view event) {
  if (event == "pull_request" || event == "pull_request_target")
    return Texts{"opened", "synchronize", "reopened"};
  return std::nullopt;
}

bool admits_type(FileEvent const& event, Happening const& happening) {
  auto const types = event.types ? event.types : usual_types(event.name);
  return !types || happening.action.empty() || contains(*types, happening.action);
}

bool admits_name(std::optional<Texts> const& wanted, std::optional<Texts> const& ignored,
                 std::string_view name) {
  if (wanted && !filters_match(*wanted, name)) return false;
  return !ignored || !filters_match(*ignored, name);
}

/// Filters on branches alone keep tags out, and the other way round.
bool admits_push(FileEvent const& event, std::string_view ref) {
  bool const on_branches = event.branches || event.branches_ignore;
  bool const on_tags = event.tags || event.tags_ignore;
  if (ref.starts_with("refs/tags/")) {
    if (on_branches && !on_tags) return false;
    return admits_name(event.tags, event.tags_ignore, ref.substr(10));
  }
  if (on_tags && !on_branches) return false;
  return admits_name(event.branches, event.branches_ignore,
                     ref.starts_with("refs/heads/") ? ref.substr(11) : ref);
}

/// Paths are not looked at where tags are pushed.
bool admits_paths(FileEvent const& event, Happening const& happening) {
  if (!happening.files || happening.ref.starts_with("refs/tags/")) return true;
  auto const& files = *happening.files;
  if (event.paths)
    return std::any_of(files.begin(), files.end(),
                       [&](auto const& file) { return filters_match(*event.paths, file); });
  if (!event.paths_ignore) return true;
  return !std::all_of(files.begin(), files.end(),
                      [&](auto const& file) { return filters_match(*event.paths_ignore, file); });
}

bool is_told_to_skip(Happening const& happening, std::string_view message) {
  if (happening.event != "push" && happening.event != "pull_request") return false;
  for (char const* word : {"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"})
    if (message.find(word) != std::string_view::npos) return true;
  return message.find("\nskip-checks:true") != std::string_view::npos ||
         message.find("\nskip-checks: true") != std::string_view::npos;
}

Outcome const* outcome_of(Workflow const& workflow, std::string_view event) {
  auto found = workflow.outcomes.find(event);
  if (found == workflow.outcomes.end()) found = workflow.outcomes.find("any");
  return found == workflow.outcomes.end() ? nullptr : &found->second;
}

std::string short_ref(std::string_view ref) {
  for (std::string_view const prefix : {"refs/heads/", "refs/tags/", "refs/"})
    if (ref.starts_with(prefix)) return std::string(ref.substr(prefix.size()));
  return std::string(ref);
}

/// Jobs that nothing needs take what the outcome says of the whole run.
void share_outcome(Outcome const& outcome, std::vector<RunJob>& jobs) {
  std::map<std::string, std::int64_t> depths;
  std::int64_t deepest = 1;
  for (std::size_t round = 0; round < jobs.size(); ++round) {
    for (RunJob const& job : jobs) {
      std::int64_t depth = 1;
      for (std::string const& need : job.needs) depth = std::max(depth, depths[need] + 1);
      depths[job.key] = depth;
      deepest = std::max(deepest, depth);
    }
  }
  for (RunJob& job : jobs) {
    bool const needed = std::any_of(jobs.begin(), jobs.end(), [&](RunJob const& other) {
      return contains(other.needs, job.key);
    });
    if (job.outcome.empty()) job.outcome = needed ? "success" : outcome.conclusion;
    if (job.takes == Duration{0}) job.takes = outcome.takes / deepest;
  }
}

RunJob job_of(FileJob const& file, Contexts const& contexts) {
  RunJob job{.key = file.key, .name = interpolated(file.name, contexts)};
  job.outcome.clear();
  job.needs = file.needs;
  job.environment = trim(interpolated(file.environment, contexts));
  job.environment_url = interpolated(file.environment_url, contexts);
  job.always = file.always;
  if (file.concurrency)
    job.concurrency = Concurrency{interpolated(file.concurrency->group, contexts),
                                  interpolated(file.concurrency->cancels, contexts) == "true"};
  return job;
}

/// What the script says of a job, over what the file says.
void take_over(RunJob const& script, RunJob& job) {
  job.outcome = script.outcome;
  job.takes = script.takes;
  job.steps = script.steps;
  job.log = script.log;
  if (!script.environment.empty()) job.environment = script.environment;
  if (!script.environment_url.empty()) job.environment_url = script.environment_url;
  if (!script.needs.empty()) job.needs = script.needs;
}

std::vector<RunJob> jobs_of(WorkflowFile const* file, Outcome const& outcome,
                            Contexts const& contexts) {
  std::vector<RunJob> jobs;
  if (file != nullptr)
    for (FileJob const& one : file->jobs) jobs.push_back(job_of(one, contexts));
  for (RunJob const& script : outcome.jobs) {
    auto const same = std::find_if(jobs.begin(), jobs.end(), [&](RunJob const& job) {
      return job.key == script.key || job.name == script.name;
    });
    if (same != jobs.end()) {
      take_over(script, *same);
    } else {
      jobs.push_back(script);
    }
  }
  if (jobs.empty()) jobs.push_back({.key = "run", .name = "run", .outcome = outcome.conclusion});
  share_outcome(outcome, jobs);
  return jobs;
}

struct Start {
  Workflow const& workflow;
  Happening const& happening;
  WorkflowFile const* file = nullptr;  ///< nullptr: the world file alone knows what it does
  Outcome outcome{};
  std::map<std::string, std::string> inputs{};
};

Run empty_run(State& state, Repository const& repository, Start const& start, Instant now) {
  Happening const& happening = start.happening;
  Run run{.id = state.next_id(), .workflow = start.workflow.id, .name = start.workflow.name};
  run.number = 1 + std::count_if(repository.runs.begin(), repository.runs.end(),
                                 [&](auto& one) { return one.workflow == start.workflow.id; });
  run.check_suite = state.next_id();
  run.event = happening.event;
  run.ref = happening.ref;
  run.branch = happening.head_branch.empty() ? short_ref(happening.ref) : happening.head_branch;
  run.sha = happening.sha;
  run.actor = happening.actor;
  run.triggering_actor = happening.actor;
  run.title = happening.title.empty() ? start.workflow.name : happening.title;
  run.inputs = start.inputs;
  run.pulls = happening.pulls;
  run.chain = happening.chain;
  run.created_at = now;
  run.started_at = now;
  run.updated_at = now;
  return run;
}

Run& start_run(State& state, Repository& repository, Start const& start, Instant now) {
  Run run = empty_run(state, repository, start, now);
  Contexts const contexts = contexts_of(repository, run);
  if (start.file != nullptr && !start.file->run_name.empty()) {
    std::string const title = interpolated(start.file->run_name, contexts);
    if (!trim(title).empty()) run.title = title;
  }
  bool const refused = start.file != nullptr && !start.file->problem.empty();
  if (refused) {
    // GitHub shows the file's path, no jobs, and a failure.
    run.name = start.workflow.path;
    run.progress = Progress::completed;
    run.conclusion = "failure";
  } else {
    run.jobs = jobs_of(start.file, start.outcome, contexts);
    for (RunJob& job : run.jobs) job.id = state.next_id();
    for (RunJob& job : run.jobs) job.created_at = now;
    if (start.file != nullptr && start.file->concurrency)
      run.concurrency =
          Concurrency{interpolated(start.file->concurrency->group, contexts),
                      interpolated(start.file->concurrency->cancels, contexts) == "true"};
  }
  std::int64_t const id = run.id;
  repository.runs.push_back(std::move(run));
  begin_run(state, repository, id, now);
  return repository.runs.back().id == id ? repository.runs.back() : *run_of(repository, id);
}

/// The file's own events decide; the world file may narrow branches, and speaks for workflows
/// whose file it does not give.
void start_if_wanted(State& state, Repository& repository, Workflow const& workflow,
                     Happening const& happening, Instant now) {
  auto const text = workflow_text(repository, happening.sha, workflow.path);
  Commit const* const commit = resolve(repository, happening.sha);
  bool const has_files = commit != nullptr && !commit->tree.empty();
  Outcome const* const outcome = outcome_of(workflow, happening.event);
  if (has_files && !text) return;
  if (outcome != nullptr && outcome->branches &&
      !contains(*outcome->branches, short_ref(happening.ref)))
    return;
  Start start{workflow, happening};
  if (outcome != nullptr) start.outcome = *outcome;
  if (!has_files) {
    if (workflow.outcomes.contains(happening.event)) start_run(state, repository, start, now);
    return;
  }
  WorkflowFile file = read_workflow_file(*text, workflow.path);
  if (file.jobs.empty() && start.outcome.jobs.empty() && file.problem.empty())
    file.problem = "Required property is missing: jobs";
  start.file = &file;
  FileEvent const* const event = file.event(happening.event);
  bool const broken = !file.problem.empty() && happening.event == "push";
  if (broken || (event != nullptr && file.problem.empty() && admits(*event, happening)))
    start_run(state, repository, start, now);
}

}  // namespace

bool admits(FileEvent const& event, Happening const& happening) {
  if (!admits_type(event, happening) || !admits_paths(event, happening)) return false;
  if (event.name == "push") return admits_push(event, happening.ref);
  if (event.name == "workflow_run" && event.workflows &&
      !filters_match(*event.workflows, happening.workflow))
    return false;
  if (event.name != "pull_request" && event.name != "pull_request_target" &&
      event.name != "workflow_run")
    return true;
  return admits_name(event.branches, event.branches_ignore, happening.branch);
}

Contexts contexts_of(Repository const& repository, Run const& run) {
  Contexts contexts{
      {"github.ref", run.ref},
      {"github.ref_name", short_ref(run.ref)},
      {"github.ref_type", run.ref.starts_with("refs/tags/") ? "tag" : "branch"},
      {"github.sha", run.sha},
      {"github.event_name", run.event},
      {"github.workflow", run.name},
      {"github.actor", run.actor},
      {"github.triggering_actor", run.triggering_actor},
      {"github.repository", repository.full_name()},
      {"github.repository_owner", repository.owner},
      {"github.run_id", std::to_string(run.id)},
      {"github.run_number", std::to_string(run.number)},
      {"github.run_attempt", std::to_string(run.attempt)},
      {"github.head_ref", run.pulls.empty() ? "" : run.branch},
      {"github.event.repository.default_branch", repository.default_branch},
      {"github.event.repository.name", repository.name},
  };
  for (auto const& [name, variable] : repository.variables)
    contexts["vars." + name] = variable.value;
  for (auto const& [name, value] : run.inputs) {
    contexts["inputs." + name] = value;
    contexts["github.event.inputs." + name] = value;
  }
  return contexts;
}

void start_workflows(State& state, Repository& repository, Happening const& wanted, Instant now) {
  Happening happening = wanted;
  if (happening.ref.empty()) happening.ref = "refs/heads/" + repository.default_branch;
  if (happening.chain > chain_max) return;
  Commit const* const commit =
      resolve(repository, happening.sha.empty() ? happening.ref : happening.sha);
  if (commit == nullptr || is_told_to_skip(happening, commit->message)) return;
  happening.sha = commit->sha;
  register_workflows(state, repository, *commit, now);
  std::vector<std::int64_t> ids;
  for (Workflow const& workflow : repository.workflows)
    if (workflow.state == "active") ids.push_back(workflow.id);
  // By id: what starts may start more, and so add workflows.
  for (std::int64_t const id : ids) {
    auto const found = std::find_if(repository.workflows.begin(), repository.workflows.end(),
                                    [&](Workflow const& one) { return one.id == id; });
    Workflow const workflow = *found;
    start_if_wanted(state, repository, workflow, happening, now);
  }
}

Run& start_dispatched(State& state, Repository& repository, Workflow const& workflow,
                      Happening const& happening, std::map<std::string, std::string> inputs,
                      Instant now) {
  auto const text = workflow_text(repository, happening.sha, workflow.path);
  Outcome const* const outcome = outcome_of(workflow, happening.event);
  Start start{workflow, happening};
  if (outcome != nullptr) start.outcome = *outcome;
  start.inputs = std::move(inputs);
  WorkflowFile file;
  if (text) file = read_workflow_file(*text, workflow.path);
  if (text) start.file = &file;
  return start_run(state, repository, start, now);
}

}  // namespace landfall::sandbox
