// `heroku logs`: log sessions, read as server-sent events.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/log.h"
#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class LogStreams {
 public:
  LogStreams(World world, State& state);
  LogStreams(LogStreams const&) = delete;
  LogStreams& operator=(LogStreams const&) = delete;

  /// Answers a GET of the URL with this secret: the last lines, and when the session tails then
  /// each new one until the client leaves or the app is gone. Server-sent events to those who
  /// accept them, else plain lines. 404 for a session that is none or is over.
  void open(std::string const& secret, Request const& request, Respond respond);
  /// Passes on what has been logged since. To be called when anything may have been.
  void deliver();
  bool is_followed() const { return !clients_.empty(); }

 private:
  enum class Form { events, lines };
  struct Client {
    std::string app;  ///< id
    LogFilter filter;
    Form form = Form::lines;
    std::uint64_t next = 0;  ///< the number of the first line that it has not got
    Instant since{};         ///< when it got the last one
    std::shared_ptr<BodySink> sink{};
  };
  void follow(Client client, std::shared_ptr<BodySink> sink);
  std::string take_lines(App const& app, Client& client, std::size_t bytes_max);
  void pass_on(App const& app, Client& client);
  void beat();

  World world_;
  State& state_;
  std::vector<std::shared_ptr<Client>> clients_;
  bool beats_ = false;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
