#include "world/sim_network.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {

namespace {

int const first_free_port = 20000;

std::unexpected<Error> broken(Url const& url, std::string_view what, std::string code) {
  return fail(ErrorKind::network, fmt::format("{}:{}: {}", url.host, url.port, what),
              std::move(code));
}

std::string target_of(std::string const& url) {
  std::size_t const host = url.find("://") + 3;
  std::size_t const path = url.find_first_of("/?#", host);
  if (path == std::string::npos) return "/";
  std::string const target = url.substr(path, url.find('#', path) - path);
  return target.starts_with('/') ? target : "/" + target;
}

/// The URL that a Location header means.
std::string resolve(std::string const& base, std::string const& location) {
  if (location.find("://") != std::string::npos) return location;
  std::size_t const host = base.find("://") + 3;
  if (location.starts_with("//")) return base.substr(0, host - 2) + location;
  std::string const origin = base.substr(0, base.find_first_of("/?#", host));
  if (location.starts_with('/')) return origin + location;
  std::string const target = target_of(base);
  std::string const path = target.substr(0, target.find('?'));
  return origin + path.substr(0, path.rfind('/') + 1) + location;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "::1" || host == "localhost" ||
         host.ends_with(".localhost");
}

/// What a handler answers with. Dies unanswered: the client sees the connection close.
class SimNetwork::Answer {
 public:
  Answer(std::weak_ptr<SimNetwork*> network, Id id) : network_(std::move(network)), id_(id) {}
  Answer(Answer&& other) noexcept : network_(std::move(other.network_)), id_(other.id_) {
    other.network_.reset();
  }
  Answer& operator=(Answer&&) = delete;
  ~Answer() {
    auto const network = network_.lock();
    if (!network) return;
    auto const exchange = (*network)->exchanges_.find(id_);
    if (exchange == (*network)->exchanges_.end()) return;
    (*network)->finish(id_, broken(exchange->second.url,
                                   "the connection was closed without an answer", "truncated"));
  }
  void operator()(Response response) {
    auto const network = network_.lock();
    network_.reset();
    if (network) (*network)->answered(id_, std::move(response));
  }

 private:
  std::weak_ptr<SimNetwork*> network_;
  Id id_;
};

SimNetwork::SimNetwork(SimQueue& queue, std::uint64_t seed)
    : queue_(queue), streams_(queue), random_(seed), self_(std::make_shared<SimNetwork*>(this)) {}

SimNetwork::~SimNetwork() {
  self_.reset();
}

void SimNetwork::faults(Duration latency_max, double drop_chance) {
  latency_max_ = latency_max;
  drop_chance_ = drop_chance;
}

Result<int> SimNetwork::listen(int port, Listener listener) {
  if (port < 0 || port > 65535)
    return fail(ErrorKind::config, fmt::format("port {}: not a port", port));
  if (port == 0) {
    port = first_free_port;
    while (listeners_.count(port) != 0) ++port;
  }
  if (listeners_.count(port) != 0)
    return fail(ErrorKind::config, fmt::format("port {} is already in use", port), "in_use");
  listeners_[port] = std::move(listener);
  return port;
}

Duration SimNetwork::draw_latency() {
  auto const range = static_cast<std::uint64_t>(latency_max_.count()) + 1;
  return Duration(static_cast<Duration::rep>(random_.below(range)));
}

SimNetwork::Fault SimNetwork::draw_fault() {
  if (random_.unit() >= drop_chance_) return Fault::none;
  Fault const faults[] = {Fault::refuse, Fault::lose_answer, Fault::stall};
  return faults[random_.below(3)];
}

void SimNetwork::connect(Owner client, int port, Duration timeout, Streams::Connected done) {
  Duration const latency = draw_latency();
  Fault const fault = draw_fault();
  auto const shared = std::make_shared<Streams::Connected>(std::move(done));
  if (fault == Fault::stall) {
    queue_.add(client, queue_.now() + timeout, [shared, port] {
      (*shared)(fail(ErrorKind::network, fmt::format("port {}: no answer", port), "timeout"));
    });
    return;
  }
  queue_.add(client, queue_.now() + latency, [this, shared, client, port, latency, fault] {
    auto const found = listeners_.find(port);
    if (fault == Fault::refuse || found == listeners_.end() || !found->second.accept) {
      return (*shared)(
          fail(ErrorKind::network, fmt::format("port {}: connection refused", port), "refused"));
    }
    Listener const listener = found->second;
    auto pair = streams_.connect(client, listener.owner, latency / 2, fault == Fault::lose_answer);
    auto const far = std::make_shared<std::unique_ptr<Stream>>(std::move(pair.server));
    queue_.add(listener.owner, queue_.now(),
               [accept = listener.accept, far] { accept(std::move(*far)); });
    (*shared)(std::move(pair.client));
  });
}

void SimNetwork::send(Owner client, Request request, HttpDone done) {
  Id const id = ++last_;
  Exchange& exchange = exchanges_[id];
  exchange.client = client;
  exchange.request = std::move(request);
  exchange.done = std::move(done);
  exchange.started = queue_.now();
  exchange.deadline = queue_.now() + exchange.request.timeout;
  exchange.timeout = queue_.add(0, exchange.deadline, [this, id] {
    auto const late = exchanges_.find(id);
    if (late != exchanges_.end())
      finish(id, broken(late->second.url, "no answer in time", "timeout"));
  });
  depart(id);
}

void SimNetwork::depart(Id id) {
  Exchange& exchange = exchanges_.at(id);
  exchange.server = 0;
  Result<Url> url = parse_url(exchange.request.url);
  if (!url || url->scheme.empty()) {
    std::string const why = url ? "not an absolute URL" : url.error().text;
    return finish(id, fail(ErrorKind::network, why, "protocol"));
  }
  exchange.url = *std::move(url);
  if (!is_loopback(exchange.url.host))
    return finish(id, broken(exchange.url, "no such host in the simulated world", "dns"));
  if (exchange.url.scheme == "https")
    return finish(id, broken(exchange.url, "no TLS in the simulated world", "tls"));
  exchange.latency = draw_latency();
  exchange.fault = draw_fault();
  exchange.arrival = queue_.add(0, queue_.now() + exchange.latency / 2, [this, id] { arrive(id); });
}

void SimNetwork::arrive(Id id) {
  auto const found = exchanges_.find(id);
  if (found == exchanges_.end()) return;
  Exchange& exchange = found->second;
  if (exchange.fault == Fault::stall) return;
  auto const listener = listeners_.find(exchange.url.port);
  if (exchange.fault == Fault::refuse || listener == listeners_.end())
    return finish(id, broken(exchange.url, "connection refused", "connect"));
  if (!listener->second.handler) return talk(id, Listener(listener->second));
  if (exchange.request.body.size() > listener->second.body_max)
    return answered(id, Response{.status = 413});
  deliver(id, Listener(listener->second));
}

/// Without latency of its own: the exchange has one.
void SimNetwork::talk(Id id, Listener const& listener) {
  Exchange& exchange = exchanges_.at(id);
  auto pair = streams_.connect(exchange.client, listener.owner, Duration{0}, false);
  Request request = exchange.request;
  if (!request.headers.find("Host"))
    request.headers.add("Host", fmt::format("{}:{}", exchange.url.host, exchange.url.port));
  exchange.talk = std::make_unique<SimTalk>(
      std::move(pair.client), request, target_of(request.url), [this, id](Result<Response> got) {
        if (got) return answered(id, *std::move(got));
        auto const found = exchanges_.find(id);
        if (found == exchanges_.end()) return;
        Error const& error = got.error();
        finish(id, broken(found->second.url, error.text, error.code));
      });
  listener.accept(std::move(pair.server));
}

void SimNetwork::deliver(Id id, Listener const& listener) {
  Exchange& exchange = exchanges_.at(id);
  exchange.server = listener.owner;
  Request seen;
  seen.method = exchange.request.method;
  seen.url = target_of(exchange.request.url);
  seen.headers = exchange.request.headers;
  if (!seen.headers.find("Host")) {
    std::string const port = exchange.url.port == 80 ? "" : fmt::format(":{}", exchange.url.port);
    seen.headers.add("Host", exchange.url.host + port);
  }
  // A redirect may need the body again; otherwise it is the handler's.
  seen.body = exchange.request.redirects == Redirects::follow ? exchange.request.body
                                                              : std::move(exchange.request.body);
  seen.peer = "127.0.0.1";
  (*listener.handler)(std::move(seen), Answer(self_, id));
}

void SimNetwork::answered(Id id, Response response) {
  auto const found = exchanges_.find(id);
  if (found == exchanges_.end()) return;
  Exchange& exchange = found->second;
  if (exchange.fault == Fault::lose_answer)
    return finish(id, broken(exchange.url, "the connection broke before the answer", "truncated"));
  bool const bodiless =
      exchange.request.method == "HEAD" || response.status == 204 || response.status == 304;
  if (bodiless) response.body.clear();
  if (response.stream && !bodiless) return collect(id, std::move(response));
  response.stream = {};
  if (exchange.request.redirects == Redirects::follow && follow(id, response)) return;
  if (response.body.size() > exchange.request.body_max) {
    return finish(
        id, broken(exchange.url,
                   fmt::format("the answer is longer than {} bytes", exchange.request.body_max),
                   "too_large"));
  }
  finish(id, std::move(response));
}

/// What is streamed reaches the client as one body.
class SimNetwork::Sink : public BodySink {
 public:
  Sink(std::weak_ptr<SimNetwork*> network, Id id, Response response)
      : network_(std::move(network)), id_(id), response_(std::move(response)) {}
  ~Sink() override {
    if (Exchange* const own = exchange()) {
      own->on_gone = {};
      (*network_.lock())
          ->finish(id_, broken(own->url, "the connection broke within the answer", "truncated"));
    }
  }
  void write(std::string_view bytes) override {
    Exchange const* const own = exchange();
    if (own == nullptr) return;
    response_.body += bytes;
    if (response_.body.size() > own->request.body_max) return hand_over();
    if (!on_drained_) return;
    SimNetwork& network = **network_.lock();
    network.queue_.add(own->streamer, network.queue_.now(), on_drained_);
  }
  std::size_t pending() const override { return 0; }
  void on_drained(std::function<void()> work) override { on_drained_ = std::move(work); }
  void on_gone(std::function<void()> work) override {
    if (Exchange* const own = exchange()) own->on_gone = std::move(work);
  }
  void end() override {
    if (Exchange* const own = exchange()) {
      own->on_gone = {};
      hand_over();
    }
  }

 private:
  Exchange* exchange() const {
    auto const network = network_.lock();
    if (!network || handed_over_) return nullptr;
    auto const found = (*network)->exchanges_.find(id_);
    return found == (*network)->exchanges_.end() ? nullptr : &found->second;
  }
  void hand_over() {
    handed_over_ = true;
    (*network_.lock())->answered(id_, std::move(response_));
  }

  std::weak_ptr<SimNetwork*> network_;
  Id id_;
  Response response_;
  bool handed_over_ = false;
  std::function<void()> on_drained_;
};

void SimNetwork::collect(Id id, Response response) {
  auto const stream = std::exchange(response.stream, {});
  Exchange& exchange = exchanges_.at(id);
  exchange.streamer = exchange.server;
  stream(std::make_shared<Sink>(self_, id, std::move(response)));
}

bool SimNetwork::follow(Id id, Response const& response) {
  Exchange& exchange = exchanges_.at(id);
  Request& request = exchange.request;
  int const status = response.status;
  bool const keeps_method = status == 307 || status == 308;
  bool const redirects = keeps_method || (status >= 301 && status <= 303);
  std::optional<std::string> const location = response.headers.find("Location");
  if (!redirects || !location) return false;
  if (exchange.redirects_left-- == 0) {
    finish(id, broken(exchange.url, "more than 5 redirects", "protocol"));
    return true;
  }
  exchange.server = 0;
  request.url = resolve(request.url, *location);
  bool const becomes_get =
      (status == 303 && request.method != "HEAD") || (!keeps_method && request.method == "POST");
  if (becomes_get) {
    request.method = "GET";
    request.body.clear();
    request.headers.remove("Content-Type");
  }
  Result<Url> const next = parse_url(request.url);
  if (next && (next->host != exchange.url.host || next->port != exchange.url.port)) {
    for (char const* name : {"Authorization", "Cookie", "Host"}) request.headers.remove(name);
  }
  queue_.add(0, queue_.now() + exchange.latency - exchange.latency / 2, [this, id] {
    if (exchanges_.count(id) != 0) depart(id);
  });
  return true;
}

void SimNetwork::finish(Id id, Result<Response> result) {
  auto node = exchanges_.extract(id);
  if (node.empty()) return;
  Exchange& exchange = node.mapped();
  queue_.cancel(exchange.timeout);
  queue_.cancel(exchange.arrival);
  if (exchange.on_gone) queue_.add(exchange.streamer, queue_.now(), std::move(exchange.on_gone));
  if (exchange.client == 0) return;  // nobody asks any more
  Instant back = queue_.now() + exchange.latency - exchange.latency / 2;
  if (back > exchange.deadline) {
    back = exchange.deadline;
    result = broken(exchange.url, "no answer in time", "timeout");
  }
  if (result) {
    result->url = exchange.request.url;
    result->peer = "127.0.0.1";
    result->version = "1.1";
    result->timings.connect = exchange.latency / 2;
    result->timings.first_byte = back - exchange.started;
    result->timings.total = back - exchange.started;
  }
  queue_.add(exchange.client, back,
             [done = std::move(exchange.done), result = std::move(result)]() mutable {
               done(std::move(result));
             });
}

void SimNetwork::drop(Owner owner) {
  std::erase_if(listeners_, [&](auto const& entry) { return entry.second.owner == owner; });
  streams_.drop(owner);
  std::vector<Id> served;
  std::vector<HttpDone> dead;
  for (auto exchange = exchanges_.begin(); exchange != exchanges_.end();) {
    auto& [id, value] = *exchange;
    if (value.server == owner) served.push_back(id);
    if (value.client != owner) {
      ++exchange;
      continue;
    }
    dead.push_back(std::move(value.done));
    value.client = 0;
    bool const lost = value.server == 0 && random_.below(2) == 0;
    if (lost) {
      queue_.cancel(value.timeout);
      queue_.cancel(value.arrival);
      exchange = exchanges_.erase(exchange);
    } else {
      ++exchange;
    }
  }
  for (Id const id : served) {
    auto const exchange = exchanges_.find(id);
    if (exchange == exchanges_.end()) continue;
    finish(id, broken(exchange->second.url, "the connection was reset", "truncated"));
  }
}

}  // namespace landfall
