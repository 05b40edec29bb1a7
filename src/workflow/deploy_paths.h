// First form of the analyser: the deploy steps of a workflow file and the events that reach them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace landfall {

enum class RefKind { any, branch, tag };

/// A way from an event to an app; the columns of the fact table deploy_path.
struct DeployPath {
  std::string job;
  int step = 0;
  std::size_t line = 0;
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

/// All paths of one file. An app or environment named by `${{ inputs.x }}` or `${{ matrix.x }}` of
/// a choice input or a matrix is resolved to one path a value. What GitHub itself would refuse is
/// an Error of kind data with `file:line:column`.
Result<std::vector<DeployPath>> deploy_paths(std::string_view text, std::string_view file);

/// GitHub's filter patterns: `*`, `**`, `?`, `+`, `[]`, `!`, in order, the last match wins.
/// docs.github.com "Workflow syntax", Filter pattern cheat sheet.
bool filter_matches(std::vector<std::string> const& patterns, std::string_view name);

}  // namespace landfall
