#include <fmt/core.h>

#include "audit/rule.h"
#include "audit/stage.h"

namespace landfall::audit_rules {

void ungated_production_path(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    bool const has_gate = !path.environment().empty() || path.environment_empty;
    if (has_gate || path.reach == Reach::impossible || !is_production(path)) continue;
    findings.add(
        {.rule = "ungated-production-path",
         .confidence = Confidence::likely,
         .place = path.place,
         .message = fmt::format("deploys {} on {} without an environment: no reviewer, wait "
                                "timer or branch rule stands before production",
                                path.target, path.event->name),
         .target = path.target});
  }
}

}  // namespace landfall::audit_rules
