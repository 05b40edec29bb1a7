// Who else may work on an app.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_events.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

/// https://devcenter.heroku.com/articles/app-permissions
struct Permission {
  char const* name;
  char const* description;
};
Permission const permissions[] = {
    {"deploy", "Can push code, change config and promote."},
    {"manage", "Can manage the app's settings and collaborators."},
    {"operate", "Can manage config, deploy, run commands and restart the app."},
    {"view", "Can read-only information about the app."},
};

/// A world file's app without a list is everybody's; a change gives it one.
std::set<std::string>& shared_with(State const& state, App& app) {
  if (!app.access) {
    app.access.emplace();
    for (User const& user : state.users) {
      if (user.login != app.owner) app.access->insert(user.login);
    }
  }
  return *app.access;
}

Response list_collaborators(Call& call) {
  Json::Array items;
  for (User const& user : call.state.users) {
    if (can_see(call.state, *call.app, user.login)) {
      items.push_back(collaborator_json(call.state, *call.app, user));
    }
  }
  return ranged_list(call, std::move(items), "id");
}

Response show_collaborator(Call& call) {
  User const* const user = find_user(call.state, *call.user, call.words[0]);
  if (user != nullptr && can_see(call.state, *call.app, user->login)) {
    return json_response(200, collaborator_json(call.state, *call.app, *user));
  }
  return heroku_not_found("collaborator");
}

void tell_collaborator(Call& call, std::string_view action, Json const& json) {
  tell_webhooks(call.state, *call.app, {"api:collaborator", action, call.user->login}, json,
                Json::object(), call.now);
}

Response add_collaborator(Call& call) {
  auto const who = call.body.text("user");
  if (!who) return invalid_params("user: expected an e-mail address or an id.");
  User const* const user = find_user(call.state, *call.user, *who);
  if (user == nullptr) return heroku_not_found("user");
  App& app = *call.app;
  if (can_see(call.state, app, user->login)) {
    return invalid_params(
        fmt::format("User {} is already a collaborator on {}.", user->email, app.name));
  }
  shared_with(call.state, app).insert(user->login);
  Json const json = collaborator_json(call.state, app, *user);
  log_api(call.state, app, fmt::format("Add {} as collaborator", user->email), call.user->login,
          call.now);
  tell_collaborator(call, "create", json);
  return json_response(201, json);
}

Response remove_collaborator(Call& call) {
  App& app = *call.app;
  User const* const user = find_user(call.state, *call.user, call.words[0]);
  if (user == nullptr || !can_see(call.state, app, user->login)) {
    return heroku_not_found("collaborator");
  }
  if (user->login == app.owner) return invalid_params("The owner of an app cannot be removed.");
  if (!owns(call.state, app, call.user->login) && user->login != call.user->login) {
    return forbidden(fmt::format("You must own the app {} to remove others.", app.name));
  }
  Json const json = collaborator_json(call.state, app, *user);
  shared_with(call.state, app).erase(user->login);
  log_api(call.state, app, fmt::format("Remove {} as collaborator", user->email), call.user->login,
          call.now);
  tell_collaborator(call, "destroy", json);
  return json_response(200, json);
}

Route const routes[] = {
    {"GET", "/apps/{app}/collaborators", list_collaborators},
    {"POST", "/apps/{app}/collaborators", add_collaborator},
    {"GET", "/apps/{app}/collaborators/{}", show_collaborator},
    {"DELETE", "/apps/{app}/collaborators/{}", remove_collaborator},
    {"GET", "/teams/apps/{app}/collaborators", list_collaborators},
    {"POST", "/teams/apps/{app}/collaborators", add_collaborator},
    {"GET", "/teams/apps/{app}/collaborators/{}", show_collaborator},
    {"DELETE", "/teams/apps/{app}/collaborators/{}", remove_collaborator},
};

}  // namespace

Json collaborator_json(State const& state, App const& app, User const& user) {
  bool const is_owner = app.team.empty() ? user.login == app.owner : owns(state, app, user.login);
  Json allowed = Json::array();
  for (Permission const& permission : permissions) {
    allowed.push(
        Json::object({{"name", permission.name}, {"description", permission.description}}));
  }
  auto const team = state.heroku.teams.find(app.team);
  bool const member = team != state.heroku.teams.end() && team->second.members.contains(user.login);
  Json person = heroku_user(state, user.login);
  person.set("federated", false);
  return Json::object({
      {"app", app_reference(app)},
      {"created_at", iso8601(app.created_at)},
      {"id", named_id(app.id + user.uuid)},
      {"permissions", std::move(allowed)},
      {"role", !member    ? is_owner ? "owner" : "collaborator"
               : is_owner ? "admin"
                          : "member"},
      {"updated_at", iso8601(app.created_at)},
      {"user", std::move(person)},
  });
}

std::span<Route const> collaborator_routes() {
  return routes;
}

}  // namespace landfall::sandbox
