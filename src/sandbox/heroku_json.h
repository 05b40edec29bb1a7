// Heroku's resources as its API and its webhooks show them.
// https://github.com/heroku/platform-api/blob/4f4f592/schema.json
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

Json instant_or_null(std::optional<Instant> instant);
Json text_or_null(std::string_view text);  ///< null for ""
Json only_id(std::string_view id);         ///< {"id"}

Json heroku_user(State const& state, std::string_view login);  ///< {"email", "id"}
Json app_reference(App const& app);                            ///< {"id", "name"}
/// Who owns an app: a user, or a team by its manager's address.
Json owner_json(State const& state, App const& app);
Json app_json(State const& state, App const& app);
Json addon_json(App const& app, AddOn const& addon);
Json attachment_json(State const& state, App const& owner, AddOn const& addon,
                     Attachment const& attachment);
Json build_json(State const& state, App const& app, Build const& build);
Json collaborator_json(State const& state, App const& app, User const& user);
Json domain_json(App const& app, Domain const& domain, Instant now);
Json dyno_json(State const& state, App const& app, Dyno const& dyno);
Json formation_json(App const& app, Formation const& formation);
/// Only code that was in force once can be brought back.
bool is_eligible_for_rollback(Release const& release);
Json release_json(State const& state, App const& app, Release const& release);

}  // namespace landfall::sandbox
