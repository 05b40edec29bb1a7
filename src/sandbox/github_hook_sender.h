// Carries GitHub's webhooks to their receivers, signed, and keeps what became of them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class HookSender {
 public:
  /// `changed` is told of each repository that has changed by what this did.
  HookSender(World world, State& state, std::function<void(std::int64_t)> changed)
      : world_(world), state_(state), changed_(std::move(changed)) {}
  /// Sends what is queued, and wakes up when a run gets on by itself. To be called whenever
  /// anything may have happened.
  void run();

 private:
  void send(HookCall const& call);
  void wait_for_runs();

  World world_;
  State& state_;
  std::function<void(std::int64_t)> changed_;
  std::optional<Instant> wakes_at_;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// The request that a delivery is: its headers are kept with it.
Request hook_request(Hook const& hook, HookDelivery& delivery);

}  // namespace landfall::sandbox
