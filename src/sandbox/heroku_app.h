// The life of an app, whoever owns it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/heroku.h"

namespace landfall::sandbox {

/// The refusal of a name that is malformed or taken.
std::optional<Response> refuse_name(State const& state, std::string_view name);

struct Made {
  App* app = nullptr;  ///< nullptr: see the refusal
  Response refusal{};
};
/// What POST /apps and POST /teams/apps ask for, with its first two releases. `team`: a team's
/// name; "" makes a personal app.
Made create_app(Call& call, std::string_view team);

/// Moves the app, and with it its host name. References to it stay good.
App& rename_app(State& state, std::string const& name, std::string const& new_name);

/// Ends its dynos and takes it out of everything.
void remove_app(State& state, std::string const& name);

/// The first label of an app's host name, as Heroku makes it: NAME-0123456789ab.
std::string host_of(std::string_view name);

/// An app as teams' endpoints show it to a user.
Json team_app_json(State const& state, App const& app, std::string const& login);

}  // namespace landfall::sandbox
