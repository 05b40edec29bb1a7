#include "alert/alert.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace landfall {
namespace {

constexpr std::array<std::string_view, 4> state_words{"pending", "firing", "resolved", "gone"};
constexpr std::array<std::string_view, 3> told_words{"nothing", "firing", "resolved"};

template <class E, std::size_t N>
E from_word(std::array<std::string_view, N> const& words, std::string_view word) {
  auto const found = std::find(words.begin(), words.end(), word);
  require(found != words.end(), fmt::format("the table alert holds no '{}'", word));
  return static_cast<E>(found - words.begin());
}

sql::Value seconds(std::optional<Instant> const& instant) {
  return instant ? sql::Value(epoch_seconds(*instant)) : sql::Value();
}

std::optional<Instant> instant_in(sql::Row const& row, std::string_view name) {
  if (row.null(name)) return std::nullopt;
  return from_epoch_seconds(row.integer(name));
}

std::string joined(std::vector<std::int64_t> const& numbers) {
  std::vector<std::string> words;
  words.reserve(numbers.size());
  for (std::int64_t const number : numbers) words.push_back(std::to_string(number));
  return join(words, " ");
}

Alert alert_from(sql::Row const& row) {
  Alert alert{.id = row.integer("id"),
              .fingerprint = row.text("fingerprint"),
              .cause = row.text("cause"),
              .target = row.text("target"),
              .check = row.text("check_id"),
              .subject = row.text("subject"),
              .severity = row.text("severity"),
              .message = row.text("message"),
              .state = from_word<AlertState>(state_words, row.text("state")),
              .since = from_epoch_seconds(row.integer("since")),
              .seen = from_epoch_seconds(row.integer("seen_at")),
              .fires_at = from_epoch_seconds(row.integer("fires_at")),
              .fired = instant_in(row, "fired_at"),
              .clear_since = instant_in(row, "clear_since"),
              .returns = static_cast<int>(row.integer("returns")),
              .ended = instant_in(row, "ended_at"),
              .told = from_word<LastWord>(told_words, row.text("told")),
              .level = static_cast<int>(row.integer("level")),
              .held = row.text("held"),
              .acked_by = row.text("acked_by"),
              .acked = instant_in(row, "acked_at")};
  for (std::string const& word : split(row.text("evidence"), ' '))
    if (auto const number = parse_integer(word)) alert.evidence.push_back(*number);
  return alert;
}

Result<std::vector<Alert>> alerts_by(Store& store, std::string const& sql,
                                     std::initializer_list<sql::Value> values = {}) {
  sql::Rows const rows = TRY(store.database().query(sql, values));
  std::vector<Alert> alerts;
  for (sql::Row const& row : rows) alerts.push_back(alert_from(row));
  return alerts;
}

}  // namespace

std::string_view to_word(AlertState state) {
  return state_words.at(static_cast<std::size_t>(state));
}
std::string_view to_word(LastWord word) {
  return told_words.at(static_cast<std::size_t>(word));
}

bool Silence::covers(Alert const& alert, Instant now) const {
  return from <= now && now < until && (target.empty() || target == alert.target) &&
         (check.empty() || check == alert.check);
}

Json to_json(Alert const& alert) {
  return Json::object({{"id", alert.id},
                       {"state", to_word(alert.state)},
                       {"severity", alert.severity},
                       {"target", alert.target},
                       {"check", alert.check},
                       {"message", alert.message},
                       {"since", iso8601(alert.since)},
                       {"fired_at", alert.fired ? Json(iso8601(*alert.fired)) : Json()},
                       {"ended_at", alert.ended ? Json(iso8601(*alert.ended)) : Json()},
                       {"held", alert.held},
                       {"acked_by", alert.acked_by}});
}

Result<std::vector<Alert>> open_alerts(Store& store) {
  return alerts_by(store, "SELECT * FROM alert WHERE ended_at IS NULL ORDER BY id");
}

Result<std::vector<Alert>> alerts_ended_since(Store& store, Instant since) {
  return alerts_by(store, "SELECT * FROM alert WHERE ended_at >= ? ORDER BY id",
                   {epoch_seconds(since)});
}

Result<std::vector<Alert>> newest_alerts(Store& store, int most) {
  return alerts_by(store, fmt::format("SELECT * FROM alert ORDER BY id DESC LIMIT {}", most));
}

Result<Alert> find_alert(Store& store, std::int64_t id) {
  sql::Rows const rows = TRY(store.database().query("SELECT * FROM alert WHERE id = ?", {id}));
  if (rows.empty())
    return fail(ErrorKind::missing,
                fmt::format("there is no alert {}: `landfall alerts` lists them", id));
  return alert_from(rows.rows.front());
}

Result<> write_alert(Store& store, Alert& alert) {
  Fact fact{{"fingerprint", alert.fingerprint},
            {"cause", alert.cause},
            {"target", alert.target},
            {"check_id", alert.check},
            {"subject", alert.subject},
            {"severity", alert.severity},
            {"message", alert.message},
            {"evidence", joined(alert.evidence)},
            {"state", to_word(alert.state)},
            {"since", epoch_seconds(alert.since)},
            {"seen_at", epoch_seconds(alert.seen)},
            {"fires_at", epoch_seconds(alert.fires_at)},
            {"fired_at", seconds(alert.fired)},
            {"clear_since", seconds(alert.clear_since)},
            {"returns", alert.returns},
            {"ended_at", seconds(alert.ended)},
            {"told", to_word(alert.told)},
            {"level", alert.level},
            {"held", alert.held},
            {"acked_by", alert.acked_by},
            {"acked_at", seconds(alert.acked)}};
  if (alert.id == 0) {
    alert.id = TRY(store.add("alert", fact));
    return {};
  }
  fact.emplace_back("id", alert.id);
  return store.put("alert", fact);
}

Result<> write_event(Store& store, AlertEvent const& event) {
  return store.put("alert_event", {{"alert_id", event.alert},
                                   {"at", epoch_seconds(event.at)},
                                   {"what", event.what},
                                   {"text", event.text}});
}

Result<std::vector<AlertEvent>> events_of(Store& store, std::int64_t alert) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT at, what, text FROM alert_event WHERE alert_id = ? ORDER BY id", {alert}));
  std::vector<AlertEvent> events;
  for (sql::Row const& row : rows)
    events.push_back(
        {alert, from_epoch_seconds(row.integer("at")), row.text("what"), row.text("text")});
  return events;
}

Result<std::vector<Silence>> open_silences(Store& store, Instant now) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT * FROM silence WHERE until_at > ? ORDER BY id", {epoch_seconds(now)}));
  std::vector<Silence> open;
  for (sql::Row const& row : rows)
    open.push_back({row.integer("id"), row.text("target"), row.text("check_id"), row.text("owner"),
                    row.text("reason"), from_epoch_seconds(row.integer("from_at")),
                    from_epoch_seconds(row.integer("until_at"))});
  return open;
}

Result<std::int64_t> write_silence(Store& store, Silence const& silence) {
  return store.add("silence", {{"target", silence.target},
                               {"check_id", silence.check},
                               {"owner", silence.owner},
                               {"reason", silence.reason},
                               {"from_at", epoch_seconds(silence.from)},
                               {"until_at", epoch_seconds(silence.until)}});
}

Result<> end_silence(Store& store, std::int64_t id, Instant now) {
  std::int64_t const at = epoch_seconds(now);
  TRY(store.database().exec("UPDATE silence SET until_at = ? WHERE id = ? AND until_at > ?",
                            {at, id, at}));
  if (store.database().changes() > 0) return {};
  return fail(ErrorKind::missing,
              fmt::format("there is no open silence {}: `landfall alerts` lists them", id));
}

Result<> acknowledge(Store& store, std::int64_t id, std::string const& who, Instant now) {
  return store.database().transaction([&]() -> Result<> {
    Alert alert = TRY(find_alert(store, id));
    if (!alert.is_open())
      return fail(ErrorKind::missing, fmt::format("alert {} is {} since {}: nothing is left to do",
                                                  id, to_word(alert.state), iso8601(*alert.ended)));
    alert.acked_by = who;
    alert.acked = now;
    TRY(write_alert(store, alert));
    return write_event(store, {id, now, "acknowledged", "by " + who});
  });
}

}  // namespace landfall
