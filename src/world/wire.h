// HTTP/1.1 between bytes and values, without any input or output. Beast is behind this file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "world/http.h"

namespace landfall {

/// Reads one request from bytes as they come.
class RequestReader {
 public:
  enum class State {
    head,      ///< not all of the header is there
    body,      ///< the header is there, the body not all
    complete,  ///< `take` has the request
    refused,   ///< `status` is the answer; the connection is to be closed after it
  };

  explicit RequestReader(std::size_t body_max);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  /// Reads from the front of the bytes and says how many it is done with; the rest is to be given
  /// again, with more behind it.
  std::size_t put(std::string_view bytes);
  State state() const;
  int status() const;
  /// The client waits for leave to send the body.
  bool expects_continue() const;
  Request take();
  bool keeps_connection() const;
  int minor_version() const;  ///< of HTTP/1.x

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

struct Framing {
  bool keep_alive = true;
  bool head = false;  ///< the answer to a HEAD has the header of its body, not the body
  int minor_version = 1;
  std::string date;
  /// The body goes on after `body`, in chunks (1.0: until the connection closes).
  bool streamed = false;
};

/// The bytes of an answer. What a handler says of the connection or of the body's length is ours to
/// say, but for the length in the answer to a HEAD; fields that would break the header are left
/// out.
std::string write_response(Response response, Framing const& framing);

/// Bytes of a body as a chunk; not for none, which would be the end.
std::string write_chunk(std::string_view bytes);

}  // namespace landfall
