// Heroku's own schema of its API, which GET /schema serves.
#pragma once

#include <string_view>

namespace landfall::sandbox {

/// schema/heroku.json: see the README beside it.
std::string_view heroku_schema();

}  // namespace landfall::sandbox
