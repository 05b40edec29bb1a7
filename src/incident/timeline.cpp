#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "check/check.h"
#include "deploy/deploy.h"
#include "incident/sections.h"

namespace landfall {
namespace {

constexpr std::size_t rows_max = 200;

struct Row {
  Instant at{};
  std::string when;  ///< "2026-04-22 06:53"
  std::string what;
  Cites cites;
};
using TimeRows = std::vector<Row>;

std::string minute(Instant at) {
  std::string text = to_minutes(at);
  return text.substr(0, text.size() - 4);  // the column says that all are UTC
}

void add(TimeRows& rows, Instant at, std::string what, Cites cites) {
  rows.push_back({at, minute(at), std::move(what), std::move(cites)});
}

Instant at_of(sql::Row const& row, std::string_view column) {
  return from_epoch_seconds(row.integer(column));
}

/// From where on things belong to the incident: what made it is older than itself.
Instant from_of(Story const& story) {
  return story.incident.began - 1h;
}

Result<> add_app(Story const& story, TimeRows& rows) {
  sql::Rows const found = TRY(story.database().query(
      "SELECT created_at, owner, evidence_id FROM app WHERE name = ? ORDER BY valid_from LIMIT 1",
      {story.target.app}));
  for (sql::Row const& row : found)
    add(rows, at_of(row, "created_at"),
        fmt::format("App {} was created by {}", plain(story.target.app), plain(row.text("owner"))),
        by_evidence(row.integer("evidence_id")));
  return {};
}

Result<> add_releases(Story const& story, TimeRows& rows) {
  sql::Rows const found = TRY(story.database().query(
      "SELECT version, kind, status, description, carries_code, commit_id, \"user\", created_at, "
      "evidence_id"
      " FROM current_release WHERE app = ? AND created_at BETWEEN ? AND ? ORDER BY version",
      {story.target.app, epoch_seconds(from_of(story)), epoch_seconds(story.end())}));
  for (sql::Row const& row : found) {
    std::string code = "no code";
    if (row.integer("carries_code") != 0)
      code = row.null("commit_id") ? "carries code"
                                   : "carries commit " + plain(row.text("commit_id").substr(0, 7));
    std::string const status =
        row.text("status") == "succeeded" ? "" : ", " + plain(row.text("status"));
    add(rows, at_of(row, "created_at"),
        fmt::format("Release v{} ({}): {}, by {}: {}{}", row.integer("version"),
                    plain(row.text("kind")), plain(row.text("description")),
                    plain(row.text("user")), code, status),
        by_evidence(row.integer("evidence_id")));
  }
  return {};
}

Result<> add_builds(Story const& story, TimeRows& rows) {
  sql::Rows const found = TRY(story.database().query(
      "SELECT id, status, commit_id, \"user\", created_at, evidence_id FROM current_build"
      " WHERE app = ? AND created_at BETWEEN ? AND ? ORDER BY created_at",
      {story.target.app, epoch_seconds(from_of(story)), epoch_seconds(story.end())}));
  for (sql::Row const& row : found)
    add(rows, at_of(row, "created_at"),
        fmt::format(
            "Build of {}, started by {}: {}",
            row.null("commit_id") ? "an unnamed commit" : plain(row.text("commit_id").substr(0, 7)),
            plain(row.text("user")), plain(row.text("status"))),
        by_evidence(row.integer("evidence_id")));
  // Said of the time until the detection, which a later build does not change.
  bool const none = std::none_of(found.begin(), found.end(), [&](sql::Row const& row) {
    return at_of(row, "created_at") <= story.incident.detected;
  });
  std::optional<std::int64_t> const observed =
      TRY(observed_by(story, story.target.app, "heroku.builds"));
  if (none && observed)
    add(rows, story.incident.detected, "Absence: until now no build of the app was started",
        by_evidence(*observed));
  return {};
}

/// Runs of workflows that lead to the app, or led there while it lasted: a row for each workflow
/// and event.
Result<> add_runs(Story const& story, TimeRows& rows) {
  sql::Rows const found = TRY(story.database().query(
      "SELECT path, event, COUNT(*) AS n, COUNT(*) FILTER (WHERE conclusion IN ('failure', "
      "'timed_out', 'startup_failure')) AS failed,"
      " MIN(created_at) AS first, MAX(created_at) AS last, MIN(evidence_id) AS e1, "
      "MAX(evidence_id) AS e2"
      " FROM current_run WHERE repository = ? AND created_at BETWEEN ? AND ?"
      " AND path IN (SELECT path FROM deploy_path WHERE repository = ? AND app = ?)"
      " GROUP BY path, event ORDER BY first",
      {story.target.repository, epoch_seconds(from_of(story)), epoch_seconds(story.end()),
       story.target.repository, story.target.app}));
  for (sql::Row const& row : found)
    add(rows, at_of(row, "first"),
        fmt::format("{} on {}: {} of {} failed, first {}, last {}", plain(row.text("path")),
                    plain(row.text("event")), row.integer("failed"),
                    counted(row.integer("n"), "run", "runs"), to_minutes(at_of(row, "first")),
                    to_minutes(at_of(row, "last"))),
        by_evidence({row.integer("e1"), row.integer("e2")}));
  return {};
}

Result<> add_probes(Story const& story, TimeRows& rows) {
  sql::Rows const found = TRY(story.database().query(
      "SELECT witness, class, detail, valid_from, evidence_id FROM probe"
      " WHERE target = ? AND valid_from BETWEEN ? AND ? ORDER BY valid_from, witness",
      {story.target.name, epoch_seconds(from_of(story)), epoch_seconds(story.end())}));
  for (sql::Row const& row : found)
    add(rows, at_of(row, "valid_from"),
        fmt::format("Asked from outside, the {} answers from now on: {} ({})",
                    plain(row.text("witness")), plain(row.text("detail")),
                    plain(row.text("class"))),
        by_evidence(row.integer("evidence_id")));
  return {};
}

Result<> add_environments(Story const& story, TimeRows& rows) {
  if (!story.target.gate) return {};
  sql::Rows const found = TRY(story.database().query(
      "SELECT created_at, reviewers, branch_policy, policies, valid_from, evidence_id FROM "
      "environment"
      " WHERE repository = ? AND lower(environment) = lower(?) AND valid_from <= ? ORDER BY "
      "valid_from",
      {story.target.repository, story.target.gate->name, epoch_seconds(story.end())}));
  bool first = true;
  for (sql::Row const& row : found) {
    Instant const created = at_of(row, "created_at");
    bool const tells = first && created >= from_of(story);
    first = false;
    add(rows, tells ? created : at_of(row, "valid_from"),
        fmt::format("GitHub environment {} {}: {}, admits {}", plain(story.target.gate->name),
                    tells ? "was created" : "is seen",
                    counted(row.integer("reviewers"), "required reviewer", "required reviewers"),
                    branches_text(row.text("branch_policy"), row.text("policies"))),
        by_evidence(row.integer("evidence_id")));
  }
  return {};
}

/// What was found, and what was not there: an absence lasts from when it could be known.
Result<> add_findings(Story const& story, TimeRows& rows) {
  for (FindingSpan const& finding : story.findings) {
    Check const* check = find_check(finding.check);
    if (check != nullptr && check->absence)
      rows.push_back({finding.since,
                      minute(finding.since) + " to " + minute(finding.ended.value_or(story.end())),
                      "Absence: " + plain(finding.message), by_finding(finding)});
    add(rows, finding.found,
        fmt::format("landfall finds ({}, {}): {}", finding.severity, finding.check,
                    plain(finding.message)),
        by_finding(finding));
    if (finding.ended && *finding.ended <= story.end())
      add(rows, *finding.ended,
          fmt::format("landfall finds no more ({}): {}", finding.check, plain(finding.subject)),
          TRY(by_newest(story, finding)));
  }
  return {};
}

Result<> add_deploys(Story const& story, TimeRows& rows) {
  sql::Rows const steps = TRY(story.database().query(
      "SELECT s.deploy_id, s.step, s.outcome, s.detail, s.evidence_id, s.at FROM deploy_step s"
      " JOIN deploy d ON d.id = s.deploy_id WHERE d.target = ? AND s.at BETWEEN ? AND ?"
      " AND s.outcome IN ('done', 'failed') ORDER BY s.id",
      {story.target.name, epoch_seconds(from_of(story)), epoch_seconds(story.end())}));
  for (sql::Row const& row : steps)
    add(rows, at_of(row, "at"),
        fmt::format("Deploy {}, {} {}: {}", row.integer("deploy_id"), plain(row.text("step")),
                    plain(row.text("outcome")), plain(row.text("detail"))),
        by_deploy(row.integer("deploy_id"), row.integer("evidence_id")));
  sql::Rows const answers = TRY(story.database().query(
      "SELECT a.deploy_id, a.reviewer, a.answer, a.comment, a.at FROM approval a"
      " JOIN deploy d ON d.id = a.deploy_id WHERE d.target = ? AND a.at BETWEEN ? AND ? ORDER BY "
      "a.at",
      {story.target.name, epoch_seconds(from_of(story)), epoch_seconds(story.end())}));
  for (sql::Row const& row : answers) {
    std::string const comment = row.text("comment");
    add(rows, at_of(row, "at"),
        fmt::format("Deploy {} was {} by {}{}", row.integer("deploy_id"), plain(row.text("answer")),
                    plain(row.text("reviewer")),
                    comment.empty() ? "" : ": “" + plain(comment) + "”"),
        by_deploy(row.integer("deploy_id")));
  }
  return {};
}

/// What proves the resolution: the check that opened it finds nothing in the newest answers.
Result<> add_incident(Story const& story, TimeRows& rows) {
  IncidentRecord const& incident = story.incident;
  add(rows, incident.detected, "**Detected**: this incident is opened", by_incident(story));
  if (!incident.resolved) return {};
  add(rows, *incident.resolved, "**Resolved**: no finding of SEV-1 or SEV-2 is left",
      TRY(by_standing(story)));
  return {};
}

std::string table_of(TimeRows const& rows, Book& book) {
  std::string text = "| UTC | What |\n|---|---|\n";
  bool const long_one = rows.size() > rows_max;
  std::size_t const head = long_one ? rows_max / 2 : rows.size();
  for (std::size_t i = 0; i < head; ++i)
    text += book.row({rows[i].when, rows[i].what}, rows[i].cites);
  if (!long_one) return text;
  // The ends tell the story; thousands of config releases between them do not.
  std::size_t const tail = rows.size() - rows_max / 2;
  text += book.row(
      {"…", fmt::format("{} rows are left out here: `landfall query` shows them", tail - head)},
      rows[head].cites);
  for (std::size_t i = tail; i < rows.size(); ++i)
    text += book.row({rows[i].when, rows[i].what}, rows[i].cites);
  return text;
}

}  // namespace

Result<std::string> timeline_section(Story const& story, Book& book) {
  TimeRows rows;
  TRY(add_app(story, rows));
  TRY(add_releases(story, rows));
  TRY(add_builds(story, rows));
  TRY(add_runs(story, rows));
  TRY(add_environments(story, rows));
  TRY(add_probes(story, rows));
  TRY(add_findings(story, rows));
  TRY(add_incident(story, rows));
  TRY(add_deploys(story, rows));
  std::stable_sort(rows.begin(), rows.end(),
                   [](Row const& a, Row const& b) { return a.at < b.at; });
  // Two targets of one repository can have the same finding in the same words.
  auto const same = [](Row const& a, Row const& b) { return a.when == b.when && a.what == b.what; };
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
  return table_of(rows, book);
}

}  // namespace landfall
