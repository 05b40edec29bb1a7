// Which function answers which path of GitHub's REST API, and which page of the manual is about it.
#pragma once

#include <span>

#include "sandbox/call.h"

namespace landfall::sandbox {

std::span<Route const> github_routes();

}  // namespace landfall::sandbox
