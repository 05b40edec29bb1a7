#include "sandbox/github_limits.h"

#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

std::int64_t const writes_an_hour = 500;
char const* const limits_page =
    "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

std::string caller(Token const* token) {
  if (token == nullptr) return "nobody";
  return token->actions_of.empty() ? "user " + token->user : "actions " + token->actions_of;
}

/// The window of this name, begun anew if it is over.
Window& window_at(State& state, std::string const& name, Duration length, Instant now) {
  Window& window = state.github.windows[name];
  if (now >= window.resets_at) window = {0, now + length};
  return window;
}

Json limit_json(std::int64_t size, std::int64_t used, Instant resets_at) {
  return Json::object({{"limit", size},
                       {"used", used},
                       {"remaining", size - used},
                       {"reset", epoch_seconds(resets_at)}});
}

}  // namespace

Limit limit_of(State& state, Token const* token, Instant now) {
  std::int64_t const size = token == nullptr ? 60 : token->actions_of.empty() ? 5000 : 1000;
  return {size, &window_at(state, caller(token) + " core", 1h, now)};
}

std::optional<Response> refuse_over_limit(Call& call, Limit const& limit) {
  if (limit.window->used < limit.size) {
    ++limit.window->used;
    return std::nullopt;
  }
  std::string const who =
      call.token == nullptr
          ? "127.0.0.1. (But here's the good news: Authenticated requests get a higher rate "
            "limit. Check out the documentation for more details.)"
          : fmt::format("user ID {}.", user_id(call.state, actor_of(call)));
  return json_response(403, Json::object({{"message", "API rate limit exceeded for " + who},
                                          {"documentation_url", limits_page},
                                          {"status", "403"}}));
}

Response secondary_limit(std::int64_t retry_after, std::string_view request_id) {
  std::string const text = fmt::format(
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
      "If you reach out to GitHub Support for help, please include the request ID {}.",
      request_id);
  Response response = json_response(
      403, Json::object(
               {{"documentation_url", std::string(limits_page) + "#about-secondary-rate-limits"},
                {"message", text},
                {"status", "403"}}));
  response.headers.set("Retry-After", std::to_string(retry_after));
  return response;
}

std::optional<Response> refuse_writes(Call& call) {
  bool const writes = call.request.method != "GET" && call.request.method != "HEAD";
  if (!writes || call.token == nullptr || call.state.github.writes_a_minute == 0)
    return std::nullopt;
  std::string const who = caller(call.token);
  Window& minute = window_at(call.state, who + " writes a minute", 1min, call.now);
  Window& hour = window_at(call.state, who + " writes an hour", 1h, call.now);
  bool const too_fast = minute.used >= call.state.github.writes_a_minute;
  if (!too_fast && hour.used < writes_an_hour) {
    ++minute.used;
    ++hour.used;
    return std::nullopt;
  }
  Instant const end = too_fast ? minute.resets_at : hour.resets_at;
  return secondary_limit(epoch_seconds(end) - epoch_seconds(call.now) + 1,
                         call.state.secret().substr(0, 24));
}

void add_limit_headers(Limit const& limit, Response& response) {
  Window const& window = *limit.window;
  response.headers.set("X-RateLimit-Limit", std::to_string(limit.size));
  response.headers.set("X-RateLimit-Remaining", std::to_string(limit.size - window.used));
  response.headers.set("X-RateLimit-Used", std::to_string(window.used));
  response.headers.set("X-RateLimit-Reset", std::to_string(epoch_seconds(window.resets_at)));
  response.headers.set("X-RateLimit-Resource", "core");
}

Response show_rate_limit(Call& call) {
  Limit const limit = limit_of(call.state, call.token, call.now);
  Json const core = limit_json(limit.size, limit.window->used, limit.window->resets_at);
  bool const known = call.token != nullptr;
  Json const resources = Json::object({
      {"core", core},
      {"search", limit_json(known ? 30 : 10, 0, call.now + 1min)},
      {"graphql", limit_json(known ? 5000 : 0, 0, call.now + 1h)},
      {"integration_manifest", limit_json(known ? 5000 : 60, 0, call.now + 1h)},
      {"code_scanning_autofix", limit_json(10, 0, call.now + 1min)},
  });
  return json_response(200, Json::object({{"resources", resources}, {"rate", core}}));
}

}  // namespace landfall::sandbox
