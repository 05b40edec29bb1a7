// What tokens and this checkout can see, for a first landfall.yaml.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/context.h"
#include "collect/client.h"
#include "intent/write.h"

namespace landfall {

/// "owner/name" of the remote `origin` in this checkout's .git/config; ErrorKind::missing if it is
/// none of GitHub's.
Result<std::string> repository_of_checkout(World world);
/// The same from the text of a git configuration.
Result<std::string> repository_of_git_config(std::string_view text);

/// Apps that the Heroku token can see, and the workflows that deploy them: from this checkout, or
/// from GitHub if it has none.
Result<Discovered> discover(Context& context, Platforms const& platforms,
                            std::string const& repository);

}  // namespace landfall
