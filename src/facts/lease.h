// What one process alone does at a time, while several work on one store: leases with a number that
// grows with each holder, so that a holder who was thought dead and is not can write nothing more.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

/// A row of the table `lease`.
struct LeaseSight {
  std::string holder;  ///< empty: it was given back
  std::int64_t fence = 0;
  Instant until{};

  /// By whole seconds, as they are kept: never before its time.
  bool is_alive(Instant now) const {
    return !holder.empty() && epoch_seconds(until) >= epoch_seconds(now);
  }
};
using LeaseSights = std::map<std::string, LeaseSight, std::less<>>;

/// What a holder makes of the leases that it sees.
struct LeasePlan {
  std::vector<std::string> give;
  std::vector<std::string> take;
  /// Rows to be forgotten, with their numbers: only of a name that no other process ever takes.
  std::vector<std::string> forget;
};

/// What came of one turn.
struct LeaseTurn {
  struct Taken {
    std::string name;
    std::string from;  ///< who held it last and gave it never back; empty: it was free
  };
  std::vector<Taken> taken;
  std::vector<std::string> given;
  std::vector<std::string> lost;  ///< another took them since the last turn
};

/// The leases of one process. Their clock is that of this machine: where it goes wrong by more than
/// `period`, leases change hands too early, which the numbers make harmless.
class Leases {
 public:
  /// `holder` names this process and no other. The store outlives it.
  Leases(Store& store, std::string holder, Duration period);

  /// In one transaction: looks at all, makes ours last another period, then does what is planned.
  /// Takes nothing from who is alive. An error leaves all as it was.
  using Planner = std::function<LeasePlan(LeaseSights const&)>;
  Result<LeaseTurn> turn(Instant now, Planner const& plan);
  /// Gives back all that `meant` is true of.
  Result<> give_back(Instant now, std::function<bool(std::string const&)> const& meant);

  /// Was it ours at the last turn.
  bool has(std::string_view name) const { return held_.contains(name); }
  /// The number with which we have it; 0: we do not.
  std::int64_t fence(std::string_view name) const;
  /// To be asked within the transaction of each write that rests on it: fails with the code
  /// "lease_lost" unless it still is ours, with that number.
  Result<> check(std::string const& name, std::int64_t fence) const;
  Result<> check(std::string const& name) const { return check(name, fence(name)); }

  std::vector<std::string> names() const;  ///< of those that are ours
  std::string const& holder() const { return holder_; }
  Duration period() const { return period_; }

 private:
  using Held = std::map<std::string, std::int64_t, std::less<>>;  ///< the number of each
  Result<LeaseTurn> work(Instant now, Planner const& plan, Held& held);
  Result<> put(std::string const& name, LeaseSight const& sight);

  Store& store_;
  std::string holder_;
  Duration period_;
  Held held_;
  Held last_;  ///< the greatest number that we had of each, whether it is still kept or not
};

/// All leases that are kept.
Result<LeaseSights> lease_sights(Store& store);

}  // namespace landfall
