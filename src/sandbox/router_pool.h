// Connections to dynos, kept open between requests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "world/stream.h"
#include "world/wire_parts.h"

namespace landfall::sandbox {

/// Who has a request on its way on a connection.
class UpstreamUser {
 public:
  virtual ~UpstreamUser() = default;
  virtual void upstream_received(std::string_view bytes) = 0;
  virtual void upstream_drained() = 0;
  virtual void upstream_ended(Result<> how) = 0;
};

struct Upstream {
  std::unique_ptr<Stream> stream;
  std::string dyno_id;
  Instant idle_since{};
  bool used = false;             ///< it has served a request before
  UpstreamUser* user = nullptr;  ///< nullptr: it is idle
  MessageParts answer{MessageParts::Kind::response};
  std::string unread{};
};

class RouterPool {
 public:
  using Connected = std::function<void(Result<std::unique_ptr<Upstream>>)>;

  explicit RouterPool(Streams& streams) : streams_(streams) {}

  /// The connection that has been idle for the shortest time, if that is not longer than `idle`.
  std::unique_ptr<Upstream> take(std::string const& dyno_id, Instant now, Duration idle);
  void connect(std::string const& dyno_id, int port, Duration timeout, Connected done);
  /// Back from its user; closed when too many are idle.
  void give(std::unique_ptr<Upstream> upstream, Instant now);
  /// Closes what has been idle for too long, and all of dynos that serve no more.
  void sweep(Instant now, std::function<bool(std::string const& dyno_id)> const& serves);
  bool empty() const { return idle_.empty(); }

 private:
  std::unique_ptr<Upstream> adopt(std::unique_ptr<Stream> stream, std::string dyno_id);
  void forget(Upstream const& upstream);

  Streams& streams_;
  std::unordered_map<std::string, std::vector<std::unique_ptr<Upstream>>> idle_;  ///< by dyno
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
