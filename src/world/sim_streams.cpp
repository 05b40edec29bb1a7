#include "world/sim_streams.h"

#include <algorithm>
#include <string>

namespace landfall {

namespace {

// What the system takes off a writer's hands although the peer does not read.
std::size_t const window_bytes = 64 << 10;

}  // namespace

class SimEnd : public std::enable_shared_from_this<SimEnd> {
 public:
  SimEnd(SimQueue& queue, Owner owner, Duration latency)
      : queue_(queue), owner_(owner), latency_(latency) {}
  void join(std::shared_ptr<SimEnd> const& peer) { peer_ = peer; }
  void lose_first_answer() { loses_answer_ = true; }
  Owner owner() const { return owner_; }

  void start(Stream::Events events);
  void write(std::string_view bytes);
  std::size_t pending() const { return untaken_ > window_bytes ? untaken_ - window_bytes : 0; }
  void finish();
  void pause(bool paused);
  void close();

 private:
  void later(void (SimEnd::*what)());
  void arrive(std::string bytes);
  void arrive_end();
  void arrive_break();
  void pump();
  void took(std::size_t bytes);
  void tell_drained();

  SimQueue& queue_;
  Owner owner_;
  Duration latency_;
  std::weak_ptr<SimEnd> peer_;
  // Shared, because a callback may replace them while it runs.
  std::shared_ptr<Stream::Events const> events_;
  std::string inbox_;
  std::size_t untaken_ = 0;  ///< bytes written that the peer's owner has not been given
  bool waits_ = false;       ///< pending() was more than 0
  bool inbox_ends_ = false;
  bool end_told_ = false;
  bool paused_ = false;
  bool finished_ = false;
  bool closed_ = false;  ///< by its own owner
  bool broken_ = false;
  bool loses_answer_ = false;
};

void SimEnd::later(void (SimEnd::*what)()) {
  queue_.add(owner_, queue_.now(), [weak = weak_from_this(), what] {
    if (auto const self = weak.lock(); self && !self->closed_) (self.get()->*what)();
  });
}

void SimEnd::start(Stream::Events events) {
  events_ = std::make_shared<Stream::Events const>(std::move(events));
  later(&SimEnd::pump);
}

void SimEnd::write(std::string_view bytes) {
  if (closed_ || broken_ || finished_ || bytes.empty()) return;
  auto const peer = peer_.lock();
  bool const lost = !peer || peer->closed_ || loses_answer_;
  if (lost) {
    queue_.add(owner_, queue_.now() + latency_, [weak = weak_from_this()] {
      if (auto const self = weak.lock()) self->arrive_break();
    });
    if (peer && loses_answer_) peer->later(&SimEnd::arrive_break);
    return;
  }
  untaken_ += bytes.size();
  waits_ = waits_ || pending() > 0;
  queue_.add(peer->owner_, queue_.now() + latency_,
             [weak = std::weak_ptr(peer), sent = std::string(bytes)]() mutable {
               if (auto const there = weak.lock()) there->arrive(std::move(sent));
             });
}

void SimEnd::arrive(std::string bytes) {
  if (closed_ || broken_) return;
  inbox_ += bytes;
  pump();
}

void SimEnd::arrive_end() {
  if (closed_ || broken_) return;
  inbox_ends_ = true;
  pump();
}

void SimEnd::arrive_break() {
  if (closed_ || std::exchange(broken_, true)) return;
  auto const events = events_;
  if (events && events->ended)
    events->ended(fail(ErrorKind::network, "the connection broke", "broken"));
}

void SimEnd::pump() {
  auto const self = shared_from_this();
  if (!events_ || paused_ || closed_ || broken_) return;
  if (!inbox_.empty()) {
    std::string const bytes = std::exchange(inbox_, {});
    if (auto const peer = peer_.lock()) peer->took(bytes.size());
    auto const events = events_;
    if (events->bytes) events->bytes(bytes);
  }
  if (!inbox_ends_ || paused_ || closed_ || broken_ || std::exchange(end_told_, true)) return;
  auto const events = events_;
  if (events->ended) events->ended({});
}

void SimEnd::took(std::size_t bytes) {
  untaken_ -= std::min(bytes, untaken_);
  if (pending() == 0 && std::exchange(waits_, false)) later(&SimEnd::tell_drained);
}

void SimEnd::tell_drained() {
  auto const events = events_;
  if (!broken_ && events && events->drained) events->drained();
}

void SimEnd::finish() {
  if (closed_ || broken_ || std::exchange(finished_, true)) return;
  auto const peer = peer_.lock();
  if (!peer) return;
  queue_.add(peer->owner_, queue_.now() + latency_, [weak = std::weak_ptr(peer)] {
    if (auto const there = weak.lock()) there->arrive_end();
  });
}

void SimEnd::pause(bool paused) {
  if (std::exchange(paused_, paused) == paused) return;
  if (!paused) later(&SimEnd::pump);
}

void SimEnd::close() {
  if (closed_) return;
  // As TCP has it: who closes without having read all resets the connection.
  bool const resets = !inbox_.empty();
  if (!resets) finish();
  closed_ = true;
  auto const peer = peer_.lock();
  if (!resets || !peer) return;
  queue_.add(peer->owner_, queue_.now() + latency_, [weak = std::weak_ptr(peer)] {
    if (auto const there = weak.lock()) there->arrive_break();
  });
}

namespace {

class SimStream : public Stream {
 public:
  explicit SimStream(std::shared_ptr<SimEnd> end) : end_(std::move(end)) {}
  ~SimStream() override { end_->close(); }
  void start(Events events) override { end_->start(std::move(events)); }
  void write(std::string_view bytes) override { end_->write(bytes); }
  std::size_t pending() const override { return end_->pending(); }
  void finish() override { end_->finish(); }
  void pause(bool paused) override { end_->pause(paused); }

 private:
  std::shared_ptr<SimEnd> end_;
};

}  // namespace

SimStreams::Pair SimStreams::connect(Owner client, Owner server, Duration latency,
                                     bool loses_answer) {
  auto const near = std::make_shared<SimEnd>(queue_, client, latency);
  auto const far = std::make_shared<SimEnd>(queue_, server, latency);
  near->join(far);
  far->join(near);
  if (loses_answer) far->lose_first_answer();
  std::erase_if(ends_, [](auto const& end) { return end.expired(); });
  ends_.push_back(near);
  ends_.push_back(far);
  return {std::make_unique<SimStream>(near), std::make_unique<SimStream>(far)};
}

void SimStreams::drop(Owner owner) {
  auto const ends = ends_;
  for (auto const& weak : ends) {
    auto const end = weak.lock();
    if (end && end->owner() == owner) end->close();
  }
}

}  // namespace landfall
