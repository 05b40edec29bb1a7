// Apps: made, found, changed and destroyed.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_app.h"
#include "sandbox/heroku_events.h"
#include "sandbox/heroku_json.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

Response app_response(Call const& call, App const& app, int status = 200) {
  return json_response(status, app_json(call.state, app));
}

Response list_apps(Call& call) {
  Json::Array items;
  for (auto const& [name, app] : call.state.heroku.apps) {
    if (can_see(call.state, app, call.user->login)) items.push_back(app_json(call.state, app));
  }
  return ranged_list(call, std::move(items), "name");
}

/// Those that a user owns or was let into; a team's apps are the team's.
Response list_own_apps(Call& call) {
  User const* const user = find_user(call.state, *call.user, call.words[0]);
  if (user == nullptr) return heroku_not_found("user");
  if (user->login != call.user->login) return forbidden("You do not have access to that account.");
  Json::Array items;
  for (auto const& [name, app] : call.state.heroku.apps) {
    if (!app.team.empty() || !can_see(call.state, app, user->login)) continue;
    items.push_back(app_json(call.state, app));
  }
  return ranged_list(call, std::move(items), "name");
}

/// POST /filters/apps {"in": {"id": [...]}}: those of them that the user may see.
Response filter_apps(Call& call) {
  auto const ids = call.body.items("in.id");
  if (!ids) return invalid_params("in.id: expected an array of ids.");
  Json::Array items;
  for (Json const& id : **ids) {
    if (!id.is_string()) return invalid_params("in.id: expected an array of ids.");
    App const* const app = call.state.heroku.find(id.as_string());
    if (app == nullptr || !can_see(call.state, *app, call.user->login)) continue;
    items.push_back(team_app_json(call.state, *app, call.user->login));
  }
  return ranged_list(call, std::move(items), "id");
}

Response show_app(Call& call) {
  return app_response(call, *call.app);
}

Response create(Call& call) {
  auto const made = create_app(call, "");
  if (!made.app) return made.refusal;
  return app_response(call, *made.app, 201);
}

/// Changes that have been checked and not yet made.
struct Change {
  std::optional<std::string> name;
  std::optional<std::string> build_stack;
  std::optional<bool> maintenance;
};

std::optional<Response> read_change(Call const& call, Change& change) {
  auto const name = call.body.text_or_null("name");
  auto const stack = call.body.text_or_null("build_stack");
  Json const* const maintenance = call.body.find("maintenance");
  if (!name || !stack) return invalid_params("name and build_stack: expected strings.");
  if (maintenance != nullptr && !maintenance->is_bool()) {
    return invalid_params("maintenance: expected true or false.");
  }
  if (!*name && !*stack && maintenance == nullptr) {
    return invalid_params("Expected one of `build_stack`, `maintenance` and `name`.");
  }
  if (*name && **name != call.app->name) {
    if (auto refusal = refuse_name(call.state, **name)) return refusal;
    if (!owns(call.state, *call.app, call.user->login)) {
      return forbidden(fmt::format("You must own the app {} to rename it.", call.app->name));
    }
    change.name = **name;
  }
  if (*stack && !is_stack(**stack)) return heroku_not_found("stack");
  change.build_stack = *stack;
  if (maintenance != nullptr) change.maintenance = maintenance->as_bool();
  return std::nullopt;
}

void set_maintenance(Call const& call, App& app, bool on) {
  if (app.maintenance == on) return;
  app.maintenance = on;
  log_api(call.state, app, fmt::format("Maintenance mode {}", on ? "enabled" : "disabled"),
          call.user->login, call.now);
}

Response update_app(Call& call) {
  Change change;
  if (auto refusal = read_change(call, change)) return *std::move(refusal);
  App* app = call.app;
  Json before = Json::object();
  if (change.name) {
    before.set("name", app->name);
    app = &rename_app(call.state, app->name, *change.name);
  }
  if (change.build_stack) app->build_stack = *change.build_stack;
  if (change.maintenance) {
    before.set("maintenance", app->maintenance);
    set_maintenance(call, *app, *change.maintenance);
  }
  app->updated_at = call.now;
  tell_app(call.state, *app, "update", call.user->login, call.now, before);
  return app_response(call, *app);
}

Response destroy_app(Call& call) {
  App& app = *call.app;
  if (!owns(call.state, app, call.user->login)) {
    return forbidden(fmt::format("You must own the app {} to destroy it.", app.name));
  }
  Response const response = app_response(call, app);
  tell_app(call.state, app, "destroy", call.user->login, call.now);
  remove_app(call.state, app.name);
  return response;
}

Route const routes[] = {
    {"GET", "/apps", list_apps},
    {"POST", "/apps", create},
    {"GET", "/apps/{app}", show_app},
    {"PATCH", "/apps/{app}", update_app},
    {"DELETE", "/apps/{app}", destroy_app},
    {"GET", "/users/{}/apps", list_own_apps},
    {"POST", "/filters/apps", filter_apps},
};

}  // namespace

std::span<Route const> app_routes() {
  return routes;
}

}  // namespace landfall::sandbox
