// Whether a script can lead to another file of the repository at all. Many scripts say `make test`
// or `./bin/check` where there is no such file here: reading them as a shell would is for nothing.
#pragma once

#include "workflow/scripts.h"

namespace landfall {

/// May step_commands() follow a call in the script, or find one that speaks of deploying. Errs to
/// yes: false only where each word that may be a program is none that calls, or names a file that
/// is not there.
bool may_follow_calls(StepScript const& script, ReadFile const& read);

}  // namespace landfall
