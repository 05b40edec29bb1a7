// The report of an incident in its file, with what people wrote into it before.
#pragma once

#include <string>

#include "base/result.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

Result<> write_report(World world, Store& store, Intent const& intent, std::string const& incident,
                      std::string const& path);

}  // namespace landfall
