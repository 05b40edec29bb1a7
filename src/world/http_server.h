// HTTP/1.1 on streams, real or simulated; for this room only.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "world/http.h"
#include "world/loop.h"
#include "world/stream.h"

namespace landfall {

class HttpServer : public Server {
 public:
  struct Service {
    std::shared_ptr<Handler const> handler;
    std::size_t body_max = 0;
  };

  HttpServer(Loop& loop, Streams& streams);
  ~HttpServer() override;
  HttpServer(HttpServer const&) = delete;
  HttpServer& operator=(HttpServer const&) = delete;

  Result<int> listen(int port, Handler handler, std::size_t body_max,
                     std::optional<TlsIdentity> identity) override;
  /// Serves one client until its connection ends.
  void serve(std::unique_ptr<Stream> client, Service const& service);

 private:
  class Answer;
  class Sink;
  struct Connection;
  using Shared = std::shared_ptr<Connection>;
  using Id = std::uint64_t;

  bool make_room();
  void received(Shared const& connection, std::string_view bytes);
  void drained(Shared const& connection);
  void ended(Shared const& connection, Result<> const& how);
  void advance(Shared const& connection);
  bool read(Connection& connection);
  bool handed_over(Connection& connection);
  void refuse(Connection& connection, int status);
  void await(Connection& connection);
  void begin(Connection& connection);
  void wrote(Connection& connection);
  void answer(Id id, std::uint64_t request, Response response);
  void abandon(Id id, std::uint64_t request);
  /// The connection whose answer is being streamed for that request; null: its client is gone.
  Shared streaming(Id id, std::uint64_t request) const;
  void write_part(Connection& connection, std::string_view bytes);
  void end_stream(Shared const& connection);
  void close(Connection& connection);
  void sweep();
  bool is_late(Connection& connection) const;

  Loop& loop_;
  Streams& streams_;
  Id last_id_ = 0;
  TimerId sweep_timer_ = 0;
  std::map<Id, Shared> connections_;
  std::list<Id> waiting_;  ///< for a whole header; the longest first
  // Answers hold it weakly: one that outlives the server finds nobody to tell.
  std::shared_ptr<HttpServer*> self_;
};

}  // namespace landfall
