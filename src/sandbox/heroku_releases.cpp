// Releases, slugs, and the config vars that make releases.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

std::size_t const config_bytes_max = 64 * 1024;

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

bool eligible_for_rollback(Release const& release) {
  return release.slug && release.status == ReleaseStatus::succeeded;
}

Json slug_reference(std::optional<std::string> const& slug) {
  return slug ? Json::object({{"id", *slug}}) : Json();
}

Json release_json(State const& state, App const& app, Release const& release) {
  Json artifacts = Json::array();
  if (release.slug) artifacts.push(Json::object({{"type", "slug"}, {"id", *release.slug}}));
  Json const output = release.output_secret.empty()
                          ? Json()
                          : Json(heroku_url(state, "/streams/" + release.output_secret));
  return Json::object({
      {"addon_plan_names", Json::array()},
      {"artifacts", std::move(artifacts)},
      {"app", app_reference(app)},
      {"created_at", iso8601(release.created_at)},
      {"description", release.description},
      {"id", release.id},
      {"updated_at", iso8601(release.updated_at)},
      {"slug", slug_reference(release.slug)},
      {"status", word(release.status)},
      {"user", heroku_user(state, release.user)},
      {"version", release.version},
      {"current", app.current() == &release},
      {"output_stream_url", output},
      {"eligible_for_rollback", eligible_for_rollback(release)},
  });
}

Json slug_json(State const& state, Slug const& slug) {
  Json types = Json::object();
  for (auto const& [type, command] : slug.process_types) types.set(type, command);
  Json const blob =
      Json::object({{"method", slug.uploaded ? "GET" : "PUT"},
                    {"url", heroku_url(state, fmt::format("/slug-blobs/{}.tgz", slug.secret))}});
  auto const text = [](std::string const& value) { return value.empty() ? Json() : Json(value); };
  return Json::object({
      {"blob", blob},
      {"buildpack_provided_description", text(slug.buildpack)},
      {"checksum", text(slug.checksum)},
      {"commit", text(slug.commit)},
      {"commit_description", text(slug.commit_description)},
      {"created_at", iso8601(slug.created_at)},
      {"deleted_at", nullptr},
      {"id", slug.id},
      {"process_types", std::move(types)},
      {"size", slug.uploaded ? Json(slug.archive.size()) : Json()},
      {"stack", named(slug.stack)},
      {"updated_at", iso8601(slug.created_at)},
  });
}

Json config_json(Config const& config) {
  Json json = Json::object();
  for (auto const& [name, value] : config) json.set(name, value);
  return json;
}

bool is_config_name(std::string_view name) {
  auto const letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<Response> refuse_config(Json::Object const& changes) {
  std::size_t bytes = 0;
  for (auto const& [name, value] : changes) {
    if (!is_config_name(name)) {
      return invalid_params(fmt::format("'{}' is not a name for a config var.", printable(name)));
    }
    if (!value.is_string() && !value.is_null()) {
      return invalid_params(fmt::format("{}: expected a string or null.", name));
    }
    bytes += name.size() + (value.is_string() ? value.as_string().size() : 0);
  }
  if (bytes > config_bytes_max) return invalid_params("Config vars are limited to 64 kB.");
  return std::nullopt;
}

/// Changes the config; the description of the release that this makes, "" if nothing changed.
std::string apply_config(Config& config, Json::Object const& changes) {
  std::vector<std::string> set;
  std::vector<std::string> removed;
  for (auto const& [name, value] : changes) {
    if (value.is_null()) {
      if (config.erase(name) > 0) removed.push_back(name);
      continue;
    }
    auto const old = config.find(name);
    if (old != config.end() && old->second == value.as_string()) continue;
    config.insert_or_assign(name, value.as_string());
    set.push_back(name);
  }
  if (set.empty() && removed.empty()) return "";
  if (removed.empty()) return fmt::format("Set {} config vars", join(set, ", "));
  if (set.empty()) return fmt::format("Remove {} config vars", join(removed, ", "));
  return fmt::format("Set {}, remove {} config vars", join(set, ", "), join(removed, ", "));
}

Response roll_back(Call& call, std::string const& wanted) {
  Release const* const target = call.app->release(wanted);
  if (target == nullptr) return heroku_not_found("release");
  if (!eligible_for_rollback(*target)) {
    return invalid_params(
        fmt::format("Release v{} is not eligible for rollback.", target->version));
  }
  call.app->config = target->config;
  Release const& made = add_release(call.state, *call.app,
                                    {.user = call.user->login,
                                     .description = fmt::format("Rollback to v{}", target->version),
                                     .slug = target->slug},
                                    call.now);
  return json_response(201, release_json(call.state, *call.app, made));
}

Response release_slug(Call& call, std::string const& id, std::string description) {
  auto const found = call.app->slugs.find(id);
  if (found == call.app->slugs.end()) return heroku_not_found("slug");
  Slug const& slug = found->second;
  if (!slug.uploaded) return invalid_params("The slug's blob has not been uploaded.");
  if (description.empty()) description = "Deploy " + slug.commit.substr(0, 8);
  Release const& made = add_release(
      call.state, *call.app,
      {.user = call.user->login, .description = std::move(description), .slug = id}, call.now);
  return json_response(201, release_json(call.state, *call.app, made));
}

}  // namespace

Response list_releases(Call& call) {
  Json::Array items;
  for (Release const& release : call.app->releases) {
    items.push_back(release_json(call.state, *call.app, release));
  }
  return ranged_list(call, std::move(items), "version");
}

Response show_release(Call& call) {
  Release const* const release = call.app->release(call.words[0]);
  if (release == nullptr) return heroku_not_found("release");
  return json_response(200, release_json(call.state, *call.app, *release));
}

Response create_release(Call& call) {
  auto const slug = call.body.text_or_null("slug");
  auto const release = call.body.text_or_null("release");
  auto const description = call.body.text_or_null("description");
  if (!slug || !release || !description) {
    return invalid_params("slug, release and description: expected strings.");
  }
  if (release->has_value() == slug->has_value()) {
    return invalid_params("Expected one of `slug` and `release`.");
  }
  if (release->has_value()) return roll_back(call, **release);
  return release_slug(call, **slug, description->value_or(""));
}

Response show_config(Call& call) {
  return json_response(200, config_json(call.app->config));
}

Response show_release_config(Call& call) {
  Release const* const release = call.app->release(call.words[0]);
  if (release == nullptr) return heroku_not_found("release");
  return json_response(200, config_json(release->config));
}

Response update_config(Call& call) {
  if (!call.body.is_object()) return invalid_params("Expected an object of config vars.");
  if (auto refusal = refuse_config(call.body.as_object())) return *std::move(refusal);
  App& app = *call.app;
  std::string description = apply_config(app.config, call.body.as_object());
  if (!description.empty()) {
    Release const* const current = app.current();
    add_release(call.state, app,
                {.user = call.user->login,
                 .description = std::move(description),
                 .slug = current == nullptr ? std::nullopt : current->slug},
                call.now);
  }
  return show_config(call);
}

Response show_slug(Call& call) {
  auto const slug = call.app->slugs.find(call.words[0]);
  if (slug == call.app->slugs.end()) return heroku_not_found("slug");
  return json_response(200, slug_json(call.state, slug->second));
}

Response create_slug(Call& call) {
  auto const types = call.body.members("process_types");
  auto const commit = call.body.text_or_null("commit");
  auto const description = call.body.text_or_null("commit_description");
  if (!types || !commit || !description) {
    return invalid_params("Expected process_types as an object, commit as a string.");
  }
  Slug slug;
  slug.id = call.state.random.uuid();
  slug.secret = call.state.secret();
  slug.uploaded = false;
  slug.commit = commit->value_or("");
  slug.commit_description = description->value_or("");
  slug.stack = call.app->stack;
  slug.created_at = call.now;
  for (auto const& [type, command] : **types) {
    if (!command.is_string()) return invalid_params("process_types: expected commands as strings.");
    slug.process_types.emplace(type, command.as_string());
  }
  Json const body = slug_json(call.state, slug);
  call.app->slugs.emplace(slug.id, std::move(slug));
  return json_response(201, body);
}

}  // namespace landfall::sandbox
