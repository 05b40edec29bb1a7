// What the sandbox reads of a workflow file: who starts it, and the shape of its jobs. Read apart
// from src/workflow on purpose: an error in one must not be hidden by the same error in the other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace landfall::sandbox {

/// One event of `on:`. A list that is not written is none.
struct FileEvent {
  std::string name;
  std::optional<std::vector<std::string>> types;
  std::optional<std::vector<std::string>> branches;
  std::optional<std::vector<std::string>> branches_ignore;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::vector<std::string>> tags_ignore;
  std::optional<std::vector<std::string>> paths;
  std::optional<std::vector<std::string>> paths_ignore;
  std::optional<std::vector<std::string>> workflows;
};

struct FileInput {
  std::string name;
  std::string type = "string";
  bool required = false;
  std::optional<std::string> fallback;
  std::vector<std::string> options;
};

struct FileConcurrency {
  std::string group;  ///< texts may hold expressions
  std::string cancels = "false";
};

struct FileJob {
  std::string key;
  std::string name;
  std::string environment;
  std::string environment_url;
  std::vector<std::string> needs;
  std::optional<FileConcurrency> concurrency;
  bool always = false;  ///< its `if` asks for always() or cancelled()
};

struct WorkflowFile {
  std::string name;  ///< empty: it has none, and its path is shown
  std::string run_name;
  std::vector<FileEvent> events;
  std::vector<FileInput> inputs;  ///< of workflow_dispatch
  std::optional<FileConcurrency> concurrency;
  std::vector<FileJob> jobs;
  std::string problem;  ///< why GitHub would refuse the file; empty: nothing was found

  FileEvent const* event(std::string_view wanted) const;
};

/// Never fails: what is wrong is the `problem`.
WorkflowFile read_workflow_file(std::string_view text, std::string_view path);

/// What names such as "github.ref" stand for.
using Contexts = std::map<std::string, std::string, std::less<>>;
/// The text with each `${{ }}` replaced. Names, strings, numbers, `==`, `!=`, `!`, `&&`, `||` and
/// parentheses are understood; all else is empty.
std::string interpolated(std::string_view text, Contexts const& contexts);

bool is_workflow_file(std::string_view path);

}  // namespace landfall::sandbox
