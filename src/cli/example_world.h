// The incident's world, as it is compiled in.
#pragma once

#include <string>

#include "base/result.h"
#include "world/world.h"

namespace landfall {

/// Writes examples/raxx into a folder.
Result<> write_example(World world, std::string const& folder);

}  // namespace landfall
