#include <fmt/core.h>

#include "audit/site.h"
#include "base/text.h"

namespace landfall::audit_rules {
namespace {

/// Is it there under a name that is nearly right: that is another finding.
bool is_misspelt(Step const& step, ActionSignature const& action, InputSignature const& wanted) {
  if (step.with == nullptr) return false;
  std::vector<std::string> names;
  for (InputSignature const& input : action.inputs) names.emplace_back(input.name);
  for (yaml::Pair const& pair : step.with->pairs) {
    std::string const name = lower(pair.key.text);
    if (find_input(action, name) == nullptr && nearest(name, names) == wanted.name) return true;
  }
  return false;
}

}  // namespace

void action_input_missing(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    ActionSignature const* action = site.deploy().action;
    SiteStep const at = site_step(file, site.path());
    if (action == nullptr || !lower(at.step->uses_text()).starts_with(action->uses)) continue;
    for (InputSignature const& input : action->inputs) {
      if (!input.required || !input.fallback.empty()) continue;
      if (step_input(*at.step, input.name) != nullptr || is_misspelt(*at.step, *action, input))
        continue;
      findings.add({.rule = "action-input-missing",
                    .confidence = Confidence::likely,
                    .place = site.path().place,
                    .message = fmt::format("{} requires the input '{}', which is not given: GitHub "
                                           "starts it all the same, with an empty text",
                                           action->uses, input.name),
                    .target = site.target});
    }
  }
}

}  // namespace landfall::audit_rules
