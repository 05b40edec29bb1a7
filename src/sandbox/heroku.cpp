#include "sandbox/heroku.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku_schema.h"

namespace landfall::sandbox {
namespace {

double requests_max(State const& state) {
  return static_cast<double>(state.heroku.requests_an_hour);
}

double requests_per_second(State const& state) {
  return requests_max(state) / 3600;
}

using Routes = std::span<Route const> (*)();
Routes const tables[] = {
    app_routes,    release_routes, formation_routes, dyno_routes,     config_routes,
    build_routes,  slug_routes,    account_routes,   addon_routes,    collaborator_routes,
    domain_routes, feature_routes, log_routes,       pipeline_routes, promotion_routes,
    team_routes,   webhook_routes, platform_routes,
};

Found find_in_tables(std::string_view method, std::vector<std::string> const& segments) {
  for (Routes const table : tables) {
    Found found = find_route(table(), method, segments);
    if (found.match == Match::found) return found;
  }
  return {};
}

/// "application/vnd.heroku+json; version=3", also with a variant as in "version=3.sdk".
bool accepts_version(std::string_view accept, std::string_view version) {
  std::string const wanted = fmt::format("application/vnd.heroku+json;version={}", version);
  std::size_t const at = accept.find(wanted);
  if (at == std::string_view::npos) return false;
  std::string_view const rest = accept.substr(at + wanted.size());
  return rest.empty() || rest[0] == '.' || rest[0] == ',' || rest[0] == ';';
}

std::optional<Response> refuse_version(Request const& request) {
  std::string const accept = replace_all(request.headers.value_or("Accept", ""), " ", "");
  if (accepts_version(accept, "3")) return std::nullopt;
  for (char const* old : {"1", "2"}) {
    if (!accepts_version(accept, old)) continue;
    return heroku_error(410, "gone",
                        fmt::format("Version {} of the API is gone. Use version 3.", old));
  }
  return heroku_error(406, "not_acceptable",
                      "The `Accept` header must ask for version 3: "
                      "application/vnd.heroku+json; version=3");
}

User const* user_of(State& state, Request const& request) {
  auto const given = credential(request);
  if (!given) return nullptr;
  auto const token = state.tokens.find(*given);
  if (token == state.tokens.end() || token->second.platform != Platform::heroku) return nullptr;
  return state.user(token->second.user);
}

Bucket& bucket_of(State& state, std::string const& login, Instant now) {
  return state.heroku_calls.try_emplace(login, Bucket{requests_max(state), now}).first->second;
}

/// Fills in the app and the other placeholders; a refusal if the app cannot be had.
std::optional<Response> bind(Call& call, Captures const& captures) {
  for (auto const& [name, value] : captures) {
    if (name != "app") {
      call.words.push_back(value);
      continue;
    }
    call.app = call.state.heroku.find(value);
    if (call.app == nullptr) return heroku_not_found("app");
    if (!can_see(call.state, *call.app, call.user->login)) {
      return forbidden(fmt::format("You do not have access to the app {}.", call.app->name));
    }
  }
  return std::nullopt;
}

Response no_endpoint(std::vector<std::string> const& segments) {
  if (!segments.empty() && segments[0] == "organizations") {
    return heroku_error(410, "gone", "Organizations are teams now: use `/teams`.");
  }
  return heroku_error(404, "not_found",
                      "The requested API endpoint was not found. Are you using the right HTTP verb "
                      "(i.e. `GET` vs. `POST`), and did you specify your intended version with the "
                      "`Accept` header?");
}

Response handle(Call& call, std::vector<std::string> const& segments) {
  Found const found = find_in_tables(call.request.method, segments);
  if (found.match != Match::found) return no_endpoint(segments);
  if (auto refusal = bind(call, found.captures)) return *std::move(refusal);
  if (!call.request.body.empty() && call.request.method != "GET") {
    auto body = Json::parse(call.request.body);
    if (!body) {
      return heroku_error(400, "bad_request",
                          "Unable to parse the JSON in the request body: " + body.error().text);
    }
    if (!body->is_object()) return heroku_error(400, "bad_request", "Expected a JSON object.");
    call.body = *std::move(body);
  }
  return found.route->handle(call);
}

/// What is left, without a call being counted.
Response show_rate_limit(State& state, User const& user, Instant now) {
  Bucket const& bucket = bucket_of(state, user.login, now);
  double const seconds = static_cast<double>((now - bucket.filled_at).count()) / 1000;
  double const filled = bucket.left + std::max(0.0, seconds) * requests_per_second(state);
  int const left = static_cast<int>(std::min(requests_max(state), filled));
  Response response = json_response(200, Json::object({{"remaining", left}}));
  response.headers.set("RateLimit-Remaining", std::to_string(left));
  return response;
}

Response limited() {
  Json const body = Json::object({{"id", "rate_limit"},
                                  {"message", "Your account reached the API rate limit"},
                                  {"url",
                                   "https://devcenter.heroku.com/articles/"
                                   "platform-api-reference#rate-limits"}});
  Response response = json_response(429, body);
  response.headers.set("Retry-After", "1");
  response.headers.set("RateLimit-Remaining", "0");
  return response;
}

Response checked(State& state, Request const& request, Url const& url, Instant now) {
  if (auto refusal = refuse_version(request)) return *std::move(refusal);
  std::vector<std::string> const segments = url.segments();
  bool const reads = request.method == "GET" || request.method == "HEAD";
  if (reads && url.path == "/schema") {
    return {.status = 200,
            .headers = {{"Content-Type", "application/schema+json"}},
            .body = std::string(heroku_schema())};
  }
  User const* const user = user_of(state, request);
  if (user == nullptr) return heroku_error(401, "unauthorized", "Invalid credentials provided.");
  if (reads && url.path == "/account/rate-limits") return show_rate_limit(state, *user, now);
  Bucket& bucket = bucket_of(state, user->login, now);
  if (!take(bucket, requests_max(state), requests_per_second(state), now)) return limited();
  Call call{.state = state, .request = request, .url = url, .now = now, .user = user};
  Response response = handle(call, segments);
  response.headers.set("RateLimit-Remaining", std::to_string(static_cast<int>(bucket.left)));
  response.headers.set("RateLimit-Multiplier", "1");
  return response;
}

}  // namespace

Response answer_heroku(State& state, Request const& request, Url const& url, Instant now) {
  Response response = checked(state, request, url, now);
  revalidate(request, "", response);
  if (response.headers.value_or("Content-Type", "").starts_with("application/json")) {
    response.headers.set("Content-Type", "application/json");
  }
  response.headers.set("Request-Id", state.random.uuid());
  response.headers.set("Cache-Control", "private, no-cache");
  response.headers.set("Vary", "Authorization, Accept-Encoding");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Runtime", "0.002000000");
  return response;
}

Response heroku_error(int status, std::string_view id, std::string_view message) {
  return json_response(status, Json::object({{"id", id}, {"message", message}}));
}

Response invalid_params(std::string_view message) {
  return heroku_error(422, "invalid_params", message);
}

Response forbidden(std::string_view message) {
  return heroku_error(403, "forbidden", message);
}

Response conflict(std::string_view message) {
  return heroku_error(409, "conflict", message);
}

Response heroku_not_found(std::string_view thing) {
  return heroku_error(404, "not_found", fmt::format("Couldn't find that {}.", thing));
}

}  // namespace landfall::sandbox
