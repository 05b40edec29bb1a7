// Releases: listed, made of a slug, rolled back.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

Response roll_back(Call& call, std::string const& wanted) {
  Release const* const target = call.app->release(wanted);
  if (target == nullptr) return heroku_not_found("release");
  if (!is_eligible_for_rollback(*target)) {
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
  if (description.empty()) {
    description = "Deploy " + (slug.commit.empty() ? slug.id : slug.commit).substr(0, 8);
  }
  Release const& made = add_release(
      call.state, *call.app,
      {.user = call.user->login, .description = std::move(description), .slug = id}, call.now);
  return json_response(201, release_json(call.state, *call.app, made));
}

Response list_releases(Call& call) {
  Json::Array items;
  items.reserve(call.app->releases.size());
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

Route const routes[] = {
    {"GET", "/apps/{app}/releases", list_releases},
    {"POST", "/apps/{app}/releases", create_release},
    {"GET", "/apps/{app}/releases/{}", show_release},
};

}  // namespace

bool is_eligible_for_rollback(Release const& release) {
  return release.slug && release.status == ReleaseStatus::succeeded;
}

std::span<Route const> release_routes() {
  return routes;
}

}  // namespace landfall::sandbox
