#include <fmt/core.h>

#include <set>

#include "audit/rule.h"

namespace landfall::audit_rules {

void orphan_reusable(AuditedRepository const& repository, Findings& findings) {
  std::set<std::string, std::less<>> called;
  for (FileSummary const& file : repository.files)
    for (auto const& [path, place] : file.calls) called.insert(path);
  for (FileSummary const& file : repository.files) {
    bool const is_call_only = file.events.size() == 1 && file.events[0].name == "workflow_call";
    if (!is_call_only || file.paths.empty() || called.contains(file.path)) continue;
    findings.add(
        {.rule = "orphan-reusable",
         .confidence = Confidence::possible,
         .place = file.events[0].place,
         .message = fmt::format("nothing in this repository calls this workflow, and nothing "
                                "else starts it: unless another repository calls it, {} is "
                                "never deployed by it",
                                file.paths[0].target),
         .target = file.paths[0].target});
  }
}

}  // namespace landfall::audit_rules
