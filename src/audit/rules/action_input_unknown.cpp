#include <fmt/core.h>

#include "audit/site.h"
#include "base/text.h"

namespace landfall::audit_rules {

void action_input_unknown(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    ActionSignature const* action = site.deploy().action;
    SiteStep const at = site_step(file, site.path());
    // A fork may have inputs of its own.
    if (action == nullptr || action->inputs.empty() || at.step->with == nullptr ||
        !lower(at.step->uses_text()).starts_with(action->uses))
      continue;
    std::vector<std::string> names;
    for (InputSignature const& input : action->inputs) names.emplace_back(input.name);
    for (yaml::Pair const& pair : at.step->with->pairs) {
      std::string const name = lower(pair.key.text);
      // GitHub's own, of actions in a container.
      if (find_input(*action, name) != nullptr || name == "args" || name == "entrypoint") continue;
      std::string const near = nearest(name, names);
      // Where not all inputs are known, only what looks like one of those that are.
      if (near.empty() && !action->complete) continue;
      AuditFinding finding{
          .rule = "action-input-unknown",
          .confidence = action->complete ? Confidence::likely : Confidence::possible,
          .place = {at.file, pair.key.begin, pair.key.end},
          .message = fmt::format(
              "{} has no input '{}'{}: GitHub warns of it in the log, and deploys "
              "{} without it",
              action->uses, printable(pair.key.text),
              near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), site.targets),
          .target = site.target};
      if (!near.empty() && at.document != nullptr) {
        finding.fix_title = fmt::format("write '{}'", near);
        FixEdits edits;
        if (file.fixes) edits.add(at.file, replace_scalar(*at.document, pair.key, near));
        edits.into(finding);
      }
      findings.add(std::move(finding));
    }
  }
}

}  // namespace landfall::audit_rules
