// The two dialects of patterns in GitHub: filters of workflow files, and branch policies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace landfall::sandbox {

/// A filter's pattern against a whole name: `*` stops at slashes, `**` does not, `?` and `+` count
/// the character before them, `[a-z]`, `\` escapes.
/// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
bool filter_matches(std::string_view pattern, std::string_view name);
/// A list in order: the last pattern that matches wins, and `!` in front of one takes names out.
bool filters_match(std::vector<std::string> const& patterns, std::string_view name);

/// Ruby's File.fnmatch with FNM_PATHNAME, as deployment branch policies are matched.
bool policy_matches(std::string_view pattern, std::string_view name);

}  // namespace landfall::sandbox
