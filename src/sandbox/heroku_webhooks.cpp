// Webhooks of apps, and what became of their events. heroku_events.cpp makes these.
// https://devcenter.heroku.com/articles/app-webhooks
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::size_t const webhooks_max = 30;
std::array<std::string_view, 11> const entities{
    "api:addon-attachment", "api:addon",        "api:app",  "api:build",
    "api:collaborator",     "api:domain",       "api:dyno", "api:formation",
    "api:release",          "api:sni-endpoint", "dyno"};

Json webhook_json(App const& app, AppWebhook const& webhook) {
  Json include = Json::array();
  for (std::string const& entity : webhook.include) include.push(entity);
  return Json::object({
      {"app", app_reference(app)},
      {"created_at", iso8601(webhook.created_at)},
      {"id", webhook.id},
      {"include", std::move(include)},
      {"level", webhook.sync ? "sync" : "notify"},
      {"updated_at", iso8601(webhook.updated_at)},
      {"url", webhook.url},
  });
}

std::optional<Response> read_include(Json const& body, AppWebhook& webhook) {
  if (body.find("include") == nullptr) return std::nullopt;
  auto const items = body.items("include");
  if (!items || (*items)->empty()) return invalid_params("include: expected an array of entities.");
  webhook.include.clear();
  for (Json const& item : **items) {
    bool const known = item.is_string() && is_webhook_entity(item.as_string());
    if (!known) return invalid_params("include: not an entity that webhooks tell of.");
    webhook.include.push_back(item.as_string());
  }
  return std::nullopt;
}

/// Changes what the body names and leaves all else.
std::optional<Response> read_webhook(Json const& body, AppWebhook& webhook) {
  if (auto refusal = read_include(body, webhook)) return refusal;
  auto const url = body.text_or_null("url");
  auto const level = body.text_or_null("level");
  auto const secret = body.text_or_null("secret");
  auto const authorization = body.text_or_null("authorization");
  if (!url || !level || !secret || !authorization) {
    return invalid_params("url, level, secret and authorization: expected strings.");
  }
  if (*url) {
    auto const parsed = parse_url(**url);
    if (!parsed || parsed->scheme.empty()) return invalid_params("url: expected an https URL.");
    webhook.url = **url;
  }
  if (*level && **level != "notify" && **level != "sync") {
    return invalid_params("level: expected notify or sync.");
  }
  if (*level) webhook.sync = **level == "sync";
  if (*secret) webhook.secret = **secret;
  if (authorization->has_value()) webhook.authorization = **authorization;
  return std::nullopt;
}

AppWebhook* find_webhook(Call& call) {
  auto& webhooks = call.app->webhooks;
  auto const found = std::find_if(webhooks.begin(), webhooks.end(),
                                  [&](AppWebhook const& one) { return one.id == call.words[0]; });
  return found == webhooks.end() ? nullptr : &*found;
}

/// Whoever makes a webhook learns its secret once, from a header.
Response with_secret(Response response, AppWebhook const& webhook) {
  response.headers.set("Heroku-Webhook-Secret", webhook.secret);
  return response;
}

Response list_webhooks(Call& call) {
  Json::Array items;
  for (AppWebhook const& webhook : call.app->webhooks) {
    items.push_back(webhook_json(*call.app, webhook));
  }
  return ranged_list(call, std::move(items), "id");
}

Response create_webhook(Call& call) {
  AppWebhook webhook{.id = call.state.random.uuid()};
  if (auto refusal = read_webhook(call.body, webhook)) return *std::move(refusal);
  if (webhook.url.empty() || webhook.include.empty() || !call.body.text("level")) {
    return invalid_params("Expected include, level and url.");
  }
  if (call.app->webhooks.size() >= webhooks_max) {
    return invalid_params("An app can have 30 webhooks at most.");
  }
  if (webhook.secret.empty()) webhook.secret = call.state.secret();
  webhook.created_at = call.now;
  webhook.updated_at = call.now;
  AppWebhook const& made = call.app->webhooks.emplace_back(std::move(webhook));
  return with_secret(json_response(201, webhook_json(*call.app, made)), made);
}

Response show_webhook(Call& call) {
  AppWebhook const* const webhook = find_webhook(call);
  if (webhook == nullptr) return heroku_not_found("webhook");
  return json_response(200, webhook_json(*call.app, *webhook));
}

Response update_webhook(Call& call) {
  AppWebhook* const webhook = find_webhook(call);
  if (webhook == nullptr) return heroku_not_found("webhook");
  AppWebhook changed = *webhook;
  if (auto refusal = read_webhook(call.body, changed)) return *std::move(refusal);
  bool const has_new_secret = changed.secret != webhook->secret;
  *webhook = std::move(changed);
  webhook->updated_at = call.now;
  Response const response = json_response(200, webhook_json(*call.app, *webhook));
  return has_new_secret ? with_secret(response, *webhook) : response;
}

Response delete_webhook(Call& call) {
  AppWebhook const* const webhook = find_webhook(call);
  if (webhook == nullptr) return heroku_not_found("webhook");
  Json const json = webhook_json(*call.app, *webhook);
  std::erase_if(call.app->webhooks, [&](AppWebhook const& one) { return &one == webhook; });
  return json_response(200, json);
}

Json parsed(std::string const& text) {
  auto json = Json::parse(text);
  return json ? *std::move(json) : Json::object();
}

Json event_json(State const& state, AppWebhookEvent const& event) {
  return Json::object({
      {"created_at", iso8601(event.created_at)},
      {"id", event.id},
      {"include", event.include},
      {"payload", Json::object({{"action", event.action},
                                {"actor", heroku_user(state, event.actor)},
                                {"data", parsed(event.data)},
                                {"previous_data", parsed(event.data_then)},
                                {"resource", event.include.substr(event.include.find(':') + 1)},
                                {"version", "1"}})},
      {"updated_at", iso8601(event.created_at)},
  });
}

char const* word(DeliveryStatus status) {
  switch (status) {
    case DeliveryStatus::pending:
      return "pending";
    case DeliveryStatus::retrying:
      return "retrying";
    case DeliveryStatus::succeeded:
      return "succeeded";
    case DeliveryStatus::failed:
      return "failed";
  }
  unreachable_here("a delivery's status");
}

Json attempt_json(AppWebhookDelivery const& delivery) {
  if (delivery.attempts == 0) return nullptr;
  bool const ended = delivery.code || !delivery.error.empty();
  char const* const status = delivery.status == DeliveryStatus::succeeded ? "succeeded"
                             : ended                                      ? "failed"
                                                                          : "scheduled";
  return Json::object({
      {"code", delivery.code ? Json(*delivery.code) : Json()},
      {"created_at", iso8601(delivery.attempted_at)},
      {"error_class", text_or_null(delivery.error)},
      {"id", delivery.attempt_id},
      {"status", status},
      {"updated_at", iso8601(delivery.updated_at)},
  });
}

Json delivery_json(App const& app, AppWebhookDelivery const& delivery) {
  auto const webhook =
      std::find_if(app.webhooks.begin(), app.webhooks.end(),
                   [&](AppWebhook const& one) { return one.id == delivery.webhook; });
  bool const sync = webhook != app.webhooks.end() && webhook->sync;
  return Json::object({
      {"created_at", iso8601(delivery.created_at)},
      {"event", Json::object({{"id", delivery.event}, {"include", delivery.include}})},
      {"id", delivery.id},
      {"last_attempt", attempt_json(delivery)},
      {"next_attempt_at", instant_or_null(delivery.next_attempt_at)},
      {"num_attempts", delivery.attempts},
      {"status", word(delivery.status)},
      {"updated_at", iso8601(delivery.updated_at)},
      {"webhook", Json::object({{"id", delivery.webhook}, {"level", sync ? "sync" : "notify"}})},
  });
}

Response list_events(Call& call) {
  Json::Array items;
  for (AppWebhookEvent const& event : call.app->webhook_events) {
    items.push_back(event_json(call.state, event));
  }
  return ranged_list(call, std::move(items), "created_at");
}

Response show_event(Call& call) {
  for (AppWebhookEvent const& event : call.app->webhook_events) {
    if (event.id == call.words[0]) return json_response(200, event_json(call.state, event));
  }
  return heroku_not_found("webhook event");
}

Response list_deliveries(Call& call) {
  Json::Array items;
  for (AppWebhookDelivery const& delivery : call.app->webhook_deliveries) {
    items.push_back(delivery_json(*call.app, delivery));
  }
  return ranged_list(call, std::move(items), "created_at");
}

Response show_delivery(Call& call) {
  for (AppWebhookDelivery const& delivery : call.app->webhook_deliveries) {
    if (delivery.id == call.words[0]) return json_response(200, delivery_json(*call.app, delivery));
  }
  return heroku_not_found("webhook delivery");
}

Route const routes[] = {
    {"GET", "/apps/{app}/webhooks", list_webhooks},
    {"POST", "/apps/{app}/webhooks", create_webhook},
    {"GET", "/apps/{app}/webhooks/{}", show_webhook},
    {"PATCH", "/apps/{app}/webhooks/{}", update_webhook},
    {"DELETE", "/apps/{app}/webhooks/{}", delete_webhook},
    {"GET", "/apps/{app}/webhook-events", list_events},
    {"GET", "/apps/{app}/webhook-events/{}", show_event},
    {"GET", "/apps/{app}/webhook-deliveries", list_deliveries},
    {"GET", "/apps/{app}/webhook-deliveries/{}", show_delivery},
};

}  // namespace

bool is_webhook_entity(std::string_view name) {
  return std::find(entities.begin(), entities.end(), name) != entities.end();
}

std::span<Route const> webhook_routes() {
  return routes;
}

}  // namespace landfall::sandbox
