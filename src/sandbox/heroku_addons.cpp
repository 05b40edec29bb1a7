// Add-ons and their attachments. They are what the world file says.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::string service_of(AddOn const& addon) {
  return addon.plan.substr(0, addon.plan.find(':'));
}

/// Calls back for each add-on that the user may see.
template <class Found>
void each_addon(Call const& call, Found const& found) {
  for (auto const& [name, app] : call.state.heroku.apps) {
    if (!can_see(call.state, app, call.user->login)) continue;
    for (AddOn const& addon : app.addons) found(app, addon);
  }
}

template <class Found>
void each_attachment(Call const& call, Found const& found) {
  each_addon(call, [&](App const& app, AddOn const& addon) {
    for (Attachment const& attachment : addon.attachments) found(app, addon, attachment);
  });
}

bool is_called(AddOn const& addon, std::string_view name) {
  return addon.id == name || addon.name == name;
}

Response list_addons(Call& call) {
  Json::Array items;
  each_addon(call,
             [&](App const& app, AddOn const& addon) { items.push_back(addon_json(app, addon)); });
  return ranged_list(call, std::move(items), "id");
}

Response list_app_addons(Call& call) {
  Json::Array items;
  for (AddOn const& addon : call.app->addons) items.push_back(addon_json(*call.app, addon));
  return ranged_list(call, std::move(items), "id");
}

Response show_addon(Call& call) {
  std::optional<Json> json;
  each_addon(call, [&](App const& app, AddOn const& addon) {
    bool const here = call.app == nullptr || call.app->id == app.id;
    if (here && is_called(addon, call.words[0])) json = addon_json(app, addon);
  });
  return json ? json_response(200, *json) : heroku_not_found("add-on");
}

Response list_attachments(Call& call) {
  Json::Array items;
  each_attachment(call, [&](App const& app, AddOn const& addon, Attachment const& attachment) {
    bool const here = call.app == nullptr || attachment.app == call.app->id;
    bool const its = call.words.empty() || is_called(addon, call.words[0]);
    if (here && its) items.push_back(attachment_json(call.state, app, addon, attachment));
  });
  return ranged_list(call, std::move(items), "name");
}

Response show_attachment(Call& call) {
  std::optional<Json> json;
  each_attachment(call, [&](App const& app, AddOn const& addon, Attachment const& attachment) {
    bool const here = call.app == nullptr || attachment.app == call.app->id;
    bool const named_so = call.app != nullptr && attachment.name == call.words[0];
    if (here && (attachment.id == call.words[0] || named_so)) {
      json = attachment_json(call.state, app, addon, attachment);
    }
  });
  return json ? json_response(200, *json) : heroku_not_found("add-on attachment");
}

/// Which app a resolution is about; nullptr: any. nullopt: a refusal.
std::optional<App const*> app_of(Call const& call) {
  auto const name = call.body.text_or_null("app");
  if (!name) return std::nullopt;
  if (!*name) return nullptr;
  App const* const app = call.state.heroku.find(**name);
  return app == nullptr ? std::nullopt : std::optional(app);
}

/// By id, by name, by service, or by the name of an attachment on the app.
Response resolve_addons(Call& call) {
  auto const name = call.body.text("addon");
  if (!name) return invalid_params("addon: expected a string.");
  auto const wanted_app = app_of(call);
  if (!wanted_app) return heroku_not_found("app");
  Json::Array items;
  each_addon(call, [&](App const& app, AddOn const& addon) {
    auto const attached = std::find_if(
        addon.attachments.begin(), addon.attachments.end(), [&](Attachment const& attachment) {
          return *wanted_app != nullptr && attachment.app == (*wanted_app)->id &&
                 attachment.name == *name;
        });
    bool const by_service = *wanted_app == &app && service_of(addon) == *name;
    if (is_called(addon, *name) || by_service || attached != addon.attachments.end()) {
      items.push_back(addon_json(app, addon));
    }
  });
  if (items.empty()) return heroku_not_found("add-on");
  return json_response(200, Json(std::move(items)));
}

Response resolve_attachments(Call& call) {
  auto const name = call.body.text("addon_attachment");
  if (!name) return invalid_params("addon_attachment: expected a string.");
  auto const wanted_app = app_of(call);
  if (!wanted_app) return heroku_not_found("app");
  Json::Array items;
  each_attachment(call, [&](App const& app, AddOn const& addon, Attachment const& attachment) {
    bool const here = *wanted_app == nullptr || attachment.app == (*wanted_app)->id;
    bool const meant =
        attachment.id == *name || attachment.name == *name || is_called(addon, *name);
    if (here && meant) items.push_back(attachment_json(call.state, app, addon, attachment));
  });
  if (items.empty()) return heroku_not_found("add-on attachment");
  return json_response(200, Json(std::move(items)));
}

Route const routes[] = {
    {"GET", "/addons", list_addons},
    {"GET", "/addons/{}", show_addon},
    {"GET", "/apps/{app}/addons", list_app_addons},
    {"GET", "/apps/{app}/addons/{}", show_addon},
    {"POST", "/actions/addons/resolve", resolve_addons},
    {"GET", "/addon-attachments", list_attachments},
    {"GET", "/addon-attachments/{}", show_attachment},
    {"GET", "/addons/{}/addon-attachments", list_attachments},
    {"GET", "/apps/{app}/addon-attachments", list_attachments},
    {"GET", "/apps/{app}/addon-attachments/{}", show_attachment},
    {"POST", "/actions/addon-attachments/resolve", resolve_attachments},
};

}  // namespace

Json addon_json(App const& app, AddOn const& addon) {
  Json names = Json::array();
  for (std::string const& name : addon.config_vars) names.push(name);
  Json entity = app_reference(app);
  entity.set("type", "app");
  return Json::object({
      {"actions", Json::array()},
      {"addon_service", named(service_of(addon))},
      {"app", app_reference(app)},
      {"billed_price",
       Json::object({{"cents", addon.cents}, {"contract", false}, {"unit", "month"}})},
      {"billing_entity", std::move(entity)},
      {"config_vars", std::move(names)},
      {"created_at", iso8601(addon.created_at)},
      {"id", addon.id},
      {"name", addon.name},
      {"plan", named(addon.plan)},
      {"provider_id", named_id("provider " + addon.id)},
      {"state", "provisioned"},
      {"updated_at", iso8601(addon.updated_at)},
      {"web_url", nullptr},
  });
}

Json attachment_json(State const& state, App const& owner, AddOn const& addon,
                     Attachment const& attachment) {
  Json app = app_reference(owner);
  for (auto const& [name, one] : state.heroku.apps) {
    if (one.id == attachment.app) app = app_reference(one);
  }
  return Json::object({
      {"addon",
       Json::object({{"id", addon.id}, {"name", addon.name}, {"app", app_reference(owner)}})},
      {"app", std::move(app)},
      {"created_at", iso8601(attachment.created_at)},
      {"id", attachment.id},
      {"log_input_url", nullptr},
      {"name", attachment.name},
      {"namespace", nullptr},
      {"updated_at", iso8601(attachment.created_at)},
      {"web_url", nullptr},
  });
}

std::span<Route const> addon_routes() {
  return routes;
}

}  // namespace landfall::sandbox
