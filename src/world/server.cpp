// A connection is in one of four phases: it reads a request, waits for the handler's answer, writes
// it, or drains what a refused client still sends, because closing before it is read would reset
// the connection and take the answer with it. One request at a time: what a client sends ahead
// stays where it is until the answer before it is written.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "world/http_date.h"
#include "world/real_parts.h"
#include "world/wire.h"

namespace landfall {

namespace {

std::size_t const connections_max = 12'000;
std::size_t const read_bytes = 64 << 10;
// Unread input that the parser makes nothing of, such as a chunk header that never ends.
std::size_t const pending_max = 128 << 10;
std::size_t const drain_max = 64 << 20;
int const accepts_max = 64;
// Steps of one connection before the others have their turn.
int const steps_max = 128;
Duration const idle_max = 75s;
Duration const drain_time_max = 5s;
Duration const sweep_interval = 5s;
Duration const accept_pause = 100ms;

enum class Phase { reading, working, writing, draining };
enum class Got { bytes, nothing, end };

struct Service {
  std::shared_ptr<Handler const> handler;
  std::size_t body_max = 0;
};

struct Connection {
  Connection(std::uint64_t number, Descriptor client, Service with)
      : id(number), socket(std::move(client)), service(std::move(with)), reader(service.body_max) {}
  std::uint64_t id;
  Descriptor socket;
  Service service;
  RequestReader reader;
  WatchId watch = 0;
  std::uint32_t events = EPOLLIN;
  Phase phase = Phase::reading;
  std::uint64_t request = 0;  ///< how many were handed over
  std::string in{};
  std::string out{};
  std::size_t written = 0;
  std::size_t drained = 0;
  Framing framing{};
  Instant active{};
  bool continued = false;  ///< the client was told to send the body
  bool advancing = false;
  bool gone = false;
};

struct Listener {
  Descriptor socket;
  WatchId watch = 0;
  Service service;
};

class HttpServer : public Server {
 public:
  explicit HttpServer(RealLoop& loop) : loop_(loop), self_(std::make_shared<HttpServer*>(this)) {}
  ~HttpServer() override;
  Result<int> listen(int port, Handler handler, std::size_t body_max) override;

 private:
  class Answer;
  using Shared = std::shared_ptr<Connection>;

  void accept_some(std::size_t listener);
  void pause_accepting(std::size_t listener);
  void welcome(Descriptor client, Service const& service);
  void ready(Shared const& connection, std::uint32_t events);
  void advance(Shared const& connection);
  bool step(Shared const& connection);
  bool step_reading(Shared const& connection);
  bool step_writing(Shared const& connection);
  bool step_draining(Shared const& connection);
  Got read_some(Connection& connection);
  void hand_over(Shared const& connection);
  void refuse(Connection& connection, int status);
  void answer(std::uint64_t id, std::uint64_t request, Response response);
  void abandon(std::uint64_t id, std::uint64_t request);
  void watch_for(Connection& connection);
  void close(Connection& connection);
  void sweep();

  RealLoop& loop_;
  std::uint64_t last_id_ = 0;
  TimerId sweep_timer_ = 0;
  // One for all: thousands of idle connections must not hold a buffer each.
  std::vector<char> scratch_ = std::vector<char>(read_bytes);
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::map<std::uint64_t, Shared> connections_;
  // Answers hold it weakly: one that outlives the server finds nobody to tell.
  std::shared_ptr<HttpServer*> self_;
};

class HttpServer::Answer {
 public:
  Answer(std::weak_ptr<HttpServer*> server, std::uint64_t id, std::uint64_t request)
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
  std::uint64_t id_;
  std::uint64_t request_;
};

std::unexpected<Error> cannot_listen(int port, int number) {
  std::string const text = fmt::format("port {}: {}", port, std::strerror(number));
  if (number == EADDRINUSE)
    return fail(ErrorKind::config, fmt::format("port {} is already in use", port), "in_use");
  return fail(number == EACCES ? ErrorKind::refused : ErrorKind::config, text);
}

Result<int> HttpServer::listen(int port, Handler handler, std::size_t body_max) {
  if (port < 0 || port > 65535)
    return fail(ErrorKind::config, fmt::format("port {}: not a port", port));
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return cannot_listen(port, errno);
  int const yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(socket.get(), any, size) != 0 || ::listen(socket.get(), SOMAXCONN) != 0 ||
      ::getsockname(socket.get(), any, &size) != 0)
    return cannot_listen(port, errno);
  std::size_t const index = listeners_.size();
  WatchId const watch =
      loop_.watch(socket.get(), EPOLLIN, [this, index](std::uint32_t) { accept_some(index); });
  listeners_.push_back(std::make_unique<Listener>(
      std::move(socket), watch,
      Service{std::make_shared<Handler const>(std::move(handler)), body_max}));
  return ntohs(address.sin_port);
}

HttpServer::~HttpServer() {
  self_.reset();
  loop_.cancel(sweep_timer_);
  for (auto const& listener : listeners_) loop_.unwatch(listener->watch);
  while (!connections_.empty()) {
    Shared const connection = connections_.begin()->second;
    close(*connection);
  }
}

void HttpServer::accept_some(std::size_t listener) {
  Listener const& own = *listeners_[listener];
  for (int i = 0; i < accepts_max; ++i) {
    Descriptor client(::accept4(own.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client) {
      welcome(std::move(client), own.service);
      continue;
    }
    bool const exhausted =
        errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (exhausted) pause_accepting(listener);
    if (errno != EINTR && errno != ECONNABORTED) return;
  }
}

// The waiting client would wake the loop without end while no descriptor is free for it.
void HttpServer::pause_accepting(std::size_t listener) {
  loop_.rewatch(listeners_[listener]->watch, 0);
  std::weak_ptr<HttpServer*> const weak = self_;
  loop_.after(accept_pause, [weak, listener] {
    auto const server = weak.lock();
    if (server) (*server)->loop_.rewatch((*server)->listeners_[listener]->watch, EPOLLIN);
  });
}

void HttpServer::welcome(Descriptor client, Service const& service) {
  if (connections_.size() >= connections_max) return;
  int const yes = 1;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  auto const connection = std::make_shared<Connection>(++last_id_, std::move(client), service);
  connection->active = loop_.now();
  std::weak_ptr<Connection> const weak = connection;
  connection->watch =
      loop_.watch(connection->socket.get(), EPOLLIN, [this, weak](std::uint32_t events) {
        if (Shared const alive = weak.lock()) ready(alive, events);
      });
  connections_[connection->id] = connection;
  if (connections_.size() == 1) sweep_timer_ = loop_.after(sweep_interval, [this] { sweep(); });
}

void HttpServer::ready(Shared const& connection, std::uint32_t events) {
  bool const broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (broken && connection->phase == Phase::working) return close(*connection);
  advance(connection);
}

void HttpServer::advance(Shared const& connection) {
  if (connection->advancing || connection->gone) return;
  connection->advancing = true;
  int steps = 0;
  while (!connection->gone && step(connection) && ++steps < steps_max) {
  }
  connection->advancing = false;
  if (connection->gone) return;
  watch_for(*connection);
  if (steps < steps_max) return;
  std::weak_ptr<HttpServer*> const server = self_;
  loop_.post([server, connection] {
    if (auto const alive = server.lock()) (*alive)->advance(connection);
  });
}

/// True while there is something left to do at once.
bool HttpServer::step(Shared const& connection) {
  switch (connection->phase) {
    case Phase::reading:
      return step_reading(connection);
    case Phase::working:
      return false;
    case Phase::writing:
      return step_writing(connection);
    case Phase::draining:
      return step_draining(connection);
  }
  unreachable_here("a phase of no name");
}

bool HttpServer::step_reading(Shared const& connection) {
  Connection& own = *connection;
  own.in.erase(0, own.reader.put(own.in));
  RequestReader::State const state = own.reader.state();
  if (state == RequestReader::State::complete) {
    hand_over(connection);
    return true;
  }
  if (state == RequestReader::State::refused || own.in.size() > pending_max) {
    refuse(own, state == RequestReader::State::refused ? own.reader.status() : 400);
    return true;
  }
  if (!own.continued && own.reader.expects_continue()) {
    own.continued = true;
    static std::string_view const leave = "HTTP/1.1 100 Continue\r\n\r\n";
    // Nothing else is on its way to this client, so there is room for these few bytes.
    ssize_t const sent = ::send(own.socket.get(), leave.data(), leave.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(leave.size())) {
      close(own);
      return false;
    }
  }
  Got const got = read_some(own);
  if (got == Got::end) close(own);
  return got == Got::bytes;
}

Got HttpServer::read_some(Connection& connection) {
  ssize_t count = 0;
  do count = ::recv(connection.socket.get(), scratch_.data(), scratch_.size(), 0);
  while (count < 0 && errno == EINTR);
  bool const later = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (count <= 0) return later ? Got::nothing : Got::end;
  connection.in.append(scratch_.data(), static_cast<std::size_t>(count));
  connection.active = loop_.now();
  return Got::bytes;
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

void HttpServer::hand_over(Shared const& connection) {
  Connection& own = *connection;
  own.framing = {.keep_alive = own.reader.keeps_connection(),
                 .minor_version = own.reader.minor_version()};
  Request request = own.reader.take();
  own.framing.head = request.method == "HEAD";
  request.peer = "127.0.0.1";
  if (!to_origin_form(request)) return refuse(own, 400);
  own.phase = Phase::working;
  std::uint64_t const number = ++own.request;
  auto const handler = own.service.handler;
  (*handler)(std::move(request), Answer(self_, own.id, number));
}

void HttpServer::refuse(Connection& connection, int status) {
  Framing const framing{.keep_alive = false, .date = http_date(loop_.now())};
  connection.framing.keep_alive = false;
  connection.in.clear();
  connection.out = write_response({.status = status}, framing);
  connection.written = 0;
  connection.phase = Phase::writing;
}

void HttpServer::answer(std::uint64_t id, std::uint64_t request, Response response) {
  auto const found = connections_.find(id);
  if (found == connections_.end()) return;
  Shared const connection = found->second;
  Connection& own = *connection;
  if (own.phase != Phase::working || own.request != request) return;
  own.framing.date = http_date(loop_.now());
  if (response.headers.value_or("Connection", "") == "close") own.framing.keep_alive = false;
  own.out = write_response(std::move(response), own.framing);
  own.written = 0;
  own.phase = Phase::writing;
  own.active = loop_.now();
  advance(connection);
}

void HttpServer::abandon(std::uint64_t id, std::uint64_t request) {
  auto const found = connections_.find(id);
  if (found == connections_.end()) return;
  Shared const connection = found->second;
  if (connection->phase == Phase::working && connection->request == request) close(*connection);
}

bool HttpServer::step_writing(Shared const& connection) {
  Connection& own = *connection;
  while (own.written < own.out.size()) {
    ssize_t const count = ::send(own.socket.get(), own.out.data() + own.written,
                                 own.out.size() - own.written, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (count < 0) {
      close(own);
      return false;
    }
    own.written += static_cast<std::size_t>(count);
    own.active = loop_.now();
  }
  std::exchange(own.out, {});
  if (own.framing.keep_alive) {
    own.reader = RequestReader(own.service.body_max);
    own.continued = false;
    own.in.shrink_to_fit();
    own.phase = Phase::reading;
  } else {
    ::shutdown(own.socket.get(), SHUT_WR);
    own.phase = Phase::draining;
  }
  return true;
}

bool HttpServer::step_draining(Shared const& connection) {
  Connection& own = *connection;
  own.in.clear();
  Instant const before = own.active;
  Got const got = read_some(own);
  own.active = before;
  own.drained += own.in.size();
  if (got == Got::end || own.drained > drain_max) close(own);
  return got == Got::bytes && !own.gone;
}

void HttpServer::watch_for(Connection& connection) {
  std::uint32_t events = EPOLLIN;
  if (connection.phase == Phase::working) events = 0;
  if (connection.phase == Phase::writing) events = EPOLLOUT;
  if (events == connection.events) return;
  connection.events = events;
  loop_.rewatch(connection.watch, events);
}

void HttpServer::close(Connection& connection) {
  if (connection.gone) return;
  connection.gone = true;
  loop_.unwatch(connection.watch);
  connection.socket.reset();
  // Whoever called holds it; this is the last that the server knows of it.
  connections_.erase(connection.id);
}

void HttpServer::sweep() {
  std::vector<Shared> late;
  for (auto const& [id, connection] : connections_) {
    Duration const most = connection->phase == Phase::draining ? drain_time_max : idle_max;
    bool const waits = connection->phase != Phase::working;
    if (waits && connection->active + most < loop_.now()) late.push_back(connection);
  }
  for (Shared const& connection : late) close(*connection);
  if (!connections_.empty()) sweep_timer_ = loop_.after(sweep_interval, [this] { sweep(); });
}

}  // namespace

std::unique_ptr<Server> beast_server(RealLoop& loop) {
  return std::make_unique<HttpServer>(loop);
}

}  // namespace landfall
