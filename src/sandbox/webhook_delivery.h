// Carries Heroku's webhooks to their receivers, and tries those of level sync again.
#pragma once

#include <memory>

#include "sandbox/heroku_events.h"
#include "world/world.h"

namespace landfall::sandbox {

class WebhookDelivery {
 public:
  WebhookDelivery(World world, State& state) : world_(world), state_(state) {}
  /// Sends the letters that are queued; to be called when anything may have happened.
  void run();
  /// Takes up what a state that was read back had not finished.
  void resume();

 private:
  void send(Letter letter);
  void again(Instant at, std::string const& app, std::string const& delivery);

  World world_;
  State& state_;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
