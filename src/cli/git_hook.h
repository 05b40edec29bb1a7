// `landfall git-hook`: what git starts as the hook of a sandbox's repository.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "world/world.h"

namespace landfall {

/// The hook's own input and output. `read` waits, and gives fewer bytes than asked for at the end
/// only.
struct HookPipes {
  std::function<std::string(std::size_t)> read;
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;
};

/// Asks the sandbox that LANDFALL_GIT_HOOK names, prints what it says, and returns the hook's exit
/// code. Hidden: git alone calls it. https://git-scm.com/docs/githooks
int git_hook(World const& world, std::string const& name, HookPipes const& pipes);

}  // namespace landfall
