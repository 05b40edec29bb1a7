// Why nobody is told of an alert, although it fires.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alert/lifecycle.h"

namespace landfall {

/// For each alert the reason why nobody is told of it now; empty: people are. In this order: a
/// silence; a fault of a target that declares this one among its `dependents`; a common cause.
std::vector<std::string> suppressed(std::vector<Alert> const& alerts,
                                    AlertSituation const& situation);

/// More than half of the targets, and four at least, went bad within one minute and are bad for
/// long enough to call for it: what they have in common is more likely at fault than each of them,
/// and that may be the observer.
std::optional<Finding> common_cause(std::vector<Alert> const& open,
                                    std::vector<Finding> const& findings,
                                    AlertSituation const& situation);

}  // namespace landfall
