// What the router says itself: its error pages and its log lines.
// https://devcenter.heroku.com/articles/error-codes
#pragma once

#include <string>
#include <string_view>

#include "sandbox/router_exchange.h"

namespace landfall::sandbox {

/// An answer that the router gives in an app's place.
struct Refusal {
  std::string_view code;  ///< "H10"; empty: there is no such app
  int status = 0;
  std::string_view level;
  std::string_view description;
  std::string_view title;
  std::string_view page;
};
Refusal const& refusal_of(std::string_view code);

/// A whole answer in bytes, with the page that belongs to the code. `close`: the connection ends
/// after it.
std::string refusal_bytes(Refusal const& refusal, Exchange const& exchange, bool close);
/// The same for what is no request: 400 or 431.
std::string bad_request_bytes(int status);

/// Heroku's line for a request, for the app's log. `refusal`: why it failed, or nullptr.
std::string router_line(Exchange const& exchange, Refusal const* refusal, Instant now);

}  // namespace landfall::sandbox
