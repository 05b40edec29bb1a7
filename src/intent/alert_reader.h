// The key `alerts` of landfall.yaml: receivers, and which alerts go to them.
#pragma once

#include <string>
#include <vector>

#include "intent/intent.h"
#include "intent/section.h"

namespace landfall {

/// The keys that may stand in `alerts`.
std::vector<std::string> alert_keys();
void read_alerts(Section const& section, AlertIntent& alerts, Problems& problems);

}  // namespace landfall
