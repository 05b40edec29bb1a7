#include <fmt/core.h>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/cron.h"

namespace landfall::audit_rules {

void schedule_never_runs(AuditedFile const& file, Findings& findings) {
  if (file.paths->empty()) return;
  for (Event const& event : file.workflow->events) {
    for (yaml::Node const* node : event.crons) {
      auto const cron = Cron::parse(node->text);
      // Any instant will do: a date that comes at all comes within nine years.
      if (!cron || cron->next({})) continue;
      findings.add({.rule = "schedule-never-runs",
                    .place = file.place(*node),
                    .message = fmt::format("`{}` names a day that no year has: this never starts",
                                           printable(node->text)),
                    .target = file.paths->front().target});
    }
  }
}

}  // namespace landfall::audit_rules
