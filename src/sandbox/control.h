// The control API: /sandbox/... on the Heroku port. It sets faults and the time, ends dynos, and
// shows what there is. docs/sandbox.md is its manual.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

/// What the state alone cannot do.
struct Control {
  State& state;
  std::string const& authority_file;              ///< empty: no TLS
  std::function<void(Instant)> const& set_clock;  ///< empty: the clock is somebody else's
};

/// nullopt: the path is none of its own. It answers only clients of this machine that name it so,
/// and no web page.
std::optional<Response> answer_control(Control const& control, Request const& request,
                                       Url const& url, std::function<Instant()> const& clock);

/// By which clients reach it: the platforms, tokens, and what keeps the heroku CLI from the real
/// Heroku.
std::vector<std::pair<std::string, std::string>> client_variables(
    State const& state, std::string const& authority_file);

}  // namespace landfall::sandbox
