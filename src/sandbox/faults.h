// Faults on demand: what befalls a request, and what its answer becomes.
#pragma once

#include <optional>
#include <string_view>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// What befalls one request. At most one fault takes the answer's place; the others (latency, a
/// clock that is wrong, access that is revoked, an old view) come on top of it.
struct Strike {
  Duration latency{};
  Duration skew{};
  Duration age{};  ///< of what a GET shows; zero: it shows what is
  bool revoked = false;
  std::optional<Fault> fault{};
};
/// Uses up one time of each fault that strikes.
Strike strike(State& state, Platform platform, Request const& request, Url const& url, Instant now);

/// The answer that the client gets in place of the good one. stall, drop and lost give none.
Response spoil(Fault const& fault, Response response);
/// The answer as a machine whose clock is ahead by that much gives it: its Date, and the times in
/// its other headers.
void skew_clock(Response& response, Duration skew, Instant now);

std::string_view to_word(Platform platform);
std::string_view to_word(FaultKind kind);

}  // namespace landfall::sandbox
