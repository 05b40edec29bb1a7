#include "world/world.h"

namespace landfall {

std::optional<std::string> World::variable(std::string_view name) const {
  auto const found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

}  // namespace landfall
