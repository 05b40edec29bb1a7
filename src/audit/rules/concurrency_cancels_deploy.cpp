#include <fmt/core.h>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/edit.h"

namespace landfall::audit_rules {
namespace {

void look(AuditedFile const& file, Path const& path, Hop const& hop, yaml::Node const* concurrency,
          Findings& findings) {
  yaml::Node const* cancels = concurrency_cancels(concurrency);
  if (cancels == nullptr || cancels->boolean() != std::optional(true)) return;
  AuditFinding finding{.rule = "concurrency-cancels-deploy",
                       .place = {std::string(hop.file), cancels->begin, cancels->end},
                       .target = path.target};
  finding.message = fmt::format(
      "a newer run cancels this one in the middle of deploying {}: it may "
      "be left half done, or not deployed at all",
      path.target);
  finding.notes.push_back({path.place, "what may be cancelled"});
  if (hop.file == file.path) finding.fix_title = "let a deploy end before the next begins";
  if (file.fixes && hop.file == file.path) {
    auto const edit = replace_scalar(*file.document, *cancels, "false");
    if (edit) finding.fix.push_back({file.path, edit->begin, edit->end, edit->text});
  }
  findings.add(std::move(finding));
}

/// All legs of a matrix in one group: one runs, one waits, and the others are cancelled.
void look_at_legs(Path const& path, Hop const& hop, Findings& findings) {
  yaml::Node const* group = concurrency_group(hop.job->concurrency);
  if (group == nullptr || hop.job->matrix == nullptr) return;
  bool const is_apart = group->text.find("matrix.") != std::string_view::npos ||
                        group->text.find("strategy.") != std::string_view::npos;
  yaml::Node const* queue = hop.job->concurrency->find("queue");
  if (is_apart || (queue != nullptr && queue->text == "max")) return;
  findings.add(
      {.rule = "concurrency-cancels-deploy",
       .severity = "SEV-2",
       .confidence = Confidence::likely,
       .place = {std::string(hop.file), group->begin, group->end},
       .message = fmt::format("all legs of job '{}' share this group: one runs, one waits, and "
                              "the others are cancelled without deploying",
                              hop.job->id),
       .notes = {{path.place, "what is deployed"}}});
}

}  // namespace

void concurrency_cancels_deploy(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    bool const is_preview = path.event->name.starts_with("pull_request");
    bool const counts = path.deploy.role != DeployRole::site && path.reach != Reach::impossible;
    if (is_preview || !counts) continue;
    for (Hop const& hop : path.hops) {
      look_at_legs(path, hop, findings);
      look(file, path, hop, hop.job->concurrency, findings);
      look(file, path, hop, hop.workflow->concurrency, findings);
    }
  }
}

}  // namespace landfall::audit_rules
