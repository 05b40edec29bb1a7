// Calls that nobody can follow here, and that by their name deploy: silence about them would look
// like an answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"

namespace landfall {

/// Does a name speak of bringing something out: "deploy", "bin/deploy-prod", "publish:npm"; not
/// "release-notes" or "test-deploy".
bool speaks_of_deploying(std::string_view name);

/// May any part of a text do so. Cheap, and errs to yes.
bool may_speak_of_deploying(std::string_view text);

/// The call of a script, target or task that was not followed and speaks of deploying, for people:
/// "make deploy". Empty for any other command.
std::string unread_call(ShellCommand const& command);

/// Does a program run what its words name: make, python, bash.
bool runs_others(std::string_view program);
std::vector<std::string_view> names_that_run_others();

/// May a script have such a call, from its words alone. `rest` follows the program's name.
bool may_be_unread(std::string_view program, std::string_view rest);

/// Speaks the name of an action or a called workflow of deploying: `acme/deploy-action@v1`.
bool is_deploying_use(std::string_view uses);

}  // namespace landfall
