#include <algorithm>

#include "world/sim_queue.h"

namespace landfall {

TimerId SimQueue::add(Owner owner, Instant due, Work work) {
  TimerId const timer = ++last_;
  heap_.push({std::max(due, now_), timer});
  items_.emplace_hint(items_.end(), timer, Item{owner, std::move(work)});
  return timer;
}

void SimQueue::cancel(TimerId timer) {
  // Taken out before it is destroyed: what it holds may ask for more work as it dies.
  auto const dead = items_.extract(timer);
}

void SimQueue::drop(Owner owner) {
  std::vector<Work> dead;
  for (auto item = items_.begin(); item != items_.end();) {
    if (item->second.owner == owner) {
      dead.push_back(std::move(item->second.work));
      item = items_.erase(item);
    } else {
      ++item;
    }
  }
}

bool SimQueue::step() {
  while (!heap_.empty()) {
    Due const due = heap_.top();
    heap_.pop();
    auto item = items_.extract(due.timer);
    if (item.empty()) continue;
    now_ = due.instant;
    ++events_;
    ++depth_;
    item.mapped().work();
    --depth_;
    return true;
  }
  return false;
}

}  // namespace landfall
