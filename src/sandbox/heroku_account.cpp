// The account of whoever asks.
#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

Response account_response(User const& user) {
  return json_response(200, Json::object({
                                {"allow_tracking", false},
                                {"beta", false},
                                {"country_of_residence", nullptr},
                                {"created_at", "2020-01-01T00:00:00Z"},
                                {"default_organization", nullptr},
                                {"default_team", nullptr},
                                {"delinquent_at", nullptr},
                                {"email", user.email},
                                {"federated", false},
                                {"id", user.uuid},
                                {"identity_provider", nullptr},
                                {"last_login", nullptr},
                                {"name", user.name},
                                {"sms_number", nullptr},
                                {"suspended_at", nullptr},
                                {"two_factor_authentication", true},
                                {"updated_at", "2020-01-01T00:00:00Z"},
                                {"verified", true},
                            }));
}

/// /account is the user's own; of /users/{} nobody may see another's.
Response with_account(Call& call, Response (*answer)(Call&, User&)) {
  User const* const user =
      find_user(call.state, *call.user, call.words.empty() ? "~" : call.words[0]);
  if (user == nullptr) return heroku_not_found("user");
  if (user->login != call.user->login) return forbidden("You do not have access to that account.");
  for (User& own : call.state.users) {
    if (own.login == user->login) return answer(call, own);
  }
  return heroku_not_found("user");
}

Response show_account(Call& call) {
  return with_account(call, [](Call&, User& user) { return account_response(user); });
}

Response update_account(Call& call) {
  return with_account(call, [](Call& asked, User& user) {
    auto const name = asked.body.text_or_null("name");
    if (!name) return invalid_params("name: expected a string.");
    if (*name) user.name = **name;
    return account_response(user);
  });
}

/// What `heroku ps` asks of Eco dynos' hours.
Response show_quota(Call& call) {
  return with_account(call, [](Call&, User&) {
    return json_response(
        200,
        Json::object({{"account_quota", 3'600'000}, {"quota_used", 0}, {"apps", Json::array()}}));
  });
}

Route const routes[] = {
    {"GET", "/account", show_account},
    {"PATCH", "/account", update_account},
    {"GET", "/users/{}", show_account},
    {"PATCH", "/users/{}", update_account},
    {"GET", "/accounts/{}/actions/get-quota", show_quota},
};

}  // namespace

std::span<Route const> account_routes() {
  return routes;
}

}  // namespace landfall::sandbox
