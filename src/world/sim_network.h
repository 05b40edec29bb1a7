// The simulated network: every exchange goes to a handler of the same program.
#pragma once

#include <map>
#include <memory>

#include "world/http.h"
#include "world/random.h"
#include "world/sim_queue.h"
#include "world/sim_streams.h"
#include "world/sim_talk.h"
#include "world/stream.h"

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
  struct Listener {
    Owner owner = 0;
    std::shared_ptr<Handler const> handler{};  ///< none: it speaks in bytes only
    std::size_t body_max = 0;
    Streams::Accept accept{};
  };
  /// Port 0 takes the next one that is free. Closed when the owner is dropped.
  Result<int> listen(int port, Listener listener);
  void connect(Owner client, int port, Duration timeout, Streams::Connected done);
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
    std::unique_ptr<SimTalk> talk;  ///< with a server that speaks in bytes only
    std::function<void()> on_gone;  ///< of whoever streams the answer
    Owner streamer = 0;
  };
  class Answer;
  class Sink;
  using Id = std::uint64_t;

  void depart(Id id);
  void arrive(Id id);
  void deliver(Id id, Listener const& listener);
  void talk(Id id, Listener const& listener);
  void collect(Id id, Response response);
  Duration draw_latency();
  Fault draw_fault();
  void answered(Id id, Response response);
  bool follow(Id id, Response const& response);
  void finish(Id id, Result<Response> result);

  SimQueue& queue_;
  SimStreams streams_;
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
