// Features ("labs") of apps and accounts.
#include <fmt/core.h>

#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

struct Feature {
  char const* name;
  char const* display_name;
  char const* description;
  char const* state;
};

Feature const of_apps[] = {
    {"build-in-app-dir", "Build in App Directory", "Builds the app in /app.", "beta"},
    {"http-session-affinity", "Session Affinity", "Enable session affinity for all requests.",
     "general"},
    {"log-runtime-metrics", "Runtime Metrics",
     "Emit dyno resource usage information into app logs.", "public"},
    {"preboot", "Preboot", "Provide seamless web dyno deploys.", "general"},
    {"runtime-dyno-build-metadata", "Dyno Build Metadata",
     "Provide build metadata as environment variables.", "beta"},
    {"runtime-dyno-metadata", "Dyno Metadata",
     "Provide release and dyno metadata as environment variables.", "beta"},
};
Feature const of_accounts[] = {
    {"metrics-request-volume", "Request Volume", "Show request volume in the metrics.", "public"},
    {"pipelines", "Pipelines", "Pipelines adds experimental support for deployment pipelines.",
     "public"},
};

Json feature_json(Feature const& feature, bool enabled) {
  return Json::object({
      {"created_at", "2012-01-01T12:00:00Z"},
      {"description", feature.description},
      {"display_name", feature.display_name},
      {"doc_url", fmt::format("https://devcenter.heroku.com/articles/{}", feature.name)},
      {"enabled", enabled},
      {"feedback_email", "labs-feedback@heroku.com"},
      {"id", named_id(fmt::format("feature {}", feature.name))},
      {"name", feature.name},
      {"state", feature.state},
      {"updated_at", "2012-01-01T12:00:00Z"},
  });
}

/// A world file may enable features that are not in the table.
std::vector<Feature> features_of(std::span<Feature const> known,
                                 std::set<std::string> const& enabled) {
  std::vector<Feature> features(known.begin(), known.end());
  for (std::string const& name : enabled) {
    bool is_known = false;
    for (Feature const& feature : known) is_known = is_known || feature.name == name;
    if (!is_known) features.push_back({name.c_str(), name.c_str(), name.c_str(), "public"});
  }
  return features;
}

Response list(Call const& call, std::span<Feature const> known,
              std::set<std::string> const& enabled) {
  Json::Array items;
  for (Feature const& feature : features_of(known, enabled)) {
    items.push_back(feature_json(feature, enabled.contains(feature.name)));
  }
  return ranged_list(call, std::move(items), "name");
}

/// Shows a feature by its name or id, after a change if there is one.
Response one(Call& call, std::span<Feature const> known, std::set<std::string>& enabled) {
  for (Feature const& feature : features_of(known, enabled)) {
    Json const json = feature_json(feature, enabled.contains(feature.name));
    if (feature.name != call.words[0] && *json.text("id") != call.words[0]) continue;
    if (call.request.method != "PATCH") return json_response(200, json);
    auto const wanted = call.body.boolean("enabled");
    if (!wanted) return invalid_params("enabled: expected true or false.");
    std::string const name = feature.name;
    Json const changed = feature_json(feature, *wanted);
    if (*wanted)
      enabled.insert(name);
    else
      enabled.erase(name);
    return json_response(200, changed);
  }
  return heroku_not_found("feature");
}

Response list_app_features(Call& call) {
  return list(call, of_apps, call.app->features);
}

Response one_app_feature(Call& call) {
  return one(call, of_apps, call.app->features);
}

std::set<std::string>& of_account(Call& call) {
  return call.state.heroku.account_features[call.user->login];
}

Response list_account_features(Call& call) {
  return list(call, of_accounts, of_account(call));
}

Response one_account_feature(Call& call) {
  return one(call, of_accounts, of_account(call));
}

Route const routes[] = {
    {"GET", "/apps/{app}/features", list_app_features},
    {"GET", "/apps/{app}/features/{}", one_app_feature},
    {"PATCH", "/apps/{app}/features/{}", one_app_feature},
    {"GET", "/account/features", list_account_features},
    {"GET", "/account/features/{}", one_account_feature},
    {"PATCH", "/account/features/{}", one_account_feature},
};

}  // namespace

std::span<Route const> feature_routes() {
  return routes;
}

}  // namespace landfall::sandbox
