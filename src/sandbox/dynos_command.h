// What a dyno is made of: its size, its folder, its variables and its program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

/// What a name such as "Standard-1X" stands for.
/// https://devcenter.heroku.com/articles/dyno-types
struct DynoSize {
  std::string_view name;
  std::int64_t memory_mb;
  int processes;  ///< and threads
  bool sleeps;    ///< after half an hour without requests
  bool preboots;  ///< may keep the old dynos until the new ones are up
};
/// Names are matched without regard to case; one that Heroku does not have counts as Basic.
DynoSize const& size_named(std::string_view name);

/// Writes a slug into a new folder, a little at a time: who calls it serves requests besides.
class SlugWriter {
 public:
  static Result<SlugWriter> open(Files& files, std::string folder, std::string_view archive);
  /// Writes about 2 MB; true when all is there.
  Result<bool> step();
  std::string const& folder() const { return folder_; }
  /// The slug has .profile or .profile.d, which a dyno reads before it starts its process.
  bool has_profile() const { return has_profile_; }

 private:
  SlugWriter(Files& files, std::string folder, std::vector<ArchiveEntry> entries);
  Result<> write(ArchiveEntry const& entry);

  Files* files_;
  std::string folder_;
  std::vector<ArchiveEntry> entries_;
  std::size_t next_ = 0;
  bool has_profile_ = false;
};

/// The dyno's command in the slug's folder with the variables that Heroku gives it.
Command dyno_command(World const& world, App const& app, Dyno const& dyno, SlugWriter const& slug);

/// "Starting process with command `...`", with the port in its place.
std::string starting_text(Dyno const& dyno);

}  // namespace landfall::sandbox
