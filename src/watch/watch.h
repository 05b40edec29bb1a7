// The continuous form of check: it keeps evidence fresh, judges it, and holds alerts through their
// life.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/outbox.h"
#include "alert/resend.h"
#include "check/check.h"
#include "collect/collect.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "watch/share.h"
#include "world/world.h"

namespace landfall {

struct WatchIntervals {
  Duration probes = 30s;         ///< the targets themselves
  Duration apps = 60s;           ///< the platform
  Duration repositories = 5min;  ///< GitHub
  /// Who is not heard of for so long is thought dead, and others take over what it did.
  Duration lease = 30s;
};

/// What a watcher says of itself.
struct WatchState {
  std::string name;  ///< of this watcher, among those that share the store
  Duration lease{0};
  std::vector<std::string> leases;    ///< that are ours
  std::vector<std::string> watchers;  ///< who live, this one too
  bool judges = false;                ///< it alone judges, and writes alerts
  std::uint64_t taken_over = 0;       ///< leases of watchers that died
  std::uint64_t lost = 0;             ///< leases that others took from this one
  std::optional<Instant> looked;      ///< when all was judged last; absent: not all was asked yet
  bool asked = false;                 ///< all that is ours was asked once
  std::string trouble;                ///< why it cannot judge; empty: it can
  std::string refused;                ///< why a newer landfall.yaml is not in force; empty: it is
  std::uint64_t rounds = 0;
  std::uint64_t skipped = 0;  ///< rounds that were due while the one before was under way
  std::uint64_t notified = 0;
  std::uint64_t failed = 0;  ///< tries to notify that failed
};

/// Asks by its intervals, and sooner where a release was made or an alert pends. Judges nothing
/// before all was asked once. The state of alerts lies in the store, so that a watcher which was
/// killed goes on where it was.
///
/// Any number of them share a store, by leases: apps and repositories are shared evenly, one judges
/// and writes alerts, one sends to each receiver. Whoever lost a lease writes nothing that rests on
/// it, for each such transaction begins with a look at the lease. A watcher whose Watch is
/// destroyed without `end` is as dead as one that was killed.
class Watch {
 public:
  using Log = std::function<void(std::string_view)>;
  /// The store and the intent outlive it.
  Watch(World const& world, Store& store, Intent const& intent, Platforms platforms,
        WatchIntervals intervals, Log log);
  ~Watch();
  Watch(Watch const&) = delete;
  Watch& operator=(Watch const&) = delete;

  /// Begins with a round about everything. An error is a store that cannot be used.
  Result<> start();
  /// One round, one judgement, and one try for each message that is due; then `done`.
  /// Where other watchers live, they judge and tell, and this one only asks.
  void once(std::move_only_function<void(Result<>)> done);
  /// Begins nothing more, gives back what it has, and waits for the messages that are under way.
  void end(Work done);

  WatchState const& state() const { return state_; }
  /// Why a landfall.yaml that was to be taken since was not; empty: none was refused.
  void note_refused(std::string text) { state_.refused = std::move(text); }
  /// What is told to a request: see answer_watch.
  Response answer(Request const& request) const;
  /// Serves /healthz, /readyz, /metrics and /api/... on a loopback port, and returns it.
  Result<int> listen(int port);

 private:
  /// While an alert pends, and after a release, the platform is asked again so soon.
  static constexpr Duration soon = 10s;
  enum class Beat { probes, apps, repositories };
  struct Rhythm {
    Duration interval{0};
    Collection::Options::About about{};
    TimerId timer = 0;
    Instant due{};
    std::unique_ptr<Collection> running{};
    bool owes = true;     ///< a round about all that is ours, before anything is judged
    bool paying = false;  ///< the one that runs is that round
  };
  Rhythm& rhythm(Beat beat) { return rhythms_[static_cast<std::size_t>(beat)]; }
  void beat_at(Beat beat, Instant when);
  void begin(Beat beat);
  void ended(Beat beat, Result<> const& result);
  void look();
  Result<> judge();
  void end_once();
  void take_turn();
  Result<> turn();
  Collection::Options options(Collection::Options::About about);
  bool owes() const;
  void note(LeaseTurn const& turn);
  void owe(Beat beat);
  void no_trouble();
  void in_trouble(Error const& error);
  Result<bool> is_all_known();
  Result<bool> pends();
  void look_again(std::optional<Instant> when);
  void heartbeat();
  Result<std::int64_t> releases();

  World world_;
  Store& store_;
  Intent const& intent_;
  Platforms platforms_;
  Log log_;
  WatchState state_;
  CheckRunner runner_;
  Leases leases_;
  Outbox outbox_;
  Resend resend_;
  std::array<Rhythm, 3> rhythms_;
  TimerId again_ = 0;
  TimerId turn_ = 0;
  bool shares_ = true;      ///< takes part in the asking, for ever
  bool all_known_ = false;  ///< since we judge
  Instant judges_since_{};
  bool ending_ = false;
  std::int64_t releases_seen_ = 0;
  std::unique_ptr<Collection> single_;
  std::move_only_function<void(Result<>)> single_done_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// Answers of the watcher's own port, as a function of what is kept.
Response answer_watch(Store& store, WatchState const& state, Request const& request, Instant now);

}  // namespace landfall
