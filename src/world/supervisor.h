// The process between this program and a child: it sees to it that nothing of the child is left.
//
// A child may start others, in groups and sessions of their own, and orphan them. To the supervisor
// they all come back, because it is their reaper (PR_SET_CHILD_SUBREAPER), so that when the child
// ends, or this program does, it finds and kills them by what the kernel says are its children. It
// reads and writes one socket; the end of that is the end of this program.
#pragma once

#include <cstdint>

namespace landfall {

/// What starting a child consists of, in order.
enum class ChildStep : std::int32_t { none, process, session, confine, input, directory, program };

/// The supervisor's messages: first started or failed, then ended.
struct ChildReport {
  enum class Kind : std::int32_t { started, failed, ended };
  Kind kind = Kind::ended;
  ChildStep step = ChildStep::none;  ///< failed: at this
  std::int32_t number = 0;           ///< failed: errno; ended: the child's wait status
};

/// The message to a supervisor: this signal for all that the child is.
struct ChildSignal {
  std::int32_t number = 0;
};

/// What a supervisor is made with.
struct SupervisorEnds {
  int order = -1;    ///< see child_order.h
  int channel = -1;  ///< a SOCK_SEQPACKET socket
  int input = -1;
  int output = -1;
  int errors = -1;
};

/// Runs as a supervisor. To be called in a process that has just been forked; makes only system
/// calls.
[[noreturn]] void supervise(SupervisorEnds const& ends);

}  // namespace landfall
