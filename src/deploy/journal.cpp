#include "deploy/journal.h"

#include <fmt/core.h>

#include <array>

namespace landfall {
namespace {

/// A deploy whose code was found bad: it was rolled back, or that was tried and needs a person.
constexpr std::string_view found_bad =
    "(state = 'rolled_back' OR (state = 'held' AND EXISTS (SELECT 1 FROM deploy_step"
    " WHERE deploy_id = deploy.id AND step = 'rollback' AND outcome = 'started')))";

struct Word {
  DeployState state;
  std::string_view word;
};
constexpr std::array<Word, 15> words{{
    {DeployState::preflight, "preflight"},
    {DeployState::freeze, "freeze"},
    {DeployState::smoke, "smoke"},
    {DeployState::approval, "approval"},
    {DeployState::source, "source"},
    {DeployState::build, "build"},
    {DeployState::release, "release"},
    {DeployState::dynos, "dynos"},
    {DeployState::health, "health"},
    {DeployState::rollback, "rollback"},
    {DeployState::verified, "verified"},
    {DeployState::rolled_back, "rolled_back"},
    {DeployState::refused, "refused"},
    {DeployState::failed, "failed"},
    {DeployState::held, "held"},
}};

Result<DeployRow> row_of(sql::Row const& from) {
  DeployRow row;
  row.id = from.integer("id");
  row.target = from.text("target");
  row.app = from.text("app");
  row.repository = from.text("repository");
  row.ref = from.text("ref");
  row.commit = from["commit_id"].maybe_text();
  row.requester = from.text("requester");
  std::optional<DeployState> const state = deploy_state_from(from.text("state"));
  if (!state)
    return fail(ErrorKind::data, fmt::format("deploy {}: '{}' is no state that this version knows",
                                             row.id, from.text("state")));
  row.state = *state;
  if (!from.null("first")) row.first = from.integer("first") != 0;
  row.plan_hash = from["plan_hash"].maybe_text();
  row.token = from.text("token");
  row.build_id = from["build_id"].maybe_text();
  row.release = from["release"].maybe_integer();
  row.before_release = from["before_release"].maybe_integer();
  row.reason = from.text("reason");
  row.created_at = from_epoch_seconds(from.integer("created_at"));
  if (!from.null("ended_at")) row.ended_at = from_epoch_seconds(from.integer("ended_at"));
  return row;
}

sql::Value seconds_or_null(std::optional<Instant> const& instant) {
  return instant ? sql::Value(epoch_seconds(*instant)) : sql::Value();
}

}  // namespace

std::string_view to_word(DeployState state) {
  for (Word const& word : words)
    if (word.state == state) return word.word;
  unreachable_here("a deploy state without a word");
}

std::optional<DeployState> deploy_state_from(std::string_view text) {
  for (Word const& word : words)
    if (word.word == text) return word.state;
  return std::nullopt;
}

bool is_end(DeployState state) {
  return state >= DeployState::verified;
}

Result<DeployRow> read_deploy(Store& store, std::int64_t deploy) {
  sql::Rows const rows = TRY(store.database().query("SELECT * FROM deploy WHERE id = ?", {deploy}));
  if (rows.empty()) return fail(ErrorKind::missing, fmt::format("there is no deploy {}", deploy));
  return row_of(rows.rows.front());
}

Result<std::vector<DeployRow>> unfinished_deploys(Store& store, std::string const& target) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT * FROM deploy WHERE target = ? AND ended_at IS NULL ORDER BY id", {target}));
  std::vector<DeployRow> found;
  for (sql::Row const& row : rows) found.push_back(TRY(row_of(row)));
  return found;
}

Result<std::int64_t> write_deploy(Store& store, DeployRow const& row) {
  Fact fact{{"target", row.target},
            {"app", row.app},
            {"repository", row.repository},
            {"ref", row.ref},
            {"commit_id", row.commit},
            {"requester", row.requester},
            {"state", to_word(row.state)},
            {"first", row.first},
            {"plan_hash", row.plan_hash},
            {"token", row.token},
            {"build_id", row.build_id},
            {"release", row.release},
            {"before_release", row.before_release},
            {"reason", row.reason},
            {"created_at", epoch_seconds(row.created_at)},
            {"ended_at", seconds_or_null(row.ended_at)}};
  if (row.id == 0) return store.add("deploy", fact);
  fact.emplace_back("id", row.id);
  TRY(store.put("deploy", fact));
  return row.id;
}

Result<> append_entry(Store& store, Entry const& entry, Instant now) {
  sql::Value const evidence = entry.evidence != 0 ? sql::Value(entry.evidence) : sql::Value();
  return store.put("deploy_step", {{"deploy_id", entry.deploy},
                                   {"step", entry.step},
                                   {"outcome", entry.outcome},
                                   {"detail", entry.detail},
                                   {"evidence_id", evidence},
                                   {"at", epoch_seconds(now)}});
}

Result<std::optional<Instant>> first_entry_at(Store& store, std::int64_t deploy,
                                              std::string_view step, std::string_view outcome) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT MIN(at) AS at FROM deploy_step WHERE deploy_id = ? AND step = ? AND outcome = ?",
      {deploy, step, outcome}));
  if (rows.empty() || rows.rows.front().null("at")) return std::optional<Instant>{};
  return std::optional<Instant>{from_epoch_seconds(rows.rows.front().integer("at"))};
}

Result<std::optional<std::string>> first_detail(Store& store, std::int64_t deploy,
                                                std::string_view step, std::string_view outcome) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT detail FROM deploy_step WHERE deploy_id = ? AND step = ? AND outcome = ?"
      " ORDER BY id LIMIT 1",
      {deploy, step, outcome}));
  if (rows.empty()) return std::optional<std::string>{};
  return std::optional<std::string>{rows.rows.front().text("detail")};
}

Result<std::string> last_failure(Store& store, std::int64_t deploy) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT detail FROM deploy_step WHERE deploy_id = ? AND outcome = 'failed'"
      " ORDER BY id DESC LIMIT 1",
      {deploy}));
  return rows.empty() ? std::string() : rows.rows.front().text("detail");
}

Result<std::optional<DeployRow>> quarantine_of(Store& store, std::string const& target,
                                               std::string_view commit) {
  if (commit.size() < 7) return std::optional<DeployRow>{};
  sql::Rows const rows = TRY(store.database().query(
      fmt::format("SELECT * FROM deploy WHERE target = ? AND {}"
                  " AND substr(commit_id, 1, length(?)) = ?"
                  " AND NOT EXISTS (SELECT 1 FROM deploy_step WHERE deploy_id = deploy.id"
                  " AND step = 'quarantine' AND outcome = 'done') ORDER BY id DESC LIMIT 1",
                  found_bad),
      {target, commit, commit}));
  if (rows.empty()) return std::optional<DeployRow>{};
  return std::optional<DeployRow>{TRY(row_of(rows.rows.front()))};
}

Result<std::vector<std::int64_t>> rolled_back_releases(Store& store, std::string const& target) {
  sql::Rows const rows =
      TRY(store.database().query(fmt::format("SELECT release FROM deploy WHERE target = ? AND {}"
                                             " AND release IS NOT NULL ORDER BY release",
                                             found_bad),
                                 {target}));
  std::vector<std::int64_t> releases;
  for (sql::Row const& row : rows) releases.push_back(row.integer("release"));
  return releases;
}

Result<bool> left_in_maintenance(Store& store, std::string const& target,
                                 std::int64_t before_deploy) {
  sql::Rows const rows = TRY(
      store.database().query("SELECT state, first FROM deploy WHERE target = ? AND id < ?"
                             " AND state IN ('verified', 'rolled_back') ORDER BY id DESC LIMIT 1",
                             {target, before_deploy}));
  if (rows.empty()) return false;
  sql::Row const& last = rows.rows.front();
  return last.text("state") == "rolled_back" && last.integer("first") != 0;
}

}  // namespace landfall
