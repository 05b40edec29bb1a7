// How to reach a sandbox: the addresses and tokens of its world file, as settings for clients.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "collect/client.h"
#include "sandbox/sandbox.h"

namespace landfall {

/// The platforms of a running sandbox, with the tokens of most rights that its world file names.
Result<Platforms> platforms_of_sandbox(std::string_view world_text, std::string const& file,
                                       SandboxPorts ports);

/// Environment variables by which landfall and the heroku CLI reach it: HEROKU_HOST,
/// HEROKU_API_KEY, GITHUB_API_URL, GITHUB_TOKEN, and LANDFALL_CLOCK_SHIFT if its clock is not this
/// machine's.
std::vector<std::pair<std::string, std::string>> sandbox_environment(Platforms const& platforms,
                                                                     Duration clock_shift);

}  // namespace landfall
