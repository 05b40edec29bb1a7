#include "audit/path_refs.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "workflow/cron.h"
#include "workflow/filter.h"

namespace landfall {
namespace {

std::string match_words(std::vector<std::string> const& filter,
                        std::vector<std::string> const& names, std::string_view one,
                        std::string_view many) {
  std::vector<std::string_view> matching;
  for (std::string const& name : names)
    if (filter_matches(filter, name)) matching.push_back(name);
  auto const all = static_cast<std::int64_t>(names.size());
  if (matching.empty()) return fmt::format("no {} matches (of {})", one, all);
  auto const count = static_cast<std::int64_t>(matching.size());
  return fmt::format("{} of {} match, such as {}", counted(count, one, many), all, matching.back());
}

}  // namespace

void join_refs(std::span<FileSummary> files, GitRefs const& refs) {
  for (FileSummary& file : files) {
    for (PathSummary& path : file.paths) {
      bool const comes_with_any = path.event == "push" || path.event == "workflow_dispatch";
      if (path.filter.empty() || !comes_with_any || path.reach == Reach::impossible) continue;
      if (path.ref_kind == RefKind::branch)
        path.known.emplace_back("refs",
                                match_words(path.filter, refs.branches, "branch", "branches"));
      if (path.ref_kind == RefKind::tag)
        path.known.emplace_back("refs", match_words(path.filter, refs.tags, "tag", "tags"));
    }
  }
}

void join_schedules(std::span<FileSummary> files, Instant now) {
  for (FileSummary& file : files) {
    for (FileSummary::EventSummary const& event : file.events) {
      std::optional<Instant> first;
      for (std::string const& text : event.crons) {
        auto const cron = Cron::parse(text);
        auto const next = cron ? cron->next(now) : std::nullopt;
        if (next && (!first || *next < *first)) first = next;
      }
      if (event.crons.empty()) continue;
      std::string const words = first ? fmt::format("{} (`{}`, on the default branch)",
                                                    to_minutes(*first), join(event.crons, "`, `"))
                                      : fmt::format("never: `{}`", join(event.crons, "`, `"));
      for (PathSummary& path : file.paths)
        if (path.event == "schedule") path.known.emplace_back("next", words);
    }
  }
}

}  // namespace landfall
