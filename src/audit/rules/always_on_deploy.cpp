#include <fmt/core.h>

#include "audit/rule.h"
#include "base/text.h"

namespace landfall::audit_rules {

void always_on_deploy(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    if (path.ships_over.empty() || path.reach != Reach::possible) continue;
    for (Hop const& hop : path.hops) {
      if (hop.job->condition == nullptr || hop.job->needs.empty()) continue;
      std::vector<std::string> over;
      for (std::size_t const need : hop.job->needs)
        for (std::string const& job : path.ships_over)
          if (job == hop.workflow->jobs[need].id) over.push_back("'" + job + "'");
      if (over.empty()) continue;
      yaml::Node const& condition = *hop.job->condition;
      findings.add({.rule = "always-on-deploy",
                    .confidence = Confidence::likely,
                    .place = {std::string(hop.file), condition.begin, condition.end},
                    .message = fmt::format("deploys {} even when {} failed: the condition does not "
                                           "ask for its result",
                                           path.target, join(over, ", ")),
                    .target = path.target});
    }
  }
}

}  // namespace landfall::audit_rules
