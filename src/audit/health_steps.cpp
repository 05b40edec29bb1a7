#include "audit/health_steps.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace landfall {
namespace {

void note(std::vector<AroundDeploy>& steps, AroundDeploy found) {
  auto const known = std::find_if(steps.begin(), steps.end(), [&](AroundDeploy const& each) {
    return each.step == found.step;
  });
  if (known == steps.end()) {
    steps.push_back(std::move(found));
  } else if (found.after) {
    // The later site is the nearer one.
    *known = std::move(found);
  }
}

}  // namespace

std::vector<AroundDeploy> const& steps_around(AuditedFile const& file) {
  if (file.readings->around) return *file.readings->around;
  std::vector<AroundDeploy>& steps = file.readings->around.emplace();
  for (DeploySite const& site : deploy_sites(file)) {
    if (site.hop().workflow != file.workflow) continue;
    Job const* const own = &site.job();
    for (Job const* job : jobs_after(*file.workflow, std::span(&own, 1))) {
      Hop hop = site.hop();
      hop.job = job;
      for (Step const& step : job->steps)
        note(steps, {hop, &step, job != own || &step >= site.path().step, &site});
    }
  }
  return steps;
}

bool waits_until_up(Job const& job) {
  static constexpr std::array<std::string_view, 7> waits{"rollout status",
                                                         "kubectl wait",
                                                         "--wait",
                                                         "--atomic",
                                                         "services-stable",
                                                         "wait-for-service-stability",
                                                         "wait_for_service_stability"};
  for (Step const& step : job.steps) {
    for (std::string_view const word : waits) {
      if (step.script().find(word) != std::string_view::npos) return true;
      yaml::Node const* input = step.with == nullptr ? nullptr : step.with->find(word);
      if (input != nullptr && input->text != "false") return true;
    }
  }
  return false;
}

}  // namespace landfall
