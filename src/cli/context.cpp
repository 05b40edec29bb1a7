#include "cli/context.h"

#include <fmt/core.h>

#include "base/text.h"

namespace landfall {
namespace {

std::string folder_of(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

/// landfall.yaml here or in the nearest folder above: "", "../", "../../"...
Result<std::string> find_config(World world) {
  std::string prefix;
  for (int depth = 0; depth < 20; ++depth) {
    if (world.files.exists(prefix + "landfall.yaml")) return prefix + "landfall.yaml";
    if (world.files.exists(prefix + ".git")) break;
    prefix += "../";
  }
  return fail(ErrorKind::config,
              "no landfall.yaml in this folder or above: `landfall init` writes one from what your "
              "tokens can see, `landfall demo` needs none",
              "no_config");
}

}  // namespace

Result<Intent> load_intent(Context& context) {
  std::string file = context.arguments.value_or("--config", "");
  if (file.empty()) file = TRY(find_config(context.world));
  auto text = context.world.files.read(file);
  if (!text) {
    text.error().kind = ErrorKind::config;
    return std::unexpected(std::move(text).error());
  }
  return parse_intent(*text, file);
}

Result<Store> open_store(Context& context, std::string const& intent_file, sql::Access access) {
  std::string const path =
      context.arguments.value_or("--store", folder_of(intent_file) + "landfall.db");
  if (access == sql::Access::read_only && !sql::is_postgres_url(path) &&
      !context.world.files.exists(path))
    return fail(
        ErrorKind::config,
        fmt::format(
            "{}: there is no such database: `landfall check` makes it, --store names another",
            path),
        "no_store");
  return Store::open(path, access);
}

Result<Platforms> platforms_to_act(World world) {
  Platforms platforms = TRY(platforms_from(world));
  auto const missing = [](std::string_view platform, std::string_view variable) {
    return fail(ErrorKind::config,
                fmt::format("no token for {}: set {}, or {}_FILE to a file that holds it", platform,
                            variable, variable),
                "no_token");
  };
  if (platforms.heroku.token.empty()) return missing("Heroku", "HEROKU_API_KEY");
  if (platforms.github.token.empty()) return missing("GitHub", "GITHUB_TOKEN");
  return platforms;
}

Result<Target const*> named_target(Intent const& intent, std::string_view name) {
  if (Target const* target = intent.target(name)) return target;
  std::vector<std::string> names;
  for (Target const& target : intent.targets) names.push_back(target.name);
  std::string const near = nearest(name, names);
  return fail(
      ErrorKind::usage,
      fmt::format("{} declares no target '{}'{}; it declares {}", intent.file, printable(name),
                  near.empty() ? "" : fmt::format(": did you mean '{}'?", near),
                  join(names, ", ")));
}

}  // namespace landfall
