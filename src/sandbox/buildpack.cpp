#include "sandbox/buildpack.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "base/yaml.h"
#include "world/http.h"

namespace landfall::sandbox {
namespace {

bool is_local(std::string_view text) {
  auto const url = parse_url(text);
  return url && !url->scheme.empty() && (url->host == "127.0.0.1" || url->host == "localhost");
}

Result<ChosenBuildpack> choose(Heroku const& heroku, std::string const& wanted) {
  using From = ChosenBuildpack::From;
  std::string const name = buildpack_name(wanted);
  auto const given =
      std::find_if(heroku.buildpacks.begin(), heroku.buildpacks.end(),
                   [&](Buildpack const& one) { return one.name == name || one.name == wanted; });
  if (given != heroku.buildpacks.end())
    return ChosenBuildpack{given->name, From::archive, given->archive};
  if (is_local(wanted)) return ChosenBuildpack{wanted, From::url, wanted};
  if (name.starts_with("heroku/")) return ChosenBuildpack{name, From::stand_in};
  return fail(ErrorKind::config,
              fmt::format("{}: neither in the world file's `buildpacks` nor at an address of this "
                          "machine",
                          printable(wanted)));
}

}  // namespace

std::string buildpack_name(std::string_view text) {
  static std::string_view const urn = "urn:buildpack:";
  if (text.starts_with(urn)) return std::string(text.substr(urn.size()));
  static std::string_view const registry =
      "https://buildpack-registry.s3.amazonaws.com/buildpacks/";
  if (!text.starts_with(registry)) return std::string(text);
  text.remove_prefix(registry.size());
  if (text.ends_with(".tgz")) text.remove_suffix(4);
  return std::string(text);
}

Result<BuildpackChoice> choose_buildpacks(Heroku const& heroku, App const& app,
                                          Build const& build) {
  BuildpackChoice choice;
  std::vector<std::string> const& wanted =
      build.buildpacks.empty() ? app.buildpacks : build.buildpacks;
  for (std::string const& name : wanted) choice.buildpacks.push_back(TRY(choose(heroku, name)));
  if (!wanted.empty()) return choice;
  choice.by_detection = true;
  for (Buildpack const& one : heroku.buildpacks)
    choice.buildpacks.push_back({one.name, ChosenBuildpack::From::archive, one.archive});
  choice.buildpacks.push_back({"Procfile", ChosenBuildpack::From::built_in});
  return choice;
}

Result<std::map<std::string, std::string, std::less<>>> default_process_types(
    std::string_view printed) {
  auto const document =
      TRY(yaml::parse(printed, "bin/release", {.bytes = 1 << 20, .nodes = 10'000}));
  std::map<std::string, std::string, std::less<>> types;
  yaml::Node const* const listed = document.root().find("default_process_types");
  if (listed == nullptr || !listed->is_mapping()) return types;
  for (yaml::Pair const& pair : listed->pairs) {
    if (pair.key.is_scalar() && pair.value.is_scalar() && !pair.value.text.empty())
      types.insert_or_assign(std::string(pair.key.text), std::string(pair.value.text));
  }
  return types;
}

}  // namespace landfall::sandbox
