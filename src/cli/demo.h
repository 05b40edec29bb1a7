// The incident, end to end, on this machine.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/context.h"

namespace landfall {

struct DemoOptions {
  std::string folder;  ///< where its files go; made anew
  Duration pause{0};   ///< before each step, for somebody who reads along
};

/// Starts the sandbox at the world's own time, shows what check finds, applies the proposed fixes,
/// deploys through the gate, checks again and writes the report. 0: all of it came out as it
/// should. Ends every process that it started, whatever happens.
Result<int> run_demo(Context& context, DemoOptions const& options);

}  // namespace landfall
