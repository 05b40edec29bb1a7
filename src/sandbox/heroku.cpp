#include "sandbox/heroku.h"

#include <fmt/core.h>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

Route const routes[] = {
    {"GET", "/account", show_account},
    {"GET", "/apps", list_apps},
    {"GET", "/users/{}/apps", list_apps},
    {"GET", "/apps/{app}", show_app},
    {"PATCH", "/apps/{app}", update_app},
    {"GET", "/apps/{app}/addons", list_addons},
    {"GET", "/apps/{app}/collaborators", list_collaborators},
    {"GET", "/apps/{app}/config-vars", show_config},
    {"PATCH", "/apps/{app}/config-vars", update_config},
    {"GET", "/apps/{app}/domains", list_domains},
    {"GET", "/apps/{app}/features", list_features},
    {"PATCH", "/apps/{app}/features/{}", update_feature},
    {"GET", "/apps/{app}/pipeline-couplings", no_pipeline_coupling},
    {"GET", "/apps/{app}/releases", list_releases},
    {"POST", "/apps/{app}/releases", create_release},
    {"GET", "/apps/{app}/releases/{}", show_release},
    {"GET", "/apps/{app}/releases/{}/config-vars", show_release_config},
    {"POST", "/apps/{app}/slugs", create_slug},
    {"GET", "/apps/{app}/slugs/{}", show_slug},
    {"POST", "/sources", create_source},
    {"POST", "/apps/{app}/sources", create_source},
    {"GET", "/apps/{app}/builds", list_builds},
    {"POST", "/apps/{app}/builds", create_build},
    {"GET", "/apps/{app}/builds/{}", show_build},
    {"GET", "/apps/{app}/formation", list_formation},
    {"PATCH", "/apps/{app}/formation", update_formation},
    {"GET", "/apps/{app}/formation/{}", show_formation},
    {"PATCH", "/apps/{app}/formation/{}", update_formation_type},
    {"GET", "/apps/{app}/dynos", list_dynos},
    {"DELETE", "/apps/{app}/dynos", restart_all_dynos},
    {"GET", "/apps/{app}/dynos/{}", show_dyno},
    {"DELETE", "/apps/{app}/dynos/{}", restart_dyno},
    {"POST", "/apps/{app}/dynos/{}/actions/stop", restart_dyno},
};

double const requests_per_hour = 4500;

/// "application/vnd.heroku+json; version=3", also with a variant as in "version=3.sdk".
bool accepts_version_3(Request const& request) {
  std::string const accept = replace_all(request.headers.value_or("Accept", ""), " ", "");
  std::size_t const at = accept.find("application/vnd.heroku+json;version=3");
  if (at == std::string::npos) return false;
  std::string_view const rest = std::string_view(accept).substr(at + 37);
  return rest.empty() || rest[0] == '.' || rest[0] == ',' || rest[0] == ';';
}

Token* token_of(State& state, Request const& request) {
  auto const given = credential(request);
  if (!given) return nullptr;
  auto const token = state.tokens.find(*given);
  if (token == state.tokens.end() || token->second.platform != Platform::heroku) return nullptr;
  return &token->second;
}

/// Fills in the app and the other placeholders; false with the refusal in `response`.
bool bind(Call& call, Captures const& captures, Response& response) {
  for (auto const& [name, value] : captures) {
    if (name != "app") {
      call.words.push_back(value);
      continue;
    }
    call.app = call.state.heroku.find(value);
    if (call.app == nullptr) {
      response = heroku_not_found("app");
      return false;
    }
    if (!can_see(call.state, *call.app, call.user->login)) {
      response = heroku_error(403, "forbidden",
                              fmt::format("You do not have access to the app {}.", call.app->name));
      return false;
    }
  }
  return true;
}

Response handle(Call& call, std::vector<std::string> const& segments) {
  Found const found = find_route(routes, call.request.method, segments);
  if (found.match != Match::found) {
    return heroku_error(404, "not_found",
                        "The requested API endpoint was not found. Are you using "
                        "the right HTTP verb (i.e. `GET` vs. `POST`), and did you "
                        "specify your intended version with the `Accept` header?");
  }
  Response refusal;
  if (!bind(call, found.captures, refusal)) return refusal;
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

Response checked(State& state, Request const& request, Url const& url, Instant now) {
  if (!accepts_version_3(request)) {
    return heroku_error(406, "not_acceptable",
                        "The `Accept` header must ask for version 3: "
                        "application/vnd.heroku+json; version=3");
  }
  Token* const token = token_of(state, request);
  if (token == nullptr) {
    return heroku_error(401, "unauthorized", "Invalid credentials provided.");
  }
  if (!token->bucket) token->bucket = Bucket{requests_per_hour, now};
  if (!take(*token->bucket, requests_per_hour, requests_per_hour / 3600, now)) {
    Response limited = heroku_error(429, "rate_limit", "Your account reached the API rate limit");
    limited.headers.set("Retry-After", "1");
    limited.headers.set("RateLimit-Remaining", "0");
    return limited;
  }
  Call call{.state = state, .request = request, .url = url, .now = now};
  call.user = state.user(token->user);
  Response response = handle(call, url.segments());
  response.headers.set("RateLimit-Remaining",
                       std::to_string(static_cast<int>(token->bucket->left)));
  return response;
}

}  // namespace

Response answer_heroku(State& state, Request const& request, Url const& url, Instant now) {
  Response response = checked(state, request, url, now);
  revalidate(request, "", response);
  response.headers.set("Request-Id", state.random.uuid());
  response.headers.set("Cache-Control", "private, no-cache");
  response.headers.set("Vary", "Authorization, Accept-Encoding");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

Response heroku_error(int status, std::string_view id, std::string_view message) {
  return json_response(status, Json::object({{"id", id}, {"message", message}}));
}

Response invalid_params(std::string_view message) {
  return heroku_error(422, "invalid_params", message);
}

Response heroku_not_found(std::string_view thing) {
  return heroku_error(404, "not_found", fmt::format("Couldn't find that {}.", thing));
}

std::string named_id(std::string_view name) {
  std::string const hex = sha1(name);
  return fmt::format("{}-{}-5{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3),
                     hex.substr(17, 3), hex.substr(20, 12));
}

Json named(std::string_view name) {
  return Json::object({{"id", named_id(name)}, {"name", name}});
}

Json heroku_user(State const& state, std::string_view login) {
  User const* user = state.user(login);
  require(user != nullptr, "a login that the world file does not declare");
  return Json::object({{"email", user->email}, {"id", user->uuid}});
}

Json app_reference(App const& app) {
  return Json::object({{"id", app.id}, {"name", app.name}});
}

std::string heroku_url(State const& state, std::string_view path) {
  return fmt::format("http://127.0.0.1:{}{}", state.ports.heroku, path);
}

std::string web_url(State const& state, App const& app) {
  return fmt::format("http://{}.localhost:{}/", app.host, state.ports.router);
}

}  // namespace landfall::sandbox
