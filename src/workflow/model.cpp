#include "workflow/model.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/signatures.h"

namespace landfall {
namespace {

yaml::Node const* scalar(yaml::Node const& node, std::string_view key) {
  yaml::Node const* value = node.find(key);
  return value != nullptr && value->is_scalar() && !value->is_null() ? value : nullptr;
}

yaml::Node const* mapping(yaml::Node const& node, std::string_view key) {
  yaml::Node const* value = node.find(key);
  return value != nullptr && value->is_mapping() ? value : nullptr;
}

std::string_view text(yaml::Node const* node) {
  return node == nullptr ? std::string_view() : std::string_view(node->text);
}

/// A word, or the words of a list.
std::vector<yaml::Node const*> words(yaml::Node const* node) {
  std::vector<yaml::Node const*> all;
  if (node == nullptr) return all;
  if (node->is_scalar() && !node->is_null()) all.push_back(node);
  for (yaml::Node const& item : node->items)
    if (item.is_scalar()) all.push_back(&item);
  return all;
}

std::optional<EventFilter> filter(yaml::Node const& body, std::string_view kind,
                                  std::string_view ignored_kind) {
  yaml::Node const* wanted = body.find(kind);
  yaml::Node const* ignored = body.find(ignored_kind);
  if (wanted == nullptr && ignored == nullptr) return std::nullopt;
  EventFilter filter{.node = wanted != nullptr ? wanted : ignored, .ignores = wanted == nullptr};
  for (yaml::Node const* pattern : words(filter.node)) filter.patterns.emplace_back(pattern->text);
  return filter;
}

Event read_event(yaml::Node const& key, yaml::Node const& body) {
  Event event{.name = key.text, .node = &key};
  if (event.name == "schedule")
    for (yaml::Node const& item : body.items)
      if (yaml::Node const* cron = scalar(item, "cron")) event.crons.push_back(cron);
  if (!body.is_mapping()) return event;
  event.body = &body;
  event.branches = filter(body, "branches", "branches-ignore");
  event.tags = filter(body, "tags", "tags-ignore");
  event.paths = filter(body, "paths", "paths-ignore");
  for (yaml::Node const* type : words(body.find("types"))) event.types.push_back(type->text);
  event.workflows = words(body.find("workflows"));
  event.inputs = mapping(body, "inputs");
  return event;
}

std::vector<Event> read_events(yaml::Node const& on) {
  std::vector<Event> events;
  for (yaml::Pair const& pair : on.pairs) events.push_back(read_event(pair.key, pair.value));
  for (yaml::Node const* word : words(&on)) events.push_back({.name = word->text, .node = word});
  return events;
}

/// One pass over the keys: steps are most of what a workflow is.
Step read_step(yaml::Node const& node, int number) {
  Step step{.number = number, .node = &node};
  for (yaml::Pair const& pair : node.pairs) {
    std::string_view const key = pair.key.text;
    yaml::Node const* const value = &pair.value;
    yaml::Node const* const word = value->is_scalar() && !value->is_null() ? value : nullptr;
    yaml::Node const* const map = value->is_mapping() ? value : nullptr;
    if (key == "name")
      step.name = text(word);
    else if (key == "uses")
      step.uses = word;
    else if (key == "run")
      step.run = word;
    else if (key == "with")
      step.with = map;
    else if (key == "env")
      step.env = map;
    else if (key == "if")
      step.condition = word;
    else if (key == "id")
      step.id = text(word);
    else if (key == "shell")
      step.shell = word;
    else if (key == "working-directory")
      step.directory = word;
    else if (key == "continue-on-error")
      step.continue_on_error = word;
  }
  if (step.uses != nullptr) step.action = find_action(step.uses_text());
  if (step.run != nullptr) step.hints = script_hints(step.script());
  return step;
}

std::vector<Step> read_steps(yaml::Node const* steps) {
  std::vector<Step> all;
  if (steps == nullptr || !steps->is_sequence()) return all;
  all.reserve(steps->items.size());
  for (yaml::Node const& node : steps->items)
    all.push_back(read_step(node, static_cast<int>(all.size()) + 1));
  return all;
}

Job read_job(yaml::Pair const& pair) {
  yaml::Node const& node = pair.value;
  Job job{.id = pair.key.text, .key = &pair.key, .node = &node};
  job.condition = scalar(node, "if");
  job.environment = node.find("environment");
  job.concurrency = node.find("concurrency");
  job.runs_on = node.find("runs-on");
  job.container = node.find("container");
  job.env = mapping(node, "env");
  if (yaml::Node const* strategy = mapping(node, "strategy")) job.matrix = strategy->find("matrix");
  job.defaults = mapping(node, "defaults");
  job.continue_on_error = scalar(node, "continue-on-error");
  job.uses = scalar(node, "uses");
  job.with = mapping(node, "with");
  job.secrets = node.find("secrets");
  job.outputs = mapping(node, "outputs");
  job.steps = read_steps(node.find("steps"));
  return job;
}

std::vector<std::size_t> read_needs(yaml::Node const* node, std::vector<Job> const& jobs) {
  std::vector<std::size_t> needs;
  for (yaml::Node const* word : words(node)) {
    std::string const wanted = lower(word->text);
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (lower(jobs[i].id) == wanted) needs.push_back(i);
  }
  return needs;
}

/// Each job after all that it needs.
std::vector<std::size_t> ordered(std::vector<Job> const& jobs) {
  std::vector<std::size_t> order;
  std::vector<std::size_t> open(jobs.size());
  std::vector<std::vector<std::size_t>> needed_by(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    open[i] = jobs[i].needs.size();
    for (std::size_t const need : jobs[i].needs) needed_by[need].push_back(i);
    if (open[i] == 0) order.push_back(i);
  }
  for (std::size_t at = 0; at < order.size(); ++at)
    for (std::size_t const next : needed_by[order[at]])
      if (--open[next] == 0) order.push_back(next);
  return order;
}

void find_ancestors(std::vector<Job>& jobs, std::vector<std::size_t> const& order) {
  for (std::size_t const i : order) {
    std::vector<std::size_t>& all = jobs[i].ancestors;
    for (std::size_t const need : jobs[i].needs) {
      all.push_back(need);
      all.insert(all.end(), jobs[need].ancestors.begin(), jobs[need].ancestors.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
}

std::vector<Job> read_jobs(yaml::Node const* node) {
  std::vector<Job> jobs;
  if (node == nullptr || !node->is_mapping()) return jobs;
  jobs.reserve(node->pairs.size());
  for (yaml::Pair const& pair : node->pairs) jobs.push_back(read_job(pair));
  for (Job& job : jobs) job.needs = read_needs(job.node->find("needs"), jobs);
  return jobs;
}

}  // namespace

std::vector<std::string> EventFilter::in_order() const {
  if (!ignores) return patterns;
  std::vector<std::string> all{"**"};
  for (std::string const& pattern : patterns) all.push_back("!" + pattern);
  return all;
}

yaml::Node const* Job::environment_name() const {
  if (environment == nullptr) return nullptr;
  if (environment->is_mapping()) return scalar(*environment, "name");
  return environment->is_scalar() && !environment->is_null() ? environment : nullptr;
}

Event const* Workflow::event(std::string_view wanted) const {
  auto const found =
      std::find_if(events.begin(), events.end(), [&](Event const& e) { return e.name == wanted; });
  return found == events.end() ? nullptr : &*found;
}

Job const* Workflow::job(std::string_view id) const {
  auto const found = std::find_if(jobs.begin(), jobs.end(),
                                  [&](Job const& job) { return lower(job.id) == lower(id); });
  return found == jobs.end() ? nullptr : &*found;
}

Workflow read_workflow(yaml::Node const& root) {
  Workflow workflow{.root = &root};
  workflow.name = text(scalar(root, "name"));
  workflow.env = mapping(root, "env");
  workflow.concurrency = root.find("concurrency");
  workflow.defaults = mapping(root, "defaults");
  if (yaml::Node const* on = root.find("on")) workflow.events = read_events(*on);
  workflow.jobs = read_jobs(root.find("jobs"));
  workflow.order = ordered(workflow.jobs);
  find_ancestors(workflow.jobs, workflow.order);
  return workflow;
}

Action read_action(yaml::Node const& root) {
  Action action{.root = &root};
  action.inputs = mapping(root, "inputs");
  if (yaml::Node const* runs = mapping(root, "runs"))
    action.steps = read_steps(runs->find("steps"));
  return action;
}

yaml::Node const* concurrency_group(yaml::Node const* concurrency) {
  if (concurrency == nullptr) return nullptr;
  if (concurrency->is_mapping()) return scalar(*concurrency, "group");
  return concurrency->is_scalar() && !concurrency->is_null() ? concurrency : nullptr;
}

yaml::Node const* concurrency_cancels(yaml::Node const* concurrency) {
  return concurrency == nullptr ? nullptr : scalar(*concurrency, "cancel-in-progress");
}

}  // namespace landfall
