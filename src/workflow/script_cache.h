// Scripts that were read, for the next one that reads the same: repositories repeat theirs from
// step to step and from file to file.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "workflow/scripts.h"

namespace landfall {

/// Shared, for the cache may forget them while somebody reads on.
using ScriptCommands = std::shared_ptr<std::vector<ShellCommand> const>;

/// Of one repository, whose files do not change while it lives.
class ScriptCache {
 public:
  /// As step_commands says. Asks for the same variables again, and reads anew where one of them
  /// holds something else.
  ScriptCommands read(StepScript const& script, ShellVariables const& variables,
                      ReadFile const& files);

 private:
  struct Reading {
    std::string directory;
    ShellMode mode;
    std::vector<std::pair<std::string, std::optional<std::string>>> variables;
    ScriptCommands commands;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void keep(StepScript const& script, Reading reading);

  std::unordered_map<std::string, std::vector<Reading>, Hash, std::equal_to<>> readings_;
  std::size_t weight_ = 0;
};

}  // namespace landfall
