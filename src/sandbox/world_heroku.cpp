// The `heroku:` part of a world file.
#include <fmt/core.h>

#include <algorithm>

#include "base/archive.h"
#include "base/text.h"
#include "sandbox/build.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_app.h"
#include "sandbox/release.h"
#include "sandbox/world_file.h"

namespace landfall::sandbox {
namespace {

std::vector<std::string> const app_keys{
    "created_at",    "owner",     "host",        "stack",       "features", "config", "domains",
    "access",        "formation", "maintenance", "archived_at", "releases", "team",   "locked",
    "collaborators", "region",    "build_stack", "buildpacks",  "addons",   "drains", "webhooks"};

bool is_host_label(std::string_view label) {
  bool const known = std::all_of(label.begin(), label.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return known && !label.empty() && label.size() <= 63;
}

Result<> load_code(State& state, App& app, Section const& release, FolderReader const& read,
                   Release& made) {
  yaml::Node const* const node = release.find("code");
  if (node == nullptr) {
    // A release that is no deploy carries on the code of the one before it.
    if (!app.releases.empty()) made.slug = app.releases.back().slug;
    return {};
  }
  auto const code =
      TRY(Section::open(release.file(), *node, "code of " + release.what(), {"folder", "commit"}));
  auto const tree = read(TRY(code.text("folder")));
  if (!tree) return std::unexpected(code.error("folder", tree.error().text));
  auto slug = slug_of_tree(state, *tree, TRY(code.text_or("commit", "")), made.created_at);
  if (!slug) return std::unexpected(code.error("folder", slug.error().text));
  slug->stack = app.stack;
  made.slug = slug->id;
  app.slugs.emplace(slug->id, *std::move(slug));
  return {};
}

Result<> load_release(State& state, App& app, Section const& section, FolderReader const& read) {
  Release release;
  release.id = state.random.uuid();
  release.version = static_cast<std::int64_t>(app.releases.size()) + 1;
  release.created_at = TRY(section.instant("at"));
  release.updated_at = release.created_at;
  release.description = TRY(section.text("description"));
  release.user = TRY(login(state, section, "by", app.owner));
  release.config = app.config;
  std::string const status = TRY(section.text_or("status", "succeeded"));
  if (status != "succeeded" && status != "failed") {
    return std::unexpected(section.error("status", "expected succeeded or failed"));
  }
  release.status = status == "failed" ? ReleaseStatus::failed : ReleaseStatus::succeeded;
  if (!app.releases.empty() && release.created_at < app.releases.back().created_at) {
    return std::unexpected(section.error("at", "before the release above it: oldest first"));
  }
  TRY(load_code(state, app, section, read, release));
  app.releases.push_back(std::move(release));
  return {};
}

Result<> load_releases(State& state, App& app, Section const& section, FolderReader const& read) {
  int number = 0;
  for (yaml::Node const& node : TRY(section.items("releases"))) {
    auto const release = TRY(Section::open(
        section.file(), node, fmt::format("release {} of {}", ++number, section.what()),
        {"at", "by", "description", "status", "code"}));
    TRY(load_release(state, app, release, read));
  }
  if (app.releases.empty()) {
    Release first{.id = state.random.uuid(), .version = 1, .description = "Initial release"};
    first.user = app.owner;
    first.created_at = app.created_at;
    first.updated_at = app.created_at;
    app.releases.push_back(std::move(first));
  }
  if (app.releases.front().status != ReleaseStatus::succeeded) {
    return std::unexpected(section.error("releases", "the first release cannot have failed"));
  }
  return {};
}

/// A quantity, or a mapping of `quantity` and `size`.
Result<> load_quantity(Section const& section, yaml::Node const& node, Formation& formation) {
  std::optional<std::int64_t> quantity;
  if (node.is_mapping()) {
    auto const both = TRY(Section::open(section.file(), node, "formation of " + section.what(),
                                        {"quantity", "size"}));
    quantity = TRY(both.integer("quantity"));
    formation.size = dyno_size(TRY(both.text_or("size", formation.size)));
    if (formation.size.empty()) return std::unexpected(both.error("size", "no such dyno size"));
    bool const one_only = formation.size == "Basic" || formation.size == "Eco";
    if (both.find("size") != nullptr && one_only && quantity.value_or(0) > 1) {
      return std::unexpected(both.error("size", "there is one dyno of this size at most"));
    }
  } else if (auto const number = node.integer()) {
    quantity = *number;
  }
  if (!quantity || *quantity < 0 || *quantity > 100) {
    return std::unexpected(section.error("formation", "expected quantities from 0 to 100"));
  }
  formation.quantity = static_cast<int>(*quantity);
  // Basic dynos do not scale out.
  if (*quantity > 1 && formation.size == "Basic") formation.size = "Standard-1X";
  return {};
}

Result<> load_formation(State& state, App& app, Section const& section) {
  Release const& current = *app.current();
  adopt_process_types(state, app, current, current.created_at);
  for (yaml::Pair const& pair : TRY(section.pairs("formation"))) {
    auto const type = app.formation.find(std::string(pair.key.text));
    if (type == app.formation.end()) {
      return std::unexpected(
          section.error("formation", fmt::format("the code of {} declares no process type '{}'",
                                                 app.name, printable(pair.key.text))));
    }
    TRY(load_quantity(section, pair.value, type->second));
  }
  if (current.slug) state.effects.push_back({EffectKind::sync_dynos, app.id, current.id});
  return {};
}

Result<> load_settings(State& state, App& app, Section const& section) {
  app.stack = TRY(section.text_or("stack", "heroku-24"));
  app.maintenance = TRY(section.boolean_or("maintenance", false));
  app.archived_at = TRY(section.instant_or_none("archived_at"));
  auto const features = TRY(section.texts("features"));
  if (features) app.features = {features->begin(), features->end()};
  for (yaml::Pair const& pair : TRY(section.pairs("config"))) {
    std::string const name(pair.key.text);
    app.config[name] = TRY(scalar(section.file(), pair.value, "config var " + name));
  }
  auto const domains = TRY(section.texts("domains"));
  for (std::string const& name : domains.value_or(std::vector<std::string>{})) {
    app.domains.push_back({state.random.uuid(), name, app.created_at});
  }
  return {};
}

Result<> load_app(State& state, std::string_view file, yaml::Pair const& pair,
                  FolderReader const& read) {
  std::string const name(pair.key.text);
  auto const section = TRY(Section::open(file, pair.value, "app '" + name + "'", app_keys));
  if (!app_name_fault(name).empty()) {
    return std::unexpected(yaml::error_at(
        file, pair.key.begin,
        fmt::format("'{}' is no app name: 3 to 30 of a-z, 0-9 and -", printable(name))));
  }
  App app;
  app.id = named_id("app " + name);
  app.name = name;
  app.created_at = TRY(section.instant("created_at"));
  app.updated_at = app.created_at;
  app.owner = TRY(login(state, section, "owner", ""));
  app.host = TRY(section.text_or("host", host_of(name)));
  if (!is_host_label(app.host)) {
    return std::unexpected(section.error("host", "expected one label of a-z, 0-9 and -"));
  }
  TRY(load_settings(state, app, section));
  TRY(load_app_parts(state, app, section));
  TRY(load_releases(state, app, section, read));
  TRY(load_formation(state, app, section));
  app.updated_at = app.releases.back().created_at;
  state.heroku.apps.emplace(name, std::move(app));
  return {};
}

}  // namespace

namespace {

Result<> load_buildpacks(State& state, Section const& heroku, FolderReader const& read) {
  for (yaml::Pair const& pair : TRY(heroku.pairs("buildpacks"))) {
    Buildpack buildpack{.name = std::string(pair.key.text), .archive = {}};
    std::string const where =
        TRY(scalar(heroku.file(), pair.value, "buildpack " + printable(buildpack.name)));
    auto const tree = read(where);
    if (!tree) return std::unexpected(heroku.error("buildpacks", tree.error().text));
    std::vector<ArchiveEntry> entries;
    for (auto const& [path, file] : *tree)
      entries.push_back({path, EntryKind::file, file.mode, file.content});
    buildpack.archive = TRY(pack(entries));
    state.heroku.buildpacks.push_back(std::move(buildpack));
  }
  return {};
}

Result<> load_limits(State& state, Section const& section) {
  Heroku& heroku = state.heroku;
  heroku.build_takes = TRY(section.duration_or("build_takes", heroku.build_takes));
  heroku.build_time_max = TRY(section.duration_or("build_timeout", heroku.build_time_max));
  auto const megabytes = TRY(section.integer("slug_max_mb")).value_or(500);
  if (megabytes < 1 || megabytes > 500)
    return std::unexpected(section.error("slug_max_mb", "expected a number from 1 to 500"));
  heroku.slug_bytes_max = static_cast<std::size_t>(megabytes) << 20;
  auto const requests = TRY(section.integer("requests_an_hour")).value_or(heroku.requests_an_hour);
  if (requests < 1)
    return std::unexpected(section.error("requests_an_hour", "expected 1 at least"));
  heroku.requests_an_hour = requests;
  return {};
}

}  // namespace

Result<> load_heroku(State& state, std::string_view file, yaml::Node const& node,
                     FolderReader const& read) {
  auto const section =
      TRY(Section::open(file, node, "heroku",
                        {"build_takes", "build_timeout", "slug_max_mb", "buildpacks",
                         "confine_dynos", "requests_an_hour", "teams", "apps", "pipelines"}));
  state.heroku.confines_dynos = TRY(section.boolean_or("confine_dynos", true));
  TRY(load_limits(state, section));
  TRY(load_buildpacks(state, section, read));
  TRY(load_teams(state, section));
  for (yaml::Pair const& pair : TRY(section.pairs("apps"))) {
    TRY(load_app(state, file, pair, read));
  }
  return load_pipelines(state, section);
}

}  // namespace landfall::sandbox
