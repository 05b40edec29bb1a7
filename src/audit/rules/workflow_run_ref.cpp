#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/expression.h"

namespace landfall::audit_rules {
namespace {

/// The branch that a condition compares the run's own ref with, "" if none.
std::string compared_branch(std::string_view condition) {
  for (std::string_view const name : {"github.ref_name", "github.ref"}) {
    std::size_t const at = condition.find(name);
    if (at == std::string_view::npos) continue;
    std::size_t const begin = condition.find('\'', at);
    std::size_t const end =
        begin == std::string_view::npos ? begin : condition.find('\'', begin + 1);
    if (end == std::string_view::npos) continue;
    std::string_view branch = condition.substr(begin + 1, end - begin - 1);
    if (branch.starts_with("refs/heads/")) branch.remove_prefix(11);
    return std::string(branch);
  }
  return {};
}

bool is_default(std::string_view branch, RepositoryNames const& names) {
  if (!names.default_branch.empty()) return branch == names.default_branch;
  return branch == "main" || branch == "master";
}

void look_at_condition(AuditedFile const& file, Path const& path, Hop const& hop,
                       Findings& findings) {
  yaml::Node const* condition = hop.job->condition;
  if (condition == nullptr) return;
  std::string const branch = compared_branch(condition->text);
  if (branch.empty() || is_default(branch, file.library->names())) return;
  findings.add({.rule = "workflow-run-ref",
                .confidence = Confidence::likely,
                .place = {std::string(hop.file), condition->begin, condition->end},
                .message = fmt::format("on workflow_run github.ref is the default branch, not the "
                                       "branch of the run before: comparing it with '{}' is never "
                                       "true; github.event.workflow_run.head_branch is meant",
                                       branch),
                .target = path.target});
}

/// A checkout without `ref` brings the head of the default branch.
void look_at_checkout(AuditedFile const& file, Path const& path, Findings& findings) {
  for (Step const& step : path.last().job->steps) {
    if (step.number >= path.step->number) return;
    if (!lower(step.uses_text()).starts_with("actions/checkout@")) continue;
    if (step.with != nullptr && step.with->find("ref") != nullptr) continue;
    if (step.with != nullptr && step.with->find("repository") != nullptr) continue;
    findings.add({.rule = "workflow-run-ref",
                  .severity = "SEV-4",
                  .confidence = Confidence::likely,
                  .place = {std::string(path.last().file), step.uses->begin, step.uses->end},
                  .message =
                      "on workflow_run a checkout without `ref` takes the head of the default "
                      "branch, which need not be the commit that the run before tested "
                      "(github.event.workflow_run.head_sha)",
                  .target = path.target,
                  .notes = {{file.place(*path.event->node), "the event"}}});
    return;
  }
}

}  // namespace

void workflow_run_ref(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    if (path.event->name != "workflow_run") continue;
    for (Hop const& hop : path.hops) look_at_condition(file, path, hop, findings);
    if (path.reach != Reach::impossible) look_at_checkout(file, path, findings);
  }
}

}  // namespace landfall::audit_rules
