// Instants and durations, and their one written form: ISO 8601 in UTC.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace landfall {

using Duration = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Duration>;
using namespace std::chrono_literals;

/// Whole seconds since 1970, the form in which facts keep time. Rounds down.
std::int64_t epoch_seconds(Instant instant);
Instant from_epoch_seconds(std::int64_t seconds);

/// "2026-04-22T06:53:00Z"; milliseconds are dropped.
std::string iso8601(Instant instant);
/// "2026-04-22 06:53 UTC", for people.
std::string to_minutes(Instant instant);

/// Reads `2026-04-25`, `2026-04-25T00:00Z`, `2026-04-25T00:00:00[.123](Z|+02:00)`.
/// A time without a zone is refused: it would mean two instants to two readers.
Result<Instant> parse_instant(std::string_view text);

/// Reads `250ms`, `90s`, `5m`, `36h`, `8d`, `2w`, and sums such as `1h30m`; `0` alone is allowed.
Result<Duration> parse_duration(std::string_view text);
/// "8 days 9 h", "5 min", "42 s": the two largest units, rounded down.
std::string human(Duration duration);

}  // namespace landfall
