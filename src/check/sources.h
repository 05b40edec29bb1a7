// Which sources can be relied on at the instant that the store looks at.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

/// A source that a target needs and that is not observed.
struct SourceSilence {
  std::string state;  ///< "failed", "stale", "never_observed"...
  std::string reason;
  std::optional<Instant> since;
  std::optional<std::int64_t> evidence;
};

/// Silences by source and target: what is not in it is observed and fresh.
using Silences =
    std::map<std::string, std::map<std::string, SourceSilence, std::less<>>, std::less<>>;
Result<Silences> silences(Store& store, std::vector<std::string> const& sources);

/// "heroku.dynos: no permission (the token may not see shop)".
std::string sentence(std::string_view source, SourceSilence const& silence);

/// Numbers joined by blanks, as the SQL of checks gives them; what is no number is left out.
std::vector<std::int64_t> evidence_numbers(std::string_view text);

}  // namespace landfall
