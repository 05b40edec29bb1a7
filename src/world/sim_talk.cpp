#include "world/sim_talk.h"

#include <fmt/core.h>

namespace landfall {

SimTalk::SimTalk(std::unique_ptr<Stream> stream, Request const& request, std::string const& target,
                 HttpDone done)
    : stream_(std::move(stream)),
      done_(std::move(done)),
      body_max_(request.body_max),
      head_only_(request.method == "HEAD") {
  stream_->start({.bytes = [this](std::string_view bytes) { received(bytes); },
                  .ended = [this](Result<>) { ended(); }});
  std::string bytes = fmt::format("{} {} HTTP/1.1\r\n", request.method, target);
  for (auto const& [name, value] : request.headers) bytes += fmt::format("{}: {}\r\n", name, value);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
    bytes += fmt::format("Content-Length: {}\r\n", request.body.size());
  stream_->write(bytes + "\r\n" + request.body);
}

void SimTalk::received(std::string_view bytes) {
  unread_ += bytes;
  while (true) {
    if (head_only_ && !has_head_) parts_.skip_body();
    std::size_t const used = parts_.put(unread_);
    if (parts_.state() == PartsState::refused)
      return finish(fail(ErrorKind::network, "the answer is not HTTP", "protocol"));
    if (parts_.state() == PartsState::head) return;
    bool const interim = !take_head();
    for (std::string_view const piece : parts_.body()) response_.body += piece;
    unread_.erase(0, used);
    if (response_.body.size() > body_max_) {
      return finish(fail(ErrorKind::network,
                         fmt::format("the answer is longer than {} bytes", body_max_),
                         "too_large"));
    }
    if (interim) {
      parts_.next();
      continue;
    }
    if (parts_.state() == PartsState::complete) finish(std::move(response_));
    return;
  }
}

/// False if the answer is still to come.
bool SimTalk::take_head() {
  if (has_head_) return true;
  if (parts_.status() < 200 && parts_.status() != 101) return false;
  has_head_ = true;
  response_.status = parts_.status();
  for (Field const& field : parts_.fields())
    response_.headers.add(std::string(field.name), std::string(field.value));
  return true;
}

void SimTalk::ended() {
  if (has_head_ && parts_.put_end()) return finish(std::move(response_));
  finish(
      fail(ErrorKind::network, "the connection broke before the end of the answer", "truncated"));
}

void SimTalk::finish(Result<Response> result) {
  // Whoever is told destroys this object.
  auto done = std::exchange(done_, {});
  if (done) done(std::move(result));
}

}  // namespace landfall
