#include "sandbox/github_workflow_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "workflow/schema.h"

namespace landfall::sandbox {
namespace {

std::string scalar_text(yaml::Node const* node) {
  return node != nullptr && node->is_scalar() && !node->is_null() ? std::string(node->text) : "";
}

std::vector<FileInput> read_inputs(landfall::Workflow const& workflow) {
  std::vector<FileInput> all;
  landfall::Event const* const dispatch = workflow.event("workflow_dispatch");
  if (dispatch == nullptr || dispatch->inputs == nullptr) return all;
  for (yaml::Pair const& pair : dispatch->inputs->pairs) {
    FileInput input{.name = std::string(pair.key.text)};
    std::string const type = scalar_text(pair.value.find("type"));
    if (!type.empty()) input.type = type;
    input.required = scalar_text(pair.value.find("required")) == "true";
    yaml::Node const* const fallback = pair.value.find("default");
    if (fallback != nullptr && fallback->is_scalar()) input.fallback = scalar_text(fallback);
    if (yaml::Node const* const options = pair.value.find("options"))
      for (yaml::Node const& option : options->items) input.options.push_back(scalar_text(&option));
    all.push_back(std::move(input));
  }
  return all;
}

std::string problem_of(yaml::Node const& root, std::string_view text) {
  for (SchemaProblem const& one : judge_workflow(root, text))
    if (is_refused({&one, 1}))
      return fmt::format("(Line: {}, Col: {}): {}", one.begin.line, one.begin.column, one.text);
  return "";
}

}  // namespace

bool is_workflow_file(std::string_view path) {
  std::string_view const folder = ".github/workflows/";
  bool const yaml = path.ends_with(".yml") || path.ends_with(".yaml");
  return yaml && path.starts_with(folder) &&
         path.find('/', folder.size()) == std::string_view::npos;
}

WorkflowFile read_workflow_file(std::string_view text) {
  WorkflowFile file;
  auto document = yaml::read(std::string(text), {.bytes = 1 << 20, .nodes = 100'000});
  if (!document) {
    yaml::Problem const& found = document.error();
    file.problem =
        fmt::format("(Line: {}, Col: {}): {}", found.mark.line, found.mark.column, found.text);
    return file;
  }
  file.document = std::move(*document);
  yaml::Node const& root = file.document->root();
  file.workflow = read_workflow(root);
  file.inputs = read_inputs(file.workflow);
  file.problem = problem_of(root, text);
  return file;
}

}  // namespace landfall::sandbox
