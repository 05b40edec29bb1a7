// One way into a workflow, walked through its jobs and the workflows that they call.
#pragma once

#include <string>
#include <vector>

#include "workflow/graph.h"
#include "workflow/leg_walk.h"
#include "workflow/names.h"

namespace landfall {

/// A deploy at the end of a way; `path` lacks what only all ways of an event together tell.
struct WayEnd {
  Path path;
  std::string where;  ///< names the jobs, step and command: the same on every way
};

struct WayResult {
  std::vector<WayEnd> ends;
  std::vector<RefQuestion> questions;  ///< asked about refs, and not answered
  std::size_t work = 0;
};

struct WayInto {
  Event const& event;
  Way const& way;
};

/// Walks a way from the workflow's own event, and stops when `work_max` is passed.
WayResult walk_way(WorkflowSource const& source, WayInto const& into, Library& library,
                   std::size_t work_max);

}  // namespace landfall
