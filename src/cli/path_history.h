// What recorded settings and history say of each deploy path: was it ever taken, and does the gate
// that it names stand.
#pragma once

#include <span>
#include <string_view>

#include "audit/rule.h"
#include "facts/store.h"

namespace landfall {

/// Notes it on each path. What was never asked is not noted: silence is no answer.
Result<> join_history(Store& store, std::string_view repository, std::span<FileSummary> files);

}  // namespace landfall
