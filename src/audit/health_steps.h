// The steps that ask an app for its health, before and after it is deployed.
#pragma once

#include <vector>

#include "audit/site.h"

namespace landfall {

/// All steps around the sites of a file, each once, as seen from the nearest site before it.
std::vector<AroundDeploy> const& steps_around(AuditedFile const& file);

/// Does a step of the job wait until the platform says that what was deployed is up?
bool waits_until_up(Job const& job);

}  // namespace landfall
