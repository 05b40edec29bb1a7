#include <fmt/core.h>

#include "audit/heroku_check.h"

namespace landfall::audit_rules {

void green_without_deploying(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    if (site.deploy().dont_autocreate != std::optional(true)) continue;
    SiteStep const at = site_step(file, site.path());
    if (asks_for_app(file, site.hop(), at)) continue;
    AuditFinding finding{
        .rule = "green-without-deploying",
        .place = site.path().place,
        .message = fmt::format("deploys {} with dontautocreate, and nothing here asks whether the "
                               "app is there: where it is not, this is green and deploys nothing",
                               site.targets),
        .target = site.target};
    bool const checked = site.path().health_check || site.deploy().health_check.has_value();
    if (checked) finding.severity = "SEV-4";
    auto const check = app_check_step(at);
    if (check && at.list != nullptr && at.document != nullptr) {
      finding.fix_title = "fail first where the app is not there";
      FixEdits edits;
      if (file.fixes) edits.add(at.file, insert_item(*at.document, *at.list, at.index(), *check));
      edits.into(finding);
    }
    findings.add(std::move(finding));
  }
}

}  // namespace landfall::audit_rules
