#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "audit/rule.h"
#include "audit/stage.h"
#include "base/text.h"

namespace landfall::audit_rules {

void ungated_production_path(AuditedFile const& file, Findings& findings) {
  std::map<std::tuple<std::string, std::uint32_t, std::string>, std::vector<Path const*>> places;
  for (Path const& path : *file.paths) {
    bool const has_gate = !path.environment().empty() || path.environment_empty;
    if (has_gate || path.reach == Reach::impossible || !is_production(path)) continue;
    places[{path.place.file, path.place.begin.byte, path.target}].push_back(&path);
  }
  for (auto const& [place, paths] : places) {
    std::vector<std::string> events;
    for (Path const* path : paths)
      if (std::find(events.begin(), events.end(), path->event->name) == events.end())
        events.emplace_back(path->event->name);
    findings.add(
        {.rule = "ungated-production-path",
         .confidence = Confidence::likely,
         .place = paths.front()->place,
         .message = fmt::format("deploys {} on {} without an environment: no reviewer, wait "
                                "timer or branch rule stands before production",
                                paths.front()->target, join(events, ", ")),
         .target = paths.front()->target});
  }
}

}  // namespace landfall::audit_rules
