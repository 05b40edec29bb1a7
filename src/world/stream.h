// Connections of bytes on this machine: TCP on loopback, TLS over it, or simulated.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace landfall {

/// Both as PEM; the server's own certificate first.
struct TlsIdentity {
  std::string certificate_chain_pem;
  std::string key_pem;
};

/// One connection. All calls and callbacks are on the loop thread. Destroying it closes the
/// connection at once, also within its own callbacks: what was not sent is lost.
class Stream {
 public:
  struct Events {
    std::function<void(std::string_view)> bytes{};  ///< whatever has come
    /// What was written has left this process: pending() was more than 0 and is 0 again.
    std::function<void()> drained{};
    /// The peer sends no more (a value) or the connection broke (an Error of kind network). Each at
    /// most once: what has ended may break later, when it is written to. Never from within a call
    /// of this class.
    std::function<void(Result<>)> ended{};
  };
  virtual ~Stream() = default;
  /// Nothing is read before. Called again it replaces the callbacks.
  virtual void start(Events events) = 0;
  virtual void write(std::string_view bytes) = 0;
  /// Bytes written that the peer's side has not taken yet.
  virtual std::size_t pending() const = 0;
  /// After what is queued the peer sees the end; it may still send.
  virtual void finish() = 0;
  /// Stops or resumes reading: back-pressure. While paused only a break is told.
  virtual void pause(bool paused) = 0;
};

class Streams {
 public:
  using Accept = std::function<void(std::unique_ptr<Stream>)>;
  using Connected = std::function<void(Result<std::unique_ptr<Stream>>)>;
  virtual ~Streams() = default;
  /// Listens on a loopback port (0: one that is free) as long as this object lives; the port. With
  /// an identity clients have to speak TLS; those that do not are closed without being told of.
  virtual Result<int> listen(int port, Accept accept, std::optional<TlsIdentity> identity) = 0;
  Result<int> listen(int port, Accept accept) { return listen(port, std::move(accept), {}); }
  /// To 127.0.0.1. Errors are of kind network with the code "refused" or "timeout".
  virtual void connect(int port, Duration timeout, Connected done) = 0;
};

}  // namespace landfall
