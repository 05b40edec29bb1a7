#include "facts/lease.h"

#include <fmt/core.h>

#include <algorithm>

namespace landfall {

Result<LeaseSights> lease_sights(Store& store) {
  sql::Rows const rows =
      TRY(store.database().query("SELECT name, holder, fence, lease_until FROM lease"));
  LeaseSights sights;
  for (sql::Row const& row : rows)
    sights[row.text("name")] = {row.text("holder"), row.integer("fence"),
                                from_epoch_seconds(row.integer("lease_until"))};
  return sights;
}

Leases::Leases(Store& store, std::string holder, Duration period)
    : store_(store), holder_(std::move(holder)), period_(period) {}

std::int64_t Leases::fence(std::string_view name) const {
  auto const found = held_.find(name);
  return found == held_.end() ? 0 : found->second;
}

std::vector<std::string> Leases::names() const {
  std::vector<std::string> names;
  for (auto const& [name, fence] : held_) names.push_back(name);
  return names;
}

Result<> Leases::check(std::string const& name, std::int64_t fence) const {
  sql::Rows const rows =
      TRY(store_.database().query("SELECT holder, fence FROM lease WHERE name = ?", {name}));
  bool const ours = !rows.empty() && rows.rows.front().text("holder") == holder_ &&
                    rows.rows.front().integer("fence") == fence;
  if (ours) return {};
  std::string const holder = rows.empty() ? "" : rows.rows.front().text("holder");
  return fail(ErrorKind::refused,
              fmt::format("the lease on '{}' was lost to {}: {} writes nothing that rests on it",
                          name, holder.empty() ? "nobody" : holder, holder_),
              "lease_lost");
}

Result<> Leases::put(std::string const& name, LeaseSight const& sight) {
  return store_.put("lease", {{"name", name},
                              {"holder", sight.holder},
                              {"fence", sight.fence},
                              {"lease_until", epoch_seconds(sight.until)}});
}

Result<LeaseTurn> Leases::turn(Instant now, Planner const& plan) {
  LeaseTurn turn;
  Held held;
  Result<> const done = store_.database().transaction([&]() -> Result<> {
    turn = TRY(work(now, plan, held));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  held_ = std::move(held);
  for (auto const& [name, fence] : held_) last_[name] = std::max(last_[name], fence);
  return turn;
}

Result<LeaseTurn> Leases::work(Instant now, Planner const& plan, Held& held) {
  LeaseTurn turn;
  Instant const until = now + period_;
  LeaseSights sights = TRY(lease_sights(store_));
  for (auto& [name, sight] : sights) {
    if (sight.holder != holder_) continue;
    held[name] = sight.fence;
    sight.until = until;
  }
  for (auto const& [name, fence] : held_)
    if (!held.contains(name) || held[name] != fence) turn.lost.push_back(name);
  TRY(store_.database().exec("UPDATE lease SET lease_until = ? WHERE holder = ?",
                             {epoch_seconds(until), holder_}));
  LeasePlan const wanted = plan(sights);
  for (std::string const& name : wanted.give) {
    if (!held.contains(name)) continue;
    TRY(put(name, {"", held[name], Instant{}}));
    held.erase(name);
    turn.given.push_back(name);
  }
  for (std::string const& name : wanted.take) {
    LeaseSight const sight = sights[name];
    if (held.contains(name) || sight.is_alive(now)) continue;
    std::int64_t const fence = std::max(sight.fence, last_[name]) + 1;
    TRY(put(name, {holder_, fence, until}));
    held[name] = fence;
    turn.taken.push_back({name, sight.holder});
  }
  for (std::string const& name : wanted.forget)
    TRY(store_.database().exec("DELETE FROM lease WHERE name = ?", {name}));
  return turn;
}

Result<> Leases::give_back(Instant now, std::function<bool(std::string const&)> const& meant) {
  LeasePlan plan;
  for (auto const& [name, fence] : held_)
    if (meant(name)) plan.give.push_back(name);
  // What was lost meanwhile is another's: it is left alone.
  TRY(turn(now, [&](LeaseSights const&) { return plan; }));
  return {};
}

}  // namespace landfall
