// The steps that ask an app for its health, before and after it is deployed.
#pragma once

#include <vector>

#include "audit/site.h"

namespace landfall {

/// A step of this file that stands after a deploy of it, or before one in the same job.
struct AroundDeploy {
  Hop hop;
  Step const* step = nullptr;
  bool after = false;  ///< or the step that deploys itself
  DeploySite const* site = nullptr;
};

/// All steps around the sites of a file, each once, as seen from the nearest site before it.
std::vector<AroundDeploy> steps_around(AuditedFile const& file,
                                       std::vector<DeploySite> const& sites);

/// Does a step of the job wait until the platform says that what was deployed is up?
bool waits_until_up(Job const& job);

}  // namespace landfall
