#include "collect/wire.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace landfall {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "Wed, 21 Oct 2015 07:28:00 GMT", the one form that servers may send (RFC 9110, 5.6.7).
std::optional<Instant> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::vector<std::string> const parts = split(text, ' ');
  if (parts.size() != 6 || parts[5] != "GMT") return std::nullopt;
  auto const month = std::find(months.begin(), months.end(), parts[2]);
  if (month == months.end()) return std::nullopt;
  auto const instant = parse_instant(
      fmt::format("{}-{:02}-{}T{}Z", parts[3], month - months.begin() + 1, parts[1], parts[4]));
  return instant ? std::optional(*instant) : std::nullopt;
}

// A platform that asks for more than a day is not waited for; the bound also keeps sums in range.
Duration seconds_to_wait(std::int64_t seconds) {
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, std::int64_t{7} * 86'400));
}

std::string_view token_variable(Service service) {
  return service == Service::heroku ? "HEROKU_API_KEY" : "GITHUB_TOKEN";
}

bool opens_a_door(std::string_view name) {
  static constexpr std::array<std::string_view, 6> names{
      "output_stream_url", "attach_url", "logplex_url", "put_url", "get_url", "download_url"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_signed_url(std::string_view text) {
  static constexpr std::array<std::string_view, 6> marks{
      "token=", "signature", "sig=", "credential", "x-amz-", "expires="};
  std::size_t const query = text.find('?');
  if (query == std::string_view::npos || !text.starts_with("http")) return false;
  std::string const rest = lower(text.substr(query));
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return contains(rest, mark); });
}

}  // namespace

std::string_view name_of(Service service) {
  return service == Service::heroku ? "Heroku" : "GitHub";
}

bool same_origin(std::string_view a, std::string_view b) {
  auto const first = parse_url(a);
  auto const second = parse_url(b);
  return first && second && !first->scheme.empty() && first->scheme == second->scheme &&
         first->host == second->host && first->port == second->port;
}

std::optional<std::string> next_link(std::string_view link) {
  while (!link.empty()) {
    std::size_t const open = link.find('<');
    std::size_t const close = link.find('>', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
    std::string_view const url = link.substr(open + 1, close - open - 1);
    std::size_t const end = std::min(link.find('<', close), link.size());
    std::string_view const parameters = link.substr(close + 1, end - close - 1);
    if (contains(parameters, "rel=\"next\"") || contains(parameters, "rel=next"))
      return std::string(url);
    link.remove_prefix(end);
  }
  return std::nullopt;
}

Result<std::string> resolve_location(std::string_view from, std::string_view location) {
  Url const base = TRY(parse_url(from));
  std::string const host = contains(base.host, ":") ? "[" + base.host + "]" : base.host;
  std::string absolute(location);
  if (location.starts_with("//"))
    absolute = base.scheme + ":" + absolute;
  else if (location.starts_with('/'))
    absolute = fmt::format("{}://{}:{}{}", base.scheme, host, base.port, location);
  Url const url = TRY(during("the redirect's Location", parse_url(absolute)));
  if (url.scheme.empty())
    return fail(ErrorKind::data, "the redirect's Location is not a URL", "url");
  if (base.scheme == "https" && url.scheme == "http")
    return fail(ErrorKind::data, "the redirect leads from https to http", "other_host");
  return absolute;
}

bool is_rate_limited(Service service, Response const& response) {
  if (response.status == 429) return true;
  if (service != Service::github || response.status != 403) return false;
  return response.headers.value_or("x-ratelimit-remaining", "") == "0" ||
         response.headers.find("retry-after").has_value();
}

std::optional<Duration> asked_to_wait(Headers const& headers, Instant now) {
  if (auto const after = headers.find("retry-after")) {
    if (auto const seconds = parse_integer(trim(*after))) return seconds_to_wait(*seconds);
    if (auto const date = parse_http_date(trim(*after))) return std::max(*date - now, Duration(0));
  }
  if (headers.value_or("x-ratelimit-remaining", "") != "0") return std::nullopt;
  auto const reset = parse_integer(trim(headers.value_or("x-ratelimit-reset", "")));
  if (!reset) return std::nullopt;
  // One second more, since the instant is cut to seconds on the other side.
  return seconds_to_wait(*reset - epoch_seconds(now) + 1);
}

Error error_of(Service service, std::string_view request, int status, std::string_view message) {
  std::string text = fmt::format("{} answered {} to {}", name_of(service), status, request);
  if (!message.empty()) text += fmt::format(": {}", message);
  if (status == 401) {
    text += fmt::format(" (the token in {} is not valid)", token_variable(service));
    return {ErrorKind::refused, std::move(text), "unauthorized"};
  }
  switch (status) {
    case 403:
      return {ErrorKind::refused, std::move(text), "forbidden"};
    case 404:
      return {ErrorKind::missing, std::move(text), "not_found"};
    case 409:
      return {ErrorKind::data, std::move(text), "conflict"};
    case 422:
      return {ErrorKind::data, std::move(text), "invalid"};
    case 429:
      return {ErrorKind::network, std::move(text), "rate_limited"};
    default:
      break;
  }
  if (status >= 500) return {ErrorKind::network, std::move(text), "server_error"};
  return {ErrorKind::data, std::move(text), "http"};
}

std::string message_of(Json const& body) {
  constexpr std::size_t shown = 200;
  auto const message = body.is_object() ? body.text_or_null("message") : std::nullopt;
  if (!message || !*message) return "";
  std::string text = replace_all(printable((*message)->substr(0, shown)), "\n", " ");
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  return text;
}

Json without_doors(Json json) {
  if (json.is_array()) {
    Json::Array kept;
    for (Json const& item : json.as_array()) kept.push_back(without_doors(item));
    return {std::move(kept)};
  }
  if (json.is_object()) {
    Json kept = Json::object();
    for (auto const& [name, value] : json.as_object())
      kept.set(name,
               opens_a_door(name) && value.is_string() ? Json("[redacted]") : without_doors(value));
    return kept;
  }
  if (json.is_string()) {
    std::string const& text = json.as_string();
    if (is_signed_url(text)) return {text.substr(0, text.find('?')) + "?[redacted]"};
    if (text.starts_with("rendezvous://")) return {"[redacted]"};
  }
  return json;
}

}  // namespace landfall
