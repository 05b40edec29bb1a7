// PagerDuty's Events API v2. https://developer.pagerduty.com/docs/send-alert-event
#include "alert/notifier.h"
#include "world/secrets.h"

namespace landfall {
namespace {

std::string_view severity_of(std::string_view severity) {
  if (severity == "SEV-1") return "critical";
  if (severity == "SEV-2") return "error";
  return severity == "SEV-3" ? "warning" : "info";
}

}  // namespace

Result<Request> pagerduty_request(World const& world, Receiver const& receiver,
                                  Message const& message) {
  Request request{.method = "POST"};
  request.url = TRY(url_of(world, receiver, "https://events.pagerduty.com/v2/enqueue"));
  Secret const key = TRY(needed_secret(world, receiver.key_variable));
  Json event = Json::object(
      {{"routing_key", key.reveal()},
       {"event_action", message.kind == Notice::Kind::resolved ? "resolve" : "trigger"},
       {"dedup_key", message.incident}});
  if (message.kind != Notice::Kind::resolved)
    event.set("payload",
              Json::object({{"summary", message.title},
                            {"source", message.target.empty() ? "landfall" : message.target},
                            {"severity", severity_of(message.severity)},
                            {"timestamp", iso8601(message.since)},
                            {"component", message.service},
                            {"group", message.environment},
                            {"class", message.check},
                            {"custom_details", to_json(message)}}));
  request.body = event.dump();
  request.headers.set("Content-Type", "application/json");
  return request;
}

}  // namespace landfall
