// The files of one repository that a workflow may lead to: called workflows, composite actions,
// scripts. Each is read once, when it is first asked for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/yaml.h"
#include "workflow/model.h"
#include "workflow/script_cache.h"

namespace landfall {

/// The text of a file by its path from the repository's root, nullopt if there is none.
using ReadText = std::function<std::optional<std::string>(std::string_view path)>;

/// What is known of the repository besides its files; empty: not known.
struct RepositoryNames {
  std::string repository;      ///< owner/name
  std::string default_branch;  ///< without refs/heads/
};

/// A workflow file that was read; its parts point into its document.
struct LoadedWorkflow {
  std::string path;
  yaml::Document document;
  Workflow workflow;
};

struct LoadedAction {
  std::string path;
  yaml::Document document;
  Action action;
};

class Library {
 public:
  Library() = default;
  Library(ReadText read, RepositoryNames names)
      : read_(std::move(read)), names_(std::move(names)) {}

  /// `./.github/workflows/x.yml` of a job's `uses`; nullptr if it is not of this repository, not
  /// there, or no YAML. Lives as long as the library.
  LoadedWorkflow const* called_workflow(std::string_view uses);
  /// `./path` of a step's `uses`: its action.yml or action.yaml.
  LoadedAction const* local_action(std::string_view uses);
  /// A script. The view lives as long as the library.
  std::optional<std::string_view> text(std::string_view path);
  /// The commands of a step's script, and of what it calls.
  ScriptCommands commands(StepScript const& script, ShellVariables const& variables);
  RepositoryNames const& names() const { return names_; }

 private:
  ReadText read_;
  RepositoryNames names_;
  std::map<std::string, std::unique_ptr<LoadedWorkflow>, std::less<>> workflows_;
  std::map<std::string, std::unique_ptr<LoadedAction>, std::less<>> actions_;
  std::map<std::string, std::unique_ptr<std::string>, std::less<>> texts_;
  ScriptCache scripts_;
};

}  // namespace landfall
