// A Heroku and a GitHub on this machine: one state, three loopback ports, real child processes as
// dynos. docs/world-file.md describes the file that it starts from.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "world/world.h"

namespace landfall {

struct SandboxPorts {
  int heroku = 0;      ///< the Platform API, and the source uploads
  int github = 0;      ///< the REST API
  int router = 0;      ///< apps by Host: NAME-HASH.localhost:PORT
  int rendezvous = 0;  ///< attached one-off dynos, over TLS
  int git = 0;         ///< Heroku's git, over TLS
};

/// A world file that was read. Relative paths in it are looked up in `folder`.
struct WorldSource {
  std::string text;
  std::string file;  ///< for errors
  std::string folder;
};

struct SandboxFolders {
  std::string scratch;  ///< running dynos' files; needs not outlive the sandbox
  std::string data{};   ///< what outlives it; empty: nothing does
};

class Sandbox {
 public:
  /// Serves the world of the file, or that of the data folder if there is one in it already. Port 0
  /// takes a free one. Errors in the file are `file:line:column: ...`. The clock of `world` is the
  /// sandbox's clock: see clock_of_world.
  static Result<std::unique_ptr<Sandbox>> start(World world, WorldSource const& source,
                                                SandboxFolders const& folders,
                                                SandboxPorts ports = {});
  virtual ~Sandbox() = default;
  virtual SandboxPorts ports() const = 0;
  /// The certificate that clients of the sandbox's TLS ports have to trust, a PEM file; empty: this
  /// machine cannot make one, and there are no such ports.
  virtual std::string authority_file() const = 0;
  /// Ends all dynos (SIGTERM, then SIGKILL after 30 s or at once if `hurry`), then calls `done`.
  virtual void stop(bool hurry, Work done) = 0;
  /// The variables by which clients reach it, tokens among them.
  virtual std::vector<std::pair<std::string, std::string>> variables() const = 0;
  /// What sets the clock of its world: until it is given one, nobody can change its time.
  virtual void on_set_clock(std::function<void(Instant)> set) = 0;
  /// One line for each request served and each thing that happened ("web.1 up"): may be empty.
  virtual void on_event(std::function<void(std::string_view)> listener) = 0;
};

/// The instant at which the world file says that the sandbox starts; nullopt: it names none.
Result<std::optional<Instant>> clock_of_world_file(std::string_view text, std::string const& file);

/// The instant at which the world in a data folder was saved last; nullopt: there is none in it.
/// Its time stands still while no sandbox runs.
Result<std::optional<Instant>> clock_of_data(Files& files, std::string const& data);

}  // namespace landfall
