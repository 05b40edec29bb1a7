#include "incident/record.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "check/check.h"

namespace landfall {
namespace {

std::vector<std::int64_t> numbers_in(std::string_view text) {
  std::vector<std::int64_t> numbers;
  for (std::string const& word : split(text, ' '))
    if (std::optional<std::int64_t> const number = parse_integer(word)) numbers.push_back(*number);
  return numbers;
}

void add_span(std::vector<FindingSpan>& spans, sql::Row const& row) {
  FindingSpan next;
  next.check = row.text("check_id");
  next.subject = row.text("subject");
  next.target = row.text("target");
  next.severity = row.text("severity");
  next.since = from_epoch_seconds(row.integer("since"));
  next.found = from_epoch_seconds(row.integer("valid_from"));
  if (!row.null("valid_to")) next.ended = from_epoch_seconds(row.integer("valid_to"));
  next.message = row.text("message");
  next.evidence = numbers_in(row.text("evidence"));
  auto const same = std::find_if(spans.begin(), spans.end(), [&](FindingSpan const& each) {
    return each.check == next.check && each.subject == next.subject;
  });
  if (same == spans.end()) {
    spans.push_back(std::move(next));
    return;
  }
  // Rows come by time: a changed message makes a new row of the same finding.
  same->since = std::min(same->since, next.since);
  same->ended = next.ended;
  same->message = next.message;
  same->severity = next.severity;
  same->evidence.insert(same->evidence.end(), next.evidence.begin(), next.evidence.end());
}

bool belongs(Story const& story, FindingSpan const& finding) {
  if (finding.target == story.incident.target) return true;
  Target const* other = story.intent.target(finding.target);
  Check const* check = find_check(finding.check);
  bool const shared = check != nullptr && (check->cause == "path" || check->cause == "gate");
  return other != nullptr && shared && other->repository == story.target.repository;
}

}  // namespace

IncidentRecord incident_from(sql::Row const& row) {
  IncidentRecord incident;
  incident.id = row.text("id");
  incident.target = row.text("target");
  incident.check = row.text("check_id");
  incident.severity = row.text("severity");
  incident.began = from_epoch_seconds(row.integer("began_at"));
  incident.detected = from_epoch_seconds(row.integer("detected_at"));
  if (!row.null("resolved_at")) incident.resolved = from_epoch_seconds(row.integer("resolved_at"));
  incident.summary = row.text("summary");
  return incident;
}

Result<> write_incident(Store& store, IncidentRecord const& incident) {
  sql::Value const resolved =
      incident.resolved ? sql::Value(epoch_seconds(*incident.resolved)) : sql::Value();
  return store.put("incident", {{"id", incident.id},
                                {"target", incident.target},
                                {"check_id", incident.check},
                                {"severity", incident.severity},
                                {"began_at", epoch_seconds(incident.began)},
                                {"detected_at", epoch_seconds(incident.detected)},
                                {"resolved_at", resolved},
                                {"summary", incident.summary}});
}

Result<Story> read_story(Store& store, Intent const& intent, std::string const& id, Instant now) {
  sql::Rows const rows = TRY(store.database().query("SELECT * FROM incident WHERE id = ?", {id}));
  if (rows.empty()) return fail(ErrorKind::missing, fmt::format("there is no incident '{}'", id));
  IncidentRecord incident = incident_from(rows.rows.front());
  Target const* target = intent.target(incident.target);
  if (target == nullptr)
    return fail(ErrorKind::config,
                fmt::format("incident {} is of {}, which {} does not declare any more", id,
                            incident.target, intent.file));
  Story story{.store = store,
              .intent = intent,
              .incident = std::move(incident),
              .target = *target,
              .now = now};
  // What was found while it lasted; what ended before it was detected is another story.
  sql::Rows const found = TRY(store.database().query(
      "SELECT * FROM finding WHERE state = 'violated' AND valid_from <= ?"
      " AND (valid_to IS NULL OR valid_to > ?) ORDER BY valid_from, check_id, subject",
      {epoch_seconds(story.end()), epoch_seconds(story.incident.detected)}));
  std::vector<FindingSpan> spans;
  for (sql::Row const& row : found) add_span(spans, row);
  for (FindingSpan& span : spans)
    if (belongs(story, span)) story.findings.push_back(std::move(span));
  std::stable_sort(
      story.findings.begin(), story.findings.end(),
      [](FindingSpan const& a, FindingSpan const& b) { return a.severity < b.severity; });
  sql::Rows const first =
      TRY(store.database().query("SELECT MIN(e.fetched_at) AS at FROM evidence e WHERE e.id IN"
                                 " (SELECT evidence_id FROM observation WHERE subject = ? UNION"
                                 "  SELECT evidence_id FROM app WHERE name = ?)",
                                 {target->app, target->app}));
  if (!first.empty() && !first.rows[0].null("at"))
    story.first_look = from_epoch_seconds(first.rows[0].integer("at"));
  return story;
}

Result<std::optional<std::int64_t>> observed_by(Story const& story, std::string const& subject,
                                                std::string const& source) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT COALESCE(a.evidence_id, o.evidence_id) AS evidence_id FROM current_observation o"
      " LEFT JOIN asked a ON a.subject = o.subject AND a.source = o.source"
      " WHERE o.subject = ? AND o.source = ? AND o.state = 'observed'"
      " AND COALESCE(a.evidence_id, o.evidence_id) IS NOT NULL",
      {subject, source}));
  if (rows.empty()) return std::optional<std::int64_t>{};
  return std::optional<std::int64_t>{rows.rows.front().integer("evidence_id")};
}

}  // namespace landfall
