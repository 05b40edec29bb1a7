#include "sandbox/router_pool.h"

#include <algorithm>

namespace landfall::sandbox {
namespace {

std::size_t const idle_connections_max = 128;  // of one dyno
Duration const idle_time = 60s;

}  // namespace

std::unique_ptr<Upstream> RouterPool::take(std::string const& dyno_id, Instant now, Duration idle) {
  auto const found = idle_.find(dyno_id);
  if (found == idle_.end() || found->second.empty()) return nullptr;
  if (found->second.back()->idle_since + idle < now) return nullptr;
  auto upstream = std::move(found->second.back());
  found->second.pop_back();
  return upstream;
}

void RouterPool::connect(std::string const& dyno_id, int port, Duration timeout, Connected done) {
  streams_.connect(port, timeout,
                   [this, alive = std::weak_ptr(alive_), dyno_id,
                    told = std::move(done)](Result<std::unique_ptr<Stream>> stream) {
                     if (!alive.lock()) return;
                     if (!stream) return told(std::unexpected(std::move(stream).error()));
                     told(adopt(*std::move(stream), dyno_id));
                   });
}

/// Its callbacks are the same for all of its users: the stream dies with it, so they never outlive
/// it.
std::unique_ptr<Upstream> RouterPool::adopt(std::unique_ptr<Stream> stream, std::string dyno_id) {
  auto upstream = std::make_unique<Upstream>();
  Upstream* const own = upstream.get();
  own->dyno_id = std::move(dyno_id);
  own->stream = std::move(stream);
  own->stream->start({.bytes =
                          [this, own](std::string_view bytes) {
                            if (own->user != nullptr) return own->user->upstream_received(bytes);
                            // An answer to nothing.
                            forget(*own);
                          },
                      .drained =
                          [own] {
                            if (own->user != nullptr) own->user->upstream_drained();
                          },
                      .ended =
                          [this, own](Result<> how) {
                            if (own->user != nullptr)
                              return own->user->upstream_ended(std::move(how));
                            forget(*own);
                          }});
  return upstream;
}

void RouterPool::give(std::unique_ptr<Upstream> upstream, Instant now) {
  upstream->user = nullptr;
  upstream->used = true;
  upstream->idle_since = now;
  upstream->unread.clear();
  auto& of_dyno = idle_[upstream->dyno_id];
  if (of_dyno.size() < idle_connections_max) of_dyno.push_back(std::move(upstream));
}

void RouterPool::forget(Upstream const& upstream) {
  auto const found = idle_.find(upstream.dyno_id);
  if (found == idle_.end()) return;
  std::erase_if(found->second, [&](auto const& one) { return one.get() == &upstream; });
}

void RouterPool::sweep(Instant now, std::function<bool(std::string const& dyno_id)> const& serves) {
  for (auto& [dyno, upstreams] : idle_) {
    bool const gone = !serves(dyno);
    std::erase_if(upstreams,
                  [&](auto const& one) { return gone || one->idle_since + idle_time < now; });
  }
  std::erase_if(idle_, [](auto const& of_dyno) { return of_dyno.second.empty(); });
}

}  // namespace landfall::sandbox
