#include "workflow/model.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace landfall {
namespace {

using Keys = std::vector<std::string>;

Keys const workflow_keys() {
  return {"name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"};
}

Keys const job_keys() {
  return {"name",    "needs",   "permissions",       "if",        "runs-on",  "environment",
          "env",     "outputs", "concurrency",       "defaults",  "steps",    "timeout-minutes",
          "with",    "uses",    "continue-on-error", "container", "services", "strategy",
          "secrets", "snapshot"};
}

std::string text_or_empty(yaml::Node const& node, std::string_view key) {
  yaml::Node const* value = node.find(key);
  return value != nullptr && value->is_scalar() ? std::string(value->text) : std::string();
}

yaml::Node const* mapping_or_null(yaml::Node const& node, std::string_view key) {
  yaml::Node const* value = node.find(key);
  return value != nullptr && value->is_mapping() ? value : nullptr;
}

std::size_t weight_of(yaml::Node const* node) {
  if (node == nullptr) return 0;
  std::size_t weight = 1 + node->text.size() / 64;
  for (yaml::Node const& item : node->items) weight += weight_of(&item);
  for (yaml::Pair const& pair : node->pairs) weight += 1 + weight_of(&pair.value);
  return weight;
}

class WorkflowReader {
 public:
  explicit WorkflowReader(std::string_view file) : file_(file) {}

  Result<Workflow> read(yaml::Node const& root) {
    TRY(need_mapping(root, "a workflow"));
    TRY(check_keys_by_case(root));
    TRY(check_known(root, workflow_keys(), "a workflow"));
    yaml::Node const* on = root.find("on");
    yaml::Node const* jobs = root.find("jobs");
    if (on == nullptr) return refuse(root.begin, "no 'on': expected the events that start it");
    if (jobs == nullptr) return refuse(root.begin, "no 'jobs': expected at least one");
    Workflow workflow;
    workflow.env = mapping_or_null(root, "env");
    workflow.env_weight = weight_of(workflow.env);
    workflow.events = TRY(read_events(*on));
    workflow.jobs = TRY(read_jobs(*jobs));
    workflow.order = TRY(ordered(workflow.jobs, *jobs));
    return workflow;
  }

 private:
  std::unexpected<Error> refuse(yaml::Mark mark, std::string_view text) const {
    Error error = yaml::error_at(file_, mark, text);
    error.kind = ErrorKind::data;
    return std::unexpected(std::move(error));
  }

  Result<> need_mapping(yaml::Node const& node, std::string_view what) const {
    if (node.is_mapping()) return {};
    return refuse(node.begin,
                  fmt::format("{}: expected a mapping, found {}", what, node.kind_name()));
  }

  /// GitHub takes keys that differ in case only for the same, and knows no merge key.
  Result<> check_keys_by_case(yaml::Node const& node) const {
    for (yaml::Node const& item : node.items) TRY(check_keys_by_case(item));
    std::map<std::string, yaml::Mark> seen;
    for (yaml::Pair const& pair : node.pairs) {
      if (pair.key.text == "<<") return refuse(pair.key.begin, "a merge key: GitHub takes none");
      auto const [first, is_new] = seen.emplace(lower(pair.key.text), pair.key.begin);
      if (!is_new)
        return refuse(pair.key.begin,
                      fmt::format("key '{}' a second time but for its case: it stands in line {} "
                                  "already",
                                  pair.key.text.substr(0, 60), first->second.line));
      TRY(check_keys_by_case(pair.value));
    }
    return {};
  }

  Result<> check_known(yaml::Node const& node, Keys const& known, std::string_view where) const {
    for (yaml::Pair const& pair : node.pairs) {
      if (std::find(known.begin(), known.end(), pair.key.text) != known.end()) continue;
      std::string const near = nearest(pair.key.text, known);
      return refuse(pair.key.begin,
                    fmt::format("unknown key '{}' in {}: GitHub refuses the file{}",
                                pair.key.text.substr(0, 60), where,
                                near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    return {};
  }

  Result<std::vector<std::string>> texts(yaml::Node const& node, std::string_view what) const {
    std::vector<std::string> texts;
    if (node.is_scalar() && !node.is_null()) return std::vector{std::string(node.text)};
    if (!node.is_sequence())
      return refuse(node.begin,
                    fmt::format("{}: expected a list, found {}", what, node.kind_name()));
    for (yaml::Node const& item : node.items) {
      if (!item.is_scalar())
        return refuse(item.begin,
                      fmt::format("{}: expected a string, found {}", what, item.kind_name()));
      texts.emplace_back(item.text);
    }
    return texts;
  }

  Result<std::vector<WorkflowEvent>> read_events(yaml::Node const& on) const {
    std::vector<WorkflowEvent> events;
    if (on.is_mapping()) {
      for (yaml::Pair const& pair : on.pairs)
        events.push_back(TRY(read_event(std::string(pair.key.text), pair.value)));
    } else {
      std::vector<std::string> const names = TRY(texts(on, "on"));
      for (std::string const& name : names) events.push_back({.name = name});
    }
    if (events.empty()) return refuse(on.begin, "on: expected at least one event");
    return events;
  }

  /// Both lists of one kind are not allowed together; an ignored one is "all but".
  Result<std::optional<std::vector<std::string>>> filter(yaml::Node const& event,
                                                         std::string const& kind) const {
    yaml::Node const* wanted = event.find(kind);
    yaml::Node const* ignored = event.find(kind + "-ignore");
    std::optional<std::vector<std::string>> patterns;
    if (wanted != nullptr && ignored != nullptr)
      return refuse(ignored->begin, fmt::format("{0} and {0}-ignore in one event: expected one of "
                                                "them",
                                                kind));
    if (wanted != nullptr) patterns = TRY(texts(*wanted, kind));
    if (ignored == nullptr) return patterns;
    patterns = std::vector<std::string>{"**"};
    std::vector<std::string> const names = TRY(texts(*ignored, kind + "-ignore"));
    for (std::string const& name : names) patterns->push_back("!" + name);
    return patterns;
  }

  Result<WorkflowEvent> read_event(std::string const& name, yaml::Node const& node) const {
    WorkflowEvent event{.name = name};
    bool const is_push = name == "push";
    bool const is_pull = name == "pull_request" || name == "pull_request_target";
    if (node.is_scalar() && !node.is_null())
      return refuse(node.begin, fmt::format("event '{}': expected a mapping, found {}", name,
                                            node.kind_name()));
    if (!node.is_mapping()) return event;
    if (is_push)
      TRY(check_known(
          node, {"branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"},
          "event 'push'"));
    if (is_pull)
      TRY(check_known(node, {"types", "branches", "branches-ignore", "paths", "paths-ignore"},
                      fmt::format("event '{}'", name)));
    if (is_push || is_pull) event.branches = TRY(filter(node, "branches"));
    if (is_push) event.tags = TRY(filter(node, "tags"));
    event.inputs = mapping_or_null(node, "inputs");
    return event;
  }

  Result<std::vector<WorkflowJob>> read_jobs(yaml::Node const& node) const {
    TRY(need_mapping(node, "jobs"));
    if (node.pairs.empty()) return refuse(node.begin, "jobs: expected at least one");
    std::vector<WorkflowJob> jobs;
    jobs.reserve(node.pairs.size());
    for (yaml::Pair const& pair : node.pairs) jobs.push_back(TRY(read_job(pair)));
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (yaml::Node const* needs = node.pairs[i].value.find("needs"))
        jobs[i].needs = TRY(read_needs(*needs, jobs));
    return jobs;
  }

  Result<std::vector<std::size_t>> read_needs(yaml::Node const& node,
                                              std::vector<WorkflowJob> const& jobs) const {
    std::vector<std::size_t> needs;
    std::vector<std::string> const names = TRY(texts(node, "needs"));
    for (std::string const& name : names) {
      auto const job = std::find_if(jobs.begin(), jobs.end(), [&](WorkflowJob const& each) {
        return lower(each.id) == lower(name);
      });
      if (job == jobs.end())
        return refuse(node.begin, fmt::format("needs: there is no job '{}'", name.substr(0, 60)));
      needs.push_back(static_cast<std::size_t>(job - jobs.begin()));
    }
    return needs;
  }

  Result<WorkflowJob> read_job(yaml::Pair const& pair) const {
    yaml::Node const& node = pair.value;
    std::string const where = fmt::format("job '{}'", pair.key.text.substr(0, 60));
    TRY(need_mapping(node, where));
    TRY(check_known(node, job_keys(), where));
    WorkflowJob job{.id = std::string(pair.key.text)};
    job.condition = text_or_empty(node, "if");
    job.environment = node.find("environment");
    job.env = mapping_or_null(node, "env");
    job.uses = text_or_empty(node, "uses");
    if (yaml::Node const* strategy = mapping_or_null(node, "strategy"))
      job.matrix = strategy->find("matrix");
    job.weight = 1 + weight_of(job.env) + weight_of(job.environment) + job.condition.size() / 64;
    yaml::Node const* steps = node.find("steps");
    if (steps == nullptr && job.uses.empty())
      return refuse(pair.key.begin, fmt::format("{} has neither 'steps' nor 'uses'", where));
    if (steps == nullptr) return job;
    if (!steps->is_sequence())
      return refuse(steps->begin, fmt::format("steps of {}: expected a sequence, found {}", where,
                                              steps->kind_name()));
    job.steps.reserve(steps->items.size());
    for (yaml::Node const& step : steps->items) {
      TRY(need_mapping(step, fmt::format("a step of {}", where)));
      job.steps.push_back(read_step(step, static_cast<int>(job.steps.size()) + 1));
    }
    return job;
  }

  static WorkflowStep read_step(yaml::Node const& node, int number) {
    return {.number = number,
            .line = node.begin.line,
            .uses = text_or_empty(node, "uses"),
            .run = text_or_empty(node, "run"),
            .label = text_or_empty(node, "id") + " " + text_or_empty(node, "name"),
            .condition = text_or_empty(node, "if"),
            .with = mapping_or_null(node, "with"),
            .env = mapping_or_null(node, "env"),
            .weight = weight_of(&node)};
  }

  Result<std::vector<std::size_t>> ordered(std::vector<WorkflowJob> const& jobs,
                                           yaml::Node const& node) const {
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
    if (order.size() == jobs.size()) return order;
    auto const stuck = std::find_if(open.begin(), open.end(), [](std::size_t n) { return n > 0; });
    yaml::Pair const& job = node.pairs[static_cast<std::size_t>(stuck - open.begin())];
    return refuse(job.key.begin,
                  fmt::format("job '{}' waits for itself through 'needs'", job.key.text));
  }

  std::string_view file_;
};

}  // namespace

Result<Workflow> read_workflow(yaml::Node const& root, std::string_view file) {
  return WorkflowReader(file).read(root);
}

}  // namespace landfall
