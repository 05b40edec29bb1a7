#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"
#include "base/text.h"

namespace landfall::audit_rules {
namespace {

/// The conclusions of the run before with which the path is taken; empty: any.
std::vector<std::string> conclusions(Path const& path) {
  for (auto const& [name, values] : path.inputs)
    if (name == "event.workflow_run.conclusion") return values;
  return {};
}

}  // namespace

void workflow_run_any_conclusion(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    if (path.event->name != "workflow_run" || path.reach == Reach::impossible) continue;
    std::vector<std::string> const taken = conclusions(path);
    if (taken == std::vector<std::string>{"success"}) continue;
    std::string const when =
        taken.empty() ? "however the run before it ended" : "also after " + join(taken, ", ");
    findings.add(
        {.rule = "workflow-run-any-conclusion",
         .place = file.place(*path.event->node),
         .message = fmt::format("deploys {} {}: workflow_run fires on every conclusion, and "
                                "no `if` asks for `success`",
                                path.target, when),
         .target = path.target,
         .notes = {{path.place, "what deploys"}}});
  }
}

}  // namespace landfall::audit_rules
