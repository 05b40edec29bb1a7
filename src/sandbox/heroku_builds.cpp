// Sources, builds and the buildpacks that they use. The build itself is an effect: build.cpp.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_events.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::size_t const buildpacks_max = 20;
char const* const urn = "urn:buildpack:";

char const* word(BuildStatus status) {
  switch (status) {
    case BuildStatus::pending:
      return "pending";
    case BuildStatus::succeeded:
      return "succeeded";
    case BuildStatus::failed:
      return "failed";
  }
  unreachable_here("a build status");
}

/// "heroku/nodejs" is a name in Heroku's registry; all else is a URL.
bool is_registered(std::string_view buildpack) {
  return buildpack.find(':') == std::string_view::npos;
}

Json buildpack_json(std::string const& buildpack) {
  std::string const url = is_registered(buildpack) ? urn + buildpack : buildpack;
  return Json::object({{"url", url}, {"name", buildpack}});
}

Json buildpacks_json(std::vector<std::string> const& buildpacks) {
  Json json = Json::array();
  for (std::string const& buildpack : buildpacks) json.push(buildpack_json(buildpack));
  return json;
}

/// An array of texts, or of objects with a url or a name. nullopt: it is neither.
std::optional<std::vector<std::string>> read_buildpacks(Json const& array) {
  std::vector<std::string> buildpacks;
  if (array.is_null()) return buildpacks;
  if (!array.is_array() || array.as_array().size() > buildpacks_max) return std::nullopt;
  for (Json const& item : array.as_array()) {
    auto const url = item.is_string() ? item.text("") : item.text("url");
    auto const text = url ? url : item.text("name");
    if (!text || text->empty()) return std::nullopt;
    buildpacks.push_back(text->starts_with(urn) ? text->substr(std::string_view(urn).size())
                                                : *text);
  }
  return buildpacks;
}

Response create_source(Call& call) {
  std::string const secret = call.state.secret();
  call.state.heroku.sources[secret].created_at = call.now;
  std::string const url = heroku_url(call.state, fmt::format("/source-blobs/{}.tgz", secret));
  return json_response(
      201, Json::object({{"source_blob", Json::object({{"get_url", url}, {"put_url", url}})}}));
}

std::optional<Response> read_source(Json const& body, Build& build) {
  auto const url = body.text("source_blob.url");
  auto const version = body.text_or_null("source_blob.version");
  auto const description = body.text_or_null("source_blob.version_description");
  auto const checksum = body.text_or_null("source_blob.checksum");
  if (!url || !version || !description || !checksum) {
    return invalid_params("source_blob: expected url, and version as strings.");
  }
  auto const parsed = parse_url(*url);
  if (!parsed || parsed->scheme.empty()) {
    return invalid_params("source_blob.url: expected an http or https URL.");
  }
  build.source_url = *url;
  build.source_version = version->value_or("");
  build.source_description = description->value_or("");
  build.source_checksum = *checksum;
  return std::nullopt;
}

Response create_build(Call& call) {
  Build build;
  if (auto refusal = read_source(call.body, build)) return *std::move(refusal);
  if (Json const* const buildpacks = call.body.find("buildpacks"); buildpacks != nullptr) {
    auto read = read_buildpacks(*buildpacks);
    if (!read) return invalid_params("buildpacks: expected an array of objects with a url.");
    build.buildpacks = *std::move(read);
  }
  build.id = call.state.random.uuid();
  build.user = call.user->login;
  build.output_secret = call.state.secret();
  build.created_at = call.now;
  build.updated_at = call.now;
  App& app = *call.app;
  call.state.effects.push_back({EffectKind::build, app.id, build.id});
  Build const& made = app.builds.emplace_back(std::move(build));
  log_api(call.state, app, "Build started", call.user->login, call.now);
  tell_build(call.state, app, made, "create", call.now);
  return json_response(201, build_json(call.state, app, made));
}

Response list_builds(Call& call) {
  Json::Array items;
  for (Build const& build : call.app->builds) {
    items.push_back(build_json(call.state, *call.app, build));
  }
  return ranged_list(call, std::move(items), "created_at");
}

Response show_build(Call& call) {
  Build const* const build = call.app->build(call.words[0]);
  if (build == nullptr) return heroku_not_found("build");
  return json_response(200, build_json(call.state, *call.app, *build));
}

Response cancel_build(Call& call) {
  Build* const build = call.app->build(call.words[0]);
  if (build == nullptr) return heroku_not_found("build");
  if (build->status != BuildStatus::pending) return conflict("The build has ended already.");
  build->status = BuildStatus::failed;
  build->updated_at = call.now;
  call.state.effects.push_back({EffectKind::cancel_build, call.app->id, build->id});
  tell_build(call.state, *call.app, *build, "update", call.now);
  return json_response(200, build_json(call.state, *call.app, *build));
}

Response delete_cache(Call& call) {
  call.state.effects.push_back({EffectKind::clear_cache, call.app->id, ""});
  return json_response(202, Json::object());
}

Json installations_json(App const& app) {
  Json json = Json::array();
  int ordinal = 0;
  for (std::string const& buildpack : app.buildpacks) {
    json.push(Json::object({{"ordinal", ordinal++}, {"buildpack", buildpack_json(buildpack)}}));
  }
  return json;
}

Response list_installations(Call& call) {
  return json_response(200, installations_json(*call.app));
}

Response update_installations(Call& call) {
  auto const updates = call.body.items("updates");
  if (!updates) return invalid_params("updates: expected an array.");
  Json names = Json::array();
  for (Json const& update : **updates) {
    Json const* const buildpack = update.find("buildpack");
    names.push(buildpack == nullptr ? Json() : *buildpack);
  }
  auto read = read_buildpacks(names);
  if (!read) return invalid_params("updates: expected a buildpack's name or URL in each.");
  call.app->buildpacks = *std::move(read);
  call.app->updated_at = call.now;
  return list_installations(call);
}

Route const routes[] = {
    {"POST", "/sources", create_source},
    {"POST", "/apps/{app}/sources", create_source},
    {"GET", "/apps/{app}/builds", list_builds},
    {"POST", "/apps/{app}/builds", create_build},
    {"GET", "/apps/{app}/builds/{}", show_build},
    {"DELETE", "/apps/{app}/builds/{}", cancel_build},
    {"DELETE", "/apps/{app}/build-cache", delete_cache},
    {"GET", "/apps/{app}/buildpack-installations", list_installations},
    {"PUT", "/apps/{app}/buildpack-installations", update_installations},
};

}  // namespace

Json build_json(State const& state, App const& app, Build const& build) {
  return Json::object({
      {"app", only_id(app.id)},
      {"buildpacks", buildpacks_json(build.buildpacks.empty() ? app.buildpacks : build.buildpacks)},
      {"created_at", iso8601(build.created_at)},
      {"generation", "cedar"},
      {"id", build.id},
      {"output_stream_url", heroku_url(state, "/streams/" + build.output_secret)},
      {"release", build.release ? only_id(*build.release) : Json()},
      {"slug", build.slug ? only_id(*build.slug) : Json()},
      {"source_blob",
       Json::object({{"checksum", Json(build.source_checksum)},
                     {"url", build.source_url},
                     {"version", text_or_null(build.source_version)},
                     {"version_description", text_or_null(build.source_description)}})},
      {"stack", app.build_stack.empty() ? app.stack : app.build_stack},
      {"status", word(build.status)},
      {"updated_at", iso8601(build.updated_at)},
      {"user", heroku_user(state, build.user)},
  });
}

std::span<Route const> build_routes() {
  return routes;
}

}  // namespace landfall::sandbox
