// Time, and the one thread that owns all state. Nothing outside src/world/ reads a clock.
#pragma once

#include <cstdint>
#include <functional>

#include "base/time.h"

namespace landfall {

using Work = std::move_only_function<void()>;
using TimerId = std::uint64_t;

/// A queue of work by time. `RealLoop` sleeps until the next due work, `SimLoop` jumps to it; work
/// that is due at the same instant runs in the order in which it was asked for. All work runs on
/// the thread that called run().
class Loop {
 public:
  virtual ~Loop() = default;
  virtual Instant now() const = 0;
  /// Runs the work once, at or after the instant. The id cancels it while it has not run.
  virtual TimerId at(Instant due, Work work) = 0;
  virtual void cancel(TimerId timer) = 0;
  /// Runs the work on the loop thread soon; the only call that other threads may make.
  virtual void post(Work work) = 0;
  /// Works until stop(). The simulated loop also returns when nothing is left to do.
  virtual void run() = 0;
  virtual void stop() = 0;

  TimerId after(Duration delay, Work work) { return at(now() + delay, std::move(work)); }
};

}  // namespace landfall
