#include "workflow/scripts.h"

namespace landfall {

std::vector<ShellCommand> step_commands(StepScript const& script, ShellVariables const& variables,
                                        ReadFile const& /*read*/) {
  return shell_commands(script.text, variables, script.mode);
}

}  // namespace landfall
