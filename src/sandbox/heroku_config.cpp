// Config vars, and the releases that their changes make.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

std::size_t const config_bytes_max = 64 * 1024;

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

std::optional<Response> refuse_config(Config const& config, Json::Object const& changes) {
  std::map<std::string_view, std::size_t> bytes;
  for (auto const& [name, value] : config) bytes[name] = name.size() + value.size();
  for (auto const& [name, value] : changes) {
    if (!is_config_name(name)) {
      return invalid_params(fmt::format("'{}' is not a name for a config var.", printable(name)));
    }
    if (!value.is_string() && !value.is_null()) {
      return invalid_params(fmt::format("{}: expected a string or null.", name));
    }
    bytes[name] = value.is_string() ? name.size() + value.as_string().size() : 0;
  }
  std::size_t sum = 0;
  for (auto const& [name, size] : bytes) sum += size;
  if (sum > config_bytes_max) return invalid_params("Config vars are limited to 64 kB.");
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
  App& app = *call.app;
  if (auto refusal = refuse_config(app.config, call.body.as_object())) return *std::move(refusal);
  std::string description = apply_config(app.config, call.body.as_object());
  if (!description.empty()) {
    add_release(call.state, app,
                {.user = call.user->login,
                 .description = std::move(description),
                 .slug = slug_in_force(app)},
                call.now);
  }
  return show_config(call);
}

Route const routes[] = {
    {"GET", "/apps/{app}/config-vars", show_config},
    {"PATCH", "/apps/{app}/config-vars", update_config},
    {"GET", "/apps/{app}/releases/{}/config-vars", show_release_config},
};

}  // namespace

std::span<Route const> config_routes() {
  return routes;
}

}  // namespace landfall::sandbox
