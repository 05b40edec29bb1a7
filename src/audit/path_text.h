// Paths as people read them: by target, the one that users feel first.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/rule.h"
#include "audit/stage.h"

namespace landfall {

/// All paths to one target, in the order of their files.
struct TargetPaths {
  std::string provider;
  std::string target;
  bool known = false;
  DeployRole role = DeployRole::deploy;
  std::string within;  ///< its cluster, namespace, project...
  std::vector<PathSummary const*> paths;
};

/// Production first, and what only publishes after what deploys. Points into `files`.
std::vector<TargetPaths> paths_by_target(std::span<FileSummary const> files);

/// What the target's name says, or else an environment on the way to it.
Stage stage_of_target(TargetPaths const& target);

/// "push of a tag v*", "run by hand with environment = production".
std::string event_words(PathSummary const& path);
/// The same without the event itself: what the ref and the inputs must be; "" if nothing.
std::string condition_words(PathSummary const& path);

std::string_view reach_name(Reach reach);
/// "Heroku", "npm": a provider's own spelling of its name.
std::string provider_words(std::string_view provider);
}  // namespace landfall
