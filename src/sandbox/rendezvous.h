// `heroku run`, attached: the client connects to a port, names its dyno, and from then on the
// dyno's input and output are the connection's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/dynos.h"
#include "world/world.h"

namespace landfall::sandbox {

class Rendezvous {
 public:
  Rendezvous(World world, Dynos& dynos);
  Rendezvous(Rendezvous const&) = delete;
  Rendezvous& operator=(Rendezvous const&) = delete;

  /// The port; 0 takes a free one. The official client insists on TLS.
  Result<int> listen(int port, std::optional<TlsIdentity> identity);

 private:
  struct Meeting {
    std::unique_ptr<Stream> stream;
    std::string first_line{};
    std::string dyno{};  ///< empty: not named yet, or over
    bool started = false;
    std::string early{};  ///< what came before the dyno could read it
    bool waits = false;   ///< the client is held back until the dyno has read more
    bool holds = false;   ///< the dyno is held back until the client has read more
    bool finished = false;
  };
  void accept(std::unique_ptr<Stream> stream);
  void came(std::uint64_t id, std::string_view bytes);
  void name(std::uint64_t id, std::string_view rest);
  void started(std::uint64_t id);
  void input(Meeting& meeting, std::uint64_t id, std::string_view bytes);
  void hold_client(std::uint64_t id);
  void output(std::uint64_t id, std::string_view bytes);
  void drained(std::uint64_t id);
  void dyno_ended(std::uint64_t id);
  void await_end(std::uint64_t id, int looks);
  void client_left(std::uint64_t id);
  void later(Duration delay, Work work);
  Meeting* find(std::uint64_t id);

  World world_;
  Dynos& dynos_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Meeting> meetings_;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
