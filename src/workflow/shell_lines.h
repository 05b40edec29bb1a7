// Commands of PowerShell and cmd: line by line, each line its own.
#pragma once

#include <string_view>
#include <vector>

#include "workflow/shell.h"

namespace landfall {

/// The simple commands of a script of pwsh or cmd. A program that fails stops neither of them
/// unless it comes last: GitHub's wrappers look at the last status only.
std::vector<ShellCommand> line_commands(std::string_view script, ShellVariables const& variables,
                                        ShellLanguage language);

}  // namespace landfall
