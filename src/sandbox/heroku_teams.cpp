// Teams, their members and their apps.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_app.h"
#include "sandbox/heroku_events.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

Json team_json(HerokuTeam const& team, std::string const& login) {
  auto const member = team.members.find(login);
  return Json::object({
      {"created_at", iso8601(team.created_at)},
      {"credit_card_collections", true},
      {"default", false},
      {"enterprise_account", nullptr},
      {"id", team.id},
      {"identity_provider", nullptr},
      {"membership_limit", 25},
      {"name", team.name},
      {"provisioned_licenses", false},
      // The schema's roles have no viewer.
      {"role", member == team.members.end() ? Json()
               : member->second == "viewer" ? Json("member")
                                            : Json(member->second)},
      {"type", "team"},
      {"updated_at", iso8601(team.created_at)},
  });
}

Json member_json(State const& state, HerokuTeam const& team, std::string const& login) {
  User const& user = *state.user(login);
  Json person = heroku_user(state, login);
  person.set("name", user.name);
  std::string const& role = team.members.at(login);
  return Json::object({
      {"created_at", iso8601(team.created_at)},
      {"email", user.email},
      {"federated", false},
      {"id", named_id(team.id + user.uuid)},
      {"identity_provider", nullptr},
      {"role", role == "viewer" ? "member" : role},
      {"two_factor_authentication", true},
      {"updated_at", iso8601(team.created_at)},
      {"user", std::move(person)},
  });
}

/// The team of the path, for its members only.
HerokuTeam* team_of(Call& call) {
  HerokuTeam* const team = find_team(call.state, call.words[0]);
  return team != nullptr && team->members.contains(call.user->login) ? team : nullptr;
}

bool administers(Call const& call, HerokuTeam const& team) {
  return team.members.at(call.user->login) == "admin";
}

Response list_teams(Call& call) {
  Json::Array items;
  for (auto const& [name, team] : call.state.heroku.teams) {
    if (team.members.contains(call.user->login)) {
      items.push_back(team_json(team, call.user->login));
    }
  }
  return ranged_list(call, std::move(items), "name");
}

Response show_team(Call& call) {
  HerokuTeam const* const team = team_of(call);
  if (team == nullptr) return heroku_not_found("team");
  return json_response(200, team_json(*team, call.user->login));
}

Response create_team(Call& call) {
  auto const name = call.body.text("name");
  if (!name) return invalid_params("name: expected a string.");
  std::string const fault = app_name_fault(*name);
  if (!fault.empty()) return invalid_params(fault);
  if (call.state.heroku.teams.contains(*name)) {
    return invalid_params(fmt::format("Name {} is already taken", *name));
  }
  HerokuTeam team{.id = call.state.random.uuid(), .name = *name};
  team.members.emplace(call.user->login, "admin");
  team.created_at = call.now;
  Json const json = team_json(team, call.user->login);
  call.state.heroku.teams.emplace(*name, std::move(team));
  return json_response(201, json);
}

Response list_members(Call& call) {
  HerokuTeam const* const team = team_of(call);
  if (team == nullptr) return heroku_not_found("team");
  Json::Array items;
  for (auto const& [login, role] : team->members) {
    items.push_back(member_json(call.state, *team, login));
  }
  return ranged_list(call, std::move(items), "email");
}

/// POST, PUT and PATCH differ in what they take a new member for.
Response set_member(Call& call) {
  HerokuTeam* const team = team_of(call);
  if (team == nullptr) return heroku_not_found("team");
  if (!administers(call, *team)) return forbidden("You must be an admin of the team.");
  auto const email = call.body.text("email");
  auto const role = call.body.text("role");
  bool const known = role && (*role == "admin" || *role == "member" || *role == "viewer");
  if (!email || !known) return invalid_params("email and role: expected admin, member or viewer.");
  User const* const user = find_user(call.state, *call.user, *email);
  if (user == nullptr) return heroku_not_found("user");
  bool const is_member = team->members.contains(user->login);
  if (call.request.method == "PATCH" && !is_member) return heroku_not_found("member");
  team->members.insert_or_assign(user->login, *role);
  return json_response(is_member ? 200 : 201, member_json(call.state, *team, user->login));
}

Response remove_member(Call& call) {
  HerokuTeam* const team = team_of(call);
  if (team == nullptr) return heroku_not_found("team");
  User const* const user = find_user(call.state, *call.user, call.words[1]);
  if (user == nullptr || !team->members.contains(user->login)) return heroku_not_found("member");
  if (!administers(call, *team) && user->login != call.user->login) {
    return forbidden("You must be an admin of the team.");
  }
  if (team->members.size() == 1) return invalid_params("A team cannot be without members.");
  Json const json = member_json(call.state, *team, user->login);
  team->members.erase(user->login);
  return json_response(200, json);
}

Response list_team_apps(Call& call) {
  HerokuTeam const* const team = team_of(call);
  if (team == nullptr) return heroku_not_found("team");
  Json::Array items;
  for (auto const& [name, app] : call.state.heroku.apps) {
    if (app.team != team->name) continue;
    items.push_back(team_app_json(call.state, app, call.user->login));
  }
  return ranged_list(call, std::move(items), "name");
}

Response create_team_app(Call& call) {
  auto const name = call.body.text_or_null("team");
  if (!name) return invalid_params("team: expected a string.");
  std::string team_name;
  if (*name) {
    HerokuTeam const* const team = find_team(call.state, **name);
    if (team == nullptr) return heroku_not_found("team");
    if (!team->members.contains(call.user->login)) {
      return forbidden(fmt::format("You do not have access to the team {}.", team->name));
    }
    team_name = team->name;
  }
  auto const made = create_app(call, team_name);
  if (!made.app) return made.refusal;
  auto const locked = call.body.boolean("locked");
  made.app->locked = locked && *locked;
  return json_response(201, team_app_json(call.state, *made.app, call.user->login));
}

Response show_team_app(Call& call) {
  return json_response(200, team_app_json(call.state, *call.app, call.user->login));
}

/// A user by "~", id or address, or a team by its name.
std::optional<Response> give_away(Call& call, std::string const& owner) {
  App& app = *call.app;
  if (HerokuTeam const* const team = find_team(call.state, owner)) {
    if (!team->members.contains(call.user->login)) return forbidden("You are not in that team.");
    app.team = team->name;
    return std::nullopt;
  }
  User const* const user = find_user(call.state, *call.user, owner);
  if (user == nullptr) return heroku_not_found("user");
  app.team.clear();
  app.owner = user->login;
  app.locked = false;
  return std::nullopt;
}

Response update_team_app(Call& call) {
  Json const* const locked = call.body.find("locked");
  auto const owner = call.body.text_or_null("owner");
  if (!owner || (locked != nullptr && !locked->is_bool()) || (locked == nullptr && !*owner)) {
    return invalid_params("Expected `locked` as true or false, or `owner` as a string.");
  }
  if (!owns(call.state, *call.app, call.user->login)) {
    return forbidden(fmt::format("You must own the app {} to do that.", call.app->name));
  }
  if (*owner) {
    if (auto refusal = give_away(call, **owner)) return *std::move(refusal);
  }
  if (locked != nullptr) call.app->locked = locked->as_bool();
  call.app->updated_at = call.now;
  tell_app(call.state, *call.app, "update", call.user->login, call.now);
  return show_team_app(call);
}

Response list_nothing(Call& call) {
  if (team_of(call) == nullptr) return heroku_not_found("team");
  return ranged_list(call, {}, "id");
}

Route const routes[] = {
    {"GET", "/teams", list_teams},
    {"POST", "/teams", create_team},
    {"POST", "/teams/apps", create_team_app},
    {"GET", "/teams/{}", show_team},
    {"GET", "/teams/apps/{app}", show_team_app},
    {"PATCH", "/teams/apps/{app}", update_team_app},
    {"GET", "/teams/{}/apps", list_team_apps},
    {"GET", "/teams/{}/members", list_members},
    {"POST", "/teams/{}/members", set_member},
    {"PUT", "/teams/{}/members", set_member},
    {"PATCH", "/teams/{}/members", set_member},
    {"DELETE", "/teams/{}/members/{}", remove_member},
    {"GET", "/teams/{}/invitations", list_nothing},
    {"GET", "/teams/{}/features", list_nothing},
};

}  // namespace

std::span<Route const> team_routes() {
  return routes;
}

}  // namespace landfall::sandbox
