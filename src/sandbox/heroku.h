// Heroku's Platform API over the state.
// https://devcenter.heroku.com/articles/platform-api-reference
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sandbox/call.h"

namespace landfall::sandbox {

/// One request to the Platform API: credentials, rate limit, version, app, handler, headers.
Response answer_heroku(State& state, Request const& request, Url const& url, Instant now);

/// The body of every refusal: {"id", "message"}.
Response heroku_error(int status, std::string_view id, std::string_view message);
Response invalid_params(std::string_view message);
Response forbidden(std::string_view message);
Response conflict(std::string_view message);
Response heroku_not_found(std::string_view thing);  ///< "Couldn't find that release."

/// A list as the Range header asks for it: 200, or 206 with Next-Range when more is left. Items are
/// sorted by the field that the header names, or by `field`.
Response ranged_list(Call const& call, Json::Array items, std::string_view field);

/// A UUID that the same name always gives: for stacks, regions and sizes.
std::string named_id(std::string_view name);
Json named(std::string_view name);  ///< {"id", "name"}
/// "adjective-noun-12345", as Heroku names what nobody names.
std::string made_up_name(Random& random);
std::string heroku_url(State const& state, std::string_view path);
/// The app's address at the router, as web_url says it.
std::string web_url(State const& state, App const& app);

/// Who is meant by "~", an id, an e-mail address or a login; nullptr: nobody.
User const* find_user(State const& state, User const& self, std::string_view who);
/// Whether a user may rename, give away and destroy an app: its owner, its team's admins.
bool owns(State const& state, App const& app, std::string_view login);
HerokuTeam* find_team(State& state, std::string_view name_or_id);
/// "" if Heroku takes it as an app's name, else what is wrong with it.
std::string app_name_fault(std::string_view name);
/// The canonical spelling of a dyno size in any case: "Standard-1X". "" if there is none.
std::string dyno_size(std::string_view name);
bool is_stack(std::string_view name);
bool is_region(std::string_view name);
/// "api:release" and its like: what webhooks can include.
bool is_webhook_entity(std::string_view name);

// The routes of each resource, one file each.
std::span<Route const> account_routes();
std::span<Route const> addon_routes();
std::span<Route const> app_routes();
std::span<Route const> build_routes();
std::span<Route const> collaborator_routes();
std::span<Route const> config_routes();
std::span<Route const> domain_routes();
std::span<Route const> dyno_routes();
std::span<Route const> feature_routes();
std::span<Route const> formation_routes();
std::span<Route const> log_routes();
std::span<Route const> pipeline_routes();
std::span<Route const> platform_routes();
std::span<Route const> promotion_routes();
std::span<Route const> release_routes();
std::span<Route const> slug_routes();
std::span<Route const> team_routes();
std::span<Route const> webhook_routes();

}  // namespace landfall::sandbox
