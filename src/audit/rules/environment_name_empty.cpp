#include <fmt/core.h>

#include "audit/rule.h"

namespace landfall::audit_rules {

void environment_name_empty(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    yaml::Node const* name = path.last().job->environment_name();
    if (!path.environment_empty || name == nullptr || path.reach == Reach::impossible) continue;
    std::string const& made = path.last().environment;
    std::string const what =
        made.empty()
            ? std::string("no environment at all, and so no gate")
            : fmt::format("'{}', which GitHub creates unprotected if it is not there", made);
    findings.add({.rule = "environment-name-empty",
                  .place = {std::string(path.last().file), name->begin, name->end},
                  .message = fmt::format("on {} a part of this name is empty: the job names {}",
                                         path.event->name, what),
                  .target = path.target,
                  .notes = {{file.place(*path.event->node), "the event that does not have it"}}});
  }
}

}  // namespace landfall::audit_rules
