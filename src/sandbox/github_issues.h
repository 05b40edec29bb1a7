// What issues, their comments and labels, and pull requests share.
#pragma once

#include "sandbox/github.h"

namespace landfall::sandbox {

/// Hooks and workflows hear of it: as "issues", or "pull_request" if it is one.
void tell_issue(Call& call, Issue const& issue, std::string_view action);
/// Labels that the repository does not have yet are made.
void know_labels(Call& call, std::vector<std::string> const& names);
Issue* issue_in_path(Call const& call);  ///< by the number in the path; nullptr: there is none
std::int64_t next_number(Repository const& repository);

}  // namespace landfall::sandbox
