// HTTP as values: requests, responses, a client and a server. Parsing and TLS are libcurl's and
// Beast's; see http_curl.cpp and wire_beast.cpp. In simulations both ends are sim_network.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "world/stream.h"

namespace landfall {

/// Header fields in order; names are matched without regard to case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  std::optional<std::string> find(std::string_view name) const;  ///< the first of that name
  std::string value_or(std::string_view name, std::string_view fallback) const;
  void add(std::string name, std::string value);
  void set(std::string name, std::string value);  ///< replaces all of that name
  void remove(std::string_view name);
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

enum class Redirects { report, follow };  ///< report: a 3xx is an answer like any other

/// never: a connection of its own, so that every phase takes place and is timed.
enum class Reuse { allowed, never };

struct Request {
  std::string method = "GET";
  /// Out: an absolute http(s) URL. In (a server's handler): the request target, "/path?query".
  std::string url;
  Headers headers{};
  std::string body{};
  Duration timeout = 30s;           ///< for the whole exchange
  std::size_t body_max = 16 << 20;  ///< a longer answer is the error "too_large"
  /// follow: at most 5, credentials only to the same host.
  Redirects redirects = Redirects::report;
  std::string peer{};            ///< in: the client's address
  Reuse reuse = Reuse::allowed;  ///< out: whether a connection that is open may serve
};

/// When each phase was over, counted from the start. Zero: the phase did not take place.
struct Timings {
  std::chrono::microseconds dns{};
  std::chrono::microseconds connect{};
  std::chrono::microseconds tls{};
  std::chrono::microseconds first_byte{};
  std::chrono::microseconds total{};
};

/// Where a handler writes a body whose end it does not know yet. All calls are on the loop thread.
/// Dropping the sink without end() breaks the connection, so that the client sees truncation.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void write(std::string_view bytes) = 0;
  /// Bytes that the client has not taken yet.
  virtual std::size_t pending() const = 0;
  /// Called each time that pending() was more than 0 and is 0 again.
  virtual void on_drained(std::function<void()> work) = 0;
  /// Called once if the client leaves before end(); all calls do nothing from then on.
  virtual void on_gone(std::function<void()> work) = 0;
  virtual void end() = 0;
};

struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};
  Timings timings{};
  std::string url{};      ///< the URL that answered, after redirects
  std::string peer{};     ///< address that answered
  std::string version{};  ///< "1.1", "2"
  /// A server's handler: the header and `body` are sent, then what is written to the sink, chunked
  /// (to HTTP/1.0: until the connection closes). Not called for an answer that has no body, such as
  /// that to a HEAD.
  std::function<void(std::shared_ptr<BodySink>)> stream{};
};

/// Errors are ErrorKind::network with the codes dns, connect, timeout, tls, too_large, truncated,
/// protocol; a 4xx or 5xx is a Response.
using HttpDone = std::move_only_function<void(Result<Response>)>;

class Http {
 public:
  virtual ~Http() = default;
  /// Never blocks; `done` is called once, later, on the loop thread.
  virtual void send(Request request, HttpDone done) = 0;
};

/// Answers once; may be called later, from the loop thread. Dropping it unanswered closes the
/// connection.
using Respond = std::move_only_function<void(Response)>;
using Handler = std::function<void(Request, Respond)>;

class Server {
 public:
  virtual ~Server() = default;
  /// Serves HTTP/1.1 on a loopback port (0: one that is free) until the Server dies, and returns
  /// the port; with an identity over TLS. The handler runs on the loop thread. Bodies over
  /// `body_max` are answered with 413. At some 8,000 connections one that waits for a request has
  /// to go for each that comes.
  virtual Result<int> listen(int port, Handler handler, std::size_t body_max = 256 << 20,
                             std::optional<TlsIdentity> identity = {}) = 0;
};

/// The parts of a URL or a request target. `path` is still percent-encoded; query values are
/// decoded.
struct Url {
  std::string scheme;
  std::string host;
  int port = 0;  ///< the scheme's own if none is written
  std::string path = "/";
  std::vector<std::pair<std::string, std::string>> query;

  std::optional<std::string> query_value(std::string_view name) const;
  /// The path's segments, percent-decoded: "/apps/a%2Fb" is {"apps", "a/b"}.
  std::vector<std::string> segments() const;
};
/// Reads an absolute http(s) URL or a target that starts with "/".
Result<Url> parse_url(std::string_view text);

}  // namespace landfall
