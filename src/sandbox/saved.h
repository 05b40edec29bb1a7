// A sandbox's state on disk, so that it goes on where it was after a restart or a kill.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// What may have changed since the last save.
struct Touched {
  bool all = false;
  bool rest = false;                      ///< what is no app's and no repository's
  std::set<std::string> apps{};           ///< ids
  std::set<std::int64_t> repositories{};  ///< ids
  bool any() const { return all || rest || !apps.empty() || !repositories.empty(); }
};

/// One SQLite file: each app and each repository is a row, what else there is another one, and
/// bytes are kept once by their hash. A save is one transaction: what was saved outlives a SIGKILL
/// of this process (but not the machine's loss of power).
class Saved {
 public:
  virtual ~Saved() = default;
  /// Makes the file if it is missing. A file of something else, or of a newer landfall, is an Error
  /// of kind config.
  static Result<std::unique_ptr<Saved>> open(std::string const& path);
  /// Fills an empty state; false: nothing was saved yet.
  virtual Result<bool> load(State& state) = 0;
  /// Writes what differs from what is on disk.
  virtual Result<> save(State& state, Touched const& touched, Instant now) = 0;
  /// The sandbox's time at the last save.
  virtual Result<Instant> saved_at() = 0;
};

/// Puts a state that was loaded into order: what was under way when the sandbox ended is over.
/// Dynos are to be started again, builds and release phases that had not ended have failed.
void resume(State& state, Instant now);

}  // namespace landfall::sandbox
