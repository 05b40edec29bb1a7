#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "incident/sections.h"

namespace landfall {
namespace {

enum class Mark { proven, refuted, unknown };

std::string item(Mark mark, std::string const& text, Cites cites, Book& book) {
  std::string word = "**Unknown**";
  if (mark == Mark::proven) word = "**Proven**";
  if (mark == Mark::refuted) word = "**Not so**";
  return book.item(fmt::format("{}: {}", word, text), std::move(cites));
}

Cites observed_or(std::optional<std::int64_t> const& evidence, Story const& story) {
  return evidence ? by_evidence(*evidence) : by_incident(story);
}

Result<std::string> code_in_force(Story const& story, Book& book) {
  Target const& target = story.target;
  sql::Rows const rows =
      TRY(story.database().query("SELECT r.version, r.carries_code, r.commit_id, r.status, "
                                 "r.evidence_id, l.evidence_id AS live"
                                 " FROM current_live_release l JOIN current_release r ON r.app = "
                                 "l.app AND r.version = l.version"
                                 " WHERE l.app = ?",
                                 {target.app}));
  if (rows.empty())
    return item(Mark::unknown, "which release is in force was not observed.",
                observed_or(TRY(observed_by(story, target.app, "heroku.releases")), story), book);
  sql::Row const& live = rows.rows.front();
  Cites cites = by_evidence({live.integer("evidence_id"), live.integer("live")});
  if (live.integer("carries_code") == 0)
    return item(Mark::refuted,
                fmt::format("v{} is in force and carries no code.", live.integer("version")), cites,
                book);
  std::string const commit = live.text("commit_id");
  std::string text =
      item(Mark::proven,
           fmt::format("v{} is in force and carries code{}.", live.integer("version"),
                       commit.empty() ? "" : " of commit " + plain(commit.substr(0, 7))),
           cites, book);
  sql::Rows const heads = TRY(story.database().query(
      "SELECT commit_id, evidence_id FROM current_branch WHERE repository = ? AND branch = ?",
      {target.repository, target.branch}));
  if (heads.empty() || commit.empty())
    return text +
           item(Mark::unknown,
                fmt::format("whether it is the head of {} was not observed.", plain(target.branch)),
                cites, book);
  std::string const head = heads.rows.front().text("commit_id");
  Mark const same = head == commit ? Mark::proven : Mark::refuted;
  return text + item(same,
                     fmt::format("it {} the head of {}, which is {}.",
                                 same == Mark::proven ? "is" : "is not", plain(target.branch),
                                 plain(head.substr(0, 7))),
                     cites + by_evidence(heads.rows.front().integer("evidence_id")), book);
}

Result<std::string> dynos_up(Story const& story, Book& book) {
  Target const& target = story.target;
  std::optional<std::int64_t> const observed = TRY(observed_by(story, target.app, "heroku.dynos"));
  std::string text;
  for (auto const& [type, minimum] : target.processes) {
    sql::Rows const rows = TRY(story.database().query(
        "SELECT COUNT(*) AS up, MIN(d.version) AS version, MAX(d.evidence_id) AS evidence FROM "
        "current_dyno d"
        " JOIN current_live_release l ON l.app = d.app AND l.version = d.version"
        " WHERE d.app = ? AND d.type = ? AND d.state IN ('up', 'idle')",
        {target.app, type}));
    sql::Row const& row = rows.rows.front();
    std::int64_t const up = row.integer("up");
    Cites const cites =
        up > 0 ? by_evidence(row.integer("evidence")) : observed_or(observed, story);
    if (!observed && up == 0) {
      text += item(Mark::unknown, fmt::format("the {} dynos were not observed.", plain(type)),
                   cites, book);
      continue;
    }
    text += item(up >= minimum ? Mark::proven : Mark::refuted,
                 fmt::format("{} of at least {} {} dynos run on the release in force.", up, minimum,
                             plain(type)),
                 cites, book);
  }
  return text;
}

Result<std::string> answers_from_outside(Story const& story, Book& book) {
  std::string text;
  sql::Rows const steps = TRY(story.database().query(
      "SELECT s.deploy_id, s.detail, s.evidence_id FROM deploy_step s JOIN deploy d ON d.id = "
      "s.deploy_id"
      " WHERE d.target = ? AND d.state = 'verified' AND s.step IN ('health', 'preflight') AND "
      "s.outcome = 'done'"
      " AND s.at >= ? AND s.at <= ? ORDER BY s.id DESC LIMIT 1",
      {story.target.name, epoch_seconds(story.incident.detected), epoch_seconds(story.end())}));
  for (sql::Row const& row : steps)
    text += item(Mark::proven, fmt::format("at the deploy: {}.", plain(row.text("detail"))),
                 by_deploy(row.integer("deploy_id"), row.integer("evidence_id")), book);
  sql::Rows const probes =
      TRY(story.database().query("SELECT witness, verdict, detail, commit_id, valid_from, "
                                 "evidence_id FROM current_probe WHERE target = ?"
                                 " ORDER BY witness",
                                 {story.target.name}));
  for (sql::Row const& row : probes) {
    std::string const verdict = row.text("verdict");
    Mark const mark = verdict == "healthy"   ? Mark::proven
                      : verdict == "failing" ? Mark::refuted
                                             : Mark::unknown;
    text += item(mark,
                 fmt::format("since {} the {} answers: {}{}.",
                             to_minutes(from_epoch_seconds(row.integer("valid_from"))),
                             plain(row.text("witness")), plain(row.text("detail")),
                             row.null("commit_id")
                                 ? ""
                                 : ", naming commit " + plain(row.text("commit_id").substr(0, 7))),
                 by_evidence(row.integer("evidence_id")), book);
  }
  if (!text.empty()) return text;
  return item(Mark::unknown, "no answer from outside was observed.", by_incident(story), book);
}

Result<std::string> gate(Story const& story, Book& book) {
  Target const& target = story.target;
  if (!target.gate)
    return item(Mark::unknown,
                "no GitHub environment is declared as this target's gate, so none was looked for.",
                by_intent(story), book);
  sql::Rows const rows =
      TRY(story.database().query("SELECT reviewers, reviewer_names, branch_policy, policies, "
                                 "wait_timer, evidence_id FROM current_environment"
                                 " WHERE repository = ? AND lower(environment) = lower(?)",
                                 {target.repository, target.gate->name}));
  std::optional<std::int64_t> const observed =
      TRY(observed_by(story, target.repository, "github.environments"));
  if (rows.empty())
    return item(observed ? Mark::refuted : Mark::unknown,
                observed
                    ? fmt::format("GitHub environment {} does not exist.", plain(target.gate->name))
                    : std::string("the GitHub environments were not observed."),
                observed_or(observed, story), book);
  sql::Row const& row = rows.rows.front();
  bool const reviewers =
      row.integer("reviewers") >= static_cast<std::int64_t>(target.gate->reviewers.size());
  bool const branches = target.gate->branches.empty() || row.text("branch_policy") != "all";
  return item(
      reviewers && branches ? Mark::proven : Mark::refuted,
      fmt::format("GitHub environment {} has {} ({}), admits {}, and waits {} min.",
                  plain(target.gate->name),
                  counted(row.integer("reviewers"), "required reviewer", "required reviewers"),
                  plain(row.text("reviewer_names")),
                  branches_text(row.text("branch_policy"), row.text("policies")),
                  row.integer("wait_timer")),
      by_evidence(row.integer("evidence_id")), book);
}

}  // namespace

Result<std::string> validation_section(Story const& story, Book& book) {
  std::string text = book.say(fmt::format("As it was observed until {}:", to_minutes(story.now)),
                              by_incident(story)) +
                     "\n\n";
  text += TRY(code_in_force(story, book));
  text += TRY(dynos_up(story, book));
  text += TRY(answers_from_outside(story, book));
  return text + TRY(gate(story, book));
}

}  // namespace landfall
