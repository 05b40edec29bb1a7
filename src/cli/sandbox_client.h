// A sandbox that runs: found, asked, and told, by the commands that steer it.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/context.h"

namespace landfall {

/// --sandbox, which all of these commands take.
Option sandbox_option();

/// Asks the sandbox that --sandbox names, or else HEROKU_HOST: both only as an address of this
/// machine, so that nothing ever goes to the real Heroku. What it refuses is an Error in its words;
/// so is that none answers. A 204 is null.
Result<Json> ask_sandbox(Context& context, std::string const& method, std::string const& path,
                         Json const& body = {});

}  // namespace landfall
