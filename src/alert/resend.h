// Tells Alertmanager again and again what is so: it takes an alert of which it hears nothing more
// for over.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "alert/notifier.h"
#include "facts/lease.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// So often, as Prometheus does it by default (`--rules.alert.resend-delay`).
inline constexpr Duration resend_every = 1min;
/// An alert that is not told again is over so long after it was told; one that has ended is told
/// again for as long.
inline constexpr Duration resent_holds = 4 * resend_every;

/// Beside the outbox, which tells each change once and surely: what is lost here comes again with
/// the next time. Only what people were told of is told, and only by who has the receiver's lease.
class Resend {
 public:
  using Log = std::function<void(std::string_view)>;
  /// The store, the intent and the leases outlive it.
  Resend(World const& world, Store& store, Intent const& intent, Leases const& leases, Log log);
  ~Resend();
  Resend(Resend const&) = delete;
  Resend& operator=(Resend const&) = delete;

  /// Tells all now, and from then on after each `resend_every`. Nothing where no receiver needs it.
  void start();

 private:
  void round();
  Result<> tell(Receiver const& receiver);
  Result<Json> alerts_for(Receiver const& receiver) const;
  void answered(std::string const& receiver, Result<Response> const& answer);
  void note(std::string const& receiver, std::string trouble);

  World world_;
  Store& store_;
  Intent const& intent_;
  Leases const& leases_;
  Log log_;
  std::map<std::string, std::string> troubles_;  ///< by receiver, where the last time failed
  TimerId timer_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// A message as Alertmanager's API takes it in a list.
Json alertmanager_alert(Message const& message, Instant ends);
/// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
Result<Request> alertmanager_post(World const& world, Receiver const& receiver, Json const& alerts);

}  // namespace landfall
