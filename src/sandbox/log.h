// The apps' logs.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/heroku_state.h"

namespace landfall::sandbox {

/// Adds a line; of an app's lines the newest 1500 are kept, as Logplex does. A text of several
/// lines, or of more than 10,000 bytes, becomes several lines; what is not UTF-8 becomes U+FFFD.
/// https://devcenter.heroku.com/articles/logging#log-history-limits
void add_log(App& app, LogLine line);

/// "2026-05-01T12:00:00.123000+00:00": Logplex writes microseconds.
std::string log_time(Instant at);
/// "2026-05-01T12:00:00.123000+00:00 app[web.1]: text"
std::string log_text(LogLine const& line);

/// What a reader of a log wants to see of it.
struct LogFilter {
  std::string dyno;    ///< "web.1", or a process type; empty: all
  std::string source;  ///< "app" or "heroku"; empty: both
};
bool passes(LogFilter const& filter, LogLine const& line);

}  // namespace landfall::sandbox
