#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/edit.h"
#include "workflow/expression.h"

namespace landfall::audit_rules {
namespace {

bool asks(Job const& job) {
  return job.condition != nullptr && asks_status(job.condition->text);
}

/// A job above `between` that may be skipped while `between` runs all the same.
Job const* skippable_above(Workflow const& workflow, Job const& between) {
  for (std::size_t const above : between.ancestors) {
    Job const& job = workflow.jobs[above];
    bool const may_be_skipped = job.condition != nullptr && !is_always_text(job.condition->text) &&
                                !asks_status(job.condition->text);
    if (may_be_skipped) return &job;
  }
  return nullptr;
}

/// The condition that a job without a status function means; nullopt where its own is a text.
std::optional<std::string> meant_condition(Workflow const& workflow, Job const& job) {
  std::string text = "!cancelled()";
  for (std::size_t const need : job.needs)
    text += fmt::format(" && needs.{}.result == 'success'", workflow.jobs[need].id);
  if (job.condition == nullptr) return "${{ " + text + " }}";
  auto const own = condition_expression(job.condition->text);
  if (!own) return std::nullopt;
  return fmt::format("${{{{ {} && ({}) }}}}", text, trim(*own));
}

void look(AuditedFile const& file, Path const& path, Hop const& hop, Findings& findings) {
  Workflow const& workflow = *hop.workflow;
  Job const& job = *hop.job;
  if (asks(job)) return;
  for (std::size_t const need : job.needs) {
    Job const& between = workflow.jobs[need];
    Job const* above = asks(between) ? skippable_above(workflow, between) : nullptr;
    if (above == nullptr) continue;
    bool const is_certain = std::any_of(
        path.reasons.begin(), path.reasons.end(),
        [](Reason const& reason) { return reason.kind == Reason::Kind::ancestor_skipped; });
    AuditFinding finding{.rule = "skip-propagates",
                         .confidence = is_certain ? Confidence::certain : Confidence::likely,
                         .place = {std::string(hop.file), job.key->begin, job.key->end},
                         .target = path.target};
    finding.message = fmt::format(
        "job '{}' is skipped whenever '{}' is, although '{}' between them runs: its implied "
        "success() looks at all ancestors, and the run stays green",
        job.id, above->id, between.id);
    finding.notes.push_back(
        {{std::string(hop.file), above->condition->begin, above->condition->end},
         fmt::format("'{}' may be skipped by this", above->id)});
    auto const meant = meant_condition(workflow, job);
    bool const is_here = hop.file == file.path && meant;
    if (is_here) finding.fix_title = "ask for the results of what it needs instead of success()";
    if (file.fixes && is_here) {
      auto const edit = set_key(*file.document, *job.node, "if", yaml_scalar(*meant));
      if (edit) finding.fix.push_back({file.path, edit->begin, edit->end, edit->text});
    }
    findings.add(std::move(finding));
    return;
  }
}

}  // namespace

void skip_propagates(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths)
    for (Hop const& hop : path.hops) look(file, path, hop, findings);
}

}  // namespace landfall::audit_rules
