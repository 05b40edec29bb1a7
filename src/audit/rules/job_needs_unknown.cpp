#include "audit/refused.h"
#include "audit/rule.h"

namespace landfall::audit_rules {

void job_needs_unknown(AuditedFile const& file, Findings& findings) {
  add_problems(file, SchemaProblem::Kind::needs_unknown, "job-needs-unknown", findings);
}

}  // namespace landfall::audit_rules
