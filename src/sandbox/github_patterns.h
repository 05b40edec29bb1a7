// The patterns of deployment branch policies.
#pragma once

#include <string_view>

namespace landfall::sandbox {

/// Ruby's File.fnmatch with FNM_PATHNAME, as deployment branch policies are matched.
bool policy_matches(std::string_view pattern, std::string_view name);

}  // namespace landfall::sandbox
