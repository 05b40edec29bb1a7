// A message as JSON to any URL, signed with HMAC-SHA-256 as GitHub signs its own.
#include "alert/notifier.h"
#include "base/text.h"
#include "world/secrets.h"

namespace landfall {

Result<Request> webhook_request(World const& world, Receiver const& receiver,
                                Message const& message) {
  Request request{.method = "POST", .url = TRY(url_of(world, receiver, ""))};
  request.body = to_json(message).dump();
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Idempotency-Key", message.key);
  if (!receiver.key_variable.empty()) {
    Secret const key = TRY(needed_secret(world, receiver.key_variable));
    request.headers.set("X-Landfall-Signature-256",
                        "sha256=" + to_hex(hmac_sha256(key.reveal(), request.body)));
  }
  return request;
}

}  // namespace landfall
