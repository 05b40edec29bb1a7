// The watcher's own port: is it alive, is it ready, its metrics, and what it knows as JSON.
#include <fmt/core.h>

#include "base/json.h"
#include "check/verdict.h"
#include "watch/watch.h"

namespace landfall {
namespace {

/// Three intervals of the platform without a judgement are a fault.
constexpr Duration silence_max = 3min;

Response text_answer(int status, std::string text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}},
          .body = std::move(text)};
}

Response json_answer(Json const& json) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          .body = json.dump()};
}

Response failed(Error const& error) {
  return text_answer(503, error.text + "\n");
}

Response health(WatchState const& state, Instant now) {
  if (!state.trouble.empty()) return text_answer(503, state.trouble + "\n");
  if (state.judges && state.looked && now - *state.looked > silence_max)
    return text_answer(503, "nothing was judged since " + iso8601(*state.looked) + "\n");
  return text_answer(200, "ok\n");
}

Response ready(WatchState const& state) {
  if (state.judges ? state.looked.has_value() : state.asked) return text_answer(200, "ready\n");
  return text_answer(503, "not all was asked yet\n");
}

Json instant_or_null(std::optional<Instant> const& instant) {
  return instant ? Json(iso8601(*instant)) : Json();
}

Result<Json> alerts(Store& store) {
  Json list = Json::array();
  std::vector<Alert> const open = TRY(open_alerts(store));
  for (Alert const& alert : open) list.push(to_json(alert));
  return list;
}

Json list_of(std::vector<std::string> const& words) {
  Json list = Json::array();
  for (std::string const& word : words) list.push(word);
  return list;
}

/// This watcher, and who has which lease.
Result<Json> sharing(Store& store, WatchState const& state, Instant now) {
  LeaseSights const sights = TRY(lease_sights(store));
  Json leases = Json::array();
  for (auto const& [name, sight] : sights)
    leases.push(Json::object({{"name", name},
                              {"holder", sight.holder},
                              {"fence", sight.fence},
                              {"until", iso8601(sight.until)},
                              {"alive", sight.is_alive(now)}}));
  return Json::object({{"name", state.name},
                       {"lease_seconds", std::chrono::duration<double>(state.lease).count()},
                       {"judges", state.judges},
                       {"watchers", list_of(live_watchers(sights, now))},
                       {"leases", leases}});
}

Result<Json> targets(Store& store, Instant now) {
  TRY(store.look_at(now));
  Json list = Json::array();
  std::vector<Verdict> const all = TRY(verdicts(store, now));
  for (Verdict const& verdict : all) {
    Json facts = Json::object();
    for (FactVerdict const& fact : verdict.facts)
      facts.set(fact.fact, Json::object({{"proof", to_word(fact.proof)},
                                         {"state", fact.state},
                                         {"reason", fact.reason},
                                         {"since", instant_or_null(fact.since)}}));
    list.push(Json::object({{"target", verdict.target},
                            {"headline", to_word(verdict.headline)},
                            {"state", verdict.state},
                            {"facts", facts}}));
  }
  return list;
}

Result<Json> status(Store& store, WatchState const& state, Instant now) {
  Json watcher = TRY(sharing(store, state, now));
  Json list = TRY(targets(store, now));
  return Json::object({{"watcher", std::move(watcher)}, {"targets", std::move(list)}});
}

/// https://prometheus.io/docs/specs/om/open_metrics_spec/
class Metrics {
 public:
  void add(std::string_view name, std::string_view type, std::string_view help,
           std::string_view labels, double value) {
    if (name != last_) {
      text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
      last_ = name;
    }
    text_ += fmt::format("{}{}{} {}\n", name, type == "counter" ? "_total" : "", labels, value);
  }
  std::string end() { return std::move(text_) + "# EOF\n"; }

 private:
  std::string text_;
  std::string last_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

Result<std::string> metrics(Store& store, WatchState const& state, Instant now) {
  Metrics text;
  TRY(store.look_at(now));
  std::vector<Verdict> const all = TRY(verdicts(store, now));
  for (Verdict const& verdict : all)
    for (FactVerdict const& fact : verdict.facts)
      for (Proof const proof : {Proof::ok, Proof::failing, Proof::unknown})
        text.add("landfall_target_fact", "gauge",
                 "1 for the proof of a fact of a target that holds now.",
                 fmt::format("{{target=\"{}\",fact=\"{}\",proof=\"{}\"}}", escaped(verdict.target),
                             fact.fact, to_word(proof)),
                 fact.proof == proof ? 1 : 0);
  sql::Rows const rows = TRY(store.database().query(
      "SELECT state, severity, count(*) AS n FROM alert WHERE ended_at IS NULL "
      "GROUP BY state, severity ORDER BY state, severity"));
  for (sql::Row const& row : rows)
    text.add(
        "landfall_alerts", "gauge", "Alerts that are not over.",
        fmt::format("{{state=\"{}\",severity=\"{}\"}}", row.text("state"), row.text("severity")),
        static_cast<double>(row.integer("n")));
  sql::Rows const boxes = TRY(store.database().query(
      "SELECT state, count(*) AS n FROM notification WHERE state <> 'taken' GROUP BY state "
      "ORDER BY state"));
  for (sql::Row const& row : boxes)
    text.add(
        "landfall_notifications_kept", "gauge", "Notifications that nobody took: waiting, or dead.",
        fmt::format("{{state=\"{}\"}}", row.text("state")), static_cast<double>(row.integer("n")));
  struct Count {
    char const* name;
    char const* help;
    std::uint64_t value;
  };
  Count const counts[]{
      {"landfall_rounds", "Rounds of asking that have ended.", state.rounds},
      {"landfall_rounds_skipped", "Rounds that were due while the one before was under way.",
       state.skipped},
      {"landfall_notifications_taken", "Notifications that a receiver took.", state.notified},
      {"landfall_notification_failures", "Tries to notify that failed.", state.failed},
      {"landfall_leases_taken_over", "Leases taken over from watchers that died.",
       state.taken_over},
      {"landfall_leases_lost", "Leases that another watcher took from this one.", state.lost}};
  for (Count const& count : counts)
    text.add(count.name, "counter", count.help, "", static_cast<double>(count.value));
  text.add("landfall_lease_period_seconds", "gauge",
           "Who is not heard of for so long is thought dead.", "",
           std::chrono::duration<double>(state.lease).count());
  text.add("landfall_leases_held", "gauge", "Leases of this watcher.", "",
           static_cast<double>(state.leases.size()));
  text.add("landfall_judges", "gauge", "1 if this watcher judges and writes alerts.", "",
           state.judges ? 1 : 0);
  text.add("landfall_watchers", "gauge", "Watchers that share the store and live.", "",
           static_cast<double>(state.watchers.size()));
  if (state.looked)
    text.add("landfall_last_judgement_timestamp_seconds", "gauge",
             "When all was judged last, in seconds since 1970.", "",
             static_cast<double>(epoch_seconds(*state.looked)));
  return text.end();
}

}  // namespace

Response answer_watch(Store& store, WatchState const& state, Request const& request, Instant now) {
  auto const url = parse_url(request.url);
  if (!url) return text_answer(400, url.error().text + "\n");
  if (request.method != "GET" && request.method != "HEAD")
    return text_answer(405, "this port is for looking: GET\n");
  if (url->path == "/healthz") return health(state, now);
  if (url->path == "/readyz") return ready(state);
  if (url->path == "/metrics") {
    auto text = metrics(store, state, now);
    if (!text) return failed(text.error());
    Response answer = text_answer(200, *std::move(text));
    answer.headers.set("Content-Type",
                       "application/openmetrics-text; version=1.0.0; charset=utf-8");
    return answer;
  }
  if (url->path == "/api/alerts") {
    auto const json = alerts(store);
    return json ? json_answer(*json) : failed(json.error());
  }
  if (url->path == "/api/status") {
    auto const json = status(store, state, now);
    return json ? json_answer(*json) : failed(json.error());
  }
  return text_answer(404, "there are /healthz, /readyz, /metrics, /api/alerts and /api/status\n");
}

}  // namespace landfall
