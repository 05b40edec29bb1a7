// A workflow file of one commit as runs are made of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "workflow/model.h"

namespace landfall::sandbox {

struct FileInput {
  std::string name;
  std::string type = "string";
  bool required = false;
  std::optional<std::string> fallback;
  std::vector<std::string> options;
};

struct WorkflowFile {
  std::optional<yaml::Document> document{};  ///< none: the text is no YAML
  landfall::Workflow workflow{};             ///< points into the document
  std::vector<FileInput> inputs{};           ///< of workflow_dispatch
  std::string problem{};  ///< why GitHub would refuse the file; empty: nothing was found

  landfall::Event const* event(std::string_view wanted) const { return workflow.event(wanted); }
};

/// Never fails: what is wrong is the `problem`.
WorkflowFile read_workflow_file(std::string_view text);

bool is_workflow_file(std::string_view path);

}  // namespace landfall::sandbox
