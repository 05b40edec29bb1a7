// The watcher's own port: is it alive, is it ready, its metrics, and what it knows as JSON.
#include <fmt/core.h>

#include "base/json.h"
#include "check/verdict.h"
#include "watch/metrics.h"
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
  std::string const refused =
      state.refused.empty() ? "" : "a newer landfall.yaml is not in force: " + state.refused + "\n";
  if (state.judges ? state.looked.has_value() : state.asked)
    return text_answer(200, "ready\n" + refused);
  return text_answer(503, "not all was asked yet\n");
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
  for (Verdict const& verdict : all) list.push(to_json(verdict));
  return list;
}

Result<Json> status(Store& store, WatchState const& state, Instant now) {
  Json watcher = TRY(sharing(store, state, now));
  Json list = TRY(targets(store, now));
  return Json::object({{"watcher", std::move(watcher)}, {"targets", std::move(list)}});
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
    MetricsForm const form = metrics_form(request.headers.value_or("Accept", ""));
    auto text = metrics_text(store, state, now, form);
    if (!text) return failed(text.error());
    Response answer = text_answer(200, *std::move(text));
    answer.headers.set("Content-Type", std::string(content_type(form)));
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
