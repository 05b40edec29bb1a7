// Webhooks of repositories and organisations, and what was sent to them.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

std::size_t const hooks_max = 20;

/// Where the hooks of a path lie; an organisation's stand behind a first placeholder.
struct Place {
  std::vector<Hook>* hooks = nullptr;
  std::string api;
  std::size_t word = 0;  ///< that holds the hook's id
};

Place place_of(Call& call) {
  if (call.repository != nullptr)
    return {&call.repository->hooks, repository_url(call.state, *call.repository, "/hooks")};
  Organization& organization = call.state.github.organizations.at(call.words[0]);
  return {&organization.hooks,
          github_url(call.state, "/orgs/" + url_encode(call.words[0]) + "/hooks"), 1};
}

std::optional<Response> refuse_hooks(Call& call) {
  if (call.repository == nullptr) return refuse_non_owner(call);
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  // Those who may not see them are told that there are none.
  if (call.role != Role::admin) return github_not_found();
  return std::nullopt;
}

Hook* find_hook(Call& call, Place const& place) {
  std::int64_t const id = number_in(call, place.word);
  for (Hook& hook : *place.hooks)
    if (hook.id == id) return &hook;
  return nullptr;
}

Json config_json(Hook const& hook) {
  Json config = Json::object({{"content_type", hook.content_type},
                              {"insecure_ssl", hook.insecure_tls ? "1" : "0"},
                              {"url", hook.url}});
  if (!hook.secret.empty()) config.set("secret", "********");
  return config;
}

Json last_response_json(Hook const& hook) {
  for (auto one = hook.deliveries.rbegin(); one != hook.deliveries.rend(); ++one) {
    if (!one->is_sent) continue;
    return Json::object({{"code", one->status == 0 ? Json() : Json(one->status)},
                         {"status", one->status >= 200 && one->status < 300 ? "active" : "error"},
                         {"message", one->outcome}});
  }
  return Json::object({{"code", nullptr}, {"status", "unused"}, {"message", nullptr}});
}

Json hook_json(Place const& place, Hook const& hook) {
  Json events = Json::array();
  for (std::string const& event : hook.events) events.push(event);
  std::string const url = fmt::format("{}/{}", place.api, hook.id);
  bool const of_repository = place.word == 0;
  Json json = Json::object({{"type", of_repository ? "Repository" : "Organization"},
                            {"id", hook.id},
                            {"name", "web"},
                            {"active", hook.active},
                            {"events", std::move(events)},
                            {"config", config_json(hook)},
                            {"updated_at", iso8601(hook.updated_at)},
                            {"created_at", iso8601(hook.created_at)},
                            {"url", url},
                            {"ping_url", url + "/pings"},
                            {"deliveries_url", url + "/deliveries"}});
  if (of_repository) json.set("test_url", url + "/test");
  if (of_repository) json.set("last_response", last_response_json(hook));
  return json;
}

/// A string or a number, as GitHub takes insecure_ssl.
std::string written(Json const& config, char const* name) {
  Json const* const value = config.find(name);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? value->as_string() : value->dump();
}

void read_config(Given& given, Json const& config, Hook& hook) {
  std::string const url = written(config, "url");
  if (!url.empty()) {
    auto const parsed = parse_url(url);
    if (!parsed || parsed->host.empty())
      return given.refuse(validation_failed(
          {"Hook", "url", "custom", "url is not supported because it isn't a valid URL"}));
    hook.url = url;
  }
  std::string const type = written(config, "content_type");
  if (type == "json" || type == "form") hook.content_type = type;
  if (!type.empty() && type != "json" && type != "form")
    given.refuse(validation_failed({"Hook", "content_type", "invalid"}));
  if (config.find("secret") != nullptr) hook.secret = written(config, "secret");
  if (config.find("insecure_ssl") != nullptr)
    hook.insecure_tls = written(config, "insecure_ssl") == "1";
}

void read_hook(Given& given, Hook& hook) {
  Json const* const config = given.find("config");
  if (config != nullptr && config->is_object()) read_config(given, *config, hook);
  if (auto events = given.texts("events")) hook.events = *std::move(events);
  for (std::string const& event : given.texts("add_events").value_or(Texts{}))
    if (std::find(hook.events.begin(), hook.events.end(), event) == hook.events.end())
      hook.events.push_back(event);
  for (std::string const& event : given.texts("remove_events").value_or(Texts{}))
    std::erase(hook.events, event);
  hook.active = given.boolean_or("active", hook.active);
  if (hook.url.empty())
    given.refuse(validation_failed({"Hook", "url", "missing_field", "url is missing"}));
}

Json ping_json(Call& call, Place const& place, Hook const& hook) {
  Json payload = Json::object({{"zen", "Practicality beats purity."},
                               {"hook_id", hook.id},
                               {"hook", hook_json(place, hook)}});
  if (call.repository != nullptr)
    payload.set("repository", repository_json(call.state, *call.repository));
  payload.set("sender", github_user(call.state, actor_of(call)));
  return payload;
}

Json headers_json(std::vector<HeaderLine> const& headers) {
  Json json = Json::object();
  for (auto const& [name, value] : headers) json.set(name, value);
  return json;
}

Json delivery_json(Call const& call, HookDelivery const& delivery, bool full) {
  Json json = Json::object(
      {{"id", delivery.id},
       {"guid", delivery.guid},
       {"delivered_at", iso8601(delivery.at)},
       {"redelivery", delivery.redelivery},
       {"duration", static_cast<double>(delivery.took.count()) / 1000},
       {"status", delivery.outcome},
       {"status_code", delivery.status},
       {"event", delivery.event},
       {"action", shown_text(delivery.action)},
       {"installation_id", nullptr},
       {"repository_id", call.repository == nullptr ? Json() : Json(call.repository->id)},
       {"throttled_at", nullptr}});
  if (!full) return json;
  json.set("url", delivery.url);
  json.set("request", Json::object({{"headers", headers_json(delivery.request_headers)},
                                    {"payload", Json::parse(delivery.payload).value_or(Json())}}));
  json.set("response", Json::object({{"headers", headers_json(delivery.response_headers)},
                                     {"payload", shown_text(delivery.response)}}));
  return json;
}

HookDelivery const* find_delivery(Call const& call, Hook const& hook, std::size_t word) {
  std::int64_t const id = number_in(call, word);
  for (HookDelivery const& delivery : hook.deliveries)
    if (delivery.id == id) return &delivery;
  return nullptr;
}

/// The hook of the path for those who may know it; else the refusal.
Hook* hook_in_path(Call& call, std::optional<Response>& refusal) {
  refusal = refuse_hooks(call);
  Hook* const hook = refusal ? nullptr : find_hook(call, place_of(call));
  if (!refusal && hook == nullptr) refusal = github_not_found();
  return hook;
}

}  // namespace

Response list_hooks(Call& call) {
  if (auto refusal = refuse_hooks(call)) return *std::move(refusal);
  Place const place = place_of(call);
  return paged(call, place.hooks->size(),
               [&](std::size_t i) { return hook_json(place, (*place.hooks)[i]); });
}

Response create_hook(Call& call) {
  if (auto refusal = refuse_hooks(call)) return *std::move(refusal);
  if (call.body.is_null()) call.body = Json::object();
  Place const place = place_of(call);
  Given given(call);
  Hook hook{.events = {"push"}};
  std::string const name = given.text_or("name", "web");
  if (!given.has("config")) given.refuse(not_supplied("config"));
  if (name != "web")
    given.refuse(validation_failed({"Hook", "name", "custom", "name must be web"}));
  read_hook(given, hook);
  if (given.refusal()) return *std::move(given.refusal());
  if (place.hooks->size() >= hooks_max)
    return validation_failed({"Hook", "base", "custom",
                              "The \"push\" event cannot have more "
                              "than 20 hooks"});
  for (Hook const& other : *place.hooks)
    if (other.url == hook.url && other.events == hook.events)
      return validation_failed(
          {"Hook", "base", "custom", "Hook already exists on this repository"});
  hook.id = call.state.next_id();
  hook.created_at = call.now;
  hook.updated_at = call.now;
  place.hooks->push_back(hook);
  Hook& made = place.hooks->back();
  if (made.active)
    queue_delivery(call.state, made, "ping", "", ping_json(call, place, made), call.now);
  Json const body = hook_json(place, made);
  Response response = json_response(201, body);
  response.headers.set("Location", *body.text("url"));
  return response;
}

Response show_hook(Call& call) {
  std::optional<Response> refusal;
  Hook const* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  return json_response(200, hook_json(place_of(call), *hook));
}

Response update_hook(Call& call) {
  std::optional<Response> refusal;
  Hook* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  Given given(call);
  Hook changed = *hook;
  read_hook(given, changed);
  if (given.refusal()) return *std::move(given.refusal());
  changed.updated_at = call.now;
  *hook = changed;
  return json_response(200, hook_json(place_of(call), *hook));
}

Response delete_hook(Call& call) {
  std::optional<Response> refusal;
  Hook const* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  std::int64_t const id = hook->id;
  std::erase_if(*place_of(call).hooks, [&](Hook const& one) { return one.id == id; });
  return {.status = 204};
}

Response show_hook_config(Call& call) {
  std::optional<Response> refusal;
  Hook const* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  return json_response(200, config_json(*hook));
}

Response update_hook_config(Call& call) {
  std::optional<Response> refusal;
  Hook* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  Given given(call);
  Hook changed = *hook;
  read_config(given, call.body, changed);
  if (given.refusal()) return *std::move(given.refusal());
  changed.updated_at = call.now;
  *hook = changed;
  return json_response(200, config_json(*hook));
}

Response ping_hook(Call& call) {
  std::optional<Response> refusal;
  Hook* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  queue_delivery(call.state, *hook, "ping", "", ping_json(call, place_of(call), *hook), call.now);
  return {.status = 204};
}

Response list_deliveries(Call& call) {
  std::optional<Response> refusal;
  Hook const* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  std::vector<HookDelivery const*> sent;
  for (auto one = hook->deliveries.rbegin(); one != hook->deliveries.rend(); ++one)
    if (one->is_sent) sent.push_back(&*one);
  return paged(call, sent.size(),
               [&](std::size_t i) { return delivery_json(call, *sent[i], false); });
}

Response show_delivery(Call& call) {
  std::optional<Response> refusal;
  Hook const* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  HookDelivery const* const found = find_delivery(call, *hook, place_of(call).word + 1);
  if (found == nullptr || !found->is_sent) return github_not_found();
  return json_response(200, delivery_json(call, *found, true));
}

Response redeliver(Call& call) {
  std::optional<Response> refusal;
  Hook* const hook = hook_in_path(call, refusal);
  if (refusal) return *std::move(refusal);
  HookDelivery const* const found = find_delivery(call, *hook, place_of(call).word + 1);
  if (found == nullptr || !found->is_sent) return github_not_found();
  HookDelivery const old = *found;
  HookDelivery& again = queue_delivery(call.state, *hook, old.event, old.action,
                                       Json::parse(old.payload).value_or(Json()), call.now);
  again.guid = old.guid;
  again.redelivery = true;
  return json_response(202, Json::object());
}

}  // namespace landfall::sandbox
