#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "audit/health_steps.h"
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

/// Does a script that an action runs on another machine ask there?
bool asks_there(Path const& path) {
  if (path.step->uses == nullptr || path.step->with == nullptr) return false;
  for (yaml::Pair const& pair : path.step->with->pairs)
    for (std::string_view const word : {"curl ", "wget ", "health"})
      if (pair.value.is_scalar() && pair.value.text.find(word) != std::string_view::npos)
        return true;
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

/// What deploys at one place, with all that nobody asks: the legs of a matrix, several events.
struct Unasked {
  Place here;
  std::vector<Path const*> paths;

  bool takes(Place const& place, Path const& path) const {
    Path const& first = *paths.front();
    return here.file == place.file && here.begin == place.begin &&
           first.place.file == path.place.file && first.place.begin == path.place.begin;
  }
};

}  // namespace

void no_health_check(AuditedFile const& file, Findings& findings) {
  if (file.paths == nullptr) return;
  std::vector<Unasked> all;
  for (Path const& path : *file.paths) {
    if (!is_wanted(path) || path.health_check || path.deploy.health_check) continue;
    if (asks_there(path) || waits_until_up(*path.last().job)) continue;
    Place const here = place_here(file, path);
    auto const known = std::find_if(all.begin(), all.end(),
                                    [&](Unasked const& each) { return each.takes(here, path); });
    if (known == all.end())
      all.push_back({here, {&path}});
    else
      known->paths.push_back(&path);
  }
  for (Unasked& each : all) {
    DeploySite const site = site_of(std::move(each.paths));
    findings.add(
        {.rule = "no-health-check",
         .confidence = Confidence::likely,
         .place = each.here,
         .message = fmt::format("deploys {}, and nothing asks it for an answer afterwards: "
                                "a release that crashes at its start is green",
                                site.targets),
         .target = site.target});
  }
}

}  // namespace landfall::audit_rules
