#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/filter.h"

namespace landfall::audit_rules {

void paths_match_nothing(AuditedRepository const& repository, Findings& findings) {
  if (!repository.refs || !repository.refs->files) return;
  std::vector<std::string> const& tracked = *repository.refs->files;
  for (FileSummary const& file : repository.files) {
    for (FileSummary::EventSummary const& event : file.events) {
      bool const deploys =
          std::any_of(file.paths.begin(), file.paths.end(),
                      [&](PathSummary const& path) { return path.event == event.name; });
      if (!event.paths || !deploys || tracked.empty()) continue;
      std::vector<std::string> const patterns = event.paths->in_order();
      bool const matches =
          std::any_of(tracked.begin(), tracked.end(),
                      [&](std::string const& path) { return filter_matches(patterns, path); });
      if (matches) continue;
      findings.add(
          {.rule = "paths-match-nothing",
           .place = event.paths_place,
           .message = fmt::format("none of the {} files at HEAD is let through by `{}`: no "
                                  "push of them starts this",
                                  tracked.size(), join(event.paths->patterns, " ")),
           .target = file.paths.front().target});
    }
  }
}

}  // namespace landfall::audit_rules
