// The one form of a date in HTTP.
#pragma once

#include <string>

#include "base/time.h"

namespace landfall {

/// "Thu, 30 Apr 2026 16:30:00 GMT".
std::string http_date(Instant instant);

}  // namespace landfall
