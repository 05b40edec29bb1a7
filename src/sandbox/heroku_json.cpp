#include "sandbox/heroku_json.h"

#include <fmt/core.h>

#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

char const* word(ReleaseStatus status) {
  switch (status) {
    case ReleaseStatus::pending:
      return "pending";
    case ReleaseStatus::succeeded:
      return "succeeded";
    case ReleaseStatus::failed:
      return "failed";
  }
  unreachable_here("a release status");
}

Json team_json(State const& state, App const& app) {
  auto const team = state.heroku.teams.find(app.team);
  if (team == state.heroku.teams.end()) return nullptr;
  return Json::object({{"id", team->second.id}, {"name", team->second.name}});
}

Json addon_plans(App const& app, Release const& release) {
  Json plans = Json::array();
  for (AddOn const& addon : app.addons) {
    if (addon.created_at <= release.created_at) plans.push(addon.plan);
  }
  return plans;
}

}  // namespace

Json instant_or_null(std::optional<Instant> instant) {
  return instant ? Json(iso8601(*instant)) : Json();
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

Json only_id(std::string_view id) {
  return Json::object({{"id", id}});
}

Json heroku_user(State const& state, std::string_view login) {
  User const* const user = state.user(login);
  require(user != nullptr, "a login that the world file does not declare");
  return Json::object({{"email", user->email}, {"id", user->uuid}});
}

Json app_reference(App const& app) {
  return Json::object({{"id", app.id}, {"name", app.name}});
}

Json owner_json(State const& state, App const& app) {
  auto const team = state.heroku.teams.find(app.team);
  if (team == state.heroku.teams.end()) return heroku_user(state, app.owner);
  return Json::object(
      {{"email", team->second.name + "@herokumanager.com"}, {"id", team->second.id}});
}

Json app_json(State const& state, App const& app) {
  Release const* const current = app.current();
  Slug const* const slug = current == nullptr ? nullptr : app.slug_of(*current);
  Json const team = team_json(state, app);
  return Json::object({
      {"acm", false},
      {"archived_at", instant_or_null(app.archived_at)},
      {"buildpack_provided_description", slug == nullptr ? Json() : text_or_null(slug->buildpack)},
      {"build_stack", named(app.build_stack.empty() ? app.stack : app.build_stack)},
      {"created_at", iso8601(app.created_at)},
      {"generation", named("cedar")},
      {"git_url", fmt::format("https://git.heroku.com/{}.git", app.name)},
      {"id", app.id},
      {"internal_routing", nullptr},
      {"maintenance", app.maintenance},
      {"name", app.name},
      {"organization", team},
      {"owner", owner_json(state, app)},
      {"region", named(app.region)},
      {"released_at", current == nullptr ? Json() : Json(iso8601(current->created_at))},
      {"repo_size", nullptr},
      {"slug_size", slug == nullptr ? Json() : Json(slug->archive.size())},
      {"space", nullptr},
      {"stack", named(app.stack)},
      {"team", team},
      {"updated_at", iso8601(app.updated_at)},
      {"web_url", web_url(state, app)},
  });
}

Json release_json(State const& state, App const& app, Release const& release) {
  Json artifacts = Json::array();
  if (release.slug) artifacts.push(Json::object({{"type", "slug"}, {"id", *release.slug}}));
  Json const output = release.output_secret.empty()
                          ? Json()
                          : Json(heroku_url(state, "/streams/" + release.output_secret));
  return Json::object({
      {"addon_plan_names", addon_plans(app, release)},
      {"artifacts", std::move(artifacts)},
      {"app", app_reference(app)},
      {"created_at", iso8601(release.created_at)},
      {"description", release.description},
      {"id", release.id},
      {"updated_at", iso8601(release.updated_at)},
      {"slug", release.slug ? only_id(*release.slug) : Json()},
      {"status", word(release.status)},
      {"user", heroku_user(state, release.user)},
      {"version", release.version},
      {"current", app.current() == &release},
      {"output_stream_url", output},
      {"eligible_for_rollback", is_eligible_for_rollback(release)},
  });
}

}  // namespace landfall::sandbox
