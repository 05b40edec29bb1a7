#include "sandbox/dynos_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/archive.h"
#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::uint64_t const memory_least = std::uint64_t{2} << 30;
// As many as on Heroku.
std::uint64_t const files_max = 10'000;

DynoSize const sizes[] = {
    {"Basic", 512, 256, false, false},
    {"Eco", 512, 256, true, false},
    {"Standard-1X", 512, 256, false, true},
    {"Standard-2X", 1024, 512, false, true},
    {"Performance-M", 2560, 16384, false, true},
    {"Performance-L", 14336, 32768, false, true},
    {"Performance-L-RAM", 30720, 24576, false, true},
    {"Performance-XL", 63488, 32768, false, true},
    {"Performance-2XL", 129024, 32768, false, true},
};

/// What Heroku's lab features runtime-dyno-metadata and runtime-dyno-build-metadata add.
/// https://devcenter.heroku.com/articles/dyno-metadata
void add_metadata(Config& environment, App const& app, Release const& release,
                  std::string const& dyno_id) {
  Slug const* const slug = app.slug_of(release);
  if (app.features.contains("runtime-dyno-metadata")) {
    environment["HEROKU_APP_ID"] = app.id;
    environment["HEROKU_APP_NAME"] = app.name;
    environment["HEROKU_APP_DEFAULT_DOMAIN_NAME"] = app.host + ".localhost";
    environment["HEROKU_DYNO_ID"] = dyno_id;
    environment["HEROKU_RELEASE_CREATED_AT"] = iso8601(release.created_at);
    environment["HEROKU_RELEASE_VERSION"] = fmt::format("v{}", release.version);
    if (slug != nullptr) environment["HEROKU_SLUG_COMMIT"] = slug->commit;
    if (slug != nullptr) environment["HEROKU_SLUG_DESCRIPTION"] = release.description;
  }
  if (app.features.contains("runtime-dyno-build-metadata") && slug != nullptr) {
    environment["HEROKU_BUILD_COMMIT"] = slug->commit;
    environment["HEROKU_BUILD_DESCRIPTION"] = slug->commit_description;
  }
}

bool is_profile(ArchiveEntry const& entry) {
  return entry.kind != EntryKind::directory &&
         (entry.path == ".profile" ||
          (entry.path.starts_with(".profile.d/") && entry.path.ends_with(".sh")));
}

/// As Heroku's dynos read them: those of the buildpacks first, then the app's own.
/// https://devcenter.heroku.com/articles/dynos#the-profile-file
constexpr std::string_view read_profile =
    "for profile in .profile.d/*.sh; do [ ! -f \"$profile\" ] || . \"$profile\"; done; "
    "unset profile; [ ! -f .profile ] || . ./.profile; ";

/// Looser than Heroku's, where a dyno's processes share their memory: a bound for what runs wild,
/// not a reason to fail for what works there.
Confinement bounds_of(Dyno const& dyno, SlugFolder const& slug) {
  DynoSize const& size = size_named(dyno.size);
  return {.memory = std::max(memory_least, 4 * size.memory_mb << 20),
          .processes = size.processes,
          .files = files_max,
          .writable = {slug.path, "/tmp", "/var/tmp", "/dev", "/proc"}};
}

}  // namespace

DynoSize const& size_named(std::string_view name) {
  auto const found = std::find_if(std::begin(sizes), std::end(sizes), [&](DynoSize const& size) {
    return lower(size.name) == lower(name);
  });
  return found == std::end(sizes) ? sizes[0] : *found;
}

Result<SlugFolder> write_slug(Files& files, std::string path, std::string_view archive) {
  SlugFolder slug{std::move(path)};
  TRY(files.make_folder(slug.path));
  TRY(unpack_each(archive, {}, [&](ArchiveEntry entry) -> Result<> {
    slug.has_profile = slug.has_profile || is_profile(entry);
    std::string const to = slug.path + "/" + entry.path;
    switch (entry.kind) {
      case EntryKind::file:
        return files.write_scratch(to, entry.content, entry.mode);
      case EntryKind::directory:
        return files.make_folder(to);
      case EntryKind::symlink:
        return files.link(to, entry.content);
    }
    unreachable_here("an archive entry's kind");
  }));
  return slug;
}

Command dyno_command(World const& world, State const& state, App const& app, Dyno const& dyno,
                     SlugFolder const& slug) {
  auto const release = std::find_if(app.releases.begin(), app.releases.end(),
                                    [&](Release const& one) { return one.id == dyno.release_id; });
  require(release != app.releases.end(), "a dyno of a release that is none");
  Config environment;
  environment["PATH"] = world.variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  environment["LANG"] = "C.UTF-8";
  // Not Heroku's: servers that honour it stay off the machine's other addresses.
  environment["HOST"] = "127.0.0.1";
  for (auto const& [name, value] : release->config) environment[name] = value;
  if (dyno.one_off) {
    for (auto const& [name, value] : dyno.one_off->environment) environment[name] = value;
  }
  environment["HOME"] = slug.path;
  environment["DYNO"] = dyno.name;
  if (dyno.port != 0) environment["PORT"] = std::to_string(dyno.port);
  add_metadata(environment, app, *release, dyno.id);
  std::string const& run = dyno.one_off ? dyno.one_off->command : dyno.command;
  std::string const script = slug.has_profile ? std::string(read_profile) + run : run;
  Command command{.arguments = {"bash", "-c", script}, .directory = slug.path};
  for (auto& [name, value] : environment) command.environment.emplace_back(name, value);
  if (dyno.one_off && dyno.one_off->attached) {
    command.terminal = dyno.one_off->terminal;
    command.takes_input = true;
    command.output = Command::Output::bytes;
    // The client has one stream for both.
    if (!command.terminal) command.arguments[2] = "exec 2>&1; " + script;
  }
  if (state.heroku.confines_dynos) command.confinement = bounds_of(dyno, slug);
  return command;
}

std::string starting_text(Dyno const& dyno) {
  std::string command = dyno.command;
  if (dyno.port != 0) {
    command = replace_all(std::move(command), "${PORT}", std::to_string(dyno.port));
    command = replace_all(std::move(command), "$PORT", std::to_string(dyno.port));
  }
  return fmt::format("Starting process with command `{}`", command);
}

}  // namespace landfall::sandbox
