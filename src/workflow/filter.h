// GitHub's filter patterns for branches, tags and paths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace landfall {

/// `*`, `**`, `?`, `+`, `[]`, `!`, in order, the last match wins. docs.github.com "Workflow
/// syntax", Filter pattern cheat sheet.
bool filter_matches(std::vector<std::string> const& patterns, std::string_view name);

}  // namespace landfall
