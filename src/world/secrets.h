// Secrets come from the environment or from a file that it names, never from a configuration.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "world/world.h"

namespace landfall {

/// The first of the variables that is set; then the file that `file_variable` names. Empty if none
/// is. What no token can be (blanks inside, an empty file) is ErrorKind::config; the value is not
/// repeated.
Result<Secret> secret_from(World const& world, std::initializer_list<std::string_view> variables,
                           std::string_view file_variable);
/// VARIABLE or VARIABLE_FILE. ErrorKind::config with the name if neither is set.
Result<Secret> needed_secret(World const& world, std::string_view variable);

}  // namespace landfall
