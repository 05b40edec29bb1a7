#include "audit/refused.h"
#include "audit/rule.h"

namespace landfall::audit_rules {

void expression_invalid(AuditedFile const& file, Findings& findings) {
  add_problems(file, SchemaProblem::Kind::expression, "expression-invalid", findings);
}

}  // namespace landfall::audit_rules
