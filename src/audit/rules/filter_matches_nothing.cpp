#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"
#include "base/text.h"
#include "workflow/filter.h"

namespace landfall::audit_rules {
namespace {

struct Filtered {
  EventFilter const& filter;
  Place const& place;
  std::vector<std::string> const& names;
  std::string_view one;
  std::string_view many;
};

void look(FileSummary const& file, Filtered const& filtered, Findings& findings) {
  std::vector<std::string> const patterns = filtered.filter.in_order();
  bool const matches =
      std::any_of(filtered.names.begin(), filtered.names.end(),
                  [&](std::string const& name) { return filter_matches(patterns, name); });
  if (matches) return;
  auto const count = static_cast<std::int64_t>(filtered.names.size());
  std::string const seen =
      filtered.names.empty()
          ? fmt::format("this checkout has no {} at all", filtered.one)
          : fmt::format("of {}, such as '{}'", counted(count, filtered.one, filtered.many),
                        filtered.names.back());
  findings.add({.rule = "filter-matches-nothing",
                // A shallow checkout has no tags and one branch.
                .confidence = filtered.names.size() < 2 ? Confidence::possible : Confidence::likely,
                .place = filtered.place,
                .message = fmt::format("no {} matches `{}` ({}): nothing that is here starts this, "
                                       "and it waits until one is pushed that does",
                                       filtered.one, join(filtered.filter.patterns, " "), seen),
                .target = file.paths.front().target});
}

}  // namespace

void filter_matches_nothing(AuditedRepository const& repository, Findings& findings) {
  if (!repository.refs) return;
  GitRefs const& refs = *repository.refs;
  for (FileSummary const& file : repository.files) {
    for (FileSummary::EventSummary const& event : file.events) {
      bool const deploys =
          std::any_of(file.paths.begin(), file.paths.end(), [&](PathSummary const& path) {
            return path.event == event.name && path.reach != Reach::impossible;
          });
      if (!deploys) continue;
      if (event.branches && !refs.branches.empty())
        look(file, {*event.branches, event.branches_place, refs.branches, "branch", "branches"},
             findings);
      if (event.tags)
        look(file, {*event.tags, event.tags_place, refs.tags, "tag", "tags"}, findings);
    }
  }
}

}  // namespace landfall::audit_rules
