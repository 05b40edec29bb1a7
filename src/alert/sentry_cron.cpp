// A check-in of Sentry's cron monitors.
// https://docs.sentry.io/product/crons/getting-started/http/
#include "alert/notifier.h"

namespace landfall {

Result<Request> sentry_cron_request(World const& world, Receiver const& receiver,
                                    Message const& message) {
  bool const good = message.kind == Notice::Kind::resolved;
  return Request{.url = TRY(url_of(world, receiver, "")) +
                        (good || message.test ? "?status=ok" : "?status=error")};
}

}  // namespace landfall
