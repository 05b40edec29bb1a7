#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "check/check.h"
#include "incident/remedy.h"
#include "incident/sections.h"

namespace landfall {
namespace {

Result<std::string> deploys(Story const& story, Book& book) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT id, ref, commit_id, requester, state, reason, release, ended_at FROM deploy"
      " WHERE target = ? AND created_at >= ? AND created_at <= ? ORDER BY id",
      {story.target.name, epoch_seconds(story.incident.detected), epoch_seconds(story.end())}));
  std::string text;
  for (sql::Row const& row : rows) {
    sql::Rows const answers = TRY(story.database().query(
        "SELECT reviewer FROM approval WHERE deploy_id = ? AND answer = 'approved' ORDER BY at",
        {row.integer("id")}));
    std::vector<std::string> reviewers;
    for (sql::Row const& answer : answers) reviewers.push_back(plain(answer.text("reviewer")));
    std::string const state = row.null("ended_at") ? "is in its step " + plain(row.text("state"))
                                                   : "ended " + plain(row.text("state"));
    std::string const release =
        row.null("release") ? "" : fmt::format(" as v{}", row.integer("release"));
    std::string const by = reviewers.empty() ? "" : ", approved by " + join(reviewers, ", ");
    std::string const why = row.text("reason").empty() ? "" : ": " + plain(row.text("reason"));
    text += book.item(fmt::format("Deploy {} of {} ({}), asked for by {}{}, {}{}{}.",
                                  row.integer("id"), plain(row.text("ref")),
                                  row.null("commit_id") ? "not resolved"
                                                        : plain(row.text("commit_id").substr(0, 7)),
                                  plain(row.text("requester")), by, state, release, why),
                      by_deploy(row.integer("id")));
  }
  return text;
}

/// Calls of `landfall fix` that changed something, each with the platform's own answer.
Result<std::string> fixes(Story const& story, Book& book) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT id, source, request, fetched_at FROM evidence WHERE source LIKE 'fix.%' "
      "AND request NOT LIKE 'GET %' AND status BETWEEN 200 AND 299 AND fetched_at >= ? "
      "AND fetched_at <= ? ORDER BY id",
      {epoch_seconds(story.incident.detected), epoch_seconds(story.end())}));
  std::string text;
  for (sql::Row const& row : rows)
    text += book.item(
        fmt::format("`landfall fix {}` was applied at {}: {}.", plain(row.text("source").substr(4)),
                    to_minutes(from_epoch_seconds(row.integer("fetched_at"))),
                    plain(row.text("request"))),
        by_evidence(row.integer("id")));
  return text;
}

Result<std::string> ended_findings(Story const& story, Book& book) {
  std::string text;
  for (FindingSpan const& finding : story.findings)
    if (finding.ended)
      text += book.item(
          fmt::format("{} ({}) was found no more from {} on.", plain(check_title(finding.check)),
                      plain(finding.subject), to_minutes(*finding.ended)),
          TRY(by_newest(story, finding)));
  return text;
}

/// What the operator still has to do, each with the exact command or URL.
std::string pending(Story const& story, Book& book) {
  std::string text;
  std::vector<std::string> told;
  for (FindingSpan const& finding : story.findings) {
    if (finding.ended) continue;
    Remedy const remedy = remedy_of(story, finding);
    std::string const what =
        fmt::format("{}{}", remedy.text, remedy.url.empty() ? "" : " " + remedy.url);
    if (std::find(told.begin(), told.end(), what) != told.end()) continue;
    told.push_back(what);
    text += "- [ ] " +
            book.say(fmt::format("{}: {}", plain(check_title(finding.check)), what),
                     by_finding(finding)) +
            "\n";
  }
  if (!text.empty()) return text;
  return book.item("None: no finding of the incident is open any more.", by_incident(story));
}

}  // namespace

Result<std::string> resolution_section(Story const& story, Book& book) {
  std::string done = TRY(fixes(story, book));
  done += TRY(deploys(story, book));
  done += TRY(ended_findings(story, book));
  if (done.empty())
    done = book.item(
        "Nothing was done since the detection that the evidence shows: no deploy was asked for, "
        "and "
        "every finding is still open.",
        by_incident(story));
  std::string text = "### What was done\n\n" + done;
  text += "\n### Pending operator actions\n\n";
  return text + pending(story, book);
}

Result<std::string> actions_section(Story const& story, Book& book) {
  std::string text = "| # | Action | Owner | Due | Issue | State |\n|---|---|---|---|---|---|\n";
  std::string const owner =
      story.target.owner.empty() ? "nobody is declared" : plain(story.target.owner);
  int number = 0;
  for (FindingSpan const& finding : story.findings) {
    std::string state = finding.ended ? "found no more since " + to_minutes(*finding.ended)
                                      : "open since " + to_minutes(finding.since);
    Check const* check = find_check(finding.check);
    if (finding.ended && check != nullptr && !check->ended.empty())
      state += fmt::format(" ({})", check->ended);
    text += book.row(
        {std::to_string(++number),
         fmt::format("{} ({}): {}", plain(check_title(finding.check)), plain(finding.subject),
                     replace_all(remedy_of(story, finding).text, "|", "\\|")),
         owner, "for a person to set", "for a person to link", state},
        finding.ended ? TRY(by_newest(story, finding)) : by_finding(finding));
  }
  if (number == 0)
    text += book.row(
        {"-", "No finding of the time is kept, so no action can be proposed", owner, "-", "-", "-"},
        by_incident(story));
  return text + "\n";
}

}  // namespace landfall
