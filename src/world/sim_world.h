// A world in which time jumps, the network is other parts of the same program, and processes are
// functions. The same seed gives the same run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "world/world.h"

namespace landfall {

/// A program of the simulated machine. It is started with its command, may listen on ports and
/// print through `print`, and ends by calling `exit` (or is ended by a signal, after which `exit`
/// is ignored and its ports are closed). It takes its input as it comes; its output is never held.
struct SimProgram {
  World& world;
  Command const& command;
  std::function<void(std::string_view)> print;
  std::function<void(int)> exit;
  /// Listens on the port as this process: closed when the process ends.
  std::function<void(int, Handler)> listen;
  /// Prints on stderr.
  std::function<void(std::string_view)> complain;
  /// From here on its input is given to the first function, what came before at once; the second is
  /// called at the end of the input.
  std::function<void(std::function<void(std::string_view)>, std::function<void()>)> input;
  /// From here on Signal::terminate calls the function in place of ending it.
  std::function<void(std::function<void()>)> on_terminate;
};

/// Files are kept in memory; a path that was never written is read from this machine's disk.
class SimWorld {
 public:
  virtual ~SimWorld() = default;
  static std::unique_ptr<SimWorld> create(Instant start, std::uint64_t seed,
                                          Environment environment = {});
  /// The world as one process of that name sees it: its timers, requests, listeners and children
  /// are its own. The same name gives the same view.
  virtual World process(std::string const& name) = 0;
  /// SIGKILL for that process: its timers and unanswered requests are dropped, its listeners
  /// closed, its children ended. Objects that it made must not be used again; destroy them before
  /// or after.
  virtual void kill(std::string const& name) = 0;

  /// Commands whose arguments, joined by blanks, contain the text are run by the function. Without
  /// one a start fails as a missing program does.
  virtual void program(std::string text, std::function<void(SimProgram)> run) = 0;
  /// Mail for the host is given to the function; there is no other host.
  virtual void mail_server(std::string host, MailServer server) = 0;
  /// Runs the loop until `done` is true or nothing is left; false if nothing was left. At most
  /// `events_max` pieces of work.
  virtual bool run_until(std::function<bool()> done, std::uint64_t events_max = UINT64_MAX) = 0;
  virtual std::uint64_t events() const = 0;  ///< pieces of work done since the start
  /// Latency of each exchange, and a chance to fail it instead: for faults by seed.
  virtual void network_faults(Duration latency_max, double drop_chance) = 0;
};

}  // namespace landfall
