#include <fmt/core.h>

#include "audit/rule.h"
#include "audit/stage.h"

namespace landfall::audit_rules {
namespace {

/// A group of its own for each run or commit holds nobody up.
bool is_lane(yaml::Node const* group, yaml::Node const* concurrency) {
  if (group == nullptr) return false;
  for (std::string_view const own : {"github.run_id", "github.sha", "github.run_number"})
    if (group->text.find(own) != std::string_view::npos) return false;
  yaml::Node const* cancels = concurrency_cancels(concurrency);
  yaml::Node const* queue = concurrency->find("queue");
  bool const keeps_all = queue != nullptr && queue->text == "max";
  return !keeps_all && (cancels == nullptr || cancels->boolean() == std::optional(false));
}

}  // namespace

void approval_holds_lane(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    if (path.reach == Reach::impossible) continue;
    Hop const* gate = nullptr;
    for (Hop const& hop : path.hops)
      if (stage_of(hop.environment) == Stage::production) gate = &hop;
    if (gate == nullptr) continue;
    for (Hop const& hop : path.hops) {
      for (yaml::Node const* concurrency : {hop.job->concurrency, hop.workflow->concurrency}) {
        yaml::Node const* group = concurrency_group(concurrency);
        if (!is_lane(group, concurrency)) continue;
        yaml::Node const& name = *gate->job->environment_name();
        findings.add({.rule = "approval-holds-lane",
                      .confidence = Confidence::possible,
                      .place = {std::string(hop.file), group->begin, group->end},
                      .message = fmt::format(
                          "while a run waits for the approval of environment '{}' it holds "
                          "this group: newer runs wait behind it, all but the last are "
                          "cancelled, and nothing is red",
                          gate->environment),
                      .target = path.target,
                      .notes = {{{std::string(gate->file), name.begin, name.end}, "the gate"}}});
      }
    }
  }
}

}  // namespace landfall::audit_rules
