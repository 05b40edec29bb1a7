// A connection is in one of five phases: it reads a request, waits for the handler's answer,
// streams it, writes what is left of it, or drains what a refused client still sends, because
// closing before it is read would reset the connection and take the answer with it. One request at
// a time: what a client sends ahead stays where it is until the answer before it is written.
#include "world/http_server.h"

#include <algorithm>
#include <vector>

#include "world/http_date.h"
#include "world/wire.h"

namespace landfall {

namespace {

std::size_t const connections_max = 8'000;
// Unread input that the parser makes nothing of, such as a chunk header that never ends.
std::size_t const unread_max = 128 << 10;
// What a client may send ahead of an answer.
std::size_t const ahead_max = 64 << 10;
std::size_t const drain_max = 64 << 20;
// What an answer may have in memory that its client does not read.
std::size_t const unsent_max = 256 << 20;
// Requests of one connection before the others have their turn.
int const requests_max = 64;
Duration const idle_max = 75s;
Duration const head_time = 30s;
std::int64_t const body_bytes_per_second_min = 1024;
Duration const drain_time_max = 5s;
Duration const sweep_interval = 5s;

enum class Phase { reading, working, streaming, writing, draining };

}  // namespace

struct HttpServer::Connection {
  Connection(Id number, Service with)
      : id(number), service(std::move(with)), reader(service.body_max) {}

  Id id;
  Service service;
  std::unique_ptr<Stream> stream{};
  RequestReader reader;
  Phase phase = Phase::reading;
  std::uint64_t request = 0;  ///< how many were handed over
  std::string in{};
  Framing framing{};
  Instant active{};           ///< when the phase began, or its last sign of life
  Instant began{};            ///< when the first byte of the request came
  std::int64_t received = 0;  ///< bytes of the request
  std::size_t pending = 0;    ///< at the last sweep
  std::size_t drained = 0;
  std::list<Id>::iterator place{};
  bool waits = false;      ///< it has a place among those that wait
  bool continued = false;  ///< the client was told to send the body
  bool paused = false;
  bool input_ended = false;
  bool advancing = false;
  bool gone = false;
  std::function<void()> on_drained{};
  std::function<void()> on_gone{};
};

/// Dies unanswered: the connection is closed.
class HttpServer::Answer {
 public:
  Answer(std::weak_ptr<HttpServer*> server, Id id, std::uint64_t request)
      : server_(std::move(server)), id_(id), request_(request) {}
  Answer(Answer&& other) noexcept
      : server_(std::move(other.server_)), id_(other.id_), request_(other.request_) {
    other.server_.reset();
  }
  Answer& operator=(Answer&&) = delete;
  ~Answer() {
    if (auto const server = server_.lock()) (*server)->abandon(id_, request_);
  }
  void operator()(Response response) {
    auto const server = server_.lock();
    server_.reset();
    if (server) (*server)->answer(id_, request_, std::move(response));
  }

 private:
  std::weak_ptr<HttpServer*> server_;
  Id id_;
  std::uint64_t request_;
};

class HttpServer::Sink : public BodySink {
 public:
  Sink(std::weak_ptr<HttpServer*> server, Id id, std::uint64_t request)
      : server_(std::move(server)), id_(id), request_(request) {}
  ~Sink() override {
    auto const server = server_.lock();
    Shared const connection = find(server);
    if (!connection) return;
    // Nobody is told who knows already. The caller may be the callback, which has to live on.
    (*server)->loop_.post([gone = std::exchange(connection->on_gone, {})] {});
    (*server)->close(*connection);
  }
  void write(std::string_view bytes) override {
    auto const server = server_.lock();
    Shared const connection = find(server);
    if (connection) (*server)->write_part(*connection, bytes);
  }
  std::size_t pending() const override {
    Shared const connection = find(server_.lock());
    return connection ? connection->stream->pending() : 0;
  }
  void on_drained(std::function<void()> work) override {
    if (Shared const connection = find(server_.lock())) connection->on_drained = std::move(work);
  }
  void on_gone(std::function<void()> work) override {
    auto const server = server_.lock();
    if (Shared const connection = find(server)) {
      connection->on_gone = std::move(work);
    } else if (server && !ended_) {
      (*server)->loop_.post([told = std::move(work)] { told(); });
    }
  }
  void end() override {
    auto const server = server_.lock();
    Shared const connection = find(server);
    ended_ = true;
    if (connection) (*server)->end_stream(connection);
  }

 private:
  Shared find(std::shared_ptr<HttpServer*> const& server) const {
    return server ? (*server)->streaming(id_, request_) : nullptr;
  }

  std::weak_ptr<HttpServer*> server_;
  Id id_;
  std::uint64_t request_;
  bool ended_ = false;
};

HttpServer::HttpServer(Loop& loop, Streams& streams)
    : loop_(loop), streams_(streams), self_(std::make_shared<HttpServer*>(this)) {}

HttpServer::~HttpServer() {
  self_.reset();
  loop_.cancel(sweep_timer_);
  auto const connections = std::exchange(connections_, {});
}

Result<int> HttpServer::listen(int port, Handler handler, std::size_t body_max,
                               std::optional<TlsIdentity> identity) {
  Service service{std::make_shared<Handler const>(std::move(handler)), body_max};
  auto accept = [self = std::weak_ptr(self_), service](std::unique_ptr<Stream> client) {
    if (auto const server = self.lock()) (*server)->serve(std::move(client), service);
  };
  return streams_.listen(port, std::move(accept), std::move(identity));
}

/// At the limit whoever has been waited for the longest has to go.
bool HttpServer::make_room() {
  if (connections_.size() < connections_max) return true;
  if (waiting_.empty()) return false;
  Shared const longest = connections_.at(waiting_.front());
  close(*longest);
  return true;
}

void HttpServer::serve(std::unique_ptr<Stream> client, Service const& service) {
  if (!make_room()) return;
  auto const connection = std::make_shared<Connection>(++last_id_, service);
  connection->stream = std::move(client);
  connections_[connection->id] = connection;
  if (connections_.size() == 1) sweep_timer_ = loop_.after(sweep_interval, [this] { sweep(); });
  await(*connection);
  // Streams tell nothing after their end, which is at most the server's own.
  std::weak_ptr<Connection> const weak = connection;
  connection->stream->start({.bytes =
                                 [this, weak](std::string_view bytes) {
                                   if (Shared const alive = weak.lock()) received(alive, bytes);
                                 },
                             .drained =
                                 [this, weak] {
                                   if (Shared const alive = weak.lock()) drained(alive);
                                 },
                             .ended =
                                 [this, weak](Result<> how) {
                                   if (Shared const alive = weak.lock()) ended(alive, how);
                                 }});
}

/// Before a request of which nothing has come yet.
void HttpServer::await(Connection& connection) {
  connection.phase = Phase::reading;
  connection.active = loop_.now();
  connection.received = 0;
  connection.continued = false;
  connection.waits = true;
  connection.place = waiting_.insert(waiting_.end(), connection.id);
  if (std::exchange(connection.paused, false)) connection.stream->pause(false);
}

/// The header is there, or the connection is not: it no longer waits.
void HttpServer::begin(Connection& connection) {
  if (std::exchange(connection.waits, false)) waiting_.erase(connection.place);
}

void HttpServer::received(Shared const& connection, std::string_view bytes) {
  Connection& own = *connection;
  if (own.phase == Phase::draining) {
    own.drained += bytes.size();
    if (own.drained > drain_max) close(own);
    return;
  }
  own.in += bytes;
  if (own.phase == Phase::reading) return advance(connection);
  if (own.in.size() < ahead_max) return;
  own.paused = true;
  own.stream->pause(true);
}

void HttpServer::drained(Shared const& connection) {
  Connection& own = *connection;
  own.active = loop_.now();
  if (own.phase == Phase::writing) {
    wrote(own);
    return advance(connection);
  }
  auto const work = own.on_drained;
  if (own.phase == Phase::streaming && work) work();
}

void HttpServer::ended(Shared const& connection, Result<> const& how) {
  Connection& own = *connection;
  own.input_ended = true;
  bool const answers = own.phase == Phase::working || own.phase == Phase::writing;
  // A client that sends no more may still read; but one whose answer has no end is gone.
  if (how && answers) return;
  // What it sent before its end may hold whole requests.
  if (how && own.phase == Phase::reading && !own.in.empty()) return advance(connection);
  close(own);
}

void HttpServer::advance(Shared const& connection) {
  Connection& own = *connection;
  if (own.advancing || own.gone) return;
  own.advancing = true;
  int requests = 0;
  while (!own.gone && own.phase == Phase::reading && requests < requests_max && read(own)) {
    ++requests;
  }
  own.advancing = false;
  if (own.gone || requests < requests_max) return;
  std::weak_ptr<HttpServer*> const server = self_;
  loop_.post([server, connection] {
    if (auto const alive = server.lock()) (*alive)->advance(connection);
  });
}

/// True if a whole request was there.
bool HttpServer::read(Connection& own) {
  if (own.in.empty()) {
    if (own.input_ended) close(own);
    return false;
  }
  if (own.received == 0) own.began = loop_.now();
  std::size_t const used = own.reader.put(own.in);
  own.received += static_cast<std::int64_t>(std::max<std::size_t>(used, 1));
  own.in.erase(0, used);
  RequestReader::State const state = own.reader.state();
  if (state != RequestReader::State::head) begin(own);
  if (state == RequestReader::State::complete) return handed_over(own);
  if (state == RequestReader::State::refused || own.in.size() > unread_max) {
    refuse(own, state == RequestReader::State::refused ? own.reader.status() : 400);
    return false;
  }
  if (own.input_ended) {
    close(own);
    return false;
  }
  if (!own.continued && own.reader.expects_continue()) {
    own.continued = true;
    own.stream->write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  return false;
}

namespace {

/// The target as "/path?query", for a client that names the whole URL as proxies are told to.
bool to_origin_form(Request& request) {
  if (request.url.starts_with('/')) return true;
  if (request.url == "*") return request.method == "OPTIONS";
  Result<Url> const url = parse_url(request.url);
  if (!url) return false;
  std::size_t const host = request.url.find("://") + 3;
  std::size_t const path = std::min(request.url.find_first_of("/?", host), request.url.size());
  request.headers.set("Host", request.url.substr(host, path - host));
  std::string const target = request.url.substr(path);
  request.url = target.starts_with('/') ? target : "/" + target;
  return true;
}

}  // namespace

bool HttpServer::handed_over(Connection& own) {
  own.framing = {.keep_alive = own.reader.keeps_connection(),
                 .minor_version = own.reader.minor_version()};
  Request request = own.reader.take();
  own.reader = RequestReader(own.service.body_max);
  own.framing.head = request.method == "HEAD";
  request.peer = "127.0.0.1";
  if (!to_origin_form(request)) {
    refuse(own, 400);
    return false;
  }
  own.phase = Phase::working;
  std::uint64_t const number = ++own.request;
  auto const handler = own.service.handler;
  (*handler)(std::move(request), Answer(self_, own.id, number));
  return true;
}

void HttpServer::refuse(Connection& own, int status) {
  begin(own);
  own.framing.keep_alive = false;
  own.in.clear();
  own.phase = Phase::writing;
  own.stream->write(
      write_response({.status = status}, {.keep_alive = false, .date = http_date(loop_.now())}));
  if (own.stream->pending() == 0) wrote(own);
}

void HttpServer::answer(Id id, std::uint64_t request, Response response) {
  auto const found = connections_.find(id);
  if (found == connections_.end()) return;
  Shared const connection = found->second;
  Connection& own = *connection;
  if (own.phase != Phase::working || own.request != request) return;
  own.framing.date = http_date(loop_.now());
  if (response.headers.value_or("Connection", "") == "close") own.framing.keep_alive = false;
  own.active = loop_.now();
  bool const bodiless = own.framing.head || response.status == 204 || response.status == 304;
  if (response.stream && !bodiless) {
    auto const stream = std::move(response.stream);
    own.framing.streamed = true;
    if (own.framing.minor_version == 0) own.framing.keep_alive = false;
    own.phase = Phase::streaming;
    own.stream->write(write_response(std::move(response), own.framing));
    return stream(std::make_shared<Sink>(self_, id, request));
  }
  own.framing.streamed = response.stream != nullptr;
  own.phase = Phase::writing;
  own.stream->write(write_response(std::move(response), own.framing));
  if (own.stream->pending() == 0) wrote(own);
  advance(connection);
}

void HttpServer::abandon(Id id, std::uint64_t request) {
  auto const found = connections_.find(id);
  if (found == connections_.end()) return;
  Shared const connection = found->second;
  if (connection->phase == Phase::working && connection->request == request) close(*connection);
}

HttpServer::Shared HttpServer::streaming(Id id, std::uint64_t request) const {
  auto const found = connections_.find(id);
  if (found == connections_.end()) return nullptr;
  Connection const& own = *found->second;
  return own.phase == Phase::streaming && own.request == request ? found->second : nullptr;
}

void HttpServer::write_part(Connection& own, std::string_view bytes) {
  // An empty chunk would be the end.
  if (bytes.empty()) return;
  if (own.stream->pending() == 0) own.active = loop_.now();
  if (own.stream->pending() + bytes.size() > unsent_max) return close(own);
  if (own.framing.minor_version == 0) return own.stream->write(bytes);
  own.stream->write(write_chunk(bytes));
}

void HttpServer::end_stream(Shared const& connection) {
  Connection& own = *connection;
  own.phase = Phase::writing;
  own.active = loop_.now();
  // The caller may be one of these two, which must not die while it runs.
  loop_.post([drained = std::move(own.on_drained), gone = std::move(own.on_gone)] {});
  if (own.framing.minor_version != 0) own.stream->write("0\r\n\r\n");
  if (own.stream->pending() == 0) wrote(own);
  advance(connection);
}

/// The answer has left.
void HttpServer::wrote(Connection& own) {
  if (own.framing.keep_alive) return await(own);
  own.stream->finish();
  if (own.input_ended) return close(own);
  own.phase = Phase::draining;
  own.active = loop_.now();
  if (std::exchange(own.paused, false)) own.stream->pause(false);
}

void HttpServer::close(Connection& own) {
  if (own.gone) return;
  own.gone = true;
  begin(own);
  bool const streamed = own.phase == Phase::streaming;
  own.stream.reset();
  auto const drained = std::exchange(own.on_drained, {});
  auto const gone = std::exchange(own.on_gone, {});
  // Whoever called holds it; this is the last that the server knows of it.
  connections_.erase(own.id);
  if (streamed && gone) gone();
}

bool HttpServer::is_late(Connection& own) const {
  Duration const quiet = loop_.now() - own.active;
  switch (own.phase) {
    case Phase::reading: {
      if (own.received == 0) return quiet > idle_max;
      // By the byte a request could be kept alive for ever.
      std::int64_t const earned = own.waits ? 0 : own.received / body_bytes_per_second_min;
      return loop_.now() - own.began > head_time + std::chrono::seconds(earned);
    }
    case Phase::working:
      return false;
    case Phase::streaming:
    case Phase::writing: {
      std::size_t const before = std::exchange(own.pending, own.stream->pending());
      if (own.pending != before) own.active = loop_.now();
      return own.pending > 0 && quiet > idle_max;
    }
    case Phase::draining:
      return quiet > drain_time_max;
  }
  unreachable_here("a phase of no name");
}

void HttpServer::sweep() {
  std::vector<Shared> late;
  for (auto const& [id, connection] : connections_) {
    if (is_late(*connection)) late.push_back(connection);
  }
  for (Shared const& connection : late) close(*connection);
  if (!connections_.empty()) sweep_timer_ = loop_.after(sweep_interval, [this] { sweep(); });
}

}  // namespace landfall
