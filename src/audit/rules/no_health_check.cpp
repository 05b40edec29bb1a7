#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "audit/site.h"

namespace landfall::audit_rules {
namespace {

/// Where a deploy is green although what was deployed does not start. Others (Fly, Cloud Run, App
/// Engine, Kamal, Vercel...) ask by themselves and keep the old version, or run nothing that could
/// crash at its start.
constexpr std::array<std::string_view, 14> asks_nobody{
    "ansible",        "azure-web-apps", "capistrano",  "caprover",     "command",
    "compute-engine", "coolify",        "deploy-hook", "docker-swarm", "ecs",
    "heroku",         "kubernetes",     "portainer",   "ssh"};

/// Does a step of its job wait until what was deployed is up, or roll it back?
bool waits_itself(Path const& path) {
  static constexpr std::array<std::string_view, 7> waits{"rollout status",
                                                         "kubectl wait",
                                                         "--wait",
                                                         "--atomic",
                                                         "services-stable",
                                                         "wait-for-service-stability",
                                                         "wait_for_service_stability"};
  for (Step const& step : path.last().job->steps) {
    for (std::string_view const word : waits) {
      if (step.script().find(word) != std::string_view::npos) return true;
      yaml::Node const* input = step.with == nullptr ? nullptr : step.with->find(word);
      if (input != nullptr && input->text != "false") return true;
    }
  }
  return false;
}

bool is_wanted(Path const& path) {
  // Who calls a workflow may ask for the answer: that path is the caller's.
  if (path.event != nullptr && path.event->name == "workflow_call") return false;
  if (path.deploy.role != DeployRole::deploy || path.reach == Reach::impossible) return false;
  return std::find(asks_nobody.begin(), asks_nobody.end(), path.deploy.provider) !=
         asks_nobody.end();
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
    if (!is_wanted(path) || path.health_check || path.deploy.health_check || waits_itself(path))
      continue;
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
