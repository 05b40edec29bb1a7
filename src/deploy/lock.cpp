#include "deploy/lock.h"

#include <fmt/core.h>

#include "deploy/journal.h"

namespace landfall {
namespace {

Result<> put_lock(Store& store, Lease const& lease, std::int64_t lease_until) {
  return store.put("deploy_lock", {{"target", lease.target},
                                   {"deploy_id", lease.deploy},
                                   {"holder", lease.holder},
                                   {"fence", lease.fence},
                                   {"lease_until", lease_until}});
}

Result<LockAnswer> take_in_transaction(Store& store, Lease lease, Instant now) {
  sql::Rows const rows =
      TRY(store.database().query("SELECT * FROM deploy_lock WHERE target = ?", {lease.target}));
  LockAnswer answer;
  lease.fence = 1;
  if (!rows.empty()) {
    sql::Row const& row = rows.rows.front();
    LockSight const sight{row.integer("deploy_id"), row.text("holder"),
                          from_epoch_seconds(row.integer("lease_until"))};
    // A freed lock keeps its row, so that the fence never starts again: its lease ended in 1970.
    bool const was_freed = row.integer("lease_until") == 0;
    if (!was_freed && sight.lease_until >= now) {
      answer.held = sight;
      return answer;
    }
    lease.fence = row.integer("fence") + 1;
    if (!was_freed) answer.taken = sight;
  }
  TRY(put_lock(store, lease, epoch_seconds(now + lease_length)));
  if (answer.taken)
    TRY(append_entry(store,
                     {lease.deploy, "lock", "done",
                      fmt::format("{} took over from {} (deploy {}), whose lease ended at {}",
                                  lease.holder, answer.taken->holder, answer.taken->deploy,
                                  iso8601(answer.taken->lease_until))},
                     now));
  answer.lease = std::move(lease);
  return answer;
}

}  // namespace

Result<LockAnswer> take_lock(Store& store, std::string const& target, std::int64_t deploy,
                             std::string const& holder, Instant now) {
  LockAnswer answer;
  Result<> taken = store.database().transaction([&]() -> Result<> {
    answer = TRY(take_in_transaction(store, {target, deploy, holder}, now));
    return {};
  });
  if (!taken) return std::unexpected(std::move(taken).error());
  return answer;
}

Result<> check_lock(Store& store, Lease const& lease) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT holder, deploy_id, fence FROM deploy_lock WHERE target = ?", {lease.target}));
  if (!rows.empty() && rows.rows.front().integer("fence") == lease.fence) return {};
  std::string const holder = rows.empty() ? "nobody" : rows.rows.front().text("holder");
  return fail(ErrorKind::refused,
              fmt::format("the lock of {} was lost to {}: this process stops working on deploy {}",
                          lease.target, holder, lease.deploy),
              "lock_lost");
}

Result<> renew_lock(Store& store, Lease const& lease, Instant now) {
  return store.database().transaction([&]() -> Result<> {
    TRY(check_lock(store, lease));
    return put_lock(store, lease, epoch_seconds(now + lease_length));
  });
}

Result<> free_lock(Store& store, Lease const& lease) {
  return store.database().transaction([&]() -> Result<> {
    if (!check_lock(store, lease)) return {};
    return put_lock(store, lease, 0);
  });
}

}  // namespace landfall
