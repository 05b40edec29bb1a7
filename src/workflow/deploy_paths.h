// The deploy paths of one workflow file as the fact table deploy_path has them: what can lead to a
// Heroku app.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workflow/filter.h"
#include "workflow/graph.h"
#include "workflow/library.h"

namespace landfall {

/// A way from an event to an app; the columns of the fact table deploy_path.
struct DeployPath {
  std::string job;       ///< of this file, which may call the workflow that deploys
  int step = 0;          ///< of the job that deploys
  std::size_t line = 0;  ///< of the step, or of the call that leads to it
  std::string event;
  RefKind ref_kind = RefKind::any;
  std::vector<std::string> filter;  ///< patterns that a branch or tag must match
  std::string app;                  ///< a name, or the expression's text when it cannot be resolved
  bool app_known = false;
  std::string tool;  ///< akhileshns/heroku-deploy, git push, heroku container:release...
  std::string environment;
  std::optional<bool> dont_autocreate;
  bool health_check = false;
};

/// The paths to Heroku apps that are not impossible, by place. What GitHub itself would refuse is
/// an Error of kind data with `file:line:column`. `read` gives the repository's other files, for
/// what this one calls; without it that is not followed.
Result<std::vector<DeployPath>> heroku_paths(std::string_view text, std::string_view file,
                                             ReadText const& read = {});

}  // namespace landfall
