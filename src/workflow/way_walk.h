// One way into a workflow, walked through its jobs and the workflows that they call.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "workflow/graph.h"
#include "workflow/leg_walk.h"
#include "workflow/names.h"
#include "workflow/trace.h"

namespace landfall {

/// A deploy at the end of a way; `path` lacks its event, and what only all ways of an event
/// together tell.
struct WayEnd {
  Path path;
  std::string where;  ///< names the jobs, step and command: the same on every way
  std::string key;    ///< the same with the target and environment
};

struct WayResult {
  std::vector<WayEnd> ends;
  std::vector<RefQuestion> questions;  ///< asked about refs, and not answered
  std::size_t work = 0;
  Trace trace;  ///< another way that answers so has the same result
};

/// What a leg of a job came to, and for what answers it comes to the same again.
struct WalkedLeg {
  Trace trace;
  Hop hop;
  bool environment_empty = false;
  LegResult result;
  std::map<std::string, std::string> outputs;
  std::vector<RefQuestion> questions;
};

/// What of a job is worth a look.
enum class Worth {
  nothing,  ///< no deploy hangs on it
  whether,  ///< it runs at all: something after it deploys
  steps,    ///< it deploys, or says what others do
};

/// Of one entry workflow.
struct WalkCache {
  std::map<Job const*, std::vector<WalkedLeg>> legs;
  ReadScripts scripts;
  std::vector<UnreadCall> unread;  ///< calls of workflows elsewhere; the others are the legs'
  /// For each job whether anything after it asks for an answer, by whether anything after the
  /// workflow does.
  std::map<std::pair<Workflow const*, bool>, std::vector<bool>> asked_afterwards;
  /// For each job, by whether anything looks at the outputs of the workflow.
  std::map<std::pair<Workflow const*, bool>, std::vector<Worth>> worth;
};

/// Walks a way from the workflow's own event, and stops when `work_max` is passed.
WayResult walk_way(WorkflowSource const& source, Way const& way, Library& library, WalkCache& cache,
                   std::size_t work_max);

}  // namespace landfall
