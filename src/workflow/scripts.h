// Scripts of the repository that a step calls: shell scripts, make targets, package.json scripts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"

namespace landfall {

/// The content of a file of the repository by its path from the root ("scripts/deploy.sh"), nullopt
/// if there is none. The text must live as long as the call that asked for it.
using ReadFile = std::function<std::optional<std::string_view>(std::string_view path)>;

/// A step's script and how it is started.
struct StepScript {
  std::string_view text;       ///< interpolated
  std::string_view directory;  ///< effective `working-directory`, "" for the root
  ShellMode mode;
};

/// The commands of a script, each call of a script of the repository followed by the commands of
/// that script, with its arguments bound. At most 5 scripts deep, none within itself.
std::vector<ShellCommand> step_commands(StepScript const& script, ShellVariables const& variables,
                                        ReadFile const& read);

}  // namespace landfall
