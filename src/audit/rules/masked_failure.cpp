#include <fmt/core.h>

#include "audit/heroku_check.h"
#include "base/text.h"

namespace landfall::audit_rules {
namespace {

/// The input came with v3.9.9; the versions before it do not know it.
bool knows_dontautocreate(std::string_view uses) {
  auto const at = uses.find('@');
  if (at == std::string_view::npos || !uses.substr(at + 1).starts_with('v')) return true;
  std::vector<std::string> const parts = split(uses.substr(at + 2), '.');
  std::int64_t version[3] = {0, 0, 0};
  for (std::size_t i = 0; i < parts.size() && i < 3; ++i) {
    auto const number = parse_integer(parts[i]);
    if (!number) return true;
    version[i] = *number;
  }
  if (parts.size() < 3) return version[0] >= 3;  // a moving tag stands at its newest
  return version[0] > 3 ||
         (version[0] == 3 && (version[1] > 9 || (version[1] == 9 && version[2] >= 9)));
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
    bool const known = knows_dontautocreate(at.step->uses_text());
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
