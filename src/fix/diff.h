// The difference of two texts, for people.
#pragma once

#include <string>
#include <string_view>

namespace landfall {

/// Unified, three lines of context; empty if they are equal.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view file);

}  // namespace landfall
