#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"

namespace landfall::audit_rules {
namespace {

using Emission = FileSummary::Emission;
using EventSummary = FileSummary::EventSummary;

/// Would the event start this workflow, had another token made it.
bool would_start(EventSummary const& event, Emission const& emission) {
  if (emission.event == "release" && event.name == "release") return true;
  // A release makes its tag, too.
  bool const is_tag = emission.event == "push tag" || emission.event == "release";
  if (is_tag && event.name == "push") return event.tags.has_value();
  return emission.event == "pull_request" && event.name == "pull_request";
}

bool deploys_by(FileSummary const& file, EventSummary const& event) {
  return std::any_of(file.paths.begin(), file.paths.end(), [&](PathSummary const& path) {
    bool const is_by_tag = event.name != "push" || path.ref_kind != RefKind::branch;
    return path.event == event.name && is_by_tag && path.reach != Reach::impossible;
  });
}

bool calls(FileSummary const& file, FileSummary const& other) {
  return std::any_of(file.calls.begin(), file.calls.end(),
                     [&](auto const& call) { return call.first == other.path; });
}

void look(FileSummary const& from, Emission const& emission, FileSummary const& to,
          Findings& findings) {
  for (EventSummary const& event : to.events) {
    if (!would_start(event, emission) || !deploys_by(to, event) || calls(from, to)) continue;
    bool const is_only_way = to.events.size() == 1;
    findings.add(
        {.rule = "events-by-github-token",
         .confidence = is_only_way ? Confidence::certain : Confidence::likely,
         .place = emission.place,
         .message = fmt::format("{} uses GITHUB_TOKEN here, and what GITHUB_TOKEN makes starts "
                                "no workflow: {}, which deploys on {}, never starts from it",
                                emission.by, to.path, event.name),
         .target = to.paths.front().target,
         .notes = {{event.place, "the event that waits for it"}}});
  }
}

}  // namespace

void events_by_github_token(AuditedRepository const& repository, Findings& findings) {
  for (FileSummary const& from : repository.files) {
    for (Emission const& emission : from.emissions) {
      if (!emission.default_token) continue;
      for (FileSummary const& to : repository.files)
        if (&to != &from) look(from, emission, to, findings);
    }
  }
}

}  // namespace landfall::audit_rules
