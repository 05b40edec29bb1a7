// Works on one deploy and tells the person about it: for `deploy` and `demo`.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "cli/context.h"
#include "collect/client.h"
#include "deploy/deploy.h"

namespace landfall {

struct DeployRun {
  Context& context;
  Store& store;
  Intent const& intent;
  Platforms const& platforms;
  bool wait = false;
  /// Told when the deploy waits for approval, once.
  std::function<void(std::int64_t)> on_approval = [](std::int64_t) {};
};

/// Goes on with the deploy until an end.
Result<DeployState> run_deploy(DeployRun const& run, std::int64_t deploy);

/// "sre-agent" as --as says, or the USER of the environment.
Result<std::string> person(Context const& context);

}  // namespace landfall
