#include "cli/example_world.h"

#include <span>

#include "base/asset.h"

namespace landfall {

std::span<Asset const> raxx_files();

Result<> write_example(World world, std::string const& folder) {
  for (Asset const& file : raxx_files())
    TRY(world.files.write(folder + "/" + std::string(file.name), file.content));
  return {};
}

}  // namespace landfall
