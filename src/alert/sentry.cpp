// Events for Sentry, and for what speaks its protocol (GlitchTip).
// https://develop.sentry.dev/sdk/foundations/envelopes/ and /sdk/data-model/event-payloads/
#include <fmt/core.h>

#include <algorithm>

#include "alert/notifier.h"
#include "base/text.h"
#include "world/secrets.h"

namespace landfall {
namespace {

std::string_view level_of(Message const& message) {
  if (message.test || message.kind == Notice::Kind::resolved) return "info";
  if (message.severity == "SEV-1") return "fatal";
  if (message.severity == "SEV-2") return "error";
  return message.severity == "SEV-3" ? "warning" : "info";
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

/// SCHEME://KEY@HOST[/PATH]/PROJECT, taken apart.
struct Dsn {
  std::string key;
  std::string envelopes;  ///< the URL that takes them: without the key
};

Result<Dsn> read_dsn(std::string_view text, std::string_view variable) {
  std::size_t const begin = text.find("://");
  std::size_t const at = text.find('@');
  std::size_t const last = text.rfind('/');
  bool const is_http = text.starts_with("https://") || text.starts_with("http://");
  // The text is a secret: it is not repeated.
  auto const wrong =
      fail(ErrorKind::config, fmt::format("{}: expected a DSN of Sentry such as "
                                          "https://KEY@HOST/PROJECT, found something else",
                                          variable));
  if (!is_http || at == std::string_view::npos || last < at ||
      text.find_first_of("?#") < text.size())
    return wrong;
  std::string_view const user = text.substr(begin + 3, at - begin - 3);
  std::string_view const key = user.substr(0, user.find(':'));  // old ones have a second part
  std::string_view const project = text.substr(last + 1);
  std::string url = fmt::format("{}{}/api/{}/envelope/", text.substr(0, begin + 3),
                                text.substr(at + 1, last - at - 1), project);
  auto const parsed = parse_url(url);
  if (!is_word(key) || !is_word(project) || !parsed || parsed->host.empty()) return wrong;
  return Dsn{std::string(key), std::move(url)};
}

Json event_of(Message const& message, std::string const& id) {
  Json event = Json::object({{"event_id", id},
                             {"timestamp", iso8601(message.at)},
                             {"platform", "other"},
                             {"logger", "landfall"},
                             {"level", level_of(message)},
                             {"logentry", Json::object({{"formatted", message.title}})},
                             {"fingerprint", Json::array({"landfall", message.incident})},
                             {"tags", Json::object({{"check", message.check},
                                                    {"target", message.target},
                                                    {"service", message.service},
                                                    {"owner", message.owner},
                                                    {"severity", message.severity}})},
                             {"extra", to_json(message)}});
  // Sentry drops an event whose environment is empty.
  if (!message.environment.empty()) event.set("environment", message.environment);
  return event;
}

}  // namespace

Result<Request> sentry_request(World const& world, Receiver const& receiver,
                               Message const& message) {
  Secret const secret = TRY(needed_secret(world, receiver.url_variable));
  Dsn const dsn = TRY(read_dsn(secret.reveal(), receiver.url_variable));
  // Of two events of one id Sentry keeps one: a message that comes again is there once.
  std::string const id = sha256(message.key).substr(0, 32);
  std::string const event = event_of(message, id).dump();
  Request request{.method = "POST", .url = dsn.envelopes};
  request.body = fmt::format(
      "{}\n{}\n{}\n", Json::object({{"event_id", id}}).dump(),
      Json::object({{"type", "event"}, {"length", static_cast<std::int64_t>(event.size())}}).dump(),
      event);
  request.headers.set("Content-Type", "application/x-sentry-envelope");
  request.headers.set(
      "X-Sentry-Auth",
      fmt::format("Sentry sentry_version=7, sentry_key={}, sentry_client=landfall/1", dsn.key));
  return request;
}

}  // namespace landfall
