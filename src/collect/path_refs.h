// Which branches, tags and runs each deploy path's filter lets through, and whether the policy of
// its environment admits any of them: from facts to facts.
#pragma once

#include "base/result.h"
#include "facts/store.h"

namespace landfall {

/// Fills the tables path_ref, from deploy_path, branch, git_tag, run and deployment as they are
/// now, and path_policy.
Result<> derive_path_refs(Store& store, Instant now);

/// Fills the table path_policy from deploy_path, environment, environment_policy, protected_branch,
/// branch and repository as they are now. derive_path_refs does it too.
Result<> derive_path_policies(Store& store, Instant now);

}  // namespace landfall
