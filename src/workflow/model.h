// A workflow file as GitHub reads it: events, jobs, steps, each with its place. Judging the file is
// schema.h's; this reads what can be read and leaves out what has the wrong type.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "workflow/shell.h"

namespace landfall {

struct ActionSignature;

/// A filter of an event: its patterns in order, those of an `-ignore` list as they stand there.
struct EventFilter {
  yaml::Node const* node = nullptr;  ///< the list
  std::vector<std::string> patterns;
  bool ignores = false;

  /// The same as one list in which the last match wins: an ignored one is "all but".
  std::vector<std::string> in_order() const;
};

struct Event {
  std::string_view name;
  yaml::Node const* node = nullptr;  ///< the key, or the word in a list: where a person looks
  yaml::Node const* body = nullptr;  ///< the mapping below it, nullptr if none
  std::optional<EventFilter> branches;
  std::optional<EventFilter> tags;
  std::optional<EventFilter> paths;
  std::vector<std::string_view> types;
  std::vector<yaml::Node const*> workflows;  ///< of workflow_run
  std::vector<yaml::Node const*> crons;      ///< of schedule
  yaml::Node const* inputs = nullptr;        ///< a mapping
};

struct Step {
  int number = 0;  ///< counting from 1
  yaml::Node const* node = nullptr;
  std::string_view id;
  std::string_view name;
  yaml::Node const* uses = nullptr;  ///< scalars, nullptr where absent
  yaml::Node const* run = nullptr;
  yaml::Node const* condition = nullptr;  ///< `if`
  yaml::Node const* shell = nullptr;
  yaml::Node const* directory = nullptr;  ///< `working-directory`
  yaml::Node const* continue_on_error = nullptr;
  yaml::Node const* with = nullptr;  ///< a mapping, as is env
  yaml::Node const* env = nullptr;
  ScriptHints hints;                        ///< of its script
  ActionSignature const* action = nullptr;  ///< what is known of what it uses

  std::string_view uses_text() const { return uses == nullptr ? std::string_view() : uses->text; }
  std::string_view script() const { return run == nullptr ? std::string_view() : run->text; }
};

struct Job {
  std::string_view id;
  yaml::Node const* key = nullptr;
  yaml::Node const* node = nullptr;
  std::vector<std::size_t> needs;      ///< places in Workflow::jobs
  std::vector<std::size_t> ancestors;  ///< all that must be over before: `needs` of `needs`, sorted
  yaml::Node const* condition = nullptr;
  yaml::Node const* environment = nullptr;  ///< as it stands: a scalar or a mapping
  yaml::Node const* concurrency = nullptr;  ///< the same
  yaml::Node const* runs_on = nullptr;
  yaml::Node const* container = nullptr;
  yaml::Node const* env = nullptr;
  yaml::Node const* matrix = nullptr;
  yaml::Node const* defaults = nullptr;
  yaml::Node const* continue_on_error = nullptr;
  yaml::Node const* uses = nullptr;  ///< a called workflow
  yaml::Node const* with = nullptr;
  yaml::Node const* secrets = nullptr;
  yaml::Node const* outputs = nullptr;
  std::vector<Step> steps;

  /// The scalar that names the environment, in the short or the long form; nullptr if none does.
  yaml::Node const* environment_name() const;
};

/// Points into the document that it was read from, which must outlive it.
struct Workflow {
  yaml::Node const* root = nullptr;
  std::string_view name;  ///< empty: GitHub shows the path
  yaml::Node const* env = nullptr;
  yaml::Node const* concurrency = nullptr;
  yaml::Node const* defaults = nullptr;
  std::vector<Event> events;
  std::vector<Job> jobs;
  std::vector<std::size_t> order;  ///< of jobs: each after all that it needs; none of a cycle

  Event const* event(std::string_view name) const;
  Job const* job(std::string_view id) const;
};

/// A composite action's `runs.steps`, or another kind of action, which has none.
struct Action {
  yaml::Node const* root = nullptr;
  yaml::Node const* inputs = nullptr;
  std::vector<Step> steps;
};

Workflow read_workflow(yaml::Node const& root);
Action read_action(yaml::Node const& root);

/// The group's name in `concurrency`, in the short or the long form; nullptr if there is none.
yaml::Node const* concurrency_group(yaml::Node const* concurrency);
/// The scalar `cancel-in-progress`, nullptr if absent.
yaml::Node const* concurrency_cancels(yaml::Node const* concurrency);

}  // namespace landfall
