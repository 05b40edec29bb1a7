// Apps, the account, and what hangs on an app without changing what it runs.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

Json instant_or_null(std::optional<Instant> instant) {
  return instant ? Json(iso8601(*instant)) : Json();
}

Json app_json(State const& state, App const& app) {
  Release const* const current = app.current();
  Slug const* const slug = current == nullptr ? nullptr : app.slug_of(*current);
  return Json::object({
      {"acm", false},
      {"archived_at", instant_or_null(app.archived_at)},
      {"buildpack_provided_description", slug == nullptr ? Json() : Json(slug->buildpack)},
      {"build_stack", named(app.stack)},
      {"created_at", iso8601(app.created_at)},
      {"generation", named("cedar")},
      {"git_url", fmt::format("https://git.heroku.com/{}.git", app.name)},
      {"id", app.id},
      {"internal_routing", nullptr},
      {"maintenance", app.maintenance},
      {"name", app.name},
      {"organization", nullptr},
      {"owner", heroku_user(state, app.owner)},
      {"region", named("us")},
      {"released_at", current == nullptr ? Json() : Json(iso8601(current->created_at))},
      {"repo_size", nullptr},
      {"slug_size", slug == nullptr ? Json() : Json(slug->archive.size())},
      {"space", nullptr},
      {"stack", named(app.stack)},
      {"team", nullptr},
      {"updated_at", iso8601(app.updated_at)},
      {"web_url", web_url(state, app)},
  });
}

Json domain_json(App const& app, Domain const& domain, bool own) {
  return Json::object({
      {"acm_status", nullptr},
      {"acm_status_reason", nullptr},
      {"app", app_reference(app)},
      {"cname", own ? Json() : Json(named_id(domain.hostname).substr(0, 8) + ".herokudns.com")},
      {"created_at", iso8601(domain.created_at)},
      {"hostname", domain.hostname},
      {"id", domain.id},
      {"kind", own ? "heroku" : "custom"},
      {"sni_endpoint", nullptr},
      {"status", own ? "none" : "succeeded"},
      {"updated_at", iso8601(domain.created_at)},
  });
}

Json feature_json(App const& app, std::string const& name) {
  return Json::object({
      {"created_at", "2012-01-01T12:00:00Z"},
      {"description", fmt::format("The feature {}.", name)},
      {"display_name", name},
      {"doc_url", "https://devcenter.heroku.com/articles/" + name},
      {"enabled", app.features.contains(name)},
      {"feedback_email", "labs-feedback@heroku.com"},
      {"id", named_id("feature " + name)},
      {"name", name},
      {"state", "general"},
      {"updated_at", "2012-01-01T12:00:00Z"},
  });
}

std::set<std::string> features_of(App const& app) {
  std::set<std::string> names{"http-session-affinity", "log-runtime-metrics", "preboot",
                              "runtime-dyno-build-metadata", "runtime-dyno-metadata"};
  names.insert(app.features.begin(), app.features.end());
  return names;
}

Json collaborator_json(State const& state, App const& app, User const& user) {
  bool const owns = user.login == app.owner;
  Json permissions = Json::array();
  for (char const* name : {"deploy", "operate", "view"}) {
    permissions.push(Json::object({{"name", name}, {"description", fmt::format("Can {}.", name)}}));
  }
  Json person = heroku_user(state, user.login);
  person.set("federated", false);
  return Json::object({
      {"app", app_reference(app)},
      {"created_at", iso8601(app.created_at)},
      {"id", named_id(app.id + user.uuid)},
      {"permissions", std::move(permissions)},
      {"role", owns ? "owner" : "collaborator"},
      {"updated_at", iso8601(app.created_at)},
      {"user", std::move(person)},
  });
}

}  // namespace

Response list_apps(Call& call) {
  Json::Array items;
  for (auto const& [name, app] : call.state.heroku.apps) {
    if (can_see(call.state, app, call.user->login)) items.push_back(app_json(call.state, app));
  }
  return ranged_list(call, std::move(items), "name");
}

Response show_app(Call& call) {
  return json_response(200, app_json(call.state, *call.app));
}

Response update_app(Call& call) {
  Json const* const maintenance = call.body.find("maintenance");
  if (maintenance == nullptr) return invalid_params("Only `maintenance` can be changed here.");
  if (!maintenance->is_bool()) return invalid_params("maintenance: expected true or false.");
  call.app->maintenance = maintenance->as_bool();
  call.app->updated_at = call.now;
  return show_app(call);
}

Response show_account(Call& call) {
  User const& user = *call.user;
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

Response list_domains(Call& call) {
  App const& app = *call.app;
  Domain const own{named_id(app.id + app.host), app.host + ".localhost", app.created_at};
  Json::Array items{domain_json(app, own, true)};
  for (Domain const& domain : app.domains) items.push_back(domain_json(app, domain, false));
  return ranged_list(call, std::move(items), "hostname");
}

Response list_addons(Call& call) {
  return ranged_list(call, {}, "id");
}

Response list_features(Call& call) {
  Json::Array items;
  for (std::string const& name : features_of(*call.app)) {
    items.push_back(feature_json(*call.app, name));
  }
  return ranged_list(call, std::move(items), "name");
}

Response update_feature(Call& call) {
  std::string const& name = call.words[0];
  if (!features_of(*call.app).contains(name)) return heroku_not_found("app feature");
  auto const enabled = call.body.boolean("enabled");
  if (!enabled) return invalid_params("enabled: expected true or false.");
  if (*enabled)
    call.app->features.insert(name);
  else
    call.app->features.erase(name);
  return json_response(200, feature_json(*call.app, name));
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

/// The sandbox has no pipelines; real clients expect this 404 of an app that is in none.
Response no_pipeline_coupling(Call& /*call*/) {
  return heroku_not_found("pipeline coupling");
}

}  // namespace landfall::sandbox
