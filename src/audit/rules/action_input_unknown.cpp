#include <fmt/core.h>

#include "audit/site.h"
#include "base/text.h"

namespace landfall::audit_rules {
namespace {

/// A name without what people write or leave out between its words.
std::string squeezed(std::string_view name) {
  std::string made;
  for (char const c : name)
    if (c != '-' && c != '_') made += c;
  return made;
}

/// The input that was meant. Where not all inputs are known, only one that differs by its hyphens.
std::string_view meant(ActionSignature const& action, std::string const& name) {
  std::string const bare = squeezed(name);
  for (InputSignature const& input : action.inputs)
    if (squeezed(input.name) == bare) return input.name;
  if (!action.complete) return {};
  std::vector<std::string> names;
  for (InputSignature const& input : action.inputs) names.emplace_back(input.name);
  std::string const near = nearest(name, names);
  InputSignature const* found = near.empty() ? nullptr : find_input(action, near);
  return found == nullptr ? std::string_view() : found->name;
}

void judge(AuditedFile const& file, DeploySite const& site, SiteStep const& at,
           Findings& findings) {
  ActionSignature const& action = *site.deploy().action;
  for (yaml::Pair const& pair : at.step->with->pairs) {
    std::string const name = lower(pair.key.text);
    // GitHub's own, of actions in a container.
    if (name == "args" || name == "entrypoint" || find_input(action, name) != nullptr) continue;
    std::string_view const near = meant(action, name);
    if (near.empty() && !action.complete) continue;
    AuditFinding finding{
        .rule = "action-input-unknown",
        .confidence = action.complete ? Confidence::likely : Confidence::possible,
        .place = {at.file, pair.key.begin, pair.key.end},
        .message = fmt::format(
            "{} has no input '{}'{}: GitHub warns of it in the log, and deploys {} "
            "without it",
            action.uses, printable(pair.key.text),
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

}  // namespace

void action_input_unknown(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    ActionSignature const* action = site.deploy().action;
    if (action == nullptr || action->inputs.empty()) continue;
    SiteStep const at = site_step(file, site.path());
    // A fork may have inputs of its own.
    if (at.step->with != nullptr && lower(at.step->uses_text()).starts_with(action->uses))
      judge(file, site, at, findings);
  }
}

}  // namespace landfall::audit_rules
