#include "audit/refused.h"
#include "audit/rule.h"

namespace landfall::audit_rules {

void job_needs_cycle(AuditedFile const& file, Findings& findings) {
  add_problems(file, SchemaProblem::Kind::needs_cycle, "job-needs-cycle", findings);
}

}  // namespace landfall::audit_rules
