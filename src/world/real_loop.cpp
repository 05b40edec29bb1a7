#include "world/real_loop.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace landfall {

namespace {

WatchId const wake_id = 0;
int const events_max = 256;
// The machine's clock may be set while the loop sleeps; it looks again at least this often.
int const sleep_max_ms = 60'000;

}  // namespace

Result<std::unique_ptr<RealLoop>> RealLoop::open() {
  Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!epoll || !wake)
    return fail(ErrorKind::config, std::string("no event loop: ") + std::strerror(errno));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = wake_id}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0)
    return fail(ErrorKind::config, std::string("no event loop: ") + std::strerror(errno));
  return std::unique_ptr<RealLoop>(new RealLoop(std::move(epoll), std::move(wake)));
}

RealLoop::RealLoop(Descriptor epoll, Descriptor wake)
    : epoll_(std::move(epoll)), wake_(std::move(wake)) {}

RealLoop::~RealLoop() {
  // Dying work may cancel timers or ask for more: all of it goes before the tables do.
  while (!timers_.empty() || !posted_.empty()) {
    auto const timers = std::exchange(timers_, {});
    auto const posted = std::exchange(posted_, {});
  }
}

Instant RealLoop::now() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now()) + shift_;
}

TimerId RealLoop::at(Instant due, Work work) {
  TimerId const timer = ++last_id_;
  // Overdue work is due now: it must not overtake what was asked for before it.
  Instant const when = std::max(due, now());
  timers_.emplace(std::pair(when, timer), std::move(work));
  due_.emplace(timer, when);
  return timer;
}

void RealLoop::cancel(TimerId timer) {
  auto const due = due_.extract(timer);
  if (due.empty()) return;
  auto const dead = timers_.extract({due.mapped(), timer});
}

void RealLoop::post(Work work) {
  {
    std::scoped_lock const lock(mutex_);
    posted_.push_back(std::move(work));
  }
  std::uint64_t const one = 1;
  // It fails only when the counter is full, and then the loop is awake anyway.
  [[maybe_unused]] ssize_t const written = ::write(wake_.get(), &one, sizeof one);
}

void RealLoop::run() {
  stopped_ = false;
  while (!stopped_) {
    // A callback may run the loop again, so the batch is its own.
    std::vector<epoll_event> events = std::exchange(events_, {});
    events.resize(events_max);
    int const count = ::epoll_wait(epoll_.get(), events.data(), events_max, wait_milliseconds());
    dispatch({events.data(), static_cast<std::size_t>(std::max(count, 0))});
    events_ = std::move(events);
    if (!stopped_) run_due();
  }
}

int RealLoop::wait_milliseconds() const {
  if (timers_.empty()) return sleep_max_ms;
  Duration const left = timers_.begin()->first.first - now();
  return static_cast<int>(std::clamp<Duration::rep>(left.count(), 0, sleep_max_ms));
}

void RealLoop::dispatch(std::span<epoll_event const> events) {
  for (epoll_event const& event : events) {
    // Copies: the struct is packed, and nothing may refer into it.
    WatchId const id{event.data.u64};
    std::uint32_t const happened{event.events};
    if (id == wake_id) {
      run_posted();
    } else if (Slot const* const slot = slot_of(id)) {
      auto const watch = slot->watch;
      watch->ready(happened);
    }
  }
}

void RealLoop::run_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] ssize_t const got = ::read(wake_.get(), &count, sizeof count);
  std::vector<Work> works;
  {
    std::scoped_lock const lock(mutex_);
    works.swap(posted_);
  }
  for (Work& work : works) work();
}

void RealLoop::run_due() {
  // Work that is asked for from here on waits for the next round, or it could starve the network.
  TimerId const newest = last_id_;
  Instant const until = now();
  while (!timers_.empty() && !stopped_) {
    auto const first = timers_.begin();
    auto const [due, timer] = first->first;
    if (due > until || timer > newest) return;
    auto node = timers_.extract(first);
    due_.erase(timer);
    node.mapped()();
  }
}

RealLoop::Slot* RealLoop::slot_of(WatchId watch) {
  std::size_t const place = (watch & 0xFFFFFFFF) - 1;
  if (place >= slots_.size()) return nullptr;
  Slot& slot = slots_[place];
  return slot.watch && slot.turn == watch >> 32 ? &slot : nullptr;
}

WatchId RealLoop::watch(int descriptor, std::uint32_t events,
                        std::function<void(std::uint32_t)> ready) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  std::uint32_t const place = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[place];
  slot.watch = std::make_shared<Watch>(Watch{descriptor, std::move(ready)});
  WatchId const id = (WatchId{slot.turn} << 32) | (place + 1U);
  epoll_event event{.events = events, .data = {.u64 = id}};
  require(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0,
          "a descriptor that cannot be watched");
  return id;
}

void RealLoop::rewatch(WatchId watch, std::uint32_t events) {
  Slot const* const slot = slot_of(watch);
  if (slot == nullptr) return;
  epoll_event event{.events = events, .data = {.u64 = watch}};
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, slot->watch->descriptor, &event);
}

void RealLoop::unwatch(WatchId watch) {
  Slot* const slot = slot_of(watch);
  if (slot == nullptr) return;
  ++slot->turn;
  auto const gone = std::exchange(slot->watch, nullptr);
  free_slots_.push_back(static_cast<std::uint32_t>((watch & 0xFFFFFFFF) - 1));
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, gone->descriptor, nullptr);
}

}  // namespace landfall
