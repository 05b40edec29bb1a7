// Sources and builds. The build itself is an effect: build.cpp.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

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

Json reference(std::optional<std::string> const& id) {
  return id ? Json::object({{"id", *id}}) : Json();
}

Json text_or_null(std::string const& text) {
  return text.empty() ? Json() : Json(text);
}

Json build_json(State const& state, App const& app, Build const& build) {
  return Json::object({
      {"app", Json::object({{"id", app.id}})},
      {"buildpacks", Json::array()},
      {"created_at", iso8601(build.created_at)},
      {"generation", "cedar"},
      {"id", build.id},
      {"output_stream_url", heroku_url(state, "/streams/" + build.output_secret)},
      {"release", reference(build.release)},
      {"slug", reference(build.slug)},
      {"source_blob",
       Json::object({{"checksum", Json(build.source_checksum)},
                     {"url", build.source_url},
                     {"version", text_or_null(build.source_version)},
                     {"version_description", text_or_null(build.source_description)}})},
      {"stack", app.stack},
      {"status", word(build.status)},
      {"updated_at", iso8601(build.updated_at)},
      {"user", heroku_user(state, build.user)},
  });
}

}  // namespace

Response create_source(Call& call) {
  std::string const secret = call.state.secret();
  call.state.heroku.sources[secret].created_at = call.now;
  std::string const url = heroku_url(call.state, fmt::format("/source-blobs/{}.tgz", secret));
  return json_response(
      201, Json::object({{"source_blob", Json::object({{"get_url", url}, {"put_url", url}})}}));
}

Response create_build(Call& call) {
  auto const url = call.body.text("source_blob.url");
  auto const version = call.body.text_or_null("source_blob.version");
  auto const description = call.body.text_or_null("source_blob.version_description");
  auto const checksum = call.body.text_or_null("source_blob.checksum");
  if (!url || !version || !description || !checksum) {
    return invalid_params("source_blob: expected url, and version as strings.");
  }
  auto const parsed = parse_url(*url);
  if (!parsed || parsed->scheme.empty()) {
    return invalid_params("source_blob.url: expected an http or https URL.");
  }
  Build build;
  build.id = call.state.random.uuid();
  build.user = call.user->login;
  build.source_url = *url;
  build.source_version = version->value_or("");
  build.source_description = description->value_or("");
  build.source_checksum = *checksum;
  build.output_secret = call.state.secret();
  build.created_at = call.now;
  build.updated_at = call.now;
  Json const body = build_json(call.state, *call.app, build);
  call.state.effects.push_back({EffectKind::build, call.app->id, build.id});
  call.app->builds.push_back(std::move(build));
  return json_response(201, body);
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

}  // namespace landfall::sandbox
