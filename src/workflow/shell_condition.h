// What `[ ]`, `[[ ]]` and `test` answer, where that is known.
#pragma once

#include <optional>
#include <span>

#include "workflow/shell_expand.h"

namespace landfall {

/// Of the words between the brackets; nullopt if the answer depends on what is not known.
std::optional<bool> shell_condition(std::span<ShellField const> words, bool patterns);

}  // namespace landfall
