#include "sandbox/router_client.h"

#include <utility>

namespace landfall::sandbox {
namespace {

Duration const idle_time = 75s;
Duration const head_time = 30s;
Duration const drain_time = 5s;
std::size_t const drain_max = 64 << 20;
// What a client may send ahead of an answer.
std::size_t const ahead_max = 64 << 10;

}  // namespace

RouterClient::RouterClient(RouterCore& core, RouterCore::ClientId id,
                           std::unique_ptr<Stream> stream)
    : core_(core), id_(id), stream_(std::move(stream)) {}

RouterClient::~RouterClient() {
  if (timer_ != 0) core_.world.loop.cancel(timer_);
}

void RouterClient::start() {
  await();
  // The stream dies with this client, or before it: none of these comes afterwards.
  stream_->start({.bytes = [this](std::string_view bytes) { received(bytes); },
                  .drained = [this] { drained(); },
                  .ended = [this](Result<> how) { ended(how); }});
}

void RouterClient::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  if (std::exchange(waits_, false)) core_.waiting.erase(place_);
  stream_.reset();
  upstream_.reset();
  core_.bury(id_);
}

/// Before the first byte of a request.
void RouterClient::await() {
  phase_ = Phase::waiting;
  ++number_;
  request_.next();
  close_after_ = false;
  head_begun_ = false;
  waits_ = true;
  place_ = core_.waiting.insert(core_.waiting.end(), id_);
  set_deadline(core_.now() + idle_time);
  pause_client(false);
}

void RouterClient::received(std::string_view bytes) {
  if (phase_ == Phase::tunnel) return pass_upstream(bytes);
  if (phase_ == Phase::draining) {
    drained_ += bytes.size();
    if (drained_ > drain_max) close();
    return;
  }
  if (in_.empty() && !reading_) {
    std::size_t const used = read(bytes);
    in_.assign(bytes.substr(used));
  } else {
    in_ += bytes;
    run();
  }
  bool const listens = phase_ != Phase::closed && phase_ != Phase::draining;
  if (listens && in_.size() > ahead_max) pause_client(true);
}

void RouterClient::run() {
  if (reading_ || in_.empty() || phase_ == Phase::closed) return;
  std::string bytes = std::exchange(in_, {});
  bytes.erase(0, read(bytes));
  in_ = std::move(bytes);
}

bool RouterClient::takes_body() const {
  bool const under_way = phase_ == Phase::delayed || phase_ == Phase::queued ||
                         phase_ == Phase::connecting || phase_ == Phase::exchanging;
  return under_way && !request_ended_;
}

std::size_t RouterClient::read(std::string_view bytes) {
  reading_ = true;
  std::size_t used = 0;
  while (takes_requests() || takes_body()) {
    std::size_t const before = used;
    bool const fresh = phase_ == Phase::waiting;
    used += request_.put(bytes.substr(used));
    PartsState const state = request_.state();
    if (state == PartsState::refused) {
      refuse_bytes();
      break;
    }
    if (state == PartsState::head) {
      bool const begins = used < bytes.size() && !std::exchange(head_begun_, true);
      if (begins) set_deadline(core_.now() + head_time);
      break;
    }
    if (fresh) {
      begin();
    } else {
      take_body();
    }
    if (used == before || used == bytes.size()) break;
  }
  reading_ = false;
  return used;
}

/// Pipelined requests wait until the client has read what was answered before.
bool RouterClient::takes_requests() const {
  return phase_ == Phase::waiting && stream_->pending() <= pending_max;
}

void RouterClient::refuse_bytes() {
  // Within a request there is nobody left to answer.
  if (phase_ != Phase::waiting) return break_off("H27");
  if (std::exchange(waits_, false)) core_.waiting.erase(place_);
  stream_->write(bad_request_bytes(request_.refusal()));
  drain();
}

void RouterClient::begin() {
  if (std::exchange(waits_, false)) core_.waiting.erase(place_);
  request_ended_ = request_.state() == PartsState::complete;
  bool const usable = read_request(
      request_, {core_.state.random, core_.now(), core_.state.ports.router}, exchange_);
  if (!usable) {
    stream_->write(bad_request_bytes(400));
    return drain();
  }
  close_after_ = !exchange_.keep_alive;
  body_.clear();
  collect_body(body_);
  fault_.reset();
  body_left_.reset();
  meet_faults();
}

/// What the last bytes had of the request's body, as the dyno is sent it.
void RouterClient::collect_body(std::string& out) {
  BodyForm const form = exchange_.chunked ? BodyForm::chunks : BodyForm::length;
  for (std::string_view const piece : request_.body()) write_piece(form, piece, out);
  if (request_ended_) write_end(form, out);
}

void RouterClient::take_body() {
  request_ended_ = request_.state() == PartsState::complete;
  if (phase_ != Phase::exchanging) {
    collect_body(body_);
    if (body_.size() > pending_max) pause_client(true);
    return;
  }
  core_.scratch.clear();
  collect_body(core_.scratch);
  upstream_->stream->write(core_.scratch);
  if (upstream_->stream->pending() > pending_max) pause_client(true);
  await_answer();
}

void RouterClient::pause_client(bool paused) {
  if (client_paused_ == paused || !stream_) return;
  client_paused_ = paused;
  stream_->pause(paused);
}

void RouterClient::drained() {
  if (upstream_) upstream_->stream->pause(false);
  if (phase_ == Phase::exchanging && head_passed_) set_deadline(core_.now() + rolling_time);
  if (phase_ == Phase::tunnel) set_deadline(core_.now() + rolling_time);
  if (phase_ == Phase::waiting) run();
}

void RouterClient::ended(Result<> const& how) {
  if (phase_ == Phase::tunnel) return tunnel_ended(Side::client, how);
  bool const asks = phase_ != Phase::waiting && phase_ != Phase::draining;
  // A client that sends no more has left, as Heroku sees it, even if it might still read.
  if (asks) return break_off("H27");
  close();
}

void RouterClient::end_exchange() {
  if (phase_ == Phase::closed) return;
  if (close_after_ || !request_ended_) return drain();
  await();
  run();
}

/// The client is told that nothing follows, and given time to read that.
void RouterClient::drain() {
  phase_ = Phase::draining;
  drained_ = 0;
  pending_before_ = 0;
  stream_->finish();
  pause_client(false);
  set_deadline(core_.now() + drain_time);
}

/// One timer serves one deadline after another: most are met, and a timer that is early by then
/// only looks again.
void RouterClient::set_deadline(Instant deadline) {
  deadline_ = deadline;
  if (timer_ != 0 && timer_at_ <= deadline) return;
  if (timer_ != 0) core_.world.loop.cancel(timer_);
  timer_at_ = deadline;
  timer_ = core_.world.loop.at(deadline, [this] { on_timer(); });
}

void RouterClient::on_timer() {
  timer_ = 0;
  if (phase_ == Phase::closed) return;
  if (core_.now() >= deadline_) return expire();
  set_deadline(deadline_);
}

void RouterClient::expire() {
  switch (phase_) {
    case Phase::waiting:
    case Phase::held:
      return close();
    case Phase::delayed:
      return meet_fault();
    case Phase::queued:
      return route();
    case Phase::connecting:
      return refuse("H19");
    case Phase::exchanging:
      return expire_exchange();
    case Phase::tunnel:
      return break_off("H15");
    case Phase::draining:
      if (stream_->pending() == 0 || stream_->pending() == pending_before_) return close();
      pending_before_ = stream_->pending();
      return set_deadline(core_.now() + drain_time);
    case Phase::closed:
      return;
  }
}

}  // namespace landfall::sandbox
