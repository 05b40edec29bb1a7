// Everything outside: passed in, never reached for.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "world/files.h"
#include "world/http.h"
#include "world/loop.h"
#include "world/mail.h"
#include "world/process.h"
#include "world/random.h"
#include "world/stream.h"
#include "world/workers.h"

namespace landfall {

/// Environment variables as they were at the start.
using Environment = std::map<std::string, std::string, std::less<>>;

struct World {
  Loop& loop;
  Http& http;
  Mailer& mailer;
  Server& server;
  Streams& streams;
  Processes& processes;
  Workers& workers;
  Files& files;
  Random& random;
  Environment const& environment;
  std::string const& program;  ///< this program's own file, to be started again

  Instant now() const { return loop.now(); }
  /// The variable's value; empty counts as not set.
  std::optional<std::string> variable(std::string_view name) const;
};

/// The machine that the program runs on. Its clock can be shifted by LANDFALL_CLOCK_SHIFT (seconds,
/// may be negative), so that a sandbox of another day can be watched.
class RealWorld {
 public:
  /// The variables of this process.
  static Environment environment();
  static Result<std::unique_ptr<RealWorld>> start(Environment environment);
  virtual ~RealWorld() = default;
  virtual World world() = 0;
  /// Runs the work on the loop thread when SIGINT or SIGTERM arrives; a second signal kills.
  virtual void on_interrupt(Work work) = 0;
  /// Runs the work on the loop thread each time SIGHUP arrives.
  virtual void on_hangup(std::move_only_function<void()> work) = 0;
  /// Tells the service manager that started this process, if one did: "READY=1" and the like, one
  /// a line; "RELOADING=1" with the time that goes with it. What cannot be told is lost.
  /// https://www.freedesktop.org/software/systemd/man/sd_notify.html
  virtual void tell_manager(std::string_view state) = 0;
  /// Shifts this world's clock to the given instant, which then goes on from there. Work that waits
  /// keeps the instant that it waits for.
  virtual void set_clock(Instant now) = 0;
};

}  // namespace landfall
