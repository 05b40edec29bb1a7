// Two dialects of patterns for branches and tags: of workflow filters, and of deployment branch
// policies. Is there any name that both let through?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace landfall {

/// Does the policy's pattern match the whole name? Ruby's File.fnmatch with FNM_PATHNAME, as GitHub
/// says: `*` and `?` match no `/`, `**/` any number of folders, `[^a]` anything but a.
/// docs.github.com "Deployments and environments", Deployment branches and tags.
bool policy_matches(std::string_view pattern, std::string_view name);

/// Is there a name that passes the filter (GitHub's patterns of workflows, in order, `!` takes
/// away; empty: all names) and matches the policy's pattern? What cannot be told in bounded time,
/// and what holds braces, whose meaning GitHub does not say, is yes.
bool policy_meets_filter(std::string_view pattern, std::vector<std::string> const& filter);

}  // namespace landfall
