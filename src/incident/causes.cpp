#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "check/check.h"
#include "incident/sections.h"

namespace landfall {
namespace {

std::string why_of(std::string const& check) {
  Check const* found = find_check(check);
  return found == nullptr ? std::string() : one_line(found->why);
}

std::string factor(FindingSpan const& finding, int number, Book& book) {
  std::string text = book.say(fmt::format("{}. **{}** ({}, since {}): {}.", number,
                                          plain(check_title(finding.check)), finding.severity,
                                          to_minutes(finding.since), plain(finding.message)),
                              by_finding(finding)) +
                     "\n";
  std::string const why = why_of(finding.check);
  if (!why.empty()) text += "   " + book.say("Why it matters: " + why, by_finding(finding)) + "\n";
  return text;
}

std::string time_to_detect(Story const& story, Book& book) {
  IncidentRecord const& incident = story.incident;
  std::string const value = human(latent(story));
  std::string const range =
      fmt::format("from {} to {}", to_minutes(incident.began), to_minutes(incident.detected));
  if (story.first_look && incident.began < *story.first_look)
    return book.item(
        fmt::format("Time to detect: {} ({}). Exact: the beginning is a time that the platform's "
                    "own history names, the end is when landfall found it.",
                    value, range),
        by_incident(story));
  return book.item(
      fmt::format("Time to detect: {} ({}). Estimated: the beginning is when landfall first saw it "
                  "so, and it may have begun up to one interval of asking earlier.",
                  value, range),
      by_incident(story));
}

std::string by_which_check(Story const& story, Book& book) {
  IncidentRecord const& incident = story.incident;
  return book.item(fmt::format("Detected by landfall's check `{}` ({}); whether a person or an "
                               "alert of the platform saw "
                               "it before is not in the evidence.",
                               incident.check, plain(check_title(incident.check))),
                   by_incident(story));
}

/// When the checks that found it would have found it, had landfall watched from the beginning.
std::string earlier_by_checks(Story const& story, Book& book) {
  std::string text;
  std::vector<std::string> told;
  for (FindingSpan const& finding : story.findings) {
    bool const severe = finding.severity == "SEV-1" || finding.severity == "SEV-2";
    bool const known = std::find(told.begin(), told.end(), finding.check) != told.end();
    if (!severe || known) continue;
    Check const* check = find_check(finding.check);
    bool const after_grace = check != nullptr && check->after_grace;
    Duration const wait = (check == nullptr ? Duration{0} : check->hold) +
                          (after_grace ? story.target.grace : Duration{0});
    Instant const could = finding.since + wait;
    if (could >= finding.found) continue;
    told.push_back(finding.check);
    text += book.item(
        fmt::format("`{}` would have found it at {}, {} earlier, had landfall looked since then.",
                    finding.check, to_minutes(could), human(finding.found - could)),
        by_finding(finding));
  }
  return text;
}

/// Runs that failed long before told it too, to whoever had looked.
Result<std::string> earlier_by_runs(Story const& story, Book& book) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT path, MIN(created_at) AS first, COUNT(*) AS n, MIN(evidence_id) AS e1, "
      "MAX(evidence_id) AS e2"
      " FROM current_run WHERE repository = ? AND conclusion IN ('failure', 'timed_out', "
      "'startup_failure')"
      " AND created_at BETWEEN ? AND ? AND path IN"
      " (SELECT path FROM deploy_path WHERE repository = ? AND app = ?) GROUP BY path "
      "ORDER BY first",
      {story.target.repository, epoch_seconds(story.incident.began),
       epoch_seconds(story.incident.detected), story.target.repository, story.target.app}));
  std::string text;
  for (sql::Row const& row : rows) {
    Instant const first = from_epoch_seconds(row.integer("first"));
    text += book.item(
        fmt::format("{} failed for the first time at {} ({} until the detection): an alert on it "
                    "would have led there {} earlier.",
                    plain(row.text("path")), to_minutes(first),
                    counted(row.integer("n"), "time", "times"),
                    human(story.incident.detected - first)),
        by_evidence({row.integer("e1"), row.integer("e2")}));
  }
  return text;
}

}  // namespace

Result<std::string> causes_section(Story const& story, Book& book) {
  std::string text = book.say("Contributing factors, as the checks found them while it lasted:",
                              by_incident(story)) +
                     "\n\n";
  int number = 0;
  for (FindingSpan const& finding : story.findings) text += factor(finding, ++number, book);
  if (number == 0)
    text += book.item(
        "No finding of the time is kept, so there is nothing that landfall can say of the causes.",
        by_incident(story));
  return text;
}

Result<std::string> detection_section(Story const& story, Book& book) {
  std::string text = time_to_detect(story, book) + by_which_check(story, book);
  std::string earlier = earlier_by_checks(story, book);
  earlier += TRY(earlier_by_runs(story, book));
  if (earlier.empty())
    earlier = book.item(
        "Nothing in the evidence would have found it earlier: it was found when it began to hold.",
        by_incident(story));
  return text + earlier;
}

}  // namespace landfall
