// Deploys by `git push`, and the remotes that it goes to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/deploy_step.h"

namespace landfall {

/// What `git push` and `git subtree push` deploy. Notes remotes that are set.
std::vector<FoundDeploy> git_deploys(ShellCommand const& command, Remotes& remotes);

/// The refs that a `git push` sends, without `+` and source: `main`, `v1`, `--tags`. nullopt if it
/// is no push, or one that only tries.
struct GitPush {
  std::string remote;             ///< its name or address, "" if none is given
  std::vector<std::string> refs;  ///< what they are called there
  bool tags = false;              ///< --tags, --follow-tags
};
std::optional<GitPush> git_push(ShellCommand const& command);

/// The app of the one remote that leads to Heroku, for a CLI that is given none.
std::optional<std::string> heroku_app_of_remotes(Remotes const& remotes);
/// The app of a remote by its name.
std::optional<std::string> heroku_app_of_remote(std::string_view name, Remotes const& remotes);

}  // namespace landfall
