// Kills the process groups of a program that died without doing so.
#pragma once

#include "base/result.h"
#include "world/descriptor.h"

namespace landfall {

/// A child's parent-death signal ends the child alone, not what it has started in turn. The warden
/// is a small process that knows all live groups and kills them when its pipe to this process
/// breaks, which it does however this process dies.
class Warden {
 public:
  static Result<Warden> start();
  Warden(Warden&&) = default;
  Warden& operator=(Warden&&) = default;
  ~Warden();
  void guard(int group);
  void release(int group);

 private:
  Warden(int pid, Descriptor pipe) : pid_(pid), pipe_(std::move(pipe)) {}
  int pid_;
  Descriptor pipe_;
};

}  // namespace landfall
