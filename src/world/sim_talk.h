// A simulated client's HTTP with a server that listens for streams.
#pragma once

#include <memory>
#include <string>

#include "world/http.h"
#include "world/stream.h"
#include "world/wire_parts.h"

namespace landfall {

/// One request and its answer in bytes. Dies silently; its stream closes with it.
class SimTalk {
 public:
  SimTalk(std::unique_ptr<Stream> stream, Request const& request, std::string const& target,
          HttpDone done);

 private:
  void received(std::string_view bytes);
  void ended();
  bool take_head();
  void finish(Result<Response> result);

  std::unique_ptr<Stream> stream_;
  MessageParts parts_{MessageParts::Kind::response};
  HttpDone done_;
  Response response_;
  std::string unread_;
  std::size_t body_max_;
  bool head_only_;
  bool has_head_ = false;
};

}  // namespace landfall
