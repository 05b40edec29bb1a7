// Log drains: an app's log, posted to a URL as Logplex does it.
// https://devcenter.heroku.com/articles/log-drains#https-drains
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

/// "<190>1 2026-05-01T12:00:00.123000+00:00 host app web.1 - text\n", with its length before it.
std::string syslog_frame(LogLine const& line);

/// Sends each drain all lines of its app since it was added, in batches, one at a time. A batch
/// that the drain's server does not take is sent again after ever longer times, unless the server
/// answers with a 4xx, which Logplex takes for an end. What waits is bounded: older lines are
/// dropped, and an L10 line says how many. Only drains on this machine are sent anything.
class Drains {
 public:
  using Tell = std::function<void(std::string_view)>;

  Drains(World world, State& state, Tell tell);
  Drains(Drains const&) = delete;
  Drains& operator=(Drains const&) = delete;

  /// Sends what has been logged since. To be called when anything may have been.
  void deliver();

 private:
  struct Batch {
    std::string body;
    std::string frame_id;
    int lines = 0;
    int attempts = 0;
  };
  struct Drain {
    std::string app;         ///< id
    std::uint64_t next = 0;  ///< the number of the first line that no batch holds
    Instant since{};         ///< when the last batch was taken
    std::uint64_t dropped = 0;
    bool busy = false;  ///< a batch is being gathered, on its way, or waiting to be sent again
    Batch batch{};      ///< without lines: still to be gathered
  };
  LogDrain const* find(Drain const& drain, std::string const& id) const;
  void drop_old(App const& app, Drain& drain);
  Batch next_batch(App const& app, Drain& drain);
  void send(std::string const& id);
  void sent(std::string const& id, std::string const& frame, Result<Response> const& answer);

  World world_;
  State& state_;
  Tell tell_;
  std::map<std::string, Drain> drains_;  ///< by the drain's id
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
