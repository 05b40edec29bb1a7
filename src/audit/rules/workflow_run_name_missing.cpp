#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/filter.h"

namespace landfall::audit_rules {
namespace {

/// What a name may have been meant to be: each name is looked at once.
class NearNames {
 public:
  explicit NearNames(std::vector<FileSummary> const& files) {
    std::set<std::string_view> seen;
    for (FileSummary const& file : files)
      if (seen.insert(file.name).second) names_.push_back(file.name);
  }

  /// ": did you mean 'X'?", or "". The same question comes from many files.
  std::string const& meant(std::string_view wanted) {
    auto const [answer, is_new] = answers_.try_emplace(wanted);
    if (!is_new) return answer->second;
    // As far as did_you_mean() goes: names of quite another length are none of its answers.
    std::size_t const most = std::max<std::size_t>(2, wanted.size() / 3);
    std::vector<std::string> near;
    for (std::string_view const name : names_)
      if (name.size() <= wanted.size() + most && wanted.size() <= name.size() + most)
        near.emplace_back(name);
    answer->second = did_you_mean(wanted, near);
    return answer->second;
  }

 private:
  std::vector<std::string_view> names_;
  std::map<std::string_view, std::string> answers_;
};

}  // namespace

void workflow_run_name_missing(AuditedRepository const& repository, Findings& findings) {
  NearNames names(repository.files);
  std::set<std::string_view> known;
  for (FileSummary const& file : repository.files) known.insert({file.name, file.path});
  for (FileSummary const& file : repository.files) {
    for (FileSummary::EventSummary const& event : file.events) {
      for (auto const& [wanted, place] : event.workflows) {
        if (known.contains(wanted)) continue;
        bool const is_there = wanted.find_first_of("*?+[!\\") != std::string::npos &&
                              std::any_of(repository.files.begin(), repository.files.end(),
                                          [&, pattern = wanted](FileSummary const& named) {
                                            return filter_matches({pattern}, named.name);
                                          });
        if (is_there) continue;
        findings.add(
            {.rule = "workflow-run-name-missing",
             .place = place,
             .message = fmt::format("no workflow here has the name '{}'{}: this never starts",
                                    wanted, names.meant(wanted))});
      }
    }
  }
}

}  // namespace landfall::audit_rules
