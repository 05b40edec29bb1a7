#include "sandbox/rendezvous.h"

#include <utility>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::size_t const first_line_max = 1024;
std::size_t const meetings_max = 1000;
std::size_t const waiting_max = 256 << 10;
Duration const name_time = 30s;
Duration const end_time = 10s;
int const end_looks = 30;
Duration const look_interval = 20ms;
char const end_of_transmission = 4;  // what the official client sends at the end of its input

}  // namespace

Rendezvous::Rendezvous(World world, Dynos& dynos) : world_(world), dynos_(dynos) {}

Result<int> Rendezvous::listen(int port, std::optional<TlsIdentity> identity) {
  return world_.streams.listen(
      port,
      [this, alive = std::weak_ptr(alive_)](std::unique_ptr<Stream> stream) {
        if (alive.lock()) accept(std::move(stream));
      },
      std::move(identity));
}

Rendezvous::Meeting* Rendezvous::find(std::uint64_t id) {
  auto const found = meetings_.find(id);
  return found == meetings_.end() ? nullptr : &found->second;
}

void Rendezvous::later(Duration delay, Work work) {
  world_.loop.after(delay, [alive = std::weak_ptr(alive_), work = std::move(work)]() mutable {
    if (alive.lock()) work();
  });
}

void Rendezvous::accept(std::unique_ptr<Stream> stream) {
  if (meetings_.size() >= meetings_max) return;
  std::uint64_t const id = ++last_;
  Stream& started = *stream;
  meetings_[id] = {.stream = std::move(stream)};
  auto const alive = std::weak_ptr(alive_);
  started.start({.bytes =
                     [this, alive, id](std::string_view bytes) {
                       if (alive.lock()) came(id, bytes);
                     },
                 .drained =
                     [this, alive, id] {
                       if (alive.lock()) drained(id);
                     },
                 .ended =
                     [this, alive, id](Result<> const&) {
                       if (alive.lock()) client_left(id);
                     }});
  later(name_time, [this, id] {
    Meeting const* const meeting = find(id);
    if (meeting != nullptr && meeting->dyno.empty() && !meeting->finished) meetings_.erase(id);
  });
}

void Rendezvous::came(std::uint64_t id, std::string_view bytes) {
  Meeting* const meeting = find(id);
  if (meeting == nullptr || meeting->finished) return;
  if (!meeting->dyno.empty()) return input(*meeting, id, bytes);
  std::size_t const end = bytes.find('\n');
  meeting->first_line += bytes.substr(0, end);
  if (meeting->first_line.size() > first_line_max) {
    meetings_.erase(id);
  } else if (end != std::string_view::npos) {
    name(id, bytes.substr(end + 1));
  }
}

/// The first line is the path of the dyno's URL; the answer is one line that the client drops.
void Rendezvous::name(std::uint64_t id, std::string_view rest) {
  Meeting& meeting = *find(id);
  auto const alive = std::weak_ptr(alive_);
  auto dyno = dynos_.attach(std::string(trim(meeting.first_line)),
                            {.started =
                                 [this, alive, id] {
                                   if (alive.lock()) started(id);
                                 },
                             .output =
                                 [this, alive, id](std::string_view bytes) {
                                   if (alive.lock()) output(id, bytes);
                                 },
                             .ended =
                                 [this, alive, id] {
                                   if (alive.lock()) dyno_ended(id);
                                 }});
  if (!dyno) {
    meetings_.erase(id);
    return;
  }
  meeting.dyno = *std::move(dyno);
  meeting.early = rest;
  meeting.stream->write("rendezvous\r\n");
  meeting.stream->pause(true);
}

void Rendezvous::started(std::uint64_t id) {
  Meeting* const meeting = find(id);
  if (meeting == nullptr) return;
  meeting->started = true;
  meeting->stream->pause(false);
  std::string const early = std::exchange(meeting->early, {});
  if (!early.empty()) input(*meeting, id, early);
}

void Rendezvous::input(Meeting& meeting, std::uint64_t id, std::string_view bytes) {
  if (!meeting.started) {
    meeting.early += bytes;
    return;
  }
  // A terminal makes the end of the input of it; to a pipe it has to be told.
  bool const ends = !dynos_.has_terminal(meeting.dyno) && bytes.ends_with(end_of_transmission);
  if (ends) bytes.remove_suffix(1);
  dynos_.write(meeting.dyno, bytes);
  if (ends) dynos_.close_input(meeting.dyno);
  if (dynos_.unsent(meeting.dyno) < waiting_max || meeting.waits) return;
  meeting.waits = true;
  meeting.stream->pause(true);
  hold_client(id);
}

void Rendezvous::hold_client(std::uint64_t id) {
  later(look_interval, [this, id] {
    Meeting* const meeting = find(id);
    if (meeting == nullptr || meeting->dyno.empty()) return;
    if (dynos_.unsent(meeting->dyno) >= waiting_max / 2) return hold_client(id);
    meeting->waits = false;
    meeting->stream->pause(false);
  });
}

void Rendezvous::output(std::uint64_t id, std::string_view bytes) {
  Meeting* const meeting = find(id);
  if (meeting == nullptr) return;
  meeting->stream->write(bytes);
  if (meeting->holds || meeting->stream->pending() < waiting_max) return;
  meeting->holds = true;
  dynos_.hold_output(meeting->dyno, true);
}

void Rendezvous::drained(std::uint64_t id) {
  Meeting* const meeting = find(id);
  if (meeting == nullptr || !std::exchange(meeting->holds, false)) return;
  dynos_.hold_output(meeting->dyno, false);
}

/// The client sees the end after all that was printed, and closes.
void Rendezvous::dyno_ended(std::uint64_t id) {
  Meeting* const meeting = find(id);
  if (meeting == nullptr) return;
  meeting->dyno.clear();
  meeting->finished = true;
  meeting->stream->pause(false);
  meeting->stream->finish();
  await_end(id, end_looks);
}

/// The client closes when it has read all; one that never does is closed.
void Rendezvous::await_end(std::uint64_t id, int looks) {
  later(end_time, [this, id, looks] {
    Meeting const* const meeting = find(id);
    if (meeting == nullptr) return;
    if (meeting->stream->pending() > 0 && looks > 0) return await_end(id, looks - 1);
    meetings_.erase(id);
  });
}

void Rendezvous::client_left(std::uint64_t id) {
  auto const meeting = meetings_.extract(id);
  if (meeting && !meeting.mapped().dyno.empty()) dynos_.hang_up(meeting.mapped().dyno);
}

}  // namespace landfall::sandbox
