#include "sandbox/github_workflow_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/yaml.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

std::string text_of(yaml::Node const* node) {
  return node != nullptr && node->is_scalar() && !node->is_null() ? std::string(node->text) : "";
}

/// A text alone counts as a list of one.
std::optional<Texts> texts_of(yaml::Node const* node) {
  if (node == nullptr || node->is_null()) return std::nullopt;
  if (node->is_scalar()) return Texts{std::string(node->text)};
  Texts texts;
  for (yaml::Node const& item : node->items) texts.push_back(text_of(&item));
  return texts;
}

std::string read_event(yaml::Node const& settings, FileEvent& event) {
  struct Filter {
    char const* key;
    std::optional<Texts>& list;
  };
  Filter const filters[] = {
      {"types", event.types},         {"branches", event.branches},
      {"tags", event.tags},           {"branches-ignore", event.branches_ignore},
      {"paths", event.paths},         {"tags-ignore", event.tags_ignore},
      {"workflows", event.workflows}, {"paths-ignore", event.paths_ignore},
  };
  for (Filter const& filter : filters) filter.list = texts_of(settings.find(filter.key));
  for (yaml::Pair const& pair : settings.pairs) {
    bool const known = std::any_of(std::begin(filters), std::end(filters),
                                   [&](Filter const& one) { return pair.key.text == one.key; });
    if (!known && pair.key.text != "inputs" && pair.key.text != "outputs" &&
        pair.key.text != "secrets")
      return fmt::format("Unexpected value '{}'", pair.key.text);
  }
  if ((event.branches && event.branches_ignore) || (event.tags && event.tags_ignore) ||
      (event.paths && event.paths_ignore))
    return fmt::format("you may only define one of a filter and its -ignore for the event {}",
                       event.name);
  return "";
}

void read_inputs(yaml::Node const* inputs, WorkflowFile& file) {
  if (inputs == nullptr) return;
  for (yaml::Pair const& pair : inputs->pairs) {
    FileInput input{.name = std::string(pair.key.text)};
    std::string const type = text_of(pair.value.find("type"));
    if (!type.empty()) input.type = type;
    input.required = text_of(pair.value.find("required")) == "true";
    yaml::Node const* const fallback = pair.value.find("default");
    if (fallback != nullptr && fallback->is_scalar()) input.fallback = text_of(fallback);
    input.options = texts_of(pair.value.find("options")).value_or(Texts{});
    file.inputs.push_back(std::move(input));
  }
}

void read_events(yaml::Node const& on, WorkflowFile& file) {
  for (std::string const& name : on.is_mapping() ? Texts{} : texts_of(&on).value_or(Texts{}))
    file.events.push_back({.name = name});
  for (yaml::Pair const& pair : on.pairs) {
    FileEvent event{.name = std::string(pair.key.text)};
    bool const settings = pair.value.is_mapping();
    std::string const problem = settings ? read_event(pair.value, event) : "";
    if (file.problem.empty()) file.problem = problem;
    if (event.name == "workflow_dispatch") read_inputs(pair.value.find("inputs"), file);
    file.events.push_back(std::move(event));
  }
}

std::optional<FileConcurrency> read_concurrency(yaml::Node const* node) {
  if (node == nullptr || node->is_null()) return std::nullopt;
  if (node->is_scalar()) return FileConcurrency{std::string(node->text)};
  FileConcurrency concurrency{text_of(node->find("group"))};
  std::string const cancels = text_of(node->find("cancel-in-progress"));
  if (!cancels.empty()) concurrency.cancels = cancels;
  return concurrency;
}

FileJob read_job(yaml::Pair const& pair) {
  FileJob job{.key = std::string(pair.key.text)};
  job.name = text_of(pair.value.find("name"));
  if (job.name.empty()) job.name = job.key;
  yaml::Node const* const environment = pair.value.find("environment");
  if (environment != nullptr) {
    job.environment =
        environment->is_mapping() ? text_of(environment->find("name")) : text_of(environment);
    job.environment_url = text_of(environment->find("url"));
  }
  job.needs = texts_of(pair.value.find("needs")).value_or(Texts{});
  job.concurrency = read_concurrency(pair.value.find("concurrency"));
  std::string const condition = text_of(pair.value.find("if"));
  job.always = condition.find("always()") != std::string::npos ||
               condition.find("cancelled()") != std::string::npos;
  return job;
}

/// Needs that name no job or go round in a circle: repeatedly takes away jobs that need nothing.
std::string problem_of_needs(std::vector<FileJob> const& jobs) {
  std::set<std::string> known;
  for (FileJob const& job : jobs) known.insert(job.key);
  std::set<std::string> left = known;
  for (FileJob const& job : jobs)
    for (std::string const& need : job.needs)
      if (!known.contains(need))
        return fmt::format("Job '{}' depends on unknown job '{}'.", job.key, need);
  for (bool progress = true; progress && !left.empty();) {
    progress = false;
    for (FileJob const& job : jobs) {
      bool const free = std::none_of(job.needs.begin(), job.needs.end(),
                                     [&](auto const& need) { return left.contains(need); });
      progress = (free && left.erase(job.key) > 0) || progress;
    }
  }
  return left.empty() ? "" : "The workflow must contain at least one job with no dependencies.";
}

void read_jobs(yaml::Node const* jobs, WorkflowFile& file) {
  if (jobs == nullptr) return;
  for (yaml::Pair const& pair : jobs->pairs) {
    file.jobs.push_back(read_job(pair));
    bool const does = pair.value.find("steps") != nullptr || pair.value.find("uses") != nullptr;
    if (!does && file.problem.empty())
      file.problem = fmt::format("Required property is missing: steps (job '{}')", pair.key.text);
  }
  if (file.problem.empty()) file.problem = problem_of_needs(file.jobs);
}

}  // namespace

FileEvent const* WorkflowFile::event(std::string_view wanted) const {
  auto const found = std::find_if(events.begin(), events.end(),
                                  [&](FileEvent const& one) { return one.name == wanted; });
  return found == events.end() ? nullptr : &*found;
}

bool is_workflow_file(std::string_view path) {
  std::string_view const folder = ".github/workflows/";
  bool const yaml = path.ends_with(".yml") || path.ends_with(".yaml");
  return yaml && path.starts_with(folder) &&
         path.find('/', folder.size()) == std::string_view::npos;
}

WorkflowFile read_workflow_file(std::string_view text, std::string_view path) {
  WorkflowFile file;
  auto const document = yaml::parse(text, path);
  if (!document) {
    file.problem = document.error().text;
    return file;
  }
  yaml::Node const& root = document->root();
  file.name = text_of(root.find("name"));
  file.run_name = text_of(root.find("run-name"));
  yaml::Node const* const on = root.find("on");
  if (on == nullptr) file.problem = "No event triggers defined in `on`";
  if (on != nullptr) read_events(*on, file);
  file.concurrency = read_concurrency(root.find("concurrency"));
  read_jobs(root.find("jobs"), file);
  return file;
}

}  // namespace landfall::sandbox
