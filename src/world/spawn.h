// One child process, from a command to a pid.
#pragma once

#include "base/result.h"
#include "world/descriptor.h"
#include "world/process.h"

namespace landfall {

struct Spawned {
  int pid = 0;         ///< also of its session and process group
  Descriptor process;  ///< a pidfd: readable when the child has exited
};

/// Starts the command in a session of its own, confined (dyno_exec.h), with nothing open but its
/// standard input (empty) and its output, both kinds into `output`. Errors name the program or the
/// directory.
Result<Spawned> spawn(Command const& command, int output);

}  // namespace landfall
