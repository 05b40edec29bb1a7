// The loop that sleeps: epoll, timers and work posted by other threads.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "world/descriptor.h"
#include "world/loop.h"

namespace landfall {

using WatchId = std::uint64_t;

/// For this room only: besides timers it watches file descriptors for the server and for processes.
class RealLoop : public Loop {
 public:
  static Result<std::unique_ptr<RealLoop>> open();
  ~RealLoop() override;

  Instant now() const override;
  TimerId at(Instant due, Work work) override;
  void cancel(TimerId timer) override;
  void post(Work work) override;
  void run() override;
  void stop() override { stopped_ = true; }

  /// This clock is the machine's plus the shift.
  void shift(Duration shift) { shift_ = shift; }
  /// Calls back while the descriptor has one of the epoll events (level-triggered; EPOLLHUP and
  /// EPOLLERR always). The descriptor stays the caller's; it unwatches before it closes.
  WatchId watch(int descriptor, std::uint32_t events, std::function<void(std::uint32_t)> ready);
  void rewatch(WatchId watch, std::uint32_t events);
  void unwatch(WatchId watch);

 private:
  struct Watch {
    int descriptor = -1;
    std::function<void(std::uint32_t)> ready;
  };

  struct Slot {
    std::uint32_t turn = 0;
    std::shared_ptr<Watch> watch;
  };

  RealLoop(Descriptor epoll, Descriptor wake);
  Slot* slot_of(WatchId watch);
  int wait_milliseconds() const;
  void dispatch(std::span<epoll_event const> events);
  void run_posted();
  void run_due();

  Descriptor epoll_;
  Descriptor wake_;
  Duration shift_{};
  bool stopped_ = false;
  std::uint64_t last_id_ = 0;
  std::map<std::pair<Instant, TimerId>, Work> timers_;
  std::unordered_map<TimerId, Instant> due_;
  // A watch's number is its place among these and how often that place was taken before: an event
  // that was fetched for a watch that is gone by now must reach nobody, whoever has its place.
  // Shared, because a callback may unwatch itself.
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<epoll_event> events_;
  std::mutex mutex_;
  std::vector<Work> posted_;
};

}  // namespace landfall
