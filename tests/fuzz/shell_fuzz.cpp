// Any bytes as a script, for each kind of shell: its commands stand in it, and reading it for hints
// misses none that it has.
#include "base/result.h"
#include "targets.h"
#include "workflow/shell.h"

namespace landfall {

void fuzz_shell(std::string_view text) {
  ShellVariables const variables = [](std::string_view name) {
    return name.starts_with('A') ? std::optional<std::string>("value of A") : std::nullopt;
  };
  (void)worth_parsing(text);
  (void)script_hints(text);
  for (char const* const shell : {"", "bash", "sh", "pwsh", "cmd", "python"}) {
    for (ShellCommand const& command : shell_commands(text, variables, shell_mode(shell)))
      require(command.offset <= text.size() && command.line <= text.size(),
              "a command in its script");
  }
}

}  // namespace landfall
