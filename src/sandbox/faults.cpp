#include "sandbox/faults.h"

#include "base/text.h"
#include "sandbox/call.h"
#include "sandbox/github_limits.h"
#include "sandbox/heroku.h"
#include "world/http_date.h"

namespace landfall::sandbox {
namespace {

std::size_t const huge_bytes = 30 << 20;
std::int64_t const limit_seconds = 60;

bool is_of_token(State const& state, Fault const& fault, Request const& request) {
  auto const given = credential(request);
  if (!given) return false;
  if (!fault.token.empty()) return *given == fault.token;
  if (fault.user.empty()) return true;
  auto const token = state.tokens.find(*given);
  return token != state.tokens.end() && token->second.platform == fault.platform &&
         token->second.user == fault.user;
}

bool matches(State const& state, Fault const& fault, Request const& request, Url const& url) {
  bool const meant =
      (fault.method.empty() || fault.method == request.method) && url.path.starts_with(fault.path);
  if (!meant) return false;
  if (fault.kind == FaultKind::revoked) return is_of_token(state, fault, request);
  bool const reads = request.method == "GET" || request.method == "HEAD";
  return fault.kind != FaultKind::stale || reads;
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

/// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (secondary
/// limits: 403 or 429) and https://devcenter.heroku.com/articles/platform-api-reference#rate-limits
Response limited_response(Fault const& fault) {
  bool const is_github = fault.platform == Platform::github;
  Response response =
      is_github
          ? json_response(
                fault.status,
                Json::object({{"documentation_url",
                               "https://docs.github.com/free-pro-team@latest/rest/overview/"
                               "rate-limits-for-the-rest-api#about-secondary-rate-limits"},
                              {"message",
                               "You have exceeded a secondary rate limit. Please wait a few "
                               "minutes before you try again."}}))
          : json_response(429, Json::object({{"id", "rate_limit"},
                                             {"message", "Your account reached the API rate limit"},
                                             {"url",
                                              "https://devcenter.heroku.com/articles/"
                                              "platform-api-reference#rate-limits"}}));
  if (!is_github) response.headers.set("RateLimit-Remaining", "0");
  response.headers.set("Retry-After", std::to_string(fault.retry_after.value_or(limit_seconds)));
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

/// A value of another kind.
Json another_kind(Json const& value) {
  if (value.is_string()) return 0;
  if (value.is_object()) return Json::array();
  if (value.is_array()) return nullptr;
  if (value.is_null()) return Json::object();
  return "0";
}

/// A list becomes an object; an object keeps its names, each with a value of another kind.
Response wrong_response(Response response) {
  auto const good = Json::parse(response.body);
  Json body = Json::object();
  if (!good || !good->is_object()) {
    body.set("data", good ? *good : Json());
  } else {
    for (auto const& [name, value] : good->as_object()) body.set(name, another_kind(value));
  }
  response.body = body.dump();
  response.headers.set("Content-Type", "application/json");
  return response;
}

void add_to(Strike& result, Fault const& fault) {
  switch (fault.kind) {
    case FaultKind::latency:
      result.latency += fault.latency;
      return;
    case FaultKind::skew:
      result.skew += fault.skew;
      return;
    case FaultKind::stale:
      result.age = std::max(result.age, fault.age);
      return;
    case FaultKind::revoked:
      result.revoked = true;
      return;
    case FaultKind::status:
    case FaultKind::stall:
    case FaultKind::truncate:
    case FaultKind::html:
    case FaultKind::huge:
    case FaultKind::drop:
    case FaultKind::lost:
    case FaultKind::wrong:
    case FaultKind::limited:
      result.fault = fault;
      return;
  }
}

bool comes_on_top(FaultKind kind) {
  return kind == FaultKind::latency || kind == FaultKind::skew || kind == FaultKind::stale ||
         kind == FaultKind::revoked;
}

}  // namespace

Strike strike(State& state, Platform platform, Request const& request, Url const& url,
              Instant now) {
  Strike result;
  for (Fault& fault : state.faults) {
    if (fault.platform != platform || !fault.is_active(now)) continue;
    if (result.fault && !comes_on_top(fault.kind)) continue;
    if (!matches(state, fault, request, url)) continue;
    if (fault.probability < 1 && state.random.unit() >= fault.probability) continue;
    if (fault.times) --*fault.times;
    add_to(result, fault);
  }
  return result;
}

Response spoil(Fault const& fault, Response response) {
  response.headers.remove("ETag");
  switch (fault.kind) {
    case FaultKind::status:
      return status_response(fault);
    case FaultKind::limited:
      return limited_response(fault);
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
      response.stream = {};
      return response;
    case FaultKind::wrong:
      response.stream = {};
      return wrong_response(std::move(response));
    case FaultKind::latency:
    case FaultKind::stall:
    case FaultKind::drop:
    case FaultKind::lost:
    case FaultKind::revoked:
    case FaultKind::skew:
    case FaultKind::stale:
      return response;
  }
  unreachable_here("a fault's kind");
}

void skew_clock(Response& response, Duration skew, Instant now) {
  response.headers.set("Date", http_date(now + skew));
  auto const reset = response.headers.find("X-RateLimit-Reset");
  auto const seconds = reset ? parse_integer(*reset) : std::nullopt;
  if (!seconds) return;
  std::int64_t const shift = std::chrono::floor<std::chrono::seconds>(skew).count();
  response.headers.set("X-RateLimit-Reset", std::to_string(*seconds + shift));
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

std::string_view to_word(FaultKind kind) {
  switch (kind) {
    case FaultKind::status:
      return "status";
    case FaultKind::latency:
      return "latency";
    case FaultKind::stall:
      return "stall";
    case FaultKind::truncate:
      return "truncate";
    case FaultKind::html:
      return "html";
    case FaultKind::huge:
      return "huge";
    case FaultKind::drop:
      return "drop";
    case FaultKind::lost:
      return "lost";
    case FaultKind::wrong:
      return "wrong";
    case FaultKind::limited:
      return "limited";
    case FaultKind::revoked:
      return "revoked";
    case FaultKind::skew:
      return "skew";
    case FaultKind::stale:
      return "stale";
  }
  unreachable_here("a fault's kind");
}

}  // namespace landfall::sandbox
