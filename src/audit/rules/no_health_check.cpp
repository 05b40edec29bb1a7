#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "audit/site.h"

namespace landfall::audit_rules {
namespace {

/// Who waits until what was deployed answers, and fails where it does not: asking again would add
/// little. Fly's machines, Cloud Run's and App Engine's revisions get traffic only when they are
/// up. https://fly.io/docs/launch/deploy/
/// https://cloud.google.com/run/docs/configuring/healthchecks
constexpr std::array<std::string_view, 4> asks_itself{"app-engine", "cloud-run", "fly", "vercel"};

bool is_wanted(Path const& path) {
  // Who calls a workflow may ask for the answer: that path is the caller's.
  if (path.event != nullptr && path.event->name == "workflow_call") return false;
  if (path.deploy.role != DeployRole::deploy || path.reach == Reach::impossible) return false;
  return std::find(asks_itself.begin(), asks_itself.end(), path.deploy.provider) ==
         asks_itself.end();
}

/// Where it stands for people who read this file.
Place place_here(AuditedFile const& file, Path const& path) {
  Hop const& first = path.hops.front();
  if (path.place.file == file.path || first.job->uses == nullptr) return path.place;
  return file.place(*first.job->uses);
}

}  // namespace

void no_health_check(AuditedFile const& file, Findings& findings) {
  if (file.paths == nullptr) return;
  for (Path const& path : *file.paths) {
    if (!is_wanted(path) || path.health_check || path.deploy.health_check) continue;
    findings.add(
        {.rule = "no-health-check",
         .confidence = Confidence::likely,
         .place = place_here(file, path),
         .message = fmt::format("deploys {}, and nothing asks it for an answer afterwards: "
                                "a release that crashes at its start is green",
                                path.target),
         .target = path.target});
  }
}

}  // namespace landfall::audit_rules
