// Enough of the shell's grammar to see which commands a script runs, in order. Nothing is executed,
// and what a variable holds is only taken where it is certain.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace landfall {

/// A simple command. In its words, what is not known stands between unknown_begin and unknown_end.
struct ShellCommand {
  std::map<std::string, std::string> assignments;  ///< before it, or alone
  std::vector<std::string> words;                  ///< without `if`, `sudo`, `timeout 60`...
};

/// The value of a variable from outside of the script, nullopt if it is not known.
using ShellVariables = std::function<std::optional<std::string>(std::string_view)>;

/// All commands of a script, those in `$( )` before the one that they are part of. A variable that
/// the script sets is known if it is set once, to a known text, and nothing in it branches or
/// loops.
std::vector<ShellCommand> shell_commands(std::string_view script, ShellVariables const& variables);

}  // namespace landfall
