#include "audit/rule.h"

namespace landfall::audit_rules {

void masked_failure(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    if (path.deploy.dont_autocreate != std::optional(false)) continue;
    findings.add({.rule = "masked-failure",
                  .place = path.place,
                  .message = "deploys " + path.target +
                             " without dontautocreate: whatever fails here is masked by `heroku "
                             "create`",
                  .target = path.target});
  }
}

}  // namespace landfall::audit_rules
