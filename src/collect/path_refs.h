// Which branches, tags and runs each deploy path's filter lets through: from facts to facts.
#pragma once

#include "base/result.h"
#include "facts/store.h"

namespace landfall {

/// Fills the table path_ref from deploy_path, branch, git_tag and run as they are now.
Result<> derive_path_refs(Store& store, Instant now);

}  // namespace landfall
