// Slugs: made by a client that uploads its blob itself.
// https://devcenter.heroku.com/articles/platform-api-deploying-slugs
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

Json slug_json(State const& state, Slug const& slug) {
  Json types = Json::object();
  for (auto const& [type, command] : slug.process_types) types.set(type, command);
  Json const blob =
      Json::object({{"method", slug.uploaded ? "GET" : "PUT"},
                    {"url", heroku_url(state, fmt::format("/slug-blobs/{}.tgz", slug.secret))}});
  return Json::object({
      {"blob", blob},
      {"buildpack_provided_description", text_or_null(slug.buildpack)},
      {"checksum", text_or_null(slug.checksum)},
      {"commit", text_or_null(slug.commit)},
      {"commit_description", text_or_null(slug.commit_description)},
      {"created_at", iso8601(slug.created_at)},
      {"deleted_at", nullptr},
      {"id", slug.id},
      {"process_types", std::move(types)},
      {"size", slug.uploaded ? Json(slug.archive.size()) : Json()},
      {"stack", named(slug.stack)},
      {"updated_at", iso8601(slug.created_at)},
  });
}

/// The schema's pattern: ^[-\w]{1,128}$.
bool is_process_type(std::string_view type) {
  bool const known = std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  return known && !type.empty() && type.size() <= 128;
}

std::optional<Response> read_types(Json const& body, Slug& slug) {
  auto const types = body.members("process_types");
  if (!types) return invalid_params("process_types: expected an object.");
  for (auto const& [type, command] : **types) {
    if (!is_process_type(type)) {
      return invalid_params(fmt::format("'{}' is not a process type.", printable(type)));
    }
    if (!command.is_string()) return invalid_params("process_types: expected commands as strings.");
    slug.process_types.emplace(type, command.as_string());
  }
  return std::nullopt;
}

struct Text {
  char const* name;
  std::string& value;
};

Response show_slug(Call& call) {
  auto const slug = call.app->slugs.find(call.words[0]);
  if (slug == call.app->slugs.end()) return heroku_not_found("slug");
  return json_response(200, slug_json(call.state, slug->second));
}

Response create_slug(Call& call) {
  Slug slug;
  slug.id = call.state.random.uuid();
  slug.secret = call.state.secret();
  slug.uploaded = false;
  slug.stack = call.app->stack;
  slug.created_at = call.now;
  if (auto refusal = read_types(call.body, slug)) return *std::move(refusal);
  Text const texts[] = {{"commit", slug.commit},
                        {"commit_description", slug.commit_description},
                        {"buildpack_provided_description", slug.buildpack},
                        {"checksum", slug.checksum},
                        {"stack", slug.stack}};
  for (Text const& text : texts) {
    auto const given = call.body.text_or_null(text.name);
    if (!given) return invalid_params(fmt::format("{}: expected a string.", text.name));
    if (*given) text.value = **given;
  }
  if (!is_stack(slug.stack)) return heroku_not_found("stack");
  Json const body = slug_json(call.state, slug);
  call.app->slugs.emplace(slug.id, std::move(slug));
  return json_response(201, body);
}

Route const routes[] = {
    {"POST", "/apps/{app}/slugs", create_slug},
    {"GET", "/apps/{app}/slugs/{}", show_slug},
};

}  // namespace

std::span<Route const> slug_routes() {
  return routes;
}

}  // namespace landfall::sandbox
