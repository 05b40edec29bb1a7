// The simulated network: every exchange goes to a handler of the same program.
#pragma once

#include <map>
#include <memory>

#include "world/http.h"
#include "world/random.h"
#include "world/sim_queue.h"

namespace landfall {

/// 127.0.0.1, ::1, localhost and names below .localhost: this machine, in every world.
bool is_loopback(std::string_view host);

/// Clients and servers by port of the loopback address; all other hosts are unknown.
class SimNetwork {
 public:
  SimNetwork(SimQueue& queue, std::uint64_t seed);
  ~SimNetwork();
  SimNetwork(SimNetwork const&) = delete;
  SimNetwork& operator=(SimNetwork const&) = delete;

  void send(Owner client, Request request, HttpDone done);
  /// Port 0 takes the next one that is free. Closed when the owner is dropped.
  Result<int> listen(Owner server, int port, Handler handler, std::size_t body_max);
  /// Closes the owner's listeners, breaks the exchanges that it was to answer and forgets those
  /// that it asked for. A request on its way then still arrives every other time: a killed client
  /// cannot know either.
  void drop(Owner owner);
  void faults(Duration latency_max, double drop_chance);

 private:
  enum class Fault { none, refuse, lose_answer, stall };
  struct Exchange {
    Owner client = 0;
    Owner server = 0;  ///< 0 until the request has arrived
    Request request;
    Url url;
    HttpDone done;
    Instant started;
    Instant deadline;
    Duration latency{};
    TimerId timeout = 0;
    TimerId arrival = 0;
    int redirects_left = 5;
    Fault fault = Fault::none;
  };
  struct Listener {
    Owner owner = 0;
    std::shared_ptr<Handler const> handler;
    std::size_t body_max = 0;
  };
  class Answer;
  using Id = std::uint64_t;

  void depart(Id id);
  void arrive(Id id);
  void deliver(Id id, Listener const& listener);
  void answered(Id id, Response response);
  bool follow(Id id, Response const& response);
  void finish(Id id, Result<Response> result);

  SimQueue& queue_;
  Random random_;
  Duration latency_max_{};
  double drop_chance_ = 0;
  Id last_ = 0;
  std::map<Id, Exchange> exchanges_;
  std::map<int, Listener> listeners_;
  // Answers hold it weakly: one that outlives the world finds nobody to tell.
  std::shared_ptr<SimNetwork*> self_;
};

}  // namespace landfall
