// What the checkout's branches and tags, and the clock, say of deploy paths.
#pragma once

#include <span>

#include "audit/rule.h"
#include "base/time.h"

namespace landfall {

/// Notes on each path whose event filters refs how many of these match.
void join_refs(std::span<FileSummary> files, GitRefs const& refs);

/// Notes on each path of a schedule when it comes next.
void join_schedules(std::span<FileSummary> files, Instant now);

}  // namespace landfall
