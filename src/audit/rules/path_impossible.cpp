#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "audit/rule.h"
#include "base/text.h"

namespace landfall::audit_rules {
namespace {

struct Spot {
  std::string file;
  std::uint32_t byte = 0;
  std::string jobs;
  auto operator<=>(Spot const&) const = default;
};

Spot spot_of(Path const& path) {
  std::string jobs;
  for (Hop const& hop : path.hops) jobs += std::string(hop.job->id) + "/";
  return {path.place.file, path.place.begin.byte, jobs};
}

bool is_impossible(Path const& path) {
  return path.reach == Reach::impossible;
}

/// A person wrote `if: false`: it is switched off, and says so.
bool is_switched_off(Path const& path) {
  return std::any_of(path.reasons.begin(), path.reasons.end(), [](Reason const& reason) {
    return reason.text.ends_with("is false here: false") ||
           reason.text.ends_with("is false here: ${{ false }}");
  });
}

void add_dead_step(AuditedFile const& file, std::vector<Path const*> const& paths,
                   Findings& findings) {
  Path const& first = *paths.front();
  AuditFinding finding{.rule = "path-impossible",
                       .severity = is_switched_off(first) ? "SEV-4" : "SEV-2",
                       .place = first.place,
                       .target = first.target};
  std::vector<std::string> events;
  for (Path const* path : paths) {
    std::string const event(path->event->name);
    if (std::find(events.begin(), events.end(), event) != events.end()) continue;
    events.push_back(event);
    for (Reason const& reason : path->reasons)
      finding.notes.push_back({reason.place, fmt::format("on {}: {}", event, reason.text)});
  }
  finding.message =
      fmt::format("nothing ever deploys {} from here: no way into {} ({}) reaches this",
                  first.target, file.path, join(events, ", "));
  findings.add(std::move(finding));
}

/// An event that is there to deploy, and in this file never does.
bool is_meant_to_deploy(std::string_view event) {
  return event == "workflow_dispatch" || event == "release" || event == "workflow_run" ||
         event == "repository_dispatch" || event == "deployment";
}

void add_dead_event(AuditedFile const& file, Event const& event, Findings& findings) {
  Path const* dead = nullptr;
  for (Path const& path : *file.paths) {
    if (path.event != &event) continue;
    if (!is_impossible(path)) return;
    if (dead == nullptr) dead = &path;
  }
  bool const has_others = std::any_of(file.paths->begin(), file.paths->end(),
                                      [](Path const& path) { return !is_impossible(path); });
  if (dead == nullptr || !has_others) return;
  AuditFinding finding{.rule = "path-impossible",
                       .severity = "SEV-3",
                       .confidence = Confidence::likely,
                       .place = file.place(*event.node),
                       .target = dead->target};
  finding.message = fmt::format(
      "started by {} this workflow never deploys, as it does when started otherwise",
      event.name == "workflow_dispatch" ? "hand (workflow_dispatch)" : std::string(event.name));
  for (Reason const& reason : dead->reasons) finding.notes.push_back({reason.place, reason.text});
  findings.add(std::move(finding));
}

}  // namespace

void path_impossible(AuditedFile const& file, Findings& findings) {
  std::map<Spot, std::vector<Path const*>> spots;
  for (Path const& path : *file.paths) spots[spot_of(path)].push_back(&path);
  for (auto const& [spot, paths] : spots)
    if (std::all_of(paths.begin(), paths.end(),
                    [](Path const* path) { return is_impossible(*path); }))
      add_dead_step(file, paths, findings);
  if (file.paths->empty()) return;
  for (Event const& event : file.workflow->events)
    if (is_meant_to_deploy(event.name)) add_dead_event(file, event, findings);
}

}  // namespace landfall::audit_rules
