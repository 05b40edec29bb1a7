#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "audit/rule.h"
#include "workflow/edit.h"

namespace landfall::audit_rules {
namespace {

/// Can one group for all runs of the job be named: by its one target, and not for each leg.
bool has_one_target(AuditedFile const& file, Path const& path) {
  if (!path.target_known || path.last().job->matrix != nullptr) return false;
  return std::all_of(file.paths->begin(), file.paths->end(), [&](Path const& other) {
    return other.last().job != path.last().job || other.target == path.target;
  });
}

/// The group is the target's, so that other workflows that deploy it wait, too. Behind a gate
/// nothing that waits may be cancelled.
std::vector<std::string> group_lines(Path const& path) {
  return {"concurrency:", fmt::format("  group: {}", yaml_scalar("deploy-" + path.target)),
          path.environment().empty() ? "  cancel-in-progress: false" : "  queue: max"};
}

}  // namespace

void no_concurrency_on_deploy(AuditedFile const& file, Findings& findings) {
  std::set<Job const*> told;
  for (Path const& path : *file.paths) {
    bool const counts = path.deploy.role != DeployRole::release && path.reach != Reach::impossible;
    bool const has_group = std::any_of(path.hops.begin(), path.hops.end(), [](Hop const& hop) {
      return hop.job->concurrency != nullptr || hop.workflow->concurrency != nullptr;
    });
    if (!counts || has_group || !told.insert(path.last().job).second) continue;
    Hop const& hop = path.last();
    AuditFinding finding{.rule = "no-concurrency-on-deploy",
                         .place = {std::string(hop.file), hop.job->key->begin, hop.job->key->end},
                         .target = path.target};
    finding.message = fmt::format(
        "two runs of job '{}' may deploy {} at once, and the one that ends "
        "last wins, be it the older",
        hop.job->id, path.target);
    bool const is_here = hop.file == file.path && has_one_target(file, path);
    if (is_here) finding.fix_title = "one deploy at a time";
    if (file.fixes && is_here) {
      std::vector<std::string> const lines = group_lines(path);
      auto const edit = insert_pairs(*file.document, *hop.job->node, 0, lines);
      if (edit) finding.fix.push_back({file.path, edit->begin, edit->end, edit->text});
    }
    findings.add(std::move(finding));
  }
}

}  // namespace landfall::audit_rules
