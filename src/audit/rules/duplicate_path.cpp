#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "audit/rule.h"

namespace landfall::audit_rules {

void duplicate_path(AuditedRepository const& repository, Findings& findings) {
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<PathSummary const*>>
      by_target;
  for (FileSummary const& file : repository.files) {
    for (PathSummary const& path : file.paths) {
      bool const counts =
          path.target_known && path.role == DeployRole::deploy && path.reach != Reach::impossible;
      if (!counts) continue;
      auto& paths = by_target[{path.provider, path.within, path.target}];
      bool const is_new = std::none_of(paths.begin(), paths.end(), [&](PathSummary const* other) {
        return other->file == path.file;
      });
      if (is_new) paths.push_back(&path);
    }
  }
  for (auto const& [target, paths] : by_target) {
    if (paths.size() < 2) continue;
    AuditFinding finding{
        .rule = "duplicate-path", .place = paths.back()->place, .target = paths.back()->target};
    finding.message = fmt::format(
        "{} is deployed by {} workflows: whichever ends last wins, and a "
        "gate on one does not hold the others",
        std::get<2>(target), paths.size());
    for (PathSummary const* path : paths)
      if (path != paths.back())
        finding.notes.push_back(
            {path->place, fmt::format("by {} on {}, too", path->file, path->event)});
    findings.add(std::move(finding));
  }
}

}  // namespace landfall::audit_rules
