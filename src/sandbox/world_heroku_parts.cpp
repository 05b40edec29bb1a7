// What hangs on the apps of a world file's `heroku:` part, and what they are parts of.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_pipelines.h"
#include "sandbox/world_file.h"

namespace landfall::sandbox {
namespace {

Result<Section> open_item(Section const& section, yaml::Node const& node, std::string_view what,
                          std::vector<std::string> const& keys) {
  return Section::open(section.file(), node, fmt::format("{} of {}", what, section.what()), keys);
}

Result<AddOn> load_addon(App const& app, Section const& section) {
  AddOn addon;
  addon.plan = TRY(section.text("plan"));
  std::string const service = addon.plan.substr(0, addon.plan.find(':'));
  addon.name = TRY(section.text_or("name", service + "-" + sha1(app.name).substr(0, 5)));
  addon.id = named_id("add-on " + addon.name);
  addon.cents = TRY(section.integer("cents")).value_or(0);
  addon.config_vars = TRY(section.texts("config")).value_or(std::vector<std::string>{});
  addon.created_at = TRY(section.instant_or_none("created_at")).value_or(app.created_at);
  addon.updated_at = addon.created_at;
  std::string as = addon.config_vars.empty() ? "" : addon.config_vars[0];
  if (as.ends_with("_URL")) as.resize(as.size() - 4);
  as = TRY(section.text_or("as", as));
  if (as.empty()) {
    return std::unexpected(section.error("as", "expected a name, or config vars that give one"));
  }
  addon.attachments.push_back({named_id(addon.id + app.id + as), app.id, as, addon.created_at});
  return addon;
}

Result<> load_addons(App& app, Section const& section) {
  for (yaml::Node const& node : TRY(section.items("addons"))) {
    auto const item = TRY(open_item(section, node, "add-on",
                                    {"plan", "name", "as", "config", "cents", "created_at"}));
    app.addons.push_back(TRY(load_addon(app, item)));
  }
  return {};
}

Result<> load_drains(App& app, Section const& section) {
  auto const urls = TRY(section.texts("drains"));
  for (std::string const& url : urls.value_or(std::vector<std::string>{})) {
    LogDrain drain{.id = named_id(app.id + url), .url = url};
    drain.token = "d." + named_id("drain " + app.id + url);
    drain.created_at = app.created_at;
    drain.updated_at = app.created_at;
    app.drains.push_back(std::move(drain));
  }
  return {};
}

Result<> load_webhooks(App& app, Section const& section) {
  int number = 0;
  for (yaml::Node const& node : TRY(section.items("webhooks"))) {
    auto const item = TRY(open_item(section, node, "webhook",
                                    {"url", "include", "level", "secret", "authorization"}));
    AppWebhook webhook;
    webhook.id = named_id(fmt::format("webhook {} of {}", ++number, app.id));
    webhook.url = TRY(item.text("url"));
    if (auto const url = parse_url(webhook.url); !url || url->scheme.empty()) {
      return std::unexpected(item.error("url", "expected an http or https URL"));
    }
    webhook.include = TRY(item.texts("include")).value_or(std::vector<std::string>{"api:release"});
    for (std::string const& entity : webhook.include) {
      if (!is_webhook_entity(entity)) {
        return std::unexpected(
            item.error("include", fmt::format("webhooks do not tell of '{}'", printable(entity))));
      }
    }
    std::string const level = TRY(item.text_or("level", "notify"));
    if (level != "notify" && level != "sync") {
      return std::unexpected(item.error("level", "expected notify or sync"));
    }
    webhook.sync = level == "sync";
    webhook.secret = TRY(item.text_or("secret", ""));
    webhook.authorization = TRY(item.text_or("authorization", ""));
    webhook.created_at = app.created_at;
    webhook.updated_at = app.created_at;
    app.webhooks.push_back(std::move(webhook));
  }
  return {};
}

Result<> load_sharing(State& state, App& app, Section const& section) {
  app.team = TRY(section.text_or("team", ""));
  if (!app.team.empty() && !state.heroku.teams.contains(app.team)) {
    return std::unexpected(section.error("team", "no such team is declared"));
  }
  app.locked = TRY(section.boolean_or("locked", false));
  auto const access = TRY(section.texts("access"));
  auto const collaborators = TRY(section.texts("collaborators"));
  if (access && collaborators) {
    return std::unexpected(section.error("access", "the same as collaborators: leave one out"));
  }
  auto const& logins = collaborators ? collaborators : access;
  if (logins) app.access = {logins->begin(), logins->end()};
  return {};
}

Result<> load_team(State& state, std::string_view file, yaml::Pair const& pair) {
  std::string const name(pair.key.text);
  auto const section =
      TRY(Section::open(file, pair.value, "team '" + name + "'", {"created_at", "members"}));
  HerokuTeam team{.id = named_id("team " + name), .name = name};
  team.created_at =
      TRY(section.instant_or_none("created_at")).value_or(Instant{std::chrono::days(18262)});
  for (yaml::Pair const& member : TRY(section.pairs("members"))) {
    std::string const who(member.key.text);
    if (state.user(who) == nullptr) {
      return std::unexpected(
          section.error("members", "no user '" + printable(who) + "' is declared"));
    }
    std::string const role = TRY(scalar(file, member.value, "role of " + who));
    if (role != "admin" && role != "member" && role != "viewer") {
      return std::unexpected(section.error("members", "expected admin, member or viewer"));
    }
    team.members.emplace(who, role);
  }
  if (team.members.empty()) return std::unexpected(section.error("members", "missing"));
  state.heroku.teams.emplace(name, std::move(team));
  return {};
}

Result<> load_couplings(State& state, Section const& section, Pipeline const& pipeline) {
  for (yaml::Pair const& pair : TRY(section.pairs("apps"))) {
    std::string const name(pair.key.text);
    App const* const app = state.heroku.find(name);
    if (app == nullptr) {
      return std::unexpected(section.error("apps", "no app '" + printable(name) + "' is declared"));
    }
    std::string const stage = TRY(scalar(section.file(), pair.value, "stage of " + name));
    if (!is_stage(stage)) {
      return std::unexpected(section.error(
          "apps", "expected a stage: test, review, development, staging or production"));
    }
    if (coupling_of(state, app->id) != nullptr) {
      return std::unexpected(section.error("apps", name + " is in another pipeline already"));
    }
    Coupling coupling{.id = named_id("coupling " + app->id), .app = app->id};
    coupling.pipeline = pipeline.id;
    coupling.stage = stage;
    coupling.created_at = pipeline.created_at;
    coupling.updated_at = pipeline.created_at;
    state.heroku.couplings.push_back(std::move(coupling));
  }
  return {};
}

Result<> load_pipeline(State& state, std::string_view file, yaml::Pair const& pair) {
  std::string const name(pair.key.text);
  auto const section = TRY(Section::open(file, pair.value, "pipeline '" + name + "'",
                                         {"created_at", "owner", "team", "apps"}));
  Pipeline pipeline{.id = named_id("pipeline " + name), .name = name};
  std::string const team = TRY(section.text_or("team", ""));
  pipeline.of_team = !team.empty();
  if (pipeline.of_team && !state.heroku.teams.contains(team)) {
    return std::unexpected(section.error("team", "no such team is declared"));
  }
  pipeline.owner = pipeline.of_team ? team : TRY(login(state, section, "owner", ""));
  pipeline.created_at = TRY(section.instant("created_at"));
  pipeline.updated_at = pipeline.created_at;
  TRY(load_couplings(state, section, pipeline));
  state.heroku.pipelines.push_back(std::move(pipeline));
  return {};
}

}  // namespace

Result<> load_app_parts(State& state, App& app, Section const& section) {
  TRY(load_sharing(state, app, section));
  app.region = TRY(section.text_or("region", "us"));
  if (!is_region(app.region)) return std::unexpected(section.error("region", "expected us or eu"));
  app.build_stack = TRY(section.text_or("build_stack", ""));
  app.buildpacks = TRY(section.texts("buildpacks")).value_or(std::vector<std::string>{});
  TRY(load_addons(app, section));
  TRY(load_drains(app, section));
  return load_webhooks(app, section);
}

Result<> load_teams(State& state, Section const& heroku) {
  for (yaml::Pair const& pair : TRY(heroku.pairs("teams"))) {
    TRY(load_team(state, heroku.file(), pair));
  }
  return {};
}

Result<> load_pipelines(State& state, Section const& heroku) {
  for (yaml::Pair const& pair : TRY(heroku.pairs("pipelines"))) {
    TRY(load_pipeline(state, heroku.file(), pair));
  }
  return {};
}

}  // namespace landfall::sandbox
