// Which part of the work is whose, where several watchers share one store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/lease.h"
#include "intent/intent.h"

namespace landfall {

// The names of leases. The holder of `judgement` alone judges and writes alerts.
inline constexpr std::string_view judgement_lease = "judgement";
inline constexpr std::string_view heartbeat_lease = "heartbeat";
std::string app_lease(std::string_view app);
std::string repository_lease(std::string_view repository);
/// That a watcher lives: it is its own, taken anew with a greater number after each pause in which
/// it was thought dead.
std::string watcher_lease(std::string_view watcher);

struct SharedWork {
  /// Each group is shared evenly between all who live.
  std::vector<std::vector<std::string>> groups;
  /// What whoever comes first takes and keeps.
  std::vector<std::string> single;
};

/// The apps and the repositories that the targets need.
SharedWork work_of(Intent const& intent);

/// Who lives, by name.
std::vector<std::string> live_watchers(LeaseSights const& sights, Instant now);

/// What `me` has to give back and to take, so that soon all is taken, and of each group nobody has
/// two more than another. What lives with another is left to it.
LeasePlan plan_share(SharedWork const& work, LeaseSights const& sights, std::string const& me,
                     Instant now);

/// In words, for the log: "app shop, repository acme/shop and 3 more".
std::string few_leases(std::vector<std::string> const& names);

}  // namespace landfall
