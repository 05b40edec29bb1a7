#include "sandbox/heroku_events.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku_json.h"
#include "sandbox/log.h"

namespace landfall::sandbox {
namespace {

std::size_t const kept = 1000;
Duration const first_retry = 1min;
Duration const longest_retry = 1h;
Duration const retries_end = 72h;

char const* const version = "application/vnd.heroku+json; version=3";

bool wants(AppWebhook const& webhook, std::string_view include) {
  return std::find(webhook.include.begin(), webhook.include.end(), include) !=
         webhook.include.end();
}

template <class Items>
auto* by_id(Items& items, std::string_view id) {
  auto const found =
      std::find_if(items.begin(), items.end(), [&](auto const& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

Json parsed(std::string const& text) {
  auto json = Json::parse(text);
  return json ? *std::move(json) : Json::object();
}

std::string letter_body(State const& state, AppWebhookEvent const& event,
                        AppWebhookDelivery const& delivery, Instant now) {
  return Json::object({{"action", event.action},
                       {"actor", heroku_user(state, event.actor)},
                       {"created_at", iso8601(event.created_at)},
                       {"data", parsed(event.data)},
                       {"id", delivery.id},
                       {"previous_data", parsed(event.data_then)},
                       {"published_at", iso8601(now)},
                       {"resource", event.include.substr(event.include.find(':') + 1)},
                       {"sequence", nullptr},
                       {"updated_at", iso8601(event.created_at)},
                       {"version", version},
                       {"webhook_metadata",
                        Json::object({{"attempt", only_id(delivery.attempt_id)},
                                      {"delivery", only_id(delivery.id)},
                                      {"event", Json::object({{"id", event.id},
                                                              {"include", event.include}})},
                                      {"webhook", only_id(delivery.webhook)}})}})
      .dump();
}

bool is_open(AppWebhookDelivery const& delivery) {
  return delivery.status == DeliveryStatus::pending || delivery.status == DeliveryStatus::retrying;
}

/// The oldest delivery that a webhook still waits for.
AppWebhookDelivery* first_open(App& app, std::string_view webhook) {
  auto const found = std::find_if(
      app.webhook_deliveries.begin(), app.webhook_deliveries.end(),
      [&](AppWebhookDelivery const& one) { return one.webhook == webhook && is_open(one); });
  return found == app.webhook_deliveries.end() ? nullptr : &*found;
}

void post(State& state, App& app, AppWebhookDelivery& delivery, Instant now) {
  AppWebhook const* const webhook = by_id(app.webhooks, delivery.webhook);
  AppWebhookEvent const* const event = by_id(app.webhook_events, delivery.event);
  if (webhook == nullptr || event == nullptr) {
    delivery.status = DeliveryStatus::failed;
    return;
  }
  ++delivery.attempts;
  delivery.attempt_id = state.random.uuid();
  delivery.attempted_at = now;
  delivery.next_attempt_at.reset();
  Letter letter{.app = app.id, .delivery = delivery.id, .url = webhook->url};
  letter.authorization = webhook->authorization;
  letter.body = letter_body(state, *event, delivery, now);
  if (!webhook->secret.empty()) {
    letter.signature = base64(hmac_sha256(webhook->secret, letter.body));
  }
  state.heroku.letters.push_back(std::move(letter));
}

void queue(State& state, App& app, AppWebhook const& webhook, AppWebhookEvent const& event) {
  AppWebhookDelivery delivery{.id = state.random.uuid(), .event = event.id};
  delivery.include = event.include;
  delivery.webhook = webhook.id;
  delivery.created_at = event.created_at;
  delivery.updated_at = event.created_at;
  // Webhooks of level sync hear of things in the order in which they happened.
  bool const waits = webhook.sync && first_open(app, webhook.id) != nullptr;
  AppWebhookDelivery& queued = app.webhook_deliveries.emplace_back(std::move(delivery));
  if (!waits) post(state, app, queued, event.created_at);
}

Duration retry_after(int attempts) {
  return std::min(longest_retry, first_retry * (1 << std::min(attempts - 1, 10)));
}

}  // namespace

void log_api(State const& state, App& app, std::string_view text, std::string_view login,
             Instant now) {
  User const* const user = state.user(login);
  add_log(app, {.at = now,
                .source = "app",
                .dyno = "api",
                .text = fmt::format("{} by user {}", text, user ? user->email : login)});
}

bool is_heard(App const& app, std::string_view include) {
  return std::any_of(app.webhooks.begin(), app.webhooks.end(),
                     [&](AppWebhook const& webhook) { return wants(webhook, include); });
}

void tell_webhooks(State& state, App& app, Happened const& what, Json const& data,
                   Json const& before, Instant now) {
  if (!is_heard(app, what.include)) return;
  AppWebhookEvent event{.id = state.random.uuid(), .include = std::string(what.include)};
  event.action = what.action;
  event.actor = what.actor;
  event.data = data.dump();
  event.data_then = before.dump();
  event.created_at = now;
  app.webhook_events.push_back(event);
  for (AppWebhook const& webhook : app.webhooks) {
    if (wants(webhook, what.include)) queue(state, app, webhook, event);
  }
  while (app.webhook_events.size() > kept) app.webhook_events.pop_front();
  while (app.webhook_deliveries.size() > kept) app.webhook_deliveries.pop_front();
}

void tell_app(State& state, App& app, std::string_view action, std::string_view actor, Instant now,
              Json const& before) {
  if (!is_heard(app, "api:app")) return;
  tell_webhooks(state, app, {"api:app", action, actor}, app_json(state, app), before, now);
}

void tell_build(State& state, App& app, Build const& build, std::string_view action, Instant now) {
  if (!is_heard(app, "api:build")) return;
  tell_webhooks(state, app, {"api:build", action, build.user}, build_json(state, app, build),
                Json::object(), now);
}

void tell_release(State& state, App& app, Release const& release, std::string_view action,
                  Instant now) {
  if (!is_heard(app, "api:release")) return;
  tell_webhooks(state, app, {"api:release", action, release.user},
                release_json(state, app, release), Json::object(), now);
}

void tell_formation(State& state, App& app, Formation const& formation, std::string_view actor,
                    Instant now) {
  if (!is_heard(app, "api:formation")) return;
  tell_webhooks(state, app, {"api:formation", "update", actor}, formation_json(app, formation),
                Json::object(), now);
}

void tell_dyno(State& state, App& app, Dyno const& dyno, std::string_view action, Instant now) {
  for (std::string_view const include : {"api:dyno", "dyno"}) {
    if (!is_heard(app, include)) continue;
    tell_webhooks(state, app, {include, action, app.owner}, dyno_json(state, app, dyno),
                  Json::object(), now);
  }
}

std::optional<Instant> end_attempt(State& state, Attempt const& attempt, Instant now) {
  App* const app = state.heroku.find(attempt.app);
  AppWebhookDelivery* const delivery =
      app == nullptr ? nullptr : by_id(app->webhook_deliveries, attempt.delivery);
  if (delivery == nullptr) return std::nullopt;
  AppWebhook const* const webhook = by_id(app->webhooks, delivery->webhook);
  delivery->code = attempt.status;
  delivery->error = attempt.error;
  delivery->updated_at = now;
  bool const arrived = attempt.status && *attempt.status >= 200 && *attempt.status < 300;
  bool const again =
      webhook != nullptr && webhook->sync && now - delivery->created_at < retries_end;
  if (!arrived && again) {
    delivery->status = DeliveryStatus::retrying;
    delivery->next_attempt_at = now + retry_after(delivery->attempts);
    return delivery->next_attempt_at;
  }
  delivery->status = arrived ? DeliveryStatus::succeeded : DeliveryStatus::failed;
  if (webhook == nullptr || !webhook->sync) return std::nullopt;
  AppWebhookDelivery* const next = first_open(*app, webhook->id);
  if (next != nullptr && next->attempts == 0) post(state, *app, *next, now);
  return std::nullopt;
}

void post_again(State& state, std::string_view app_id, std::string_view delivery_id, Instant now) {
  App* const app = state.heroku.find(app_id);
  AppWebhookDelivery* const delivery =
      app == nullptr ? nullptr : by_id(app->webhook_deliveries, delivery_id);
  if (delivery != nullptr && is_open(*delivery)) post(state, *app, *delivery, now);
}

}  // namespace landfall::sandbox
