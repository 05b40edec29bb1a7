#include "sandbox/build_stream.h"

#include <algorithm>

#include "base/text.h"
#include "sandbox/build.h"

namespace landfall::sandbox {
namespace {

Duration const interval = 50ms;
// A release phase may take an hour, and its build a quarter of one before it.
Duration const time_max = 2h;
std::size_t const unread_max = 1 << 20;

std::string as_events(std::string_view text) {
  std::string events;
  for (std::string const& line : lines_of(text)) events += "data: " + line + "\n\n";
  return events;
}

}  // namespace

Response OutputStreams::answer(Request const& request, std::string const& secret) {
  if (!find_stream(state_, secret)) return {.status = 404};
  bool const events =
      request.headers.value_or("Accept", "").find("text/event-stream") != std::string::npos;
  Response response{.status = 200};
  response.headers.set("Content-Type",
                       events ? "text/event-stream; charset=utf-8" : "text/plain; charset=utf-8");
  response.headers.set("Cache-Control", "no-cache");
  response.stream = [this, alive = std::weak_ptr(alive_), secret, events,
                     deadline = world_.now() + time_max](std::shared_ptr<BodySink> sink) {
    if (alive.lock()) feed({secret, std::move(sink), events, 0, deadline});
  };
  return response;
}

void OutputStreams::feed(Follower follower) {
  auto const stream = find_stream(state_, follower.secret);
  // An app that is gone: the client sees that the text is not whole.
  if (!stream || world_.now() >= follower.deadline) return;
  std::string_view text = stream->text.substr(std::min(follower.sent, stream->text.size()));
  // Lines go out whole, but for what a process prints without an end.
  if (follower.events && !stream->finished) text = text.substr(0, text.rfind('\n') + 1);
  if (follower.sink->pending() > unread_max) text = {};
  follower.sent += text.size();
  if (!text.empty()) follower.sink->write(follower.events ? as_events(text) : std::string(text));
  if (stream->finished && follower.sent == stream->text.size()) return follower.sink->end();
  world_.loop.after(interval,
                    [this, alive = std::weak_ptr(alive_), next = std::move(follower)]() mutable {
                      if (alive.lock()) feed(std::move(next));
                    });
}

}  // namespace landfall::sandbox
