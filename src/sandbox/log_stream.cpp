#include "sandbox/log_stream.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

Duration const heartbeat = 15s;
// A reader that is slower than the log is given no more before it has taken this much.
std::size_t const pending_max = 1 << 20;

/// Lines are numbered from 0; the app keeps the newest.
std::uint64_t oldest_kept(App const& app) {
  return app.logged - app.logs.size();
}

LogLine const& line_at(App const& app, std::uint64_t number) {
  return app.logs[static_cast<std::size_t>(number - oldest_kept(app))];
}

/// Where the last `count` lines that pass begin.
std::uint64_t last_lines(App const& app, LogFilter const& filter, int count) {
  std::uint64_t number = app.logged;
  std::uint64_t begin = app.logged;
  while (number > oldest_kept(app) && count > 0) {
    --number;
    if (!passes(filter, line_at(app, number))) continue;
    begin = number;
    --count;
  }
  return begin;
}

/// A carriage return within a line would end it for an event's reader.
std::string event(std::uint64_t number, LogLine const& line) {
  return fmt::format("id: {}\ndata: {}\n\n", number + 1, replace_all(log_text(line), "\r", " "));
}

bool accepts_events(Request const& request) {
  return request.headers.value_or("Accept", "").find("text/event-stream") != std::string::npos;
}

}  // namespace

LogStreams::LogStreams(World world, State& state) : world_(world), state_(state) {}

void LogStreams::open(std::string const& secret, Request const& request, Respond respond) {
  auto const session = state_.heroku.log_sessions.find(secret);
  bool const valid =
      session != state_.heroku.log_sessions.end() && world_.now() <= session->second.expires_at;
  App const* const app = valid ? state_.heroku.find(session->second.app) : nullptr;
  if (app == nullptr) {
    return respond({.status = 404,
                    .headers = {{"Content-Type", "text/plain"}},
                    .body = "No such log session.\n"});
  }
  Form const form = accepts_events(request) ? Form::events : Form::lines;
  Client client{app->id, {session->second.dyno, session->second.source}, form};
  client.next = last_lines(*app, client.filter, session->second.lines);
  // A reader that lost its connection says what it has.
  auto const had = parse_integer(request.headers.value_or("Last-Event-ID", ""));
  if (had && *had >= 0 && static_cast<std::uint64_t>(*had) <= app->logged) {
    client.next = std::max(static_cast<std::uint64_t>(*had), oldest_kept(*app));
  }
  client.since = world_.now();
  Response response{
      .status = 200,
      .headers = {{"Content-Type",
                   form == Form::events ? "text/event-stream" : "text/plain; charset=utf-8"},
                  {"Cache-Control", "no-cache"}}};
  if (session->second.tail) {
    response.stream = [this, alive = std::weak_ptr(alive_),
                       client = std::move(client)](std::shared_ptr<BodySink> sink) {
      if (alive.lock()) follow(client, std::move(sink));
    };
  } else {
    response.body = take_lines(*app, client, std::string::npos);
  }
  respond(std::move(response));
}

void LogStreams::follow(Client client, std::shared_ptr<BodySink> sink) {
  auto const shared = std::make_shared<Client>(std::move(client));
  shared->sink = std::move(sink);
  auto const weak = std::weak_ptr(shared);
  shared->sink->on_gone([this, alive = std::weak_ptr(alive_), weak] {
    auto const gone = weak.lock();
    if (alive.lock() && gone) std::erase(clients_, gone);
  });
  shared->sink->on_drained([this, alive = std::weak_ptr(alive_), weak] {
    auto const ready = weak.lock();
    App const* const app = alive.lock() && ready ? state_.heroku.find(ready->app) : nullptr;
    if (app != nullptr) pass_on(*app, *ready);
  });
  clients_.push_back(shared);
  deliver();
  if (!beats_) beat();
}

/// What the client has not got, until it is more than that many bytes.
std::string LogStreams::take_lines(App const& app, Client& client, std::size_t bytes_max) {
  auto const text_of = [&](LogLine const& line) {
    return client.form == Form::events ? event(client.next, line) : log_text(line) + "\n";
  };
  std::string text;
  if (client.next < oldest_kept(app)) {
    std::string const lost = fmt::format(
        "Error L11 (tail buffer overflow): This tail session dropped {} messages since {}.",
        oldest_kept(app) - client.next, log_time(client.since));
    client.next = oldest_kept(app);
    text += text_of({world_.now(), "heroku", "logplex", lost});
  }
  for (; client.next < app.logged && text.size() < bytes_max; ++client.next) {
    LogLine const& line = line_at(app, client.next);
    if (passes(client.filter, line)) text += text_of(line);
  }
  client.since = world_.now();
  return text;
}

void LogStreams::pass_on(App const& app, Client& client) {
  std::size_t const pending = client.sink->pending();
  if (pending >= pending_max) return;
  std::string const text = take_lines(app, client, pending_max - pending);
  if (!text.empty()) client.sink->write(text);
}

void LogStreams::deliver() {
  // A client may leave while it is written to.
  for (auto const& client : std::vector(clients_)) {
    App const* const app = state_.heroku.find(client->app);
    if (app != nullptr) {
      pass_on(*app, *client);
      continue;
    }
    std::erase(clients_, client);
    client->sink->end();
  }
}

/// Proxies and clients give up on a connection on which nothing comes.
void LogStreams::beat() {
  beats_ = !clients_.empty();
  if (!beats_) return;
  world_.loop.after(heartbeat, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.lock()) return;
    for (auto const& client : std::vector(clients_)) {
      if (client->form == Form::events) client->sink->write(": heartbeat\n\n");
    }
    beat();
  });
}

}  // namespace landfall::sandbox
