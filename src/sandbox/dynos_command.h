// What a dyno is made of: its size, its folder, its variables and its program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

/// What a name such as "Standard-1X" stands for.
/// https://devcenter.heroku.com/articles/dyno-types
struct DynoSize {
  std::string_view name;
  std::uint64_t memory_mb;
  std::uint64_t processes;  ///< and threads
  bool sleeps;              ///< after half an hour without requests
  bool preboots;            ///< may keep the old dynos until the new ones are up
};
/// Names are matched without regard to case; one that Heroku does not have counts as Basic.
DynoSize const& size_named(std::string_view name);

/// A slug's files where a dyno runs.
struct SlugFolder {
  std::string path;
  /// It has .profile or .profile.d, which a dyno reads before it starts its process.
  bool has_profile = false;
};
/// Takes its time: not for the loop's thread.
Result<SlugFolder> write_slug(Files& files, std::string path, std::string_view archive);

/// The dyno's command in the slug's folder with the variables that Heroku gives it.
Command dyno_command(World const& world, State const& state, App const& app, Dyno const& dyno,
                     SlugFolder const& slug);

/// "Starting process with command `...`", with the port in its place.
std::string starting_text(Dyno const& dyno);

}  // namespace landfall::sandbox
