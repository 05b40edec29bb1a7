// The apps' logs.
#pragma once

#include "sandbox/heroku_state.h"

namespace landfall::sandbox {

/// Adds a line; of an app's lines the newest 1500 are kept, as Logplex does.
/// https://devcenter.heroku.com/articles/logging#log-history-limits
void add_log(App& app, LogLine line);

}  // namespace landfall::sandbox
