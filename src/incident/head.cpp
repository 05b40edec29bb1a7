#include <fmt/core.h>

#include "base/text.h"
#include "check/check.h"
#include "incident/sections.h"

namespace landfall {
namespace {

std::string status_of(Story const& story) {
  if (!story.resolved()) return "Not resolved";
  return "Resolved at " + to_minutes(*story.incident.resolved);
}

std::string duration_of(Story const& story) {
  IncidentRecord const& incident = story.incident;
  std::string const before = fmt::format("latent {} (began {}, detected {})", human(latent(story)),
                                         to_minutes(incident.began), to_minutes(incident.detected));
  if (!story.resolved()) return before + "; active since then, unresolved";
  return before + fmt::format("; active {} (until {})",
                              human(*incident.resolved - incident.detected),
                              to_minutes(*incident.resolved));
}

std::string blast_radius(Story const& story) {
  Target const& target = story.target;
  std::string text = fmt::format("{} ({})", plain(target.app), plain(target.name));
  if (!target.launch)
    text += "; no launch date is declared";
  else if (*target.launch > story.end())
    text += fmt::format("; before its launch on {}, so without users outside by declaration",
                        iso8601(*target.launch).substr(0, 10));
  else
    text += fmt::format("; launched on {}", iso8601(*target.launch).substr(0, 10));
  if (target.dependents.empty()) return text + "; no dependents are declared";
  return text + "; dependents: " + plain(join(target.dependents, ", "));
}

Result<std::optional<std::string>> creation_sentence(Story const& story, Book& book) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT created_at, evidence_id FROM app WHERE name = ? ORDER BY valid_from LIMIT 1",
      {story.target.app}));
  if (rows.empty()) return std::optional<std::string>{};
  ReleaseCounts const counts = TRY(count_releases(story));
  std::string const code = counts.with_code == 0 ? "none carried code"
                                                 : fmt::format("{} carried code", counts.with_code);
  std::string const text = fmt::format(
      "The app {} was created at {}; {} from then until the detection, of which {}.",
      plain(story.target.app), to_minutes(from_epoch_seconds(rows.rows[0].integer("created_at"))),
      counted(counts.all, "release is known", "releases are known"), code);
  return std::optional<std::string>{book.say(
      text, by_evidence(rows.rows[0].integer("evidence_id")) + by_evidence(counts.evidence))};
}

}  // namespace

Duration latent(Story const& story) {
  return std::max(story.incident.detected - story.incident.began, Duration{0});
}

std::string check_title(std::string const& check) {
  Check const* found = find_check(check);
  return found == nullptr ? check : found->title;
}

FindingSpan const* opening_finding(Story const& story) {
  for (FindingSpan const& finding : story.findings)
    if (finding.check == story.incident.check && finding.target == story.incident.target)
      return &finding;
  return story.findings.empty() ? nullptr : &story.findings.front();
}

Cites by_incident(Story const& story) {
  FindingSpan const* opening = opening_finding(story);
  return opening != nullptr ? by_finding(*opening) : Cites{"F " + story.incident.check};
}

Result<Cites> by_newest(Story const& story, FindingSpan const& finding) {
  Target const* target = story.intent.target(finding.target);
  if (target == nullptr) target = &story.target;
  Check const* check = find_check(finding.check);
  std::vector<std::int64_t> evidence;
  for (std::string const& source : check == nullptr ? std::vector<std::string>{} : check->needs)
    for (std::string const& subject : {target->app, target->repository, target->name}) {
      std::optional<std::int64_t> const newest = TRY(observed_by(story, subject, source));
      if (newest) evidence.push_back(*newest);
    }
  Cites cites = by_evidence(evidence);
  if (cites.empty()) cites = by_finding(finding);
  return cites;
}

Result<Cites> by_standing(Story const& story) {
  FindingSpan const* opening = opening_finding(story);
  if (!story.resolved() || opening == nullptr) return by_incident(story);
  return by_newest(story, *opening);
}

std::string branches_text(std::string const& policy, std::string const& names) {
  if (policy == "custom") return names.empty() ? "no branch" : "only " + plain(names);
  return policy == "protected" ? "protected branches" : "all branches";
}

Result<ReleaseCounts> count_releases(Story const& story) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE carries_code AND status = 'succeeded') AS code,"
      " MIN(evidence_id) AS first, MAX(evidence_id) AS last"
      " FROM current_release WHERE app = ? AND created_at <= ?",
      {story.target.app, epoch_seconds(story.incident.detected)}));
  ReleaseCounts counts;
  sql::Row const& row = rows.rows.front();
  counts.all = row.integer("n");
  counts.with_code = row.integer("code");
  if (!row.null("first")) counts.evidence = {row.integer("first"), row.integer("last")};
  return counts;
}

Result<std::string> head_section(Story const& story, Book& book) {
  IncidentRecord const& incident = story.incident;
  Cites const cites = by_incident(story);
  std::string text =
      fmt::format("# RCA: {}: {}\n\n", plain(incident.target), plain(check_title(incident.check)));
  text +=
      "Sentences that end with a number in brackets are written by landfall from the evidence that "
      "[References](#references) lists; parts marked as written by people are theirs.\n\n";
  text += "| | |\n|---|---|\n";
  text += book.row({"**Incident ID**", "`" + incident.id + "`"}, cites);
  text += book.row({"**Target**", plain(incident.target)}, by_intent(story));
  text += book.row({"**Date**", iso8601(incident.detected).substr(0, 10)}, cites);
  text += book.row({"**Severity**", fmt::format("{}, as the check `{}` proposes", incident.severity,
                                                incident.check)},
                   cites);
  text += book.row({"**Status**", status_of(story)}, TRY(by_standing(story)));
  text += book.row({"**Duration**", duration_of(story)}, cites + TRY(by_standing(story)));
  text += book.row({"**Blast radius**", blast_radius(story)}, by_intent(story));
  text += book.row({"**Author**", "landfall; people where it is marked"}, by_intent(story));
  return text + "\n";
}

Result<std::string> summary_section(Story const& story, Book& book) {
  std::string text = book.say(fmt::format("{} was not what it was declared to be: {}.",
                                          plain(story.target.name), plain(story.incident.summary)),
                              by_incident(story)) +
                     "\n";
  std::optional<std::string> const creation = TRY(creation_sentence(story, book));
  if (creation) text += *creation + "\n";
  for (FindingSpan const& finding : story.findings) {
    bool const opening = &finding == opening_finding(story);
    Check const* check = find_check(finding.check);
    bool const path = check != nullptr && (check->cause == "path" || check->cause == "gate" ||
                                           check->cause == "health");
    if (!opening && path && finding.target == story.incident.target)
      text += book.say(
                  fmt::format("{}: {}.", plain(check_title(finding.check)), plain(finding.message)),
                  by_finding(finding)) +
              "\n";
  }
  IncidentRecord const& incident = story.incident;
  text += book.say(fmt::format("It was so for {} before it was detected at {}, and {}.",
                               human(latent(story)), to_minutes(incident.detected),
                               story.resolved()
                                   ? fmt::format("was resolved {} later",
                                                 human(*incident.resolved - incident.detected))
                                   : std::string("is not resolved")),
                   by_incident(story) + TRY(by_standing(story))) +
          "\n";
  return text;
}

}  // namespace landfall
