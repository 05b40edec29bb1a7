// What becomes of the failure of a command, and which commands change what later ones see: read off
// the tree, without expanding anything.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "workflow/shell.h"
#include "workflow/shell_syntax.h"

namespace landfall {

/// Is its status a question (`[ ]`, `grep`, `git diff`) rather than an outcome.
bool is_question(ShellTree const& tree, ShellNodeId id);

/// Does it end the script, function or round of a loop; and if so, with an error.
bool leaves(ShellTree const& tree, ShellNodeId id);
bool leaves_with_error(ShellTree const& tree, ShellNodeId id);
/// Does it end the script, as `exit` does and `break` does not.
bool exits(ShellTree const& tree, ShellNodeId id);

/// May commands after it see another variable, directory or option, or not run at all.
bool changes_state(ShellTree const& tree, ShellNodeId id);

/// The variables that commands in it set.
std::vector<std::string> assigned_in(ShellTree const& tree, ShellNodeId id);

/// Where a command stands: the fate of what is around it.
struct FailureScene {
  ShellFailure around = ShellFailure::stops;
  bool errexit = true;  ///< in force here
  bool tested = false;  ///< somebody looks at the status of the whole
  bool tail = true;     ///< the status of the whole becomes the script's
};

/// Of a command of a list.
ShellFailure list_failure(ShellTree const& tree, ShellNode const& list, std::size_t index,
                          FailureScene scene);
/// Of an operand of && and ||.
ShellFailure operand_failure(ShellTree const& tree, ShellNode const& node, std::size_t index,
                             FailureScene scene);
/// Of the condition of an arm of an `if`.
ShellFailure condition_failure(ShellTree const& tree, ShellNode const& branch, std::size_t arm,
                               FailureScene scene);

}  // namespace landfall
