// Streams of the simulated network.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "world/random.h"
#include "world/sim_queue.h"
#include "world/stream.h"

namespace landfall {

/// One end of a simulated connection; the other end and the stream hold it.
class SimEnd;

/// What may happen to a connection from the start.
enum class SimCut {
  none,
  refuse,
  stall,       ///< it is never made
  lose_answer  ///< it breaks when the server first writes
};

class SimStreams {
 public:
  explicit SimStreams(SimQueue& queue) : queue_(queue) {}
  struct Pair {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server;
  };
  /// What one end writes arrives at the other after the latency.
  Pair connect(Owner client, Owner server, Duration latency, bool loses_answer);
  /// The owner is no more: its ends close, and it hears of nothing.
  void drop(Owner owner);

 private:
  SimQueue& queue_;
  std::vector<std::weak_ptr<SimEnd>> ends_;
};

}  // namespace landfall
