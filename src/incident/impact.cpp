#include <fmt/core.h>

#include "base/text.h"
#include "check/check.h"
#include "incident/sections.h"

namespace landfall {
namespace {

Result<std::string> answers(Story const& story, Book& book) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT witness, class, verdict, detail, valid_from, valid_to, evidence_id FROM probe"
      " WHERE target = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)"
      " ORDER BY witness, valid_from",
      {story.target.name, epoch_seconds(story.end()), epoch_seconds(story.incident.began)}));
  std::string text;
  for (sql::Row const& row : rows) {
    Instant const from = from_epoch_seconds(row.integer("valid_from"));
    Instant const until =
        std::min(row.null("valid_to") ? story.end() : from_epoch_seconds(row.integer("valid_to")),
                 story.end());
    text +=
        book.item(fmt::format("Asked from outside, the {} was seen {} from {} to {} ({}): {} ({}).",
                              plain(row.text("witness")), plain(row.text("verdict")),
                              to_minutes(from), to_minutes(until), human(until - from),
                              plain(row.text("detail")), plain(row.text("class"))),
                  by_evidence(row.integer("evidence_id")));
  }
  if (!text.empty()) return text;
  return book.item(
      "No answer from outside was observed while it lasted, so what users saw is not known: "
      "the probes did not run or could not be sent.",
      by_incident(story));
}

/// Before landfall's first probe nobody asked: what the platform's history proves of that time.
Result<std::string> before_the_first_look(Story const& story, Book& book) {
  ReleaseCounts const counts = TRY(count_releases(story));
  bool const earlier = story.first_look && story.incident.began < *story.first_look;
  if (!earlier) return std::string();
  if (counts.all > 0 && counts.with_code == 0)
    return book.item(
        fmt::format("Before landfall's first look at {} no answers were recorded; but the app "
                    "had no code since {}, and an app without code answers every request with "
                    "HTTP 502.",
                    to_minutes(*story.first_look), to_minutes(story.incident.began)),
        by_evidence(counts.evidence));
  return book.item(
      fmt::format("Before landfall's first look at {} no answers were recorded: what users saw "
                  "until then is not known.",
                  to_minutes(*story.first_look)),
      by_incident(story));
}

std::string users(Story const& story, Book& book) {
  Target const& target = story.target;
  if (!target.launch)
    return book.item(
        "Whether users outside were affected is not known: no launch date is declared.",
        by_intent(story));
  std::string const day = iso8601(*target.launch).substr(0, 10);
  if (*target.launch > story.end())
    return book.item(
        fmt::format(
            "No users outside were affected, by declaration: the launch is declared for {}.", day),
        by_intent(story));
  if (*target.launch > story.incident.began)
    return book.item(
        fmt::format(
            "Users outside could be affected from the launch on {} on; requests are not counted.",
            day),
        by_intent(story));
  return book.item(
      fmt::format(
          "Users outside could be affected all the time: it was launched on {}; requests are "
          "not counted.",
          day),
      by_intent(story));
}

std::string dependents(Story const& story, Book& book) {
  Target const& target = story.target;
  if (target.dependents.empty())
    return book.item("No dependents are declared, so none are known to have failed with it.",
                     by_intent(story));
  std::string text;
  for (std::string const& dependent : target.dependents)
    text +=
        book.item(fmt::format("{} is declared to depend on it; whether it failed was not observed.",
                              plain(dependent)),
                  by_intent(story));
  return text;
}

struct DeployOutcome {
  std::int64_t id = 0;
  std::string requester;
  std::string reason;
  std::string commit;
};

Result<std::optional<DeployOutcome>> verified_deploy(Story const& story) {
  sql::Rows const rows = TRY(story.database().query(
      "SELECT id, requester, reason, commit_id FROM deploy WHERE target = ? AND state = 'verified'"
      " AND ended_at BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
      {story.target.name, epoch_seconds(story.incident.began), epoch_seconds(story.end())}));
  if (rows.empty()) return std::optional<DeployOutcome>{};
  sql::Row const& row = rows.rows.front();
  return std::optional<DeployOutcome>{
      {row.integer("id"), row.text("requester"), row.text("reason"), row.text("commit_id")}};
}

}  // namespace

Result<std::string> impact_section(Story const& story, Book& book) {
  std::string text = TRY(answers(story, book));
  text += TRY(before_the_first_look(story, book));
  text += users(story, book);
  return text + dependents(story, book);
}

Result<std::string> went_well_section(Story const& story, Book& book) {
  std::string text;
  IncidentRecord const& incident = story.incident;
  std::optional<DeployOutcome> const deploy = TRY(verified_deploy(story));
  if (deploy)
    text += book.item(
        fmt::format(
            "Deploy {} passed every gate and was verified by the platform and from outside: {}.",
            deploy->id, plain(deploy->reason)),
        by_deploy(deploy->id));
  if (incident.resolved)
    text += book.item(fmt::format("It was resolved {} after it was detected.",
                                  human(*incident.resolved - incident.detected)),
                      TRY(by_standing(story)));
  if (story.target.launch && *story.target.launch > story.end())
    text +=
        book.item("It was found before the launch; that is luck, not a gate.", by_intent(story));
  sql::Rows const rolled_back = TRY(story.database().query(
      "SELECT id, reason FROM deploy WHERE target = ? AND state = 'rolled_back' AND ended_at "
      "BETWEEN ? AND ? ORDER BY id",
      {story.target.name, epoch_seconds(incident.began), epoch_seconds(story.end())}));
  for (sql::Row const& row : rolled_back)
    text += book.item(fmt::format("Deploy {} did not hold and was taken back by itself: {}.",
                                  row.integer("id"), plain(row.text("reason"))),
                      by_deploy(row.integer("id")));
  if (!text.empty()) return text;
  return book.item(
      "Nothing that the evidence shows: no deploy was verified, and it is not resolved.",
      by_incident(story));
}

Result<std::string> went_badly_section(Story const& story, Book& book) {
  std::string text;
  if (latent(story) >= 1h)
    text += book.item(fmt::format("It took {} until it was detected.", human(latent(story))),
                      by_incident(story));
  ReleaseCounts const counts = TRY(count_releases(story));
  if (counts.all > 1 && counts.with_code == 0)
    text +=
        book.item(fmt::format("{} were made without code, and none of them led anybody to the app.",
                              counted(counts.all, "release", "releases")),
                  by_evidence(counts.evidence));
  for (FindingSpan const& finding : story.findings) {
    Check const* check = find_check(finding.check);
    if (check == nullptr || !is_of_path_or_gate(*check)) continue;
    text += book.item(fmt::format("This stood since {} until landfall found it: {}.",
                                  to_minutes(finding.since), plain(finding.message)),
                      by_finding(finding));
  }
  if (!text.empty()) return text;
  return book.item(
      "Nothing that the evidence shows: it was detected within the hour, and no path or gate was "
      "found broken.",
      by_incident(story));
}

}  // namespace landfall
