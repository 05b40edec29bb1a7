// Findings become incidents: one for a target, for the time in which it is not what it should be.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "incident/record.h"
#include "incident/report.h"

namespace landfall {
namespace {

struct OpenFinding {
  std::string check;
  std::string state;
  std::string severity;
  Instant since{};
  Instant found{};
  std::string message;
};

bool is_severe(std::string const& severity) {
  return severity == "SEV-1" || severity == "SEV-2";
}

Result<std::vector<OpenFinding>> open_findings(Store& store, std::string const& target) {
  sql::Rows const rows =
      TRY(store.database().query("SELECT * FROM finding WHERE valid_to IS NULL AND target = ?"
                                 " ORDER BY severity, since, check_id, subject",
                                 {target}));
  std::vector<OpenFinding> found;
  for (sql::Row const& row : rows)
    if (is_severe(row.text("severity")))
      found.push_back({row.text("check_id"), row.text("state"), row.text("severity"),
                       from_epoch_seconds(row.integer("since")),
                       from_epoch_seconds(row.integer("valid_from")), row.text("message")});
  return found;
}

Result<std::optional<IncidentRecord>> open_incident(Store& store, std::string const& target) {
  sql::Rows const rows =
      TRY(store.database().query("SELECT * FROM incident WHERE target = ? AND resolved_at IS NULL "
                                 "ORDER BY detected_at DESC LIMIT 1",
                                 {target}));
  if (rows.empty()) return std::optional<IncidentRecord>{};
  return std::optional<IncidentRecord>{incident_from(rows.rows.front())};
}

/// The id, with a number if this target had the same incident on that day already.
Result<std::string> free_id(Store& store, std::string const& target, OpenFinding const& worst,
                            Instant detected) {
  std::string const stem = fmt::format("{}-{}-{}", iso8601(detected).substr(0, 10),
                                       replace_all(target, "/", "-"), worst.check);
  std::string id = stem;
  for (int n = 2;; ++n) {
    sql::Rows const taken =
        TRY(store.database().query("SELECT 1 AS one FROM incident WHERE id = ?", {id}));
    if (taken.empty()) return id;
    id = fmt::format("{}-{}", stem, n);
  }
}

Result<> open_new(Store& store, std::string const& target,
                  std::vector<OpenFinding> const& violated) {
  OpenFinding const& worst = violated.front();
  IncidentRecord incident{.target = target,
                          .check = worst.check,
                          .severity = worst.severity,
                          .began = worst.since,
                          .detected = worst.found,
                          .summary = worst.message};
  for (OpenFinding const& finding : violated) {
    incident.began = std::min(incident.began, finding.since);
    incident.detected = std::min(incident.detected, finding.found);
  }
  incident.id = TRY(free_id(store, target, worst, incident.detected));
  return write_incident(store, incident);
}

/// What is learned later may be worse, or may have begun earlier.
Result<> learn(Store& store, IncidentRecord incident, std::vector<OpenFinding> const& violated) {
  IncidentRecord const before = incident;
  for (OpenFinding const& finding : violated) {
    incident.severity = std::min(incident.severity, finding.severity);
    incident.began = std::min(incident.began, finding.since);
  }
  if (incident.severity == before.severity && incident.began == before.began) return {};
  return write_incident(store, incident);
}

Result<> follow_target(Store& store, std::string const& target, Instant now) {
  std::vector<OpenFinding> const found = TRY(open_findings(store, target));
  std::vector<OpenFinding> violated;
  std::copy_if(found.begin(), found.end(), std::back_inserter(violated),
               [](OpenFinding const& finding) { return finding.state == "violated"; });
  std::optional<IncidentRecord> incident = TRY(open_incident(store, target));
  if (!violated.empty()) {
    if (incident) return learn(store, *std::move(incident), violated);
    return open_new(store, target, violated);
  }
  // A source that fell silent is no recovery: unknown never closes an incident.
  if (!incident || !found.empty()) return {};
  incident->resolved = now;
  return write_incident(store, *incident);
}

}  // namespace

Result<> follow_incidents(Store& store, Intent const& intent, Instant now) {
  return store.database().transaction([&]() -> Result<> {
    for (Target const& target : intent.targets) TRY(follow_target(store, target.name, now));
    return {};
  });
}

Result<std::string> find_incident(Store& store, std::string const& id_or_target) {
  sql::Rows const rows = TRY(
      store.database().query("SELECT id, target FROM incident ORDER BY detected_at DESC, id DESC"));
  std::vector<std::string> names;
  for (sql::Row const& row : rows)
    if (row.text("id") == id_or_target) return row.text("id");
  for (sql::Row const& row : rows) {
    if (row.text("target") == id_or_target) return row.text("id");
    names.push_back(row.text("id"));
    names.push_back(row.text("target"));
  }
  std::string const near = nearest(id_or_target, names);
  std::string hint = ": no incident is known";
  if (!names.empty()) hint = fmt::format(": the newest is {}", names.front());
  if (!near.empty()) hint = fmt::format(": did you mean '{}'?", near);
  return fail(ErrorKind::missing,
              fmt::format("there is no incident '{}'{}", printable(id_or_target), hint));
}

}  // namespace landfall
