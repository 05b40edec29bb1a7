// Starts the supervisors of this program's children, and outlives it to see the end of them.
#pragma once

#include <sys/types.h>

#include "base/result.h"
#include "world/descriptor.h"
#include "world/supervisor.h"

namespace landfall {

/// A small process that was forked from this one early: each fork of it is cheap, however big this
/// program has become by then. It ends when this program does, and when its supervisors have.
/// Should a supervisor be killed, what it had in its care is the warden's, which kills it.
class Warden {
 public:
  static Result<Warden> start();
  Warden(Warden&&) = default;
  Warden& operator=(Warden&&) = default;
  ~Warden();
  /// Has a supervisor forked that takes these. False: there is no warden any more, start another.
  bool hand_over(SupervisorEnds const& ends) const;
  pid_t pid() const { return pid_; }

 private:
  Warden(pid_t pid, Descriptor socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_;
  Descriptor socket_;
};

}  // namespace landfall
