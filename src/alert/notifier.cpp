#include "alert/notifier.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "world/secrets.h"

namespace landfall {
namespace {

using MakeRequest = Result<Request> (*)(World const&, Receiver const&, Message const&);

class OneRequest : public Notifier {
 public:
  OneRequest(World const& world, Receiver receiver, MakeRequest make)
      : world_(world), receiver_(std::move(receiver)), make_(make) {}

  void send(Message const& message, Delivered done) override {
    Result<Request> request = make_(world_, receiver_, message);
    if (!request) {
      world_.loop.post([done = std::move(done), text = request.error().text]() mutable {
        done({Delivery::End::again, text});
      });
      return;
    }
    request->headers.set("User-Agent", "landfall");
    request->reuse = Reuse::never;
    world_.http.send(*std::move(request), [alive = std::weak_ptr(alive_), done = std::move(done)](
                                              Result<Response> const& answer) mutable {
      if (alive.lock()) done(delivery_of(answer));
    });
  }

 private:
  World world_;
  Receiver receiver_;
  MakeRequest make_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

MakeRequest request_of(std::string_view kind) {
  if (kind == "webhook") return webhook_request;
  if (kind == "slack") return slack_request;
  if (kind == "pagerduty") return pagerduty_request;
  if (kind == "opsgenie") return opsgenie_request;
  if (kind == "alertmanager") return alertmanager_request;
  if (kind == "sentry") return sentry_request;
  if (kind == "sentry-cron") return sentry_cron_request;
  return nullptr;
}

}  // namespace

Result<std::string> url_of(World const& world, Receiver const& receiver, std::string fallback) {
  if (!receiver.url_variable.empty()) {
    Secret const url = TRY(needed_secret(world, receiver.url_variable));
    return url.reveal();
  }
  return receiver.url.empty() ? std::move(fallback) : receiver.url;
}

Delivery delivery_of(Result<Response> const& answer) {
  if (!answer) return {Delivery::End::again, answer.error().text};
  int const status = answer->status;
  if (status >= 200 && status < 300) return {Delivery::End::taken, fmt::format("HTTP {}", status)};
  Delivery delivery{Delivery::End::refused,
                    fmt::format("HTTP {}: {}", status, shortened(printable(answer->body), 200))};
  bool const again = status == 408 || status == 425 || status == 429 || status >= 500;
  if (!again) return delivery;
  delivery.end = Delivery::End::again;
  if (auto const wait = answer->headers.find("Retry-After"))
    // Seconds, as all of them send it; a date would need the receiver's clock.
    if (auto const seconds = parse_integer(*wait); seconds && *seconds >= 0)
      delivery.wait = std::chrono::seconds(std::min<std::int64_t>(*seconds, 3600));
  return delivery;
}

Result<std::unique_ptr<Notifier>> make_notifier(World const& world, Receiver const& receiver) {
  if (receiver.kind == "email") return make_email(world, receiver);
  if (receiver.kind == "command") return make_command(world, receiver);
  if (receiver.kind == "github-issue") return make_github_issue(world, receiver);
  MakeRequest const make = request_of(receiver.kind);
  if (make == nullptr)
    return fail(ErrorKind::config,
                fmt::format("receiver '{}': nothing sends to {}", receiver.name, receiver.kind));
  return std::make_unique<OneRequest>(world, receiver, make);
}

}  // namespace landfall
