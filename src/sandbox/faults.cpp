#include "sandbox/faults.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/call.h"
#include "sandbox/github_limits.h"
#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

struct KindWord {
  std::string_view word;
  FaultKind kind;
};
KindWord const kinds[] = {
    {"status", FaultKind::status},     {"latency", FaultKind::latency}, {"stall", FaultKind::stall},
    {"truncate", FaultKind::truncate}, {"html", FaultKind::html},       {"huge", FaultKind::huge},
    {"drop", FaultKind::drop},         {"lost", FaultKind::lost},
};

std::size_t const huge_bytes = 30 << 20;

std::string_view to_word(FaultKind kind) {
  for (KindWord const& one : kinds) {
    if (one.kind == kind) return one.word;
  }
  unreachable_here("a fault's kind");
}

bool matches(Fault const& fault, Platform platform, Request const& request, Url const& url) {
  return fault.platform == platform && (!fault.times || *fault.times > 0) &&
         (fault.method.empty() || fault.method == request.method) &&
         url.path.starts_with(fault.path);
}

Response status_response(Fault const& fault) {
  bool const too_fast = fault.platform == Platform::github && fault.retry_after &&
                        (fault.status == 403 || fault.status == 429);
  if (too_fast) {
    Response response = secondary_limit(*fault.retry_after, "0000:000000:0000000:0000000");
    response.status = fault.status;
    return response;
  }
  std::string_view const id = fault.status == 401   ? "unauthorized"
                              : fault.status == 403 ? "forbidden"
                              : fault.status == 404 ? "not_found"
                              : fault.status == 429 ? "rate_limit"
                                                    : "internal_server_error";
  Json const body = Json::object({{"id", id},
                                  {"message", "A fault of the sandbox."},
                                  {"documentation_url", "https://docs.github.com/rest"},
                                  {"status", std::to_string(fault.status)}});
  Response response = json_response(fault.status, body);
  if (fault.retry_after) response.headers.set("Retry-After", std::to_string(*fault.retry_after));
  return response;
}

/// Valid JSON of 30 MB: an array, as lists are.
Response huge_response() {
  std::string const item =
      R"({"id":"00000000-0000-0000-0000-000000000000","name":")" + std::string(950, 'x') + "\"}";
  std::string body = "[" + item;
  while (body.size() < huge_bytes) body += "," + item;
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = body + "]"};
}

Json fault_json(Fault const& fault) {
  Json json = Json::object({{"id", fault.id},
                            {"service", to_word(fault.platform)},
                            {"method", fault.method},
                            {"path", fault.path},
                            {"kind", to_word(fault.kind)},
                            {"probability", fault.probability}});
  if (fault.kind == FaultKind::status) json.set("status", fault.status);
  if (fault.retry_after) json.set("retry_after", *fault.retry_after);
  if (fault.kind == FaultKind::latency) json.set("latency_ms", fault.latency.count());
  if (fault.times) json.set("times", *fault.times);
  return json;
}

Result<int> number_in(Json const& body, std::string_view name, int fallback, int last) {
  auto const number = TRY(body.integer_or_null(name));
  if (!number) return fallback;
  if (*number < 0 || *number > last) {
    return fail(ErrorKind::data, fmt::format("{}: expected a number from 0 to {}", name, last));
  }
  return static_cast<int>(*number);
}

Result<Fault> read_fault(Json const& body) {
  Fault fault;
  std::string const service = TRY(body.text("service"));
  std::string const kind = TRY(body.text("kind"));
  auto const platform = platform_of(service);
  auto const known = fault_kind(kind);
  if (!platform) return fail(ErrorKind::data, "service: expected heroku, github or router");
  if (!known) return fail(ErrorKind::data, "kind: expected one of " + join(fault_kinds(), ", "));
  fault.platform = *platform;
  fault.kind = *known;
  fault.method = TRY(body.text_or_null("method")).value_or("");
  fault.path = TRY(body.text_or_null("path")).value_or("/");
  fault.status = TRY(number_in(body, "status", 500, 599));
  if (fault.status < 200) return fail(ErrorKind::data, "status: expected 200 to 599");
  fault.latency = Duration(TRY(number_in(body, "latency_ms", 0, 3'600'000)));
  fault.retry_after = TRY(body.integer_or_null("retry_after"));
  int const times = TRY(number_in(body, "times", -1, 1'000'000));
  if (times >= 0) fault.times = times;
  if (Json const* const chance = body.find("probability"); chance != nullptr) {
    if (!chance->is_double() && !chance->is_integer()) {
      return fail(ErrorKind::data, "probability: expected a number from 0 to 1");
    }
    fault.probability =
        chance->is_double() ? chance->as_double() : static_cast<double>(chance->as_integer());
  }
  return fault;
}

Json app_state(State const& state, App const& app) {
  Json dynos = Json::array();
  for (Dyno const& dyno : app.dynos) {
    dynos.push(Json::object({{"name", dyno.name},
                             {"state", to_word(dyno.state)},
                             {"release", dyno.release_version},
                             {"port", dyno.port}}));
  }
  Release const* const current = app.current();
  return Json::object({{"name", app.name},
                       {"web_url", web_url(state, app)},
                       {"maintenance", app.maintenance},
                       {"release", current == nullptr ? Json() : Json(current->version)},
                       {"has_code", current != nullptr && current->slug.has_value()},
                       {"dynos", std::move(dynos)}});
}

Json faults_json(State const& state) {
  Json faults = Json::array();
  for (Fault const& fault : state.faults) faults.push(fault_json(fault));
  return faults;
}

Response show_state(State const& state, Instant now) {
  Json apps = Json::array();
  for (auto const& [name, app] : state.heroku.apps) apps.push(app_state(state, app));
  Json repositories = Json::array();
  for (Repository const& repository : state.github.repositories) {
    repositories.push(repository.full_name());
  }
  return json_response(200, Json::object({{"now", iso8601(now)},
                                          {"ports", Json::object({{"heroku", state.ports.heroku},
                                                                  {"github", state.ports.github},
                                                                  {"router", state.ports.router}})},
                                          {"apps", std::move(apps)},
                                          {"repositories", std::move(repositories)},
                                          {"faults", faults_json(state)}}));
}

Response change_faults(State& state, Request const& request) {
  if (request.method == "DELETE") {
    state.faults.clear();
    return {.status = 204};
  }
  if (request.method == "GET") return json_response(200, faults_json(state));
  if (request.method != "POST") return heroku_error(405, "method_not_allowed", "GET, POST, DELETE");
  auto const body = Json::parse(request.body);
  if (!body) return heroku_error(400, "bad_request", body.error().text);
  auto fault = read_fault(*body);
  if (!fault) return heroku_error(422, "invalid_params", fault.error().text);
  fault->id = state.next_id();
  state.faults.push_back(*fault);
  return json_response(201, fault_json(*fault));
}

Response show_requests(State const& state) {
  Json requests = Json::array();
  for (Served const& served : state.served) {
    requests.push(Json::object({{"at", iso8601(served.at)},
                                {"service", to_word(served.platform)},
                                {"method", served.method},
                                {"path", served.path},
                                {"status", served.status}}));
  }
  return json_response(200, requests);
}

}  // namespace

Strike strike(State& state, Platform platform, Request const& request, Url const& url) {
  Strike result;
  for (Fault& fault : state.faults) {
    bool const latency = fault.kind == FaultKind::latency;
    if (!latency && result.fault) continue;
    if (!matches(fault, platform, request, url)) continue;
    if (fault.probability < 1 && state.random.unit() >= fault.probability) continue;
    if (fault.times) --*fault.times;
    if (latency) {
      result.latency += fault.latency;
    } else {
      result.fault = fault;
    }
  }
  return result;
}

Response spoil(Fault const& fault, Response response) {
  switch (fault.kind) {
    case FaultKind::status:
      return status_response(fault);
    case FaultKind::html:
      return {.status = 200,
              .headers = {{"Content-Type", "text/html; charset=utf-8"}},
              .body =
                  "<!DOCTYPE html><html><head><title>Sign in</title></head>"
                  "<body><form action=\"/login\"></form></body></html>"};
    case FaultKind::huge:
      return huge_response();
    case FaultKind::truncate:
      response.body.resize(response.body.size() / 2);
      response.headers.remove("ETag");
      return response;
    case FaultKind::latency:
    case FaultKind::stall:
    case FaultKind::drop:
    case FaultKind::lost:
      return response;
  }
  unreachable_here("a fault's kind");
}

std::optional<FaultKind> fault_kind(std::string_view word) {
  for (KindWord const& one : kinds) {
    if (one.word == word) return one.kind;
  }
  return std::nullopt;
}

std::vector<std::string> fault_kinds() {
  std::vector<std::string> words;
  for (KindWord const& one : kinds) words.emplace_back(one.word);
  return words;
}

std::optional<Platform> platform_of(std::string_view word) {
  for (Platform const platform : {Platform::heroku, Platform::github, Platform::router}) {
    if (to_word(platform) == word) return platform;
  }
  return std::nullopt;
}

std::string_view to_word(Platform platform) {
  switch (platform) {
    case Platform::heroku:
      return "heroku";
    case Platform::github:
      return "github";
    case Platform::router:
      return "router";
  }
  unreachable_here("a platform");
}

std::optional<Response> answer_control(State& state, Request const& request, Url const& url,
                                       Instant now) {
  std::vector<std::string> const segments = url.segments();
  if (segments.size() != 2 || segments[0] != "sandbox") return std::nullopt;
  if (segments[1] == "faults") return change_faults(state, request);
  if (segments[1] == "state" && request.method == "GET") return show_state(state, now);
  if (segments[1] == "requests" && request.method == "GET") return show_requests(state);
  return std::nullopt;
}

}  // namespace landfall::sandbox
