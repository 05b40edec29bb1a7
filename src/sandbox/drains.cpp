#include "sandbox/drains.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/log.h"

namespace landfall::sandbox {
namespace {

// As many as Logplex keeps for a drain.
std::uint64_t const waiting_max = 1024;
int const batch_lines_max = 500;
std::size_t const batch_bytes_max = 256 << 10;
Duration const batch_time = 50ms;
Duration const retry_first = 1s;
Duration const retry_max = 60s;
Duration const answer_time = 5s;

/// Facility and severity as they are seen in drains: local7.info for what dynos print,
/// syslog.notice for what happens to them, local3.info for the router, local0.info for the API.
int priority(LogLine const& line) {
  if (line.dyno == "router") return 158;
  if (line.dyno == "api") return 134;
  if (line.dyno == "logplex") return 172;
  return line.source == "app" ? 190 : 45;
}

/// The URL that requests go to, and the header for the credentials that stood in it.
struct Target {
  std::string url;
  std::string authorization;
};

/// nullopt: not on this machine, so not sent anything.
std::optional<Target> target_of(std::string const& url) {
  std::size_t const begin = url.find("://");
  if (begin == std::string::npos) return std::nullopt;
  std::size_t const end = std::min(url.find_first_of("/?#", begin + 3), url.size());
  std::size_t const at = url.rfind('@', end);
  Target target{url, ""};
  if (at != std::string::npos && at > begin && at < end) {
    target.url = url.substr(0, begin + 3) + url.substr(at + 1);
    target.authorization = "Basic " + base64(url_decode(url.substr(begin + 3, at - begin - 3)));
  }
  auto const parsed = parse_url(target.url);
  if (!parsed) return std::nullopt;
  bool const here = parsed->host == "localhost" || parsed->host == "127.0.0.1" ||
                    parsed->host == "::1" || parsed->host.ends_with(".localhost");
  return here ? std::optional(std::move(target)) : std::nullopt;
}

}  // namespace

std::string syslog_frame(LogLine const& line) {
  std::string const frame = fmt::format("<{}>1 {} host {} {} - {}\n", priority(line),
                                        log_time(line.at), line.source, line.dyno, line.text);
  return fmt::format("{} {}", frame.size(), frame);
}

Drains::Drains(World world, State& state, Tell tell)
    : world_(world), state_(state), tell_(std::move(tell)) {}

LogDrain const* Drains::find(Drain const& drain, std::string const& id) const {
  App const* const app = state_.heroku.find(drain.app);
  if (app == nullptr) return nullptr;
  auto const found = std::find_if(app->drains.begin(), app->drains.end(),
                                  [&](LogDrain const& one) { return one.id == id; });
  return found == app->drains.end() ? nullptr : &*found;
}

void Drains::deliver() {
  std::erase_if(drains_,
                [&](auto const& entry) { return find(entry.second, entry.first) == nullptr; });
  for (auto const& [name, app] : state_.heroku.apps) {
    for (LogDrain const& wanted : app.drains) {
      auto const [entry, is_new] = drains_.try_emplace(wanted.id);
      Drain& drain = entry->second;
      if (is_new) {
        drain = {.app = app.id, .next = app.logged, .since = world_.now()};
        if (!target_of(wanted.url)) {
          tell_(fmt::format("{} drain: {} is not on this machine: nothing is sent there", name,
                            printable(wanted.url)));
        }
      }
      drop_old(app, drain);
      if (drain.busy || drain.next == app.logged || !target_of(wanted.url)) continue;
      drain.busy = true;
      bool const is_full = app.logged - drain.next >= static_cast<std::uint64_t>(batch_lines_max);
      world_.loop.after(is_full ? Duration{0} : batch_time,
                        [this, alive = std::weak_ptr(alive_), id = wanted.id] {
                          if (alive.lock()) send(id);
                        });
    }
  }
}

void Drains::drop_old(App const& app, Drain& drain) {
  std::uint64_t const oldest = app.logged - std::min(app.logged, waiting_max);
  if (drain.next >= oldest) return;
  drain.dropped += oldest - drain.next;
  drain.next = oldest;
}

Drains::Batch Drains::next_batch(App const& app, Drain& drain) {
  Batch batch{.frame_id = replace_all(state_.random.uuid(), "-", "")};
  if (drain.dropped > 0) {
    std::string lost =
        fmt::format("Error L10 (output buffer overflow): {} messages dropped since {}.",
                    std::exchange(drain.dropped, 0), log_time(drain.since));
    batch.body = syslog_frame({world_.now(), "heroku", "logplex", std::move(lost)});
    ++batch.lines;
  }
  std::uint64_t const oldest = app.logged - app.logs.size();
  for (; drain.next < app.logged && batch.lines < batch_lines_max; ++drain.next) {
    if (batch.body.size() >= batch_bytes_max) break;
    batch.body += syslog_frame(app.logs[static_cast<std::size_t>(drain.next - oldest)]);
    ++batch.lines;
  }
  return batch;
}

void Drains::send(std::string const& id) {
  auto const found = drains_.find(id);
  LogDrain const* const wanted = found == drains_.end() ? nullptr : find(found->second, id);
  auto const target = wanted == nullptr ? std::nullopt : target_of(wanted->url);
  if (!target) return;
  Batch& batch = found->second.batch;
  if (batch.lines == 0) batch = next_batch(*state_.heroku.find(found->second.app), found->second);
  ++batch.attempts;
  Request request{.method = "POST",
                  .url = target->url,
                  .headers = {{"Content-Type", "application/logplex-1"},
                              {"Logplex-Msg-Count", std::to_string(batch.lines)},
                              {"Logplex-Frame-Id", batch.frame_id},
                              {"Logplex-Drain-Token", wanted->token},
                              {"User-Agent", "Logplex/v73"}},
                  .body = batch.body};
  if (!target->authorization.empty()) request.headers.set("Authorization", target->authorization);
  request.timeout = answer_time;
  world_.http.send(std::move(request), [this, alive = std::weak_ptr(alive_), id,
                                        frame = batch.frame_id](Result<Response> answer) {
    if (alive.lock()) sent(id, frame, answer);
  });
}

void Drains::sent(std::string const& id, std::string const& frame, Result<Response> const& answer) {
  auto const found = drains_.find(id);
  if (found == drains_.end() || found->second.batch.frame_id != frame) return;
  Drain& drain = found->second;
  int const status = answer ? answer->status : 0;
  if (status / 100 != 2 && status / 100 != 4) {
    int const doublings = std::min(drain.batch.attempts - 1, 6);
    world_.loop.after(std::min(retry_max, retry_first * (1 << doublings)),
                      [this, alive = std::weak_ptr(alive_), id] {
                        if (alive.lock()) send(id);
                      });
    return;
  }
  if (status / 100 == 4) drain.dropped += static_cast<std::uint64_t>(drain.batch.lines);
  if (status / 100 == 2) drain.since = world_.now();
  drain.batch = {};
  drain.busy = false;
  deliver();
}

}  // namespace landfall::sandbox
