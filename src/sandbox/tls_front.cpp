#include "sandbox/tls_front.h"

#include <utility>

namespace landfall::sandbox {
namespace {

std::size_t const pairs_max = 1000;
std::size_t const waiting_max = 256 << 10;
Duration const connect_time = 5s;
Duration const end_time = 10s;
int const end_looks = 30;

}  // namespace

Result<int> TlsFront::listen(int port, TlsIdentity identity, int behind) {
  behind_ = behind;
  return world_.streams.listen(
      port,
      [this, alive = std::weak_ptr(alive_)](std::unique_ptr<Stream> stream) {
        if (alive.lock()) accept(std::move(stream));
      },
      std::move(identity));
}

TlsFront::Pair* TlsFront::find(std::uint64_t id) {
  auto const found = pairs_.find(id);
  return found == pairs_.end() ? nullptr : &found->second;
}

/// Nothing of the client's is read before there is somebody to hand it to.
void TlsFront::accept(std::unique_ptr<Stream> stream) {
  if (pairs_.size() >= pairs_max) return;
  std::uint64_t const id = ++last_;
  pairs_[id] = {.client = std::move(stream)};
  world_.streams.connect(
      behind_, connect_time,
      [this, alive = std::weak_ptr(alive_), id](Result<std::unique_ptr<Stream>> server) {
        if (!alive.lock()) return;
        if (!server) {
          pairs_.erase(id);
          return;
        }
        join(id, *std::move(server));
      });
}

void TlsFront::join(std::uint64_t id, std::unique_ptr<Stream> server) {
  Pair* const pair = find(id);
  if (pair == nullptr) return;
  pair->server = std::move(server);
  pair->server->start(events_of(id, Side::server));
  pair->client->start(events_of(id, Side::client));
}

/// What a side sends waits in this process while the other side does not take it, up to a bound.
Stream::Events TlsFront::events_of(std::uint64_t id, Side side) {
  auto const alive = std::weak_ptr(alive_);
  auto const pair_of = [this, alive, id] { return alive.lock() ? find(id) : nullptr; };
  return {.bytes =
              [pair_of, side](std::string_view bytes) {
                Pair* const pair = pair_of();
                if (pair == nullptr) return;
                Stream& from = side == Side::client ? *pair->client : *pair->server;
                Stream& to = side == Side::client ? *pair->server : *pair->client;
                to.write(bytes);
                if (to.pending() >= waiting_max) from.pause(true);
              },
          .drained =
              [pair_of, side] {
                Pair* const pair = pair_of();
                if (pair == nullptr) return;
                Stream& other = side == Side::client ? *pair->server : *pair->client;
                other.pause(false);
              },
          .ended =
              [this, alive, id, side](Result<> const& how) {
                if (alive.lock()) ended(id, side, how);
              }};
}

void TlsFront::ended(std::uint64_t id, Side side, Result<> const& how) {
  Pair* const pair = find(id);
  if (pair == nullptr) return;
  bool& this_one = side == Side::client ? pair->client_ended : pair->server_ended;
  this_one = true;
  if (!how || (pair->client_ended && pair->server_ended && pair->client->pending() == 0)) {
    pairs_.erase(id);
    return;
  }
  (side == Side::client ? *pair->server : *pair->client).finish();
  if (pair->server_ended) await_end(id, end_looks);
}

/// The client closes when it has read all; one that never does is closed.
void TlsFront::await_end(std::uint64_t id, int looks) {
  world_.loop.after(end_time, [this, alive = std::weak_ptr(alive_), id, looks] {
    if (!alive.lock()) return;
    Pair const* const pair = find(id);
    if (pair == nullptr) return;
    if (pair->client->pending() > 0 && looks > 0) return await_end(id, looks - 1);
    pairs_.erase(id);
  });
}

}  // namespace landfall::sandbox
