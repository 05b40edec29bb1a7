#include "sandbox/heroku_app.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku_json.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

std::string free_name(State& state) {
  std::string name = made_up_name(state.random);
  while (state.heroku.apps.contains(name)) name = made_up_name(state.random);
  return name;
}

/// A string, or an object with a name or an id: clients send both.
Result<std::optional<std::string>> choice(Json const& body, std::string const& key) {
  Json const* const value = body.find(key);
  if (value == nullptr || value->is_null()) return std::optional<std::string>();
  if (!value->is_object()) return body.text_or_null(key);
  auto name = value->text_or_null("name");
  return name && *name ? name : value->text_or_null("id");
}

struct Wanted {
  std::string name;
  std::string region = "us";
  std::string stack = "heroku-24";
  std::set<std::string> features;
};

std::optional<Response> read_wanted(Call& call, Wanted& wanted) {
  auto const name = call.body.text_or_null("name");
  auto const region = choice(call.body, "region");
  auto const stack = choice(call.body, "stack");
  if (!name || !region || !stack)
    return invalid_params("name, region and stack: expected strings.");
  if (*name) {
    if (auto refusal = refuse_name(call.state, **name)) return refusal;
  }
  wanted.name = *name ? **name : free_name(call.state);
  if (*region && !is_region(**region)) return heroku_not_found("region");
  if (*region) wanted.region = **region == named_id("eu") ? "eu" : lower(**region);
  if (wanted.region != "eu") wanted.region = "us";
  if (*stack && !is_stack(**stack)) return heroku_not_found("stack");
  if (*stack) wanted.stack = **stack;
  if (Json const* const flags = call.body.find("feature_flags");
      flags != nullptr && !flags->is_null()) {
    if (!flags->is_array()) return invalid_params("feature_flags: expected an array.");
    for (Json const& flag : flags->as_array()) {
      if (!flag.is_string()) return invalid_params("feature_flags: expected strings.");
      wanted.features.insert(flag.as_string());
    }
  }
  return std::nullopt;
}

void forget_sessions(Heroku& heroku, std::string const& app_id) {
  std::erase_if(heroku.log_sessions, [&](auto const& entry) { return entry.second.app == app_id; });
  std::erase_if(heroku.couplings, [&](Coupling const& one) { return one.app == app_id; });
  for (auto& [name, app] : heroku.apps) {
    for (AddOn& addon : app.addons) {
      std::erase_if(addon.attachments, [&](Attachment const& one) { return one.app == app_id; });
    }
  }
}

}  // namespace

std::optional<Response> refuse_name(State const& state, std::string_view name) {
  std::string const fault = app_name_fault(name);
  if (!fault.empty()) return invalid_params(fault);
  if (!state.heroku.apps.contains(name)) return std::nullopt;
  return invalid_params(fmt::format("Name {} is already taken", name));
}

std::string host_of(std::string_view name) {
  return fmt::format("{}-{}", name, sha1(name).substr(0, 12));
}

Made create_app(Call& call, std::string_view team) {
  Wanted wanted;
  if (auto refusal = read_wanted(call, wanted)) return {nullptr, *std::move(refusal)};
  App app;
  app.id = call.state.random.uuid();
  app.name = wanted.name;
  app.host = host_of(wanted.name);
  app.owner = call.user->login;
  app.team = team;
  app.region = wanted.region;
  app.stack = wanted.stack;
  app.features = std::move(wanted.features);
  app.access.emplace();
  app.created_at = call.now;
  app.updated_at = call.now;
  App& made = call.state.heroku.apps.emplace(wanted.name, std::move(app)).first->second;
  for (char const* description : {"Initial release", "Enable Logplex"}) {
    add_release(call.state, made, {.user = call.user->login, .description = description}, call.now);
  }
  return {&made, {}};
}

App& rename_app(State& state, std::string const& name, std::string const& new_name) {
  auto node = state.heroku.apps.extract(name);
  node.key() = new_name;
  node.mapped().name = new_name;
  node.mapped().host = host_of(new_name);
  return state.heroku.apps.insert(std::move(node)).position->second;
}

void remove_app(State& state, std::string const& name) {
  auto const found = state.heroku.apps.find(name);
  if (found == state.heroku.apps.end()) return;
  App const& app = found->second;
  for (std::vector<Dyno> const* const dynos : {&app.dynos, &app.outgoing}) {
    for (Dyno const& dyno : *dynos) {
      state.effects.push_back({EffectKind::stop_dyno, app.id, dyno.id});
    }
  }
  std::string const id = app.id;
  state.heroku.apps.erase(found);
  forget_sessions(state.heroku, id);
}

Json team_app_json(State const& state, App const& app, std::string const& login) {
  Json json = app_json(state, app);
  json.set("joined", app.access && app.access->contains(login));
  json.set("locked", app.locked);
  return json;
}

}  // namespace landfall::sandbox
