// All targets at a glance: one line for each.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "alert/alert.h"
#include "check/verdict.h"
#include "cli/output.h"

namespace landfall {

/// What `landfall status` shows of one instant.
struct StatusView {
  std::span<Verdict const> verdicts;
  std::span<Alert const> alerts;  ///< that are open
  std::optional<Instant> asked;   ///< when any source answered last; absent: nothing was ever asked
  Instant now;
};

/// A line for each target, those in trouble first, then what is behind it: the proof of each fact,
/// since when the worst one is so, and its alerts. Lines are not wider than the output.
std::string status_text(Output const& output, StatusView const& view);

/// 0: all is proven good; 1: something is not; 3: nothing is known to be bad, but not all is known.
int status_code(std::span<Verdict const> verdicts);

}  // namespace landfall
