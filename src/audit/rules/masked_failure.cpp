#include <fmt/core.h>

#include "audit/heroku_check.h"
#include "audit/site.h"

namespace landfall::audit_rules {
namespace {

/// Does the version that is used know the input at all.
bool knows_dontautocreate(DeploySite const& site, std::string_view uses) {
  ActionSignature const* action = site.deploy().action;
  InputSignature const* input = action == nullptr ? nullptr : find_input(*action, "dontautocreate");
  return input == nullptr || has_input(*input, uses);
}

void mend(AuditedFile const& file, DeploySite const& site, SiteStep const& at,
          AuditFinding& finding) {
  if (at.document == nullptr || at.list == nullptr || at.step->with == nullptr) return;
  bool const asks = asks_for_app(file, site.hop(), at);
  std::optional<std::vector<std::string>> const check = app_check_step(at);
  if (!asks && !check) return;
  finding.fix_title = asks ? "set dontautocreate: true"
                           : "set dontautocreate: true, and fail first where the app is not there";
  if (!file.fixes) return;
  FixEdits edits;
  yaml::Pair const* known = step_input(*at.step, "dontautocreate");
  edits.add(at.file, known == nullptr
                         ? set_key(*at.document, *at.step->with, "dontautocreate", "true")
                         : replace_scalar(*at.document, known->value, "true"));
  if (!asks) edits.add(at.file, insert_item(*at.document, *at.list, at.index(), *check));
  edits.into(finding);
}

}  // namespace

void masked_failure(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    if (!site.deploy().dont_autocreate) continue;
    SiteStep const at = site_step(file, site.path());
    bool const known = knows_dontautocreate(site, at.step->uses_text());
    if (*site.deploy().dont_autocreate && known) continue;
    AuditFinding finding{
        .rule = "masked-failure",
        .place = site.path().place,
        .message = fmt::format("deploys {} without `dontautocreate: true`: whatever fails here is "
                               "hidden by `heroku create`, and a misspelt name becomes a new app",
                               site.targets),
        .target = site.target};
    if (!known)
      finding.message += "; this version does not know the input, v3.9.9 and later do";
    else
      mend(file, site, at, finding);
    findings.add(std::move(finding));
  }
}

}  // namespace landfall::audit_rules
