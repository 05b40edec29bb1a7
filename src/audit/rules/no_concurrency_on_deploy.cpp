#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "audit/rule.h"
#include "workflow/edit.h"

namespace landfall::audit_rules {

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
    if (hop.file == file.path) finding.fix_title = "one deploy at a time";
    if (file.fixes && hop.file == file.path) {
      std::vector<std::string> const lines{
          "concurrency:",
          fmt::format("  group: {}", yaml_scalar("deploy-" + std::string(hop.job->id))),
          "  cancel-in-progress: false"};
      auto const edit = insert_pairs(*file.document, *hop.job->node, 0, lines);
      if (edit) finding.fix.push_back({file.path, edit->begin, edit->end, edit->text});
    }
    findings.add(std::move(finding));
  }
}

}  // namespace landfall::audit_rules
