#include "sandbox/github_start.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_contexts.h"
#include "sandbox/github_progress.h"
#include "sandbox/github_push.h"
#include "workflow/filter.h"
#include "workflow/value_json.h"

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

bool admits_type(landfall::Event const& event, Happening const& happening) {
  auto const usual = usual_types(event.name);
  if (happening.action.empty() || (event.types.empty() && !usual)) return true;
  return event.types.empty() ? contains(*usual, happening.action)
                             : std::find(event.types.begin(), event.types.end(),
                                         happening.action) != event.types.end();
}

bool admits_name(std::optional<EventFilter> const& filter, std::string_view name) {
  return !filter ||
         (!filter->ignores && filter->patterns.empty() ? false
                                                       : filter_matches(filter->in_order(), name));
}

/// Filters on branches alone keep tags out, and the other way round.
bool admits_push(landfall::Event const& event, std::string_view ref) {
  if (ref.starts_with("refs/tags/"))
    return (event.tags || !event.branches) && admits_name(event.tags, ref.substr(10));
  if (event.tags && !event.branches) return false;
  return admits_name(event.branches, ref.starts_with("refs/heads/") ? ref.substr(11) : ref);
}

/// Paths are not looked at where tags are pushed.
bool admits_paths(landfall::Event const& event, Happening const& happening) {
  if (!event.paths || !happening.files || happening.ref.starts_with("refs/tags/")) return true;
  auto const& files = *happening.files;
  return std::any_of(files.begin(), files.end(),
                     [&](auto const& file) { return admits_name(event.paths, file); });
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

std::string scalar_text(yaml::Node const* node) {
  return node != nullptr && node->is_scalar() && !node->is_null() ? std::string(node->text) : "";
}

std::optional<Concurrency> concurrency_of(yaml::Node const* node, Json const& contexts) {
  if (node == nullptr) return std::nullopt;
  return Concurrency{interpolated(scalar_text(concurrency_group(node)), contexts),
                     interpolated(scalar_text(concurrency_cancels(node)), contexts) == "true"};
}

/// The texts of a leg's values in the order of the matrix, then of what `include` adds.
Texts leg_texts(yaml::Node const& matrix, std::map<std::string, Value> const& leg) {
  Texts texts;
  auto const add = [&](Value const& value) {
    if (auto text = coerced_text(value); text && !text->empty()) texts.push_back(*std::move(text));
  };
  for (yaml::Pair const& axis : matrix.pairs) {
    auto const found = leg.find(std::string(axis.key.text));
    if (found != leg.end()) add(found->second);
  }
  for (auto const& [name, value] : leg)
    if (matrix.find(name) == nullptr) add(value);
  return texts;
}

/// As GitHub shows it: a leg's values follow a name that is written without an expression.
std::string name_of_leg(landfall::Job const& job, Leg const& leg, Json const& contexts) {
  std::string const written = scalar_text(job.node->find("name"));
  std::string const name = written.empty() ? std::string(job.id) : interpolated(written, contexts);
  if (job.matrix == nullptr || !leg || has_expression(written)) return name;
  Texts const texts = leg_texts(*job.matrix, *leg);
  return texts.empty() ? name : fmt::format("{} ({})", name, join(texts, ", "));
}

Json contexts_of_leg(Leg const& leg, Json contexts) {
  Json matrix = Json::object();
  if (leg)
    for (auto const& [name, value] : *leg)
      if (auto json = json_of(value)) matrix.set(name, *std::move(json));
  contexts.set("matrix", std::move(matrix));
  return contexts;
}

RunJob job_of_leg(landfall::Workflow const& workflow, landfall::Job const& file, Leg const& leg,
                  Json const& run_contexts) {
  Json const contexts = contexts_of_leg(leg, run_contexts);
  RunJob job{.key = std::string(file.id), .name = name_of_leg(file, leg, contexts)};
  job.outcome.clear();
  for (std::size_t const need : file.needs) job.needs.emplace_back(workflow.jobs[need].id);
  job.environment = trim(interpolated(scalar_text(file.environment_name()), contexts));
  if (file.environment != nullptr && file.environment->is_mapping())
    job.environment_url = interpolated(scalar_text(file.environment->find("url")), contexts);
  job.condition = scalar_text(file.condition);
  job.concurrency = concurrency_of(file.concurrency, contexts);
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
                            Json const& contexts) {
  std::vector<RunJob> jobs;
  if (file != nullptr)
    for (landfall::Job const& one : file->workflow.jobs)
      for (Leg const& leg : legs_of(one.matrix, contexts))
        jobs.push_back(job_of_leg(file->workflow, one, leg, contexts));
  for (RunJob const& script : outcome.jobs) {
    bool known = false;
    for (RunJob& job : jobs) {
      if (job.key != script.key && job.name != script.name) continue;
      take_over(script, job);
      known = true;
    }
    if (!known) jobs.push_back(script);
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
  if (start.file != nullptr)
    for (FileInput const& input : start.file->inputs) run.input_types[input.name] = input.type;
  run.pulls = happening.pulls;
  run.schedule = happening.schedule;
  run.chain = happening.chain;
  run.created_at = now;
  run.started_at = now;
  run.updated_at = now;
  return run;
}

/// Of more than 256 legs, of none, or of what is no list.
bool has_refused_matrix(WorkflowFile const& file, Json const& contexts) {
  auto const& jobs = file.workflow.jobs;
  return std::any_of(jobs.begin(), jobs.end(), [&](landfall::Job const& job) {
    return job.matrix != nullptr && legs_of(job.matrix, contexts).empty();
  });
}

Run& start_run(State& state, Repository& repository, Start const& start, Instant now) {
  Run run = empty_run(state, repository, start, now);
  Json const contexts = contexts_of(repository, run);
  if (start.file != nullptr && start.file->document) {
    yaml::Node const* const name = start.file->document->root().find("run-name");
    std::string const title = interpolated(scalar_text(name), contexts);
    if (!trim(title).empty()) run.title = title;
  }
  bool const refused = start.file != nullptr &&
                       (!start.file->problem.empty() || has_refused_matrix(*start.file, contexts));
  if (refused) {
    // GitHub shows the file's path, no jobs, and a failure.
    run.name = start.workflow.path;
    run.progress = Progress::completed;
    run.conclusion = "failure";
  } else {
    run.jobs = jobs_of(start.file, start.outcome, contexts);
    for (RunJob& job : run.jobs) job.id = state.next_id();
    for (RunJob& job : run.jobs) job.created_at = now;
    if (start.file != nullptr)
      run.concurrency = concurrency_of(start.file->workflow.concurrency, contexts);
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
  WorkflowFile const file = read_workflow_file(*text);
  start.file = &file;
  landfall::Event const* const event = file.event(happening.event);
  bool const broken = !file.problem.empty() && happening.event == "push";
  if (broken || (event != nullptr && file.problem.empty() && admits(*event, happening)))
    start_run(state, repository, start, now);
}

}  // namespace

bool admits(landfall::Event const& event, Happening const& happening) {
  if (event.name == "schedule")
    return std::any_of(event.crons.begin(), event.crons.end(),
                       [&](auto* cron) { return cron->text == happening.schedule; });
  if (!admits_type(event, happening) || !admits_paths(event, happening)) return false;
  if (event.name == "push") return admits_push(event, happening.ref);
  if (event.name == "workflow_run" && !event.workflows.empty()) {
    Texts names;
    for (yaml::Node const* name : event.workflows) names.emplace_back(name->text);
    if (!filter_matches(names, happening.workflow)) return false;
  }
  if (event.name != "pull_request" && event.name != "pull_request_target" &&
      event.name != "workflow_run")
    return true;
  return admits_name(event.branches, happening.branch);
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
    if (workflow.state == "active" && (happening.only == 0 || happening.only == workflow.id))
      ids.push_back(workflow.id);
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
  if (text) file = read_workflow_file(*text);
  if (text) start.file = &file;
  return start_run(state, repository, start, now);
}

}  // namespace landfall::sandbox
