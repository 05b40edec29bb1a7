// What connects a child's standard input, output and errors with this process.
#pragma once

#include "base/result.h"
#include "world/descriptor.h"
#include "world/process.h"
#include "world/spawn.h"

namespace landfall {

/// Our ends do not block. A terminal is one file for input and output, of which both are
/// duplicates.
struct ChildPipes {
  Descriptor input;   ///< none: the child reads nothing
  Descriptor output;  ///< lines: of stdout and stderr
  Descriptor errors;  ///< only if the output is bytes
  Descriptor child_input;
  Descriptor child_output;
  Descriptor child_errors;

  ChildEnds ends(bool terminal) const;
};

Result<ChildPipes> open_pipes(Command const& command);

}  // namespace landfall
