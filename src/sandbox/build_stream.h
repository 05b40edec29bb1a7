// The output of builds and release phases, to clients that follow it.
#pragma once

#include <memory>
#include <string>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class OutputStreams {
 public:
  OutputStreams(World const& world, State& state) : world_(world), state_(state) {}
  /// What has been printed and what comes, until the build or the release has ended: as plain text,
  /// or as server-sent events for a client that accepts nothing else.
  Response answer(Request const& request, std::string const& secret);

 private:
  struct Follower {
    std::string secret;
    std::shared_ptr<BodySink> sink;
    bool events = false;
    std::size_t sent = 0;
    Instant deadline{};
  };
  void feed(Follower follower);

  World world_;
  State& state_;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
