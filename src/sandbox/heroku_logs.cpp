// Log sessions and drains. Their streams are not the API's: log_*.cpp serves them.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::int64_t const lines_max = 1500;
Duration const opens_within = 5min;
std::size_t const sessions_max = 10'000;
std::size_t const drains_max = 100;

/// The schema says dyno_name and type, the CLI sends dyno.
std::optional<Response> read_session(Json const& body, LogSession& session) {
  for (char const* name : {"type", "dyno", "dyno_name"}) {
    auto const dyno = body.text_or_null(name);
    if (!dyno) return invalid_params(fmt::format("{}: expected a string.", name));
    if (*dyno) session.dyno = **dyno;
  }
  auto const source = body.text_or_null("source");
  if (!source) return invalid_params("source: expected a string.");
  session.source = source->value_or("");
  auto const lines = body.integer_or_null("lines");
  if (!lines || (*lines && **lines < 0)) return invalid_params("lines: expected a number.");
  session.lines = static_cast<int>(std::min(lines_max, lines->value_or(100)));
  Json const* const tail = body.find("tail");
  if (tail != nullptr && !tail->is_null() && !tail->is_bool()) {
    return invalid_params("tail: expected true or false.");
  }
  session.tail = tail != nullptr && tail->is_bool() && tail->as_bool();
  return std::nullopt;
}

void forget_expired(Heroku& heroku, Instant now) {
  if (heroku.log_sessions.size() < sessions_max) return;
  std::erase_if(heroku.log_sessions,
                [&](auto const& entry) { return entry.second.expires_at < now; });
}

Response create_session(Call& call) {
  LogSession session{.id = call.state.random.uuid(), .app = call.app->id};
  if (auto refusal = read_session(call.body, session)) return *std::move(refusal);
  session.created_at = call.now;
  session.expires_at = call.now + opens_within;
  forget_expired(call.state.heroku, call.now);
  std::string const secret = call.state.secret();
  std::string const at = iso8601(call.now);
  std::string const id = session.id;
  call.state.heroku.log_sessions.emplace(secret, std::move(session));
  return json_response(201,
                       Json::object({{"created_at", at},
                                     {"id", id},
                                     {"logplex_url", heroku_url(call.state, "/logs/" + secret)},
                                     {"updated_at", at}}));
}

Json drain_json(App const& app, LogDrain const& drain) {
  return Json::object({
      {"addon", nullptr},
      {"app", app_reference(app)},
      {"created_at", iso8601(drain.created_at)},
      {"id", drain.id},
      {"token", drain.token},
      {"updated_at", iso8601(drain.updated_at)},
      {"url", drain.url},
  });
}

LogDrain* find_drain(App& app, std::string const& word) {
  auto const found = std::find_if(app.drains.begin(), app.drains.end(), [&](LogDrain const& one) {
    return one.id == word || one.url == word || one.token == word;
  });
  return found == app.drains.end() ? nullptr : &*found;
}

bool is_drain_url(std::string const& url) {
  // Syslog drains over TCP are taken and stay silent.
  if (url.starts_with("syslog://") || url.starts_with("syslog+tls://")) return true;
  // Credentials stand before the host, as the services that take logs say it.
  std::size_t const begin = url.find("://");
  std::size_t const end = std::min(url.find_first_of("/?#", begin + 3), url.size());
  std::size_t const at = url.rfind('@', end);
  bool const has_credentials = begin != std::string::npos && at != std::string::npos && at > begin;
  auto const parsed =
      parse_url(has_credentials ? url.substr(0, begin + 3) + url.substr(at + 1) : url);
  return parsed && !parsed->scheme.empty();
}

Response list_drains(Call& call) {
  Json::Array items;
  for (LogDrain const& drain : call.app->drains) items.push_back(drain_json(*call.app, drain));
  return ranged_list(call, std::move(items), "id");
}

Response create_drain(Call& call) {
  auto const url = call.body.text("url");
  if (!url || !is_drain_url(*url)) return invalid_params("url: expected a syslog or https URL.");
  App& app = *call.app;
  if (find_drain(app, *url) != nullptr) return invalid_params("Url has already been taken");
  if (app.drains.size() >= drains_max) return invalid_params("An app can have 100 drains at most.");
  LogDrain drain{.id = call.state.random.uuid(), .url = *url};
  drain.token = "d." + call.state.random.uuid();
  drain.created_at = call.now;
  drain.updated_at = call.now;
  return json_response(201, drain_json(app, app.drains.emplace_back(std::move(drain))));
}

Response show_drain(Call& call) {
  LogDrain const* const drain = find_drain(*call.app, call.words[0]);
  if (drain == nullptr) return heroku_not_found("drain");
  return json_response(200, drain_json(*call.app, *drain));
}

Response delete_drain(Call& call) {
  LogDrain const* const drain = find_drain(*call.app, call.words[0]);
  if (drain == nullptr) return heroku_not_found("drain");
  Json const json = drain_json(*call.app, *drain);
  std::erase_if(call.app->drains, [&](LogDrain const& one) { return &one == drain; });
  return json_response(200, json);
}

Route const routes[] = {
    {"POST", "/apps/{app}/log-sessions", create_session},
    {"GET", "/apps/{app}/log-drains", list_drains},
    {"POST", "/apps/{app}/log-drains", create_drain},
    {"GET", "/apps/{app}/log-drains/{}", show_drain},
    {"DELETE", "/apps/{app}/log-drains/{}", delete_drain},
};

}  // namespace

std::span<Route const> log_routes() {
  return routes;
}

}  // namespace landfall::sandbox
