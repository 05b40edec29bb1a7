// A port that speaks TLS in front of one that does not: what comes is handed on as it is. The
// official CLI gives git nothing but https.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "world/world.h"

namespace landfall::sandbox {

class TlsFront {
 public:
  explicit TlsFront(World world) : world_(world) {}
  TlsFront(TlsFront const&) = delete;
  TlsFront& operator=(TlsFront const&) = delete;

  /// The port; 0 takes a free one. Connections go on to the port `behind` of this machine.
  Result<int> listen(int port, TlsIdentity identity, int behind);

 private:
  enum class Side { client, server };
  struct Pair {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server{};
    bool client_ended = false;
    bool server_ended = false;
  };
  void accept(std::unique_ptr<Stream> stream);
  void join(std::uint64_t id, std::unique_ptr<Stream> server);
  Stream::Events events_of(std::uint64_t id, Side side);
  void ended(std::uint64_t id, Side side, Result<> const& how);
  void await_end(std::uint64_t id, int looks);
  Pair* find(std::uint64_t id);

  World world_;
  int behind_ = 0;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Pair> pairs_;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
