// Prometheus' Alertmanager, API v2.
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
#include "alert/notifier.h"

namespace landfall {

Result<Request> alertmanager_request(World const& world, Receiver const& receiver,
                                     Message const& message) {
  Request request{.method = "POST", .url = TRY(url_of(world, receiver, "")) + "/api/v2/alerts"};
  bool const resolved = message.kind == Notice::Kind::resolved;
  // Without an end Alertmanager calls it resolved after its own resolve_timeout, which only it
  // knows; a week is the age at which landfall tells it again.
  Instant const end = resolved ? message.at : message.at + std::chrono::days(8);
  Json alert = Json::object({{"labels", Json::object({{"alertname", message.check},
                                                      {"severity", message.severity},
                                                      {"target", message.target},
                                                      {"service", message.service},
                                                      {"environment", message.environment},
                                                      {"landfall_incident", message.incident}})},
                             {"annotations", Json::object({{"summary", message.title},
                                                           {"description", message.text},
                                                           {"fix", message.fix}})},
                             {"startsAt", iso8601(message.since)},
                             {"endsAt", iso8601(end)}});
  request.body = Json::array({alert}).dump();
  request.headers.set("Content-Type", "application/json");
  return request;
}

}  // namespace landfall
