// Delivers what is written in the table `notification`: each message at least once, in order.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alert/notifier.h"
#include "facts/lease.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// A receiver's messages go one after the other, so that an end never overtakes its beginning, and
/// none waits for another receiver. A try that fails comes again after a pause that doubles, up to
/// ten minutes; after a day, or where it is refused, the message is dead: kept, and shown.
///
/// Of several watchers one alone sends to a receiver: who has its lease. Whoever lost it while a
/// message was under way keeps nothing of its end, and the next holder sends it again with the same
/// key.
class Outbox {
 public:
  /// The store, the intent and the leases outlive it.
  Outbox(World const& world, Store& store, Intent const& intent, Leases& leases);
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
  /// Is nothing of our receivers under way, and nothing due now.
  Result<bool> is_idle();
  /// Takes nothing more; `done` is called when what is under way has ended.
  void finish(Work done);
  /// Those of landfall.yaml, and those for which something still waits.
  Result<std::vector<std::string>> receivers();

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
    std::int64_t fence = 0;  ///< with which it was taken
  };
  Result<std::vector<Waiting>> heads();
  bool is_busy() const;
  Result<> take(Waiting waiting);
  void tried(Waiting const& waiting, Delivery const& delivery);
  Result<> write_end(Waiting const& waiting, Delivery const& delivery);
  Duration pause_after(int attempts);
  void come_back(std::string const& receiver, Instant when);

  World world_;
  Store& store_;
  Intent const& intent_;
  Leases& leases_;
  std::map<std::string, Lane> lanes_;
  Work finished_;
  std::function<void(std::string const&, Delivery const&)> told_ = [](auto const&, auto const&) {};
};

/// The lease of who sends to a receiver.
std::string receiver_lease(std::string_view receiver);

/// Writes a test message to a receiver and returns the notification's number.
Result<std::int64_t> write_test(Store& store, std::string const& receiver, Instant now);

}  // namespace landfall
