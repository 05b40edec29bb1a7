#include "sandbox/webhook_delivery.h"

#include <utility>
#include <vector>

namespace landfall::sandbox {
namespace {

Duration const patience = 20s;
std::size_t const answer_max = 64 * 1024;

}  // namespace

void WebhookDelivery::run() {
  for (Letter& letter : std::exchange(state_.heroku.letters, {})) send(std::move(letter));
}

void WebhookDelivery::send(Letter letter) {
  Request request{.method = "POST", .url = std::move(letter.url), .body = std::move(letter.body)};
  request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "Heroku-Webhooks/1.0"}};
  if (!letter.authorization.empty()) request.headers.set("Authorization", letter.authorization);
  if (!letter.signature.empty()) {
    request.headers.set("Heroku-Webhook-Hmac-SHA256", letter.signature);
  }
  request.timeout = patience;
  request.body_max = answer_max;
  world_.http.send(
      std::move(request), [this, alive = std::weak_ptr(alive_), app = std::move(letter.app),
                           delivery = std::move(letter.delivery)](Result<Response> const& answer) {
        if (!alive.lock()) return;
        Attempt attempt{.app = app, .delivery = delivery};
        if (answer)
          attempt.status = answer->status;
        else
          attempt.error = answer.error().code.empty() ? "unreachable" : answer.error().code;
        if (auto const next = end_attempt(state_, attempt, world_.now()))
          again(*next, app, delivery);
        run();
      });
}

void WebhookDelivery::again(Instant at, std::string const& app, std::string const& delivery) {
  Duration const wait = std::max(Duration{0}, at - world_.now());
  world_.loop.after(wait, [this, alive = std::weak_ptr(alive_), app, delivery] {
    if (!alive.lock()) return;
    post_again(state_, app, delivery, world_.now());
    run();
  });
}

void WebhookDelivery::resume() {
  struct Waiting {
    Instant at;
    std::string app;
    std::string delivery;
  };
  std::vector<Waiting> waiting;
  for (auto const& [name, app] : state_.heroku.apps) {
    for (AppWebhookDelivery const& delivery : app.webhook_deliveries) {
      bool const lost = delivery.status == DeliveryStatus::pending && delivery.attempts > 0;
      bool const retries = delivery.status == DeliveryStatus::retrying;
      if (!lost && !retries) continue;
      waiting.push_back({delivery.next_attempt_at.value_or(world_.now()), app.id, delivery.id});
    }
  }
  for (Waiting const& one : waiting) again(one.at, one.app, one.delivery);
  run();
}

}  // namespace landfall::sandbox
