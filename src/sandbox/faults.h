// Faults on demand, and the control API under /sandbox/ that sets them and shows the state.
#pragma once

#include <optional>

#include "base/json.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

/// What befalls one request: at most one fault of another kind than latency.
struct Strike {
  Duration latency{};
  std::optional<Fault> fault;
};
/// Uses up one time of each fault that strikes.
Strike strike(State& state, Platform platform, Request const& request, Url const& url);

/// The answer that the client gets in place of the good one. stall, drop and lost give none.
Response spoil(Fault const& fault, Response response);

/// The words of world files and of the control API.
std::optional<FaultKind> fault_kind(std::string_view word);
std::vector<std::string> fault_kinds();
std::optional<Platform> platform_of(std::string_view word);
std::string_view to_word(Platform platform);

/// /sandbox/state, /sandbox/faults, /sandbox/requests; nullopt: the path is none of these.
std::optional<Response> answer_control(State& state, Request const& request, Url const& url,
                                       Instant now);

}  // namespace landfall::sandbox
