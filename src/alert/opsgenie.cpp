// Opsgenie's Alert API. https://docs.opsgenie.com/docs/alert-api
#include <fmt/core.h>

#include "alert/notifier.h"
#include "base/text.h"
#include "world/secrets.h"

namespace landfall {

Result<Request> opsgenie_request(World const& world, Receiver const& receiver,
                                 Message const& message) {
  Request request{.method = "POST"};
  std::string const alerts =
      TRY(url_of(world, receiver, "https://api.opsgenie.com")) + "/v2/alerts";
  Secret const key = TRY(needed_secret(world, receiver.key_variable));
  if (message.kind == Notice::Kind::resolved) {
    request.url = fmt::format("{}/{}/close?identifierType=alias", alerts, message.incident);
    request.body = Json::object({{"source", "landfall"}, {"note", message.title}}).dump();
  } else {
    // An alias that is open already takes the event as one more occurrence.
    request.url = alerts;
    request.body = Json::object({{"message", shortened(message.title, 130)},
                                 {"alias", message.incident},
                                 {"description", plain_text(message)},
                                 {"entity", message.target},
                                 {"source", "landfall"},
                                 {"tags", Json::array({message.check, message.severity})},
                                 {"priority", "P" + message.severity.substr(4)}})
                       .dump();
  }
  request.headers.set("Authorization", "GenieKey " + key.reveal());
  request.headers.set("Content-Type", "application/json");
  return request;
}

}  // namespace landfall
