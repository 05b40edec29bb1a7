// Mail of the simulated world: servers are functions, by host.
#pragma once

#include <map>
#include <string>

#include "world/mail.h"
#include "world/sim_queue.h"

namespace landfall {

class SimMail {
 public:
  explicit SimMail(SimQueue& queue) : queue_(queue) {}
  void serve(std::string host, MailServer server) { servers_[std::move(host)] = std::move(server); }
  void send(Owner client, Mail mail, MailDone done);
  /// Forgets what the owner sent; the server may have it all the same.
  void drop(Owner owner);

 private:
  struct Sent {
    Owner client = 0;
    MailDone done;
    TimerId timeout = 0;
  };
  void arrive(std::uint64_t id, Mail const& mail);
  void finish(std::uint64_t id, Result<MailAnswer> result);

  SimQueue& queue_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Sent> sent_;
  std::map<std::string, MailServer> servers_;
};

}  // namespace landfall
