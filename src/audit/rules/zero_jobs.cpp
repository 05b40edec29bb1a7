#include "audit/refused.h"
#include "audit/rule.h"

namespace landfall::audit_rules {

void zero_jobs(AuditedFile const& file, Findings& findings) {
  add_problems(file, SchemaProblem::Kind::zero_jobs, "zero-jobs", findings);
}

}  // namespace landfall::audit_rules
