// A Heroku and a GitHub on this machine: one state, three loopback ports, real child processes as
// dynos. docs/world-file.md describes the file that it starts from.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "world/world.h"

namespace landfall {

struct SandboxPorts {
  int heroku = 0;  ///< the Platform API, and the source uploads
  int github = 0;  ///< the REST API
  int router = 0;  ///< apps by Host: NAME-HASH.localhost:PORT
};

class Sandbox {
 public:
  /// Reads the world file (its relative paths are looked up in `folder`) and serves. Port 0 takes a
  /// free one. Errors in the file are `file:line:column: ...`. `state_folder` holds slugs and
  /// running dynos' files. The clock of `world` is the sandbox's clock: see clock_of_world_file.
  static Result<std::unique_ptr<Sandbox>> start(World world, std::string_view text,
                                                std::string const& file, std::string const& folder,
                                                std::string const& state_folder,
                                                SandboxPorts ports = {});
  virtual ~Sandbox() = default;
  virtual SandboxPorts ports() const = 0;
  /// Ends all dynos (SIGTERM, then SIGKILL after 30 s or at once if `hurry`), then calls `done`.
  virtual void stop(bool hurry, Work done) = 0;
  /// One line for each request served and each thing that happened ("web.1 up"): may be empty.
  virtual void on_event(std::function<void(std::string_view)> listener) = 0;
};

/// The instant at which the world file says that the sandbox starts; nullopt: it names none.
Result<std::optional<Instant>> clock_of_world_file(std::string_view text, std::string const& file);

}  // namespace landfall
