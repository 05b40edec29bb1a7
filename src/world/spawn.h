// One child process, from a command to a supervised program.
#pragma once

#include "base/result.h"
#include "world/descriptor.h"
#include "world/process.h"
#include "world/warden.h"

namespace landfall {

/// The child's own ends.
struct ChildEnds {
  int input = -1;  ///< -1: it reads nothing
  int output = -1;
  int errors = -1;
  bool terminal = false;  ///< they are a terminal, which becomes the session's
};

/// Starts the command in a session of its own, confined, with nothing open but its standard input,
/// output and errors; the socket to its supervisor, on which it takes a ChildSignal and in the end
/// tells ChildReport::Kind::ended. Errors name the program or the directory; with the code "warden"
/// there is none any more, and another may do better.
Result<Descriptor> spawn(Command const& command, ChildEnds const& ends, Warden const& warden);

}  // namespace landfall
