// A workflow file as GitHub reads it: events, jobs, steps. What GitHub would refuse is an error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"

namespace landfall {

struct WorkflowEvent {
  std::string name;
  /// Patterns, nullopt where no filter is given; `-ignore` lists are turned round.
  std::optional<std::vector<std::string>> branches;
  std::optional<std::vector<std::string>> tags;
  yaml::Node const* inputs = nullptr;  ///< a mapping
};

struct WorkflowStep {
  int number = 0;  ///< counting from 1
  std::size_t line = 0;
  std::string uses;
  std::string run;
  std::string label;  ///< id and name, for people
  std::string condition;
  yaml::Node const* with = nullptr;  ///< a mapping, as is env
  yaml::Node const* env = nullptr;
  std::size_t weight = 1;  ///< how much there is to look at: nodes, and 64 bytes of text
};

struct WorkflowJob {
  std::string id;
  std::vector<std::size_t> needs;  ///< places in Workflow::jobs
  std::string condition;           ///< empty: none
  yaml::Node const* environment = nullptr;
  yaml::Node const* env = nullptr;
  yaml::Node const* matrix = nullptr;
  std::string uses;        ///< a called workflow
  std::size_t weight = 1;  ///< without its steps
  std::vector<WorkflowStep> steps;
};

/// Points into the tree that it was read from.
struct Workflow {
  yaml::Node const* env = nullptr;
  std::size_t env_weight = 0;
  std::vector<WorkflowEvent> events;
  std::vector<WorkflowJob> jobs;
  std::vector<std::size_t> order;  ///< of jobs: each after all that it needs
};

/// The tree must outlive the workflow.
Result<Workflow> read_workflow(yaml::Node const& root, std::string_view file);

}  // namespace landfall
