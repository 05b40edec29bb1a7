// Delivers what is written in the table `notification`: each message at least once, in order.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "alert/notifier.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// A receiver's messages go one after the other, so that an end never overtakes its beginning, and
/// none waits for another receiver. A try that fails comes again after a pause that doubles, up to
/// ten minutes; after a day, or where it is refused, the message is dead: kept, and shown.
class Outbox {
 public:
  /// The store and the intent outlive it.
  Outbox(World const& world, Store& store, Intent const& intent);
  ~Outbox();
  Outbox(Outbox const&) = delete;
  Outbox& operator=(Outbox const&) = delete;

  /// Looks for what is due. To be called after notifications were written; by itself it comes back
  /// only for what it tries again. An error is a store that cannot be used.
  Result<> work();
  /// Told of each end: the receiver, and what became of the message.
  void on_end(std::function<void(std::string const& receiver, Delivery const&)> told) {
    told_ = std::move(told);
  }
  /// Is nothing under way, and nothing due now.
  Result<bool> is_idle();

 private:
  struct Lane {
    std::unique_ptr<Notifier> notifier;
    bool busy = false;
    TimerId timer = 0;
  };
  struct Waiting {
    std::int64_t id = 0;
    std::string receiver;
    std::string body;
    Instant created;
    int attempts = 0;
    Instant next;
  };
  Result<> take(Waiting waiting);
  void tried(Waiting const& waiting, Delivery const& delivery);
  Result<> write_end(Waiting const& waiting, Delivery const& delivery);
  Duration pause_after(int attempts);
  void come_back(std::string const& receiver, Instant when);

  World world_;
  Store& store_;
  Intent const& intent_;
  std::map<std::string, Lane> lanes_;
  std::function<void(std::string const&, Delivery const&)> told_ = [](auto const&, auto const&) {};
};

/// Writes a test message to a receiver and returns the notification's number.
Result<std::int64_t> write_test(Store& store, std::string const& receiver, Instant now);

}  // namespace landfall
