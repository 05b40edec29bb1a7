// Libraries that are loaded when they are first needed: see cmake/lazy_library.cmake.
#pragma once

#include <span>

#include "base/result.h"

namespace landfall {

/// Loads a shared library for good and puts the addresses of its functions into slots, as many as
/// there are names. Again it does nothing. An Error of kind config: it is not installed, or is
/// another version without one of the functions.
Result<> load_library(char const* file, std::span<char const* const> names, void** slots);

}  // namespace landfall
