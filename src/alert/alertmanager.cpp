// Prometheus' Alertmanager, API v2.
#include "alert/notifier.h"
#include "alert/resend.h"

namespace landfall {

Json alertmanager_alert(Message const& message, Instant ends) {
  return Json::object({{"labels", Json::object({{"alertname", message.check},
                                                {"severity", message.severity},
                                                {"target", message.target},
                                                {"service", message.service},
                                                {"environment", message.environment},
                                                {"landfall_incident", message.incident}})},
                       {"annotations", Json::object({{"summary", message.title},
                                                     {"description", message.text},
                                                     {"fix", message.fix}})},
                       {"startsAt", iso8601(message.since)},
                       {"endsAt", iso8601(ends)}});
}

Result<Request> alertmanager_post(World const& world, Receiver const& receiver,
                                  Json const& alerts) {
  Request request{.method = "POST", .url = TRY(url_of(world, receiver, "")) + "/api/v2/alerts"};
  request.body = alerts.dump();
  request.headers.set("Content-Type", "application/json");
  return request;
}

Result<Request> alertmanager_request(World const& world, Receiver const& receiver,
                                     Message const& message) {
  bool const resolved = message.kind == Notice::Kind::resolved;
  // By the clock of now: a message that could not be told for a while still holds as long.
  Instant const ends = resolved ? message.at : world.now() + resent_holds;
  return alertmanager_post(world, receiver, Json::array({alertmanager_alert(message, ends)}));
}

}  // namespace landfall
