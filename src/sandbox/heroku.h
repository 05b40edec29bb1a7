// Heroku's Platform API over the state.
// https://devcenter.heroku.com/articles/platform-api-reference
#pragma once

#include <string>
#include <string_view>

#include "sandbox/call.h"

namespace landfall::sandbox {

/// One request to the Platform API: credentials, rate limit, version, app, handler, headers.
Response answer_heroku(State& state, Request const& request, Url const& url, Instant now);

/// The body of every refusal: {"id", "message"}.
Response heroku_error(int status, std::string_view id, std::string_view message);
Response invalid_params(std::string_view message);
Response heroku_not_found(std::string_view thing);  ///< "Couldn't find that release."

/// A list as the Range header asks for it: 200, or 206 with Next-Range when more is left. Items are
/// sorted by the field that the header names, or by `field`.
Response ranged_list(Call const& call, Json::Array items, std::string_view field);

/// A UUID that the same name always gives: for stacks, regions and sizes.
std::string named_id(std::string_view name);
Json named(std::string_view name);  ///< {"id", "name"}
Json heroku_user(State const& state, std::string_view login);
Json app_reference(App const& app);  ///< {"id", "name"}
std::string heroku_url(State const& state, std::string_view path);
/// The app's address at the router, as web_url says it.
std::string web_url(State const& state, App const& app);

// Handlers, one file a resource.
Response list_apps(Call& call);
Response show_app(Call& call);
Response update_app(Call& call);
Response show_account(Call& call);
Response list_domains(Call& call);
Response list_addons(Call& call);
Response list_features(Call& call);
Response update_feature(Call& call);
Response list_collaborators(Call& call);
Response no_pipeline_coupling(Call& call);
Response show_config(Call& call);
Response update_config(Call& call);
Response show_release_config(Call& call);
Response list_releases(Call& call);
Response show_release(Call& call);
Response create_release(Call& call);
Response show_slug(Call& call);
Response create_slug(Call& call);
Response create_source(Call& call);
Response create_build(Call& call);
Response list_builds(Call& call);
Response show_build(Call& call);
Response list_formation(Call& call);
Response show_formation(Call& call);
Response update_formation(Call& call);
Response update_formation_type(Call& call);
Response list_dynos(Call& call);
Response show_dyno(Call& call);
Response restart_all_dynos(Call& call);
Response restart_dyno(Call& call);

}  // namespace landfall::sandbox
