// The keys of a service and of its environments, read onto a Target.
#pragma once

#include <optional>

#include "intent/intent.h"
#include "intent/section.h"

namespace landfall {

/// A target while it is read: first the service's defaults, then the environment's own keys, each
/// over what is there. The nodes say where a value was written that can only be judged at the end.
struct TargetDraft {
  Target target;
  yaml::Node const* app = nullptr;
  yaml::Node const* smoke = nullptr;
  yaml::Node const* minimum = nullptr;
  yaml::Node const* dependents = nullptr;
  bool processes_declared = false;
};

/// The keys that may stand in a service; all but `environments` are defaults.
std::vector<std::string> service_keys();
/// The keys that may stand in an environment.
std::vector<std::string> environment_keys();
/// Reads the keys that a service and an environment share.
void read_target(Section const& section, TargetDraft& draft);
/// Notes what is wrong with the whole: a missing app, more approvals than reviewers...
void judge_target(Section const& environment, yaml::Mark mark, TargetDraft const& draft,
                  Problems& problems);

}  // namespace landfall
