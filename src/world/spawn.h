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

/// The child's own ends.
struct ChildEnds {
  int input = -1;  ///< -1: it reads nothing
  int output = -1;
  int errors = -1;
  bool terminal = false;  ///< they are a terminal, which becomes the session's
};

/// Starts the command in a session of its own, confined (dyno_exec.h), with nothing open but its
/// standard input, output and errors. Errors name the program or the directory.
Result<Spawned> spawn(Command const& command, ChildEnds const& ends);

}  // namespace landfall
