#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/filter.h"

namespace landfall::audit_rules {

void workflow_run_name_missing(AuditedRepository const& repository, Findings& findings) {
  std::vector<std::string> names;
  std::set<std::string_view> known;
  for (FileSummary const& file : repository.files) {
    names.push_back(file.name);
    known.insert({file.name, file.path});
  }
  for (FileSummary const& file : repository.files) {
    for (FileSummary::EventSummary const& event : file.events) {
      for (auto const& [wanted, place] : event.workflows) {
        if (known.contains(wanted)) continue;
        bool const is_there =
            wanted.find_first_of("*?+[!\\") != std::string::npos &&
            std::any_of(names.begin(), names.end(), [&, pattern = wanted](std::string const& name) {
              return filter_matches({pattern}, name);
            });
        if (is_there) continue;
        findings.add(
            {.rule = "workflow-run-name-missing",
             .place = place,
             .message = fmt::format("no workflow here has the name '{}'{}: this never starts",
                                    wanted, did_you_mean(wanted, names))});
      }
    }
  }
}

}  // namespace landfall::audit_rules
