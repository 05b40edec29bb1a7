// One deploy per target: a lease that its holder renews, with a number that grows with each holder,
// so that a holder who was thought dead and is not can write nothing any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

inline constexpr Duration lease_length = 15s;
inline constexpr Duration lease_renewal = 5s;

/// What its holder knows of a lock.
struct Lease {
  std::string target;
  std::int64_t deploy = 0;
  std::string holder;
  std::int64_t fence = 0;
};

/// The lock as it stands in the table.
struct LockSight {
  std::int64_t deploy = 0;
  std::string holder;
  Instant lease_until{};
};

struct LockAnswer {
  std::optional<Lease> lease;      ///< it is ours
  std::optional<LockSight> held;   ///< somebody else's, and alive
  std::optional<LockSight> taken;  ///< whose dead lease was taken over
};

/// Takes the lock if it is free or its lease is dead. A take-over is journalled in the same
/// transaction.
Result<LockAnswer> take_lock(Store& store, std::string const& target, std::int64_t deploy,
                             std::string const& holder, Instant now);
/// Fails with the code "lock_lost" when the lock is another's.
Result<> check_lock(Store& store, Lease const& lease);
/// Makes the lease last on; fails like check_lock.
Result<> renew_lock(Store& store, Lease const& lease, Instant now);
/// Frees it. A lock that is another's by now is left alone.
Result<> free_lock(Store& store, Lease const& lease);

}  // namespace landfall
