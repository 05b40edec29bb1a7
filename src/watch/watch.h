// The continuous form of check: it keeps evidence fresh, judges it, and holds alerts through their
// life.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "alert/outbox.h"
#include "check/check.h"
#include "collect/collect.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

struct WatchIntervals {
  Duration probes = 30s;         ///< the targets themselves
  Duration apps = 60s;           ///< the platform
  Duration repositories = 5min;  ///< GitHub
};

/// What a watcher says of itself.
struct WatchState {
  std::optional<Instant> looked;  ///< when all was judged last; absent: not all was asked yet
  std::string trouble;            ///< why it cannot judge; empty: it can
  std::uint64_t rounds = 0;
  std::uint64_t skipped = 0;  ///< rounds that were due while the one before was under way
  std::uint64_t notified = 0;
  std::uint64_t failed = 0;  ///< tries to notify that failed
};

/// Asks by its intervals, and sooner where a release was made or an alert pends. Judges nothing
/// before all was asked once. The state of alerts lies in the store, so that a watcher which was
/// killed goes on where it was.
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
  void once(std::move_only_function<void(Result<>)> done);

  WatchState const& state() const { return state_; }
  /// Serves /healthz, /readyz, /metrics and /api/... on a loopback port, and returns it.
  Result<int> listen(int port);

 private:
  enum class Beat { probes, apps, repositories };
  struct Rhythm {
    Duration interval{0};
    Collection::Options::About about{};
    TimerId timer = 0;
    std::unique_ptr<Collection> running{};
    bool asked_once = false;
  };
  Rhythm& rhythm(Beat beat) { return rhythms_[static_cast<std::size_t>(beat)]; }
  void beat_at(Beat beat, Instant when);
  void begin(Beat beat);
  void ended(Beat beat, Result<> const& result);
  void look();
  Result<> judge();
  void end_once();
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
  Outbox outbox_;
  std::array<Rhythm, 3> rhythms_;
  TimerId again_ = 0;
  std::int64_t releases_seen_ = 0;
  bool pending_ = false;
  std::unique_ptr<Collection> single_;
  std::move_only_function<void(Result<>)> single_done_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// Answers of the watcher's own port, as a function of what is kept.
Response answer_watch(Store& store, WatchState const& state, Request const& request, Instant now);

}  // namespace landfall
