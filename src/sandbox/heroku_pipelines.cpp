#include "sandbox/heroku_pipelines.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::array<std::string_view, 5> const stages{"test", "review", "development", "staging",
                                             "production"};

std::string owner_id(State const& state, Pipeline const& pipeline) {
  if (pipeline.of_team) {
    auto const team = state.heroku.teams.find(pipeline.owner);
    return team == state.heroku.teams.end() ? named_id(pipeline.owner) : team->second.id;
  }
  User const* const user = state.user(pipeline.owner);
  return user == nullptr ? named_id(pipeline.owner) : user->uuid;
}

Json pipeline_json(State const& state, Pipeline const& pipeline) {
  return Json::object({
      {"created_at", iso8601(pipeline.created_at)},
      {"generation", named("cedar")},
      {"id", pipeline.id},
      {"name", pipeline.name},
      {"owner", Json::object({{"id", owner_id(state, pipeline)},
                              {"type", pipeline.of_team ? "team" : "user"}})},
      {"updated_at", iso8601(pipeline.updated_at)},
  });
}

/// The CLI reads the names too, which the schema does not have.
Json coupling_json(State& state, Coupling const& coupling) {
  App const* const app = state.heroku.find(coupling.app);
  Pipeline const* const pipeline = find_pipeline(state, coupling.pipeline);
  return Json::object({
      {"app", app == nullptr ? only_id(coupling.app) : app_reference(*app)},
      {"created_at", iso8601(coupling.created_at)},
      {"id", coupling.id},
      {"pipeline", pipeline == nullptr
                       ? only_id(coupling.pipeline)
                       : Json::object({{"id", pipeline->id}, {"name", pipeline->name}})},
      {"stage", coupling.stage},
      {"updated_at", iso8601(coupling.updated_at)},
  });
}

/// The schema's pattern: ^[a-z][a-z0-9-]{2,29}$.
bool is_pipeline_name(std::string_view name) {
  bool const known = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return known && name.size() >= 3 && name.size() <= 30 && name[0] >= 'a';
}

std::optional<Response> refuse_pipeline_name(std::string_view name) {
  if (is_pipeline_name(name)) return std::nullopt;
  return invalid_params(
      "Name must start with a letter and can only contain lowercase letters, digits, and dashes, "
      "3 to 30 of them.");
}

/// {"id", "type"}; without it the pipeline is its maker's.
std::optional<Response> read_owner(Call const& call, Pipeline& pipeline) {
  pipeline.owner = call.user->login;
  Json const* const owner = call.body.find("owner");
  if (owner == nullptr || owner->is_null()) return std::nullopt;
  auto const id = owner->text("id");
  auto const type = owner->text("type");
  if (!id || !type || (*type != "team" && *type != "user")) {
    return invalid_params("owner: expected an id, and team or user as its type.");
  }
  pipeline.of_team = *type == "team";
  if (pipeline.of_team) {
    HerokuTeam const* const team = find_team(call.state, *id);
    if (team == nullptr) return heroku_not_found("team");
    if (!team->members.contains(call.user->login)) return forbidden("You are not in that team.");
    pipeline.owner = team->name;
    return std::nullopt;
  }
  User const* const user = find_user(call.state, *call.user, *id);
  if (user == nullptr) return heroku_not_found("user");
  if (user->login != call.user->login) return forbidden("A pipeline is made for oneself.");
  return std::nullopt;
}

/// The pipeline of the path, by its id or its name.
Pipeline* pipeline_of(Call& call, std::string_view word) {
  Pipeline* const pipeline = find_pipeline(call.state, word);
  bool const seen =
      pipeline != nullptr && can_see_pipeline(call.state, *pipeline, call.user->login);
  return seen ? pipeline : nullptr;
}

bool may_change(State const& state, Pipeline const& pipeline, std::string const& login) {
  auto const team = state.heroku.teams.find(pipeline.owner);
  if (!pipeline.of_team || team == state.heroku.teams.end()) return pipeline.owner == login;
  return team->second.members.contains(login);
}

Response list_pipelines(Call& call) {
  auto const name = call.url.query_value("eq[name]");
  Json::Array items;
  for (Pipeline const& pipeline : call.state.heroku.pipelines) {
    if (name && pipeline.name != *name) continue;
    if (!can_see_pipeline(call.state, pipeline, call.user->login)) continue;
    items.push_back(pipeline_json(call.state, pipeline));
  }
  return ranged_list(call, std::move(items), "name");
}

Response create_pipeline(Call& call) {
  auto const name = call.body.text("name");
  if (!name) return invalid_params("name: expected a string.");
  if (auto refusal = refuse_pipeline_name(*name)) return *std::move(refusal);
  Pipeline pipeline{.id = call.state.random.uuid(), .name = *name};
  if (auto refusal = read_owner(call, pipeline)) return *std::move(refusal);
  for (Pipeline const& other : call.state.heroku.pipelines) {
    if (other.name == *name && other.owner == pipeline.owner) {
      return invalid_params(fmt::format("Name {} is already taken", *name));
    }
  }
  pipeline.created_at = call.now;
  pipeline.updated_at = call.now;
  call.state.heroku.pipelines.push_back(std::move(pipeline));
  return json_response(201, pipeline_json(call.state, call.state.heroku.pipelines.back()));
}

Response show_pipeline(Call& call) {
  Pipeline const* const pipeline = pipeline_of(call, call.words[0]);
  if (pipeline == nullptr) return heroku_not_found("pipeline");
  return json_response(200, pipeline_json(call.state, *pipeline));
}

Response update_pipeline(Call& call) {
  Pipeline* const pipeline = pipeline_of(call, call.words[0]);
  if (pipeline == nullptr) return heroku_not_found("pipeline");
  if (!may_change(call.state, *pipeline, call.user->login)) {
    return forbidden(fmt::format("You must own the pipeline {} to change it.", pipeline->name));
  }
  auto const name = call.body.text_or_null("name");
  if (!name) return invalid_params("name: expected a string.");
  if (*name) {
    if (auto refusal = refuse_pipeline_name(**name)) return *std::move(refusal);
    pipeline->name = **name;
    pipeline->updated_at = call.now;
  }
  return json_response(200, pipeline_json(call.state, *pipeline));
}

Response delete_pipeline(Call& call) {
  Pipeline* const pipeline = pipeline_of(call, call.words[0]);
  if (pipeline == nullptr) return heroku_not_found("pipeline");
  if (!may_change(call.state, *pipeline, call.user->login)) {
    return forbidden(fmt::format("You must own the pipeline {} to destroy it.", pipeline->name));
  }
  Json const json = pipeline_json(call.state, *pipeline);
  std::string const id = pipeline->id;
  Heroku& heroku = call.state.heroku;
  std::erase_if(heroku.couplings, [&](Coupling const& one) { return one.pipeline == id; });
  std::erase_if(heroku.pipelines, [&](Pipeline const& one) { return one.id == id; });
  return json_response(200, json);
}

/// Couplings that the user may see and that `wanted` wants.
template <class Wanted>
Response list_couplings(Call& call, Wanted const& wanted) {
  Json::Array items;
  for (Coupling const& coupling : call.state.heroku.couplings) {
    App const* const app = call.state.heroku.find(coupling.app);
    if (app == nullptr || !can_see(call.state, *app, call.user->login)) continue;
    if (wanted(coupling, *app)) items.push_back(coupling_json(call.state, coupling));
  }
  return ranged_list(call, std::move(items), "id");
}

Response list_all_couplings(Call& call) {
  return list_couplings(call, [](Coupling const&, App const&) { return true; });
}

Response list_pipeline_couplings(Call& call) {
  Pipeline const* const pipeline = pipeline_of(call, call.words[0]);
  if (pipeline == nullptr) return heroku_not_found("pipeline");
  return list_couplings(call, [&](Coupling const& coupling, App const&) {
    return coupling.pipeline == pipeline->id;
  });
}

Response list_team_couplings(Call& call) {
  HerokuTeam const* const team = find_team(call.state, call.words[0]);
  if (team == nullptr || !team->members.contains(call.user->login)) return heroku_not_found("team");
  return list_couplings(call,
                        [&](Coupling const&, App const& app) { return app.team == team->name; });
}

/// Clients name things by a text or by an object with an id.
std::string reference(Json const& body, std::string const& key) {
  if (auto const text = body.text(key)) return *text;
  auto const id = body.text(key + ".id");
  return id ? *id : body.text(key + ".name").value_or("");
}

Response create_coupling(Call& call) {
  auto const stage = call.body.text("stage");
  std::string const app_name = reference(call.body, "app");
  std::string const pipeline_name = reference(call.body, "pipeline");
  if (app_name.empty() || pipeline_name.empty() || !stage || !is_stage(*stage)) {
    return invalid_params(
        "Expected app, pipeline, and stage as one of test, review, development, staging and "
        "production.");
  }
  Pipeline const* const pipeline = pipeline_of(call, pipeline_name);
  if (pipeline == nullptr) return heroku_not_found("pipeline");
  App const* const app = call.state.heroku.find(app_name);
  if (app == nullptr) return heroku_not_found("app");
  if (!can_see(call.state, *app, call.user->login)) {
    return forbidden(fmt::format("You do not have access to the app {}.", app->name));
  }
  if (coupling_of(call.state, app->id) != nullptr) {
    return invalid_params(fmt::format("App {} is already in a pipeline.", app->name));
  }
  Coupling coupling{.id = call.state.random.uuid(), .app = app->id, .pipeline = pipeline->id};
  coupling.stage = *stage;
  coupling.created_at = call.now;
  coupling.updated_at = call.now;
  call.state.heroku.couplings.push_back(std::move(coupling));
  return json_response(201, coupling_json(call.state, call.state.heroku.couplings.back()));
}

Coupling* find_coupling(Call& call) {
  for (Coupling& coupling : call.state.heroku.couplings) {
    if (coupling.id != call.words[0]) continue;
    App const* const app = call.state.heroku.find(coupling.app);
    return app != nullptr && can_see(call.state, *app, call.user->login) ? &coupling : nullptr;
  }
  return nullptr;
}

Response show_coupling(Call& call) {
  Coupling const* const coupling = find_coupling(call);
  if (coupling == nullptr) return heroku_not_found("pipeline coupling");
  return json_response(200, coupling_json(call.state, *coupling));
}

Response show_app_coupling(Call& call) {
  Coupling const* const coupling = coupling_of(call.state, call.app->id);
  if (coupling == nullptr) return heroku_not_found("pipeline coupling");
  return json_response(200, coupling_json(call.state, *coupling));
}

Response update_coupling(Call& call) {
  Coupling* const coupling = find_coupling(call);
  if (coupling == nullptr) return heroku_not_found("pipeline coupling");
  auto const stage = call.body.text_or_null("stage");
  if (!stage || (*stage && !is_stage(**stage))) {
    return invalid_params(
        "stage: expected one of test, review, development, staging and production.");
  }
  if (*stage) coupling->stage = **stage;
  coupling->updated_at = call.now;
  return json_response(200, coupling_json(call.state, *coupling));
}

Response delete_coupling(Call& call) {
  Coupling const* const coupling = find_coupling(call);
  if (coupling == nullptr) return heroku_not_found("pipeline coupling");
  Json const json = coupling_json(call.state, *coupling);
  std::erase_if(call.state.heroku.couplings, [&](Coupling const& one) { return &one == coupling; });
  return json_response(200, json);
}

Route const routes[] = {
    {"GET", "/pipelines", list_pipelines},
    {"POST", "/pipelines", create_pipeline},
    {"GET", "/pipelines/{}", show_pipeline},
    {"PATCH", "/pipelines/{}", update_pipeline},
    {"DELETE", "/pipelines/{}", delete_pipeline},
    {"GET", "/pipelines/{}/pipeline-couplings", list_pipeline_couplings},
    {"GET", "/users/~/pipeline-couplings", list_all_couplings},
    {"GET", "/teams/{}/pipeline-couplings", list_team_couplings},
    {"GET", "/pipeline-couplings", list_all_couplings},
    {"POST", "/pipeline-couplings", create_coupling},
    {"GET", "/pipeline-couplings/{}", show_coupling},
    {"PATCH", "/pipeline-couplings/{}", update_coupling},
    {"DELETE", "/pipeline-couplings/{}", delete_coupling},
    {"GET", "/apps/{app}/pipeline-couplings", show_app_coupling},
};

}  // namespace

Pipeline* find_pipeline(State& state, std::string_view name_or_id) {
  std::vector<Pipeline>& pipelines = state.heroku.pipelines;
  auto const found =
      std::find_if(pipelines.begin(), pipelines.end(), [&](Pipeline const& pipeline) {
        return pipeline.id == name_or_id || pipeline.name == name_or_id;
      });
  return found == pipelines.end() ? nullptr : &*found;
}

bool can_see_pipeline(State const& state, Pipeline const& pipeline, std::string const& login) {
  if (may_change(state, pipeline, login)) return true;
  for (Coupling const& coupling : state.heroku.couplings) {
    if (coupling.pipeline != pipeline.id) continue;
    for (auto const& [name, app] : state.heroku.apps) {
      if (app.id == coupling.app && can_see(state, app, login)) return true;
    }
  }
  return false;
}

Coupling* coupling_of(State& state, std::string_view app_id) {
  std::vector<Coupling>& couplings = state.heroku.couplings;
  auto const found = std::find_if(couplings.begin(), couplings.end(),
                                  [&](Coupling const& one) { return one.app == app_id; });
  return found == couplings.end() ? nullptr : &*found;
}

bool is_stage(std::string_view stage) {
  return std::find(stages.begin(), stages.end(), stage) != stages.end();
}

std::span<Route const> pipeline_routes() {
  return routes;
}

}  // namespace landfall::sandbox
