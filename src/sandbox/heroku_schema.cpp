#include "sandbox/heroku_schema.h"

#include "base/asset.h"

namespace landfall {
std::span<Asset const> heroku_schema_files();  // made by cmake/embed.cmake
}

namespace landfall::sandbox {

std::string_view heroku_schema() {
  return heroku_schema_files()[0].content;
}

}  // namespace landfall::sandbox
