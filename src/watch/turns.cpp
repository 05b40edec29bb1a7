// A watcher among others: what it takes, what it gives back, and when it may judge.
#include <fmt/core.h>

#include <algorithm>

#include "watch/watch.h"

namespace landfall {
namespace {

/// So often within a period a lease is renewed.
constexpr int turns_in_period = 3;

/// What nobody asked about for so many of its intervals holds up the first judgement...
constexpr int intervals_known = 2;
/// ... so long, for its asker may stand still.
constexpr Duration wait_for_others = 3min;

}  // namespace

Result<> Watch::turn() {
  SharedWork work = shares_ ? work_of(intent_) : SharedWork{};
  work.single.emplace_back(judgement_lease);
  work.single.emplace_back(heartbeat_lease);
  std::vector<std::string> const receivers = TRY(outbox_.receivers());
  for (std::string const& receiver : receivers) work.single.push_back(receiver_lease(receiver));
  Instant const now = world_.now();
  LeaseTurn const turned = TRY(leases_.turn(now, [&](LeaseSights const& sights) {
    if (ending_) return LeasePlan{};
    LeasePlan plan = plan_share(work, sights, leases_.holder(), now);
    state_.watchers = live_watchers(sights, now);
    if (shares_ && !sights.contains(watcher_lease(leases_.holder())))
      state_.watchers.push_back(leases_.holder());
    // Who comes for one round takes no part of the others' work away.
    if (!shares_) plan.take.erase(plan.take.begin());
    return plan;
  }));
  note(turned);
  world_.loop.cancel(turn_);
  turn_ = world_.loop.at(now + leases_.period() / turns_in_period, [this] { take_turn(); });
  return {};
}

void Watch::note(LeaseTurn const& turn) {
  std::map<std::string, std::vector<std::string>> taken;
  for (auto const& [name, from] : turn.taken) taken[from].push_back(name);
  for (auto const& [from, names] : taken) {
    log_(from.empty()
             ? "takes " + few_leases(names)
             : fmt::format("takes over from {}, whose lease ended: {}", from, few_leases(names)));
    if (!from.empty()) state_.taken_over += names.size();
    for (std::string const& name : names) {
      if (name.starts_with(app_lease(""))) owe(Beat::apps);
      if (name.starts_with(repository_lease(""))) owe(Beat::repositories);
    }
  }
  if (!turn.given.empty()) log_("gives back " + few_leases(turn.given));
  if (!turn.lost.empty()) log_("lost to another watcher: " + few_leases(turn.lost));
  state_.lost += turn.lost.size();
  state_.leases = leases_.names();
  state_.asked = !owes();
  bool const judged = std::exchange(state_.judges, leases_.has(judgement_lease));
  if (state_.judges == judged) return;
  all_known_ = false;
  judges_since_ = world_.now();
  state_.looked.reset();
  world_.loop.cancel(again_);
}

void Watch::owe(Beat beat) {
  Rhythm& mine = rhythm(beat);
  mine.owes = true;
  mine.paying = false;
  if (!mine.running) beat_at(beat, world_.now());
}

void Watch::take_turn() {
  world_.loop.cancel(turn_);
  bool const judged = state_.judges;
  if (Result<> const turned = turn(); !turned) {
    in_trouble(turned.error());
    turn_ =
        world_.loop.at(world_.now() + leases_.period() / turns_in_period, [this] { take_turn(); });
    return;
  }
  if (ending_ || !shares_) return;
  // What others asked is judged here, and what others judged is told and followed here.
  if (state_.judges && (!judged || state_.watchers.size() > 1)) look();
  if (state_.judges) return;
  if (Result<> const worked = outbox_.work(); !worked) return in_trouble(worked.error());
  Rhythm const& apps = rhythm(Beat::apps);
  Instant const early = world_.now() + std::min(soon, apps.interval);
  if (apps.due > early && pends().value_or(false)) beat_at(Beat::apps, early);
}

void Watch::end(Work done) {
  ending_ = true;
  world_.loop.cancel(again_);
  for (Rhythm& mine : rhythms_) {
    world_.loop.cancel(mine.timer);
    mine.running.reset();
  }
  auto const give = [this](auto const& meant) {
    Result<> const given = leases_.give_back(world_.now(), meant);
    if (!given) log_("what this watcher has is free when its leases end: " + given.error().text);
  };
  std::string const receivers = receiver_lease("");
  give([&](std::string const& name) { return !name.starts_with(receivers); });
  outbox_.finish([this, give, done = std::move(done)]() mutable {
    world_.loop.cancel(turn_);
    give([](std::string const&) { return true; });
    log_("has ended");
    done();
  });
}

/// Has all that others ask about been asked of late. A watcher that begins to judge does not judge
/// by what was known before the others came.
Result<bool> Watch::is_all_known() {
  Instant const now = world_.now();
  if (now - judges_since_ >= wait_for_others) return true;
  sql::Rows const rows = TRY(store_.database().query(
      "SELECT subject, source, asked_at FROM asked WHERE source IN ('heroku.app', "
      "'github.repository')"));
  std::map<std::string, Instant> asked;
  for (sql::Row const& row : rows) {
    bool const app = row.text("source") == "heroku.app";
    asked[app ? app_lease(row.text("subject")) : repository_lease(row.text("subject"))] =
        from_epoch_seconds(row.integer("asked_at"));
  }
  std::array<Duration, 2> const intervals{rhythm(Beat::apps).interval,
                                          rhythm(Beat::repositories).interval};
  SharedWork const work = work_of(intent_);
  for (std::size_t group = 0; group < work.groups.size(); ++group)
    for (std::string const& name : work.groups[group]) {
      auto const found = asked.find(name);
      bool const known =
          leases_.has(name) ||
          (found != asked.end() && now - found->second <= intervals.at(group) * intervals_known);
      if (!known) return false;
    }
  return true;
}

/// Is there an alert that fires or ends soon if what is asked next says so.
Result<bool> Watch::pends() {
  sql::Rows const rows = TRY(store_.database().query(
      "SELECT 1 AS one FROM alert WHERE ended_at IS NULL AND (state = 'pending' OR clear_since IS "
      "NOT NULL) LIMIT 1"));
  return !rows.empty();
}

}  // namespace landfall
