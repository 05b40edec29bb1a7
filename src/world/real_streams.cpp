// TCP on loopback over epoll.
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

#include "world/real_parts.h"
#include "world/tls_stream.h"

namespace landfall {

namespace {

std::size_t const read_bytes = 64 << 10;
int const accepts_max = 64;
Duration const accept_pause = 100ms;

std::unexpected<Error> broken(int number) {
  return fail(ErrorKind::network, fmt::format("the connection broke: {}", std::strerror(number)),
              "broken");
}

/// One for all: thousands of idle connections must not hold a buffer each.
struct Scratch {
  std::vector<char> bytes;
};

/// The socket's side of a TcpStream. Callbacks keep it alive while they run, whoever closes it.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(RealLoop& loop, std::shared_ptr<Scratch> scratch, Descriptor socket)
      : loop_(loop), scratch_(std::move(scratch)), socket_(std::move(socket)) {}

  void start(Stream::Events events);
  void write(std::string_view bytes);
  std::size_t pending() const { return queue_.size() - sent_; }
  void finish();
  void pause(bool paused);
  void close();

 private:
  void ready(std::uint32_t events);
  void read();
  void flush();
  void end(Result<> how);
  void watch();
  void stop_watching();
  std::uint32_t interest() const;

  RealLoop& loop_;
  std::shared_ptr<Scratch> scratch_;
  Descriptor socket_;
  // Shared, because a callback may replace them while it runs.
  std::shared_ptr<Stream::Events const> events_;
  WatchId watch_ = 0;
  std::uint32_t watched_ = 0;
  std::string queue_;
  std::size_t sent_ = 0;  ///< of the queue
  bool paused_ = false;
  bool ended_ = false;      ///< the owner was told, or need not be
  bool finishing_ = false;  ///< the owner writes no more
  bool finished_ = false;   ///< the peer was told
};

void Socket::start(Stream::Events events) {
  events_ = std::make_shared<Stream::Events const>(std::move(events));
  watch();
}

std::uint32_t Socket::interest() const {
  std::uint32_t const in = events_ && !paused_ && !ended_ ? std::uint32_t{EPOLLIN} : 0U;
  std::uint32_t const out = pending() > 0 ? std::uint32_t{EPOLLOUT} : 0U;
  return in | out;
}

void Socket::watch() {
  if (!socket_) return;
  std::uint32_t const wanted = interest();
  // After the end the kernel reports it for ever, so only what is still to be sent is watched.
  if (wanted == 0 && ended_) return stop_watching();
  if (watch_ == 0) {
    std::weak_ptr<Socket> const weak = weak_from_this();
    watch_ = loop_.watch(socket_.get(), wanted, [weak](std::uint32_t events) {
      if (auto const self = weak.lock()) self->ready(events);
    });
  } else if (wanted != watched_) {
    loop_.rewatch(watch_, wanted);
  }
  watched_ = wanted;
}

void Socket::stop_watching() {
  if (watch_ != 0) loop_.unwatch(std::exchange(watch_, 0));
}

void Socket::ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush();
  if (!socket_) return;
  std::uint32_t const break_events = EPOLLERR | EPOLLHUP;
  if ((events & (EPOLLIN | break_events)) == 0) return;
  if ((watched_ & EPOLLIN) != 0) return read();
  if ((events & EPOLLERR) != 0) {
    int number = 0;
    socklen_t size = sizeof number;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &number, &size);
    return end(broken(number == 0 ? ECONNRESET : number));
  }
  // Both sides have ended; bytes may be left to read once it is no longer paused.
  if ((events & EPOLLHUP) != 0) stop_watching();
}

void Socket::read() {
  // Taken for the time of the callback, which may run the loop and so read from others.
  std::vector<char> buffer = std::exchange(scratch_->bytes, {});
  if (buffer.empty()) buffer.resize(read_bytes);
  ssize_t count = 0;
  do count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  while (count < 0 && errno == EINTR);
  int const number = errno;
  if (count > 0) {
    auto const events = events_;
    auto const scratch = scratch_;
    if (events->bytes) events->bytes({buffer.data(), static_cast<std::size_t>(count)});
    scratch->bytes = std::move(buffer);
    return;
  }
  scratch_->bytes = std::move(buffer);
  if (count == 0) return end({});
  if (number != EAGAIN && number != EWOULDBLOCK) end(broken(number));
}

void Socket::end(Result<> how) {
  if (!socket_ || (how && ended_)) return;
  ended_ = true;
  if (how) {
    watch();
  } else {
    stop_watching();
    socket_.reset();
    queue_.clear();
    sent_ = 0;
  }
  auto const events = events_;
  if (events && events->ended) events->ended(std::move(how));
}

void Socket::write(std::string_view bytes) {
  if (!socket_ || finishing_ || bytes.empty()) return;
  if (pending() == 0) {
    ssize_t count = 0;
    do count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    // Any other failure is found again, and told, when the loop looks at the socket.
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    if (bytes.empty()) return;
  }
  queue_ += bytes;
  watch();
}

void Socket::flush() {
  bool const waited = pending() > 0;
  while (pending() > 0) {
    ssize_t const count = ::send(socket_.get(), queue_.data() + sent_, pending(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (count < 0) return end(broken(errno));
    sent_ += static_cast<std::size_t>(count);
  }
  if (pending() > 0) {
    // Not at each step: that would move the rest of a large answer again and again.
    if (sent_ > queue_.size() / 2) queue_.erase(0, std::exchange(sent_, 0));
    return;
  }
  queue_ = {};
  sent_ = 0;
  if (finishing_ && !std::exchange(finished_, true)) ::shutdown(socket_.get(), SHUT_WR);
  watch();
  auto const events = events_;
  if (waited && events && events->drained) events->drained();
}

void Socket::finish() {
  if (std::exchange(finishing_, true) || !socket_ || pending() > 0) return;
  finished_ = true;
  ::shutdown(socket_.get(), SHUT_WR);
}

void Socket::pause(bool paused) {
  if (paused_ == paused) return;
  paused_ = paused;
  if (events_) watch();
}

void Socket::close() {
  ended_ = true;
  stop_watching();
  socket_.reset();
}

class TcpStream : public Stream {
 public:
  explicit TcpStream(std::shared_ptr<Socket> socket) : socket_(std::move(socket)) {}
  ~TcpStream() override { socket_->close(); }
  void start(Events events) override { socket_->start(std::move(events)); }
  void write(std::string_view bytes) override { socket_->write(bytes); }
  std::size_t pending() const override { return socket_->pending(); }
  void finish() override { socket_->finish(); }
  void pause(bool paused) override { socket_->pause(paused); }

 private:
  std::shared_ptr<Socket> socket_;
};

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Descriptor open_socket() {
  return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

std::unexpected<Error> cannot_listen(int port, int number) {
  if (number == EADDRINUSE)
    return fail(ErrorKind::config, fmt::format("port {} is already in use", port), "in_use");
  return fail(number == EACCES ? ErrorKind::refused : ErrorKind::config,
              fmt::format("port {}: {}", port, std::strerror(number)));
}

class RealStreams : public Streams {
 public:
  explicit RealStreams(RealLoop& loop) : loop_(loop), scratch_(std::make_shared<Scratch>()) {}
  ~RealStreams() override;
  Result<int> listen(int port, Accept accept, std::optional<TlsIdentity> identity) override;
  void connect(int port, Duration timeout, Connected done) override;

 private:
  struct Listener {
    Descriptor socket;
    WatchId watch = 0;
    Accept accept;
  };
  struct Attempt {
    int port = 0;
    Descriptor socket;
    WatchId watch = 0;
    TimerId timer = 0;
    Connected done;
  };

  std::unique_ptr<Stream> stream_of(Descriptor socket);
  void accept_some(std::size_t listener);
  void pause_accepting(std::size_t listener);
  void settle(std::uint64_t attempt, int number);

  RealLoop& loop_;
  std::shared_ptr<Scratch> scratch_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::uint64_t last_attempt_ = 0;
  std::map<std::uint64_t, Attempt> attempts_;
  // Timers and posted work hold it weakly.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

RealStreams::~RealStreams() {
  for (auto const& listener : listeners_) loop_.unwatch(listener->watch);
  for (auto const& [number, attempt] : attempts_) {
    loop_.unwatch(attempt.watch);
    loop_.cancel(attempt.timer);
  }
}

std::unique_ptr<Stream> RealStreams::stream_of(Descriptor socket) {
  int const yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return std::make_unique<TcpStream>(std::make_shared<Socket>(loop_, scratch_, std::move(socket)));
}

Result<int> RealStreams::listen(int port, Accept accept, std::optional<TlsIdentity> identity) {
  if (port < 0 || port > 65535)
    return fail(ErrorKind::config, fmt::format("port {}: not a port", port));
  if (identity) accept = TRY(tls_accept(loop_, *identity, std::move(accept)));
  Descriptor socket = open_socket();
  if (!socket) return cannot_listen(port, errno);
  int const yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address = loopback(port);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(socket.get(), any, size) != 0 || ::listen(socket.get(), SOMAXCONN) != 0 ||
      ::getsockname(socket.get(), any, &size) != 0)
    return cannot_listen(port, errno);
  std::size_t const index = listeners_.size();
  WatchId const watch =
      loop_.watch(socket.get(), EPOLLIN, [this, index](std::uint32_t) { accept_some(index); });
  listeners_.push_back(
      std::make_unique<Listener>(Listener{std::move(socket), watch, std::move(accept)}));
  return ntohs(address.sin_port);
}

void RealStreams::accept_some(std::size_t listener) {
  Listener const& own = *listeners_[listener];
  std::weak_ptr<int> const alive = alive_;
  for (int i = 0; i < accepts_max && !alive.expired(); ++i) {
    Descriptor client(::accept4(own.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client) {
      own.accept(stream_of(std::move(client)));
      continue;
    }
    bool const exhausted =
        errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (exhausted) pause_accepting(listener);
    if (errno != EINTR && errno != ECONNABORTED) return;
  }
}

// The waiting client would wake the loop without end while no descriptor is free for it.
void RealStreams::pause_accepting(std::size_t listener) {
  loop_.rewatch(listeners_[listener]->watch, 0);
  loop_.after(accept_pause, [this, alive = std::weak_ptr(alive_), listener] {
    if (alive.lock()) loop_.rewatch(listeners_[listener]->watch, EPOLLIN);
  });
}

void RealStreams::connect(int port, Duration timeout, Connected done) {
  std::uint64_t const number = ++last_attempt_;
  Attempt& attempt = attempts_[number];
  attempt.port = port;
  attempt.done = std::move(done);
  attempt.socket = open_socket();
  sockaddr_in const address = loopback(port);
  bool const valid = port > 0 && port <= 65535;
  int result = attempt.socket && valid ? 0 : -1;
  int failure = attempt.socket ? ECONNREFUSED : errno;
  if (result == 0) {
    result = ::connect(attempt.socket.get(), reinterpret_cast<sockaddr const*>(&address),
                       sizeof address);
    failure = errno;
  }
  if (result == 0 || failure != EINPROGRESS) {
    int const outcome = result == 0 ? 0 : failure;
    loop_.post([this, alive = std::weak_ptr(alive_), number, outcome] {
      if (alive.lock()) settle(number, outcome);
    });
    return;
  }
  attempt.watch = loop_.watch(attempt.socket.get(), EPOLLOUT, [this, number](std::uint32_t) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(attempts_.at(number).socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    settle(number, error);
  });
  attempt.timer = loop_.after(timeout, [this, number] { settle(number, ETIMEDOUT); });
}

void RealStreams::settle(std::uint64_t attempt, int number) {
  auto node = attempts_.extract(attempt);
  if (node.empty()) return;
  Attempt& own = node.mapped();
  loop_.unwatch(own.watch);
  loop_.cancel(own.timer);
  if (number == 0) return own.done(stream_of(std::move(own.socket)));
  own.done(fail(ErrorKind::network, fmt::format("port {}: {}", own.port, std::strerror(number)),
                number == ETIMEDOUT ? "timeout" : "refused"));
}

}  // namespace

std::unique_ptr<Streams> real_streams(RealLoop& loop) {
  return std::make_unique<RealStreams>(loop);
}

}  // namespace landfall
