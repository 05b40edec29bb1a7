#include "audit/refused.h"
#include "audit/rule.h"

namespace landfall::audit_rules {

void workflow_invalid(AuditedFile const& file, Findings& findings) {
  add_problems(file, SchemaProblem::Kind::invalid, "workflow-invalid", findings);
  add_problems(file, SchemaProblem::Kind::doubtful, "workflow-invalid", findings);
}

}  // namespace landfall::audit_rules
