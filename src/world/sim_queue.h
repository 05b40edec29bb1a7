// The simulated world's queue of work, shared by all of its processes.
#pragma once

#include <cstdint>
#include <map>
#include <queue>
#include <vector>

#include "world/loop.h"

namespace landfall {

/// Who a piece of work belongs to: a simulated process, or 0 for the world itself.
using Owner = std::uint64_t;

/// Work by time, ties in order of asking. Time jumps to the next due work.
class SimQueue {
 public:
  explicit SimQueue(Instant start) : now_(start) {}
  Instant now() const { return now_; }
  std::uint64_t events() const { return events_; }
  TimerId add(Owner owner, Instant due, Work work);
  void cancel(TimerId timer);
  /// Forgets all work of that owner.
  void drop(Owner owner);
  /// Does the next piece of work; false if there is none.
  bool step();
  /// True while a piece of work is being done.
  bool busy() const { return depth_ != 0; }

 private:
  struct Due {
    Instant instant;
    TimerId timer;
    bool operator>(Due const& other) const {
      return instant != other.instant ? instant > other.instant : timer > other.timer;
    }
  };
  struct Item {
    Owner owner;
    Work work;
  };

  Instant now_;
  TimerId last_ = 0;
  std::uint64_t events_ = 0;
  int depth_ = 0;
  // A cancelled item leaves its entry in the heap, which is skipped when its time comes.
  std::priority_queue<Due, std::vector<Due>, std::greater<>> heap_;
  std::map<TimerId, Item> items_;
};

}  // namespace landfall
