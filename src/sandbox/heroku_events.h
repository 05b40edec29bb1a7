// What happens to an app, told to its log and its webhooks.
// https://devcenter.heroku.com/articles/app-webhooks
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

/// A line "TEXT by user EMAIL" from the API, as `heroku logs` shows it.
void log_api(State const& state, App& app, std::string_view text, std::string_view login,
             Instant now);

struct Happened {
  std::string_view include;  ///< "api:release"
  std::string_view action;   ///< "create", "update" or "destroy"
  std::string_view actor;    ///< a login
};
/// Whether any webhook of the app wants to hear of it: then only is its JSON worth making.
bool is_heard(App const& app, std::string_view include);
/// Queues one letter for each webhook that wants to hear of it. `before`: the members of `data`
/// that have changed, as they were.
void tell_webhooks(State& state, App& app, Happened const& what, Json const& data,
                   Json const& before, Instant now);

// The same for each kind of thing: what the API shows of it now is the event's data.
void tell_app(State& state, App& app, std::string_view action, std::string_view actor, Instant now,
              Json const& before = Json::object());
void tell_build(State& state, App& app, Build const& build, std::string_view action, Instant now);
void tell_release(State& state, App& app, Release const& release, std::string_view action,
                  Instant now);
void tell_formation(State& state, App& app, Formation const& formation, std::string_view actor,
                    Instant now);
/// Dynos come and go by themselves as well: then the app's owner is the actor.
void tell_dyno(State& state, App& app, Dyno const& dyno, std::string_view action, Instant now);

/// The end of a letter's way.
struct Attempt {
  std::string app;
  std::string delivery;
  std::optional<int> status;  ///< what the receiver answered; none: `error` says why
  std::string error;
};
/// When a webhook of level sync is to get the letter again; its next one is queued otherwise.
std::optional<Instant> end_attempt(State& state, Attempt const& attempt, Instant now);
/// Queues the letter of a delivery's next attempt, if it is still wanted.
void post_again(State& state, std::string_view app, std::string_view delivery, Instant now);

}  // namespace landfall::sandbox
