#include <fmt/core.h>

#include <optional>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "watch/watch.h"

namespace landfall {
namespace {

Result<Duration> interval_option(Context& context, std::string_view name, Duration usual) {
  if (!context.arguments.has(name)) return usual;
  std::string const text = context.arguments.value_or(name, "");
  Duration const interval = TRY(during(std::string(name), parse_duration(text)));
  if (interval >= 1s) return interval;
  return fail(ErrorKind::usage,
              fmt::format("{} takes a duration of 1s at least, found '{}'", name, printable(text)));
}

/// Whole seconds are kept: of a shorter lease nothing would be left to renew it in.
Result<Duration> lease_option(Context& context, Duration usual) {
  Duration const lease = TRY(interval_option(context, "--lease", usual));
  if (lease >= 3s && lease <= 1h) return lease;
  return fail(ErrorKind::usage, fmt::format("--lease takes a duration from 3s to 1h, found '{}'",
                                            context.arguments.value_or("--lease", "")));
}

Result<int> port_option(Context& context) {
  std::string const text = context.arguments.value_or("--port", "8710");
  auto const port = parse_integer(text);
  if (port && *port >= 0 && *port <= 65535) return static_cast<int>(*port);
  return fail(ErrorKind::usage,
              fmt::format("--port takes a port from 0 (one that is free) to 65535, found '{}'",
                          printable(text)));
}

Result<int> look_once(Context& context, Watch& watch, Store& store) {
  Result<> const looked = wait_for<void>(context.world, [&](std::function<void(Result<>)> done) {
    watch.once([done = std::move(done)](Result<> end) { done(std::move(end)); });
  });
  if (!looked) return std::unexpected(looked.error());
  std::vector<Alert> const open = TRY(open_alerts(store));
  return open.empty() ? 0 : 1;
}

Result<WatchIntervals> intervals_of(Context& context) {
  WatchIntervals intervals;
  intervals.probes = TRY(interval_option(context, "--probe-every", intervals.probes));
  intervals.apps = TRY(interval_option(context, "--ask-every", intervals.apps));
  intervals.repositories = TRY(interval_option(context, "--github-every", intervals.repositories));
  intervals.lease = TRY(lease_option(context, intervals.lease));
  return intervals;
}

/// A watcher that lives until it is told to end, by one landfall.yaml after the other.
class Service {
 public:
  Service(Context& context, Store& store, Intent intent, Platforms platforms,
          WatchIntervals intervals)
      : context_(context),
        store_(store),
        intent_(std::move(intent)),
        platforms_(std::move(platforms)),
        intervals_(intervals) {
    make_watch();
  }

  Watch& watch() { return *watch_; }

  Result<int> run() {
    int const port = TRY(listen());
    introduce(port);
    TRY(watch_->start());
    context_.process.on_interrupt([this] { end(); });
    context_.process.on_hangup([this] { reload(); });
    context_.process.tell_manager("READY=1");
    keep_watchdog_quiet();
    context_.world.loop.run();
    if (trouble_) return std::unexpected(*trouble_);
    return 0;
  }

 private:
  void log(std::string_view line) {
    context_.output.err(fmt::format("{} {}\n", iso8601(context_.world.now()), printable(line)));
  }

  void make_watch() {
    watch_.emplace(context_.world, store_, intent_, platforms_, intervals_,
                   [this](std::string_view line) { log(line); });
  }

  /// The port outlives each watch: who asks while one follows another is told to come again.
  Result<int> listen() {
    int const wanted = TRY(port_option(context_));
    return context_.world.server.listen(wanted, [this](Request const& request, Respond respond) {
      if (watch_) return respond(watch_->answer(request));
      respond(
          {.status = 503, .headers = {{"Retry-After", "1"}}, .body = "landfall.yaml is read\n"});
    });
  }

  void introduce(int port) {
    context_.output.line(fmt::format("Watching {} of {}.", targets(), intent_.file));
    context_.output.line(fmt::format(
        "  http://127.0.0.1:{}/healthz /readyz /metrics /api/status /api/alerts", port));
    if (intent_.alerts.routes.empty())
      context_.output.line(
          "  landfall.yaml has no routes under 'alerts': nobody is told of what fires.");
    context_.output.line("Ctrl-C ends it; nothing is lost.");
  }

  std::string targets() const {
    return counted(static_cast<std::int64_t>(intent_.targets.size()), "target", "targets");
  }

  void end() {
    ends_ = true;
    if (changes_) return;
    context_.process.tell_manager("STOPPING=1");
    watch_->end([this] { context_.world.loop.stop(); });
  }

  /// Another landfall.yaml is taken only if it is good. The watch of the one before ends as by
  /// Ctrl-C, and all that is known lies in the store.
  void reload() {
    if (changes_) return;
    context_.process.tell_manager("RELOADING=1");
    auto intent = load_intent(context_);
    auto platforms = platforms_from(context_.world);
    if (!intent || !platforms) {
      std::string const text = intent ? platforms.error().text : intent.error().text;
      log("the new landfall.yaml is not taken, the one before stays in force: " + text);
      watch_->note_refused(text);
      context_.process.tell_manager("READY=1");
      return;
    }
    changes_ = true;
    watch_->end([this, intent = *std::move(intent), platforms = *std::move(platforms)]() mutable {
      context_.world.loop.post(
          [this, intent = std::move(intent), platforms = std::move(platforms)]() mutable {
            watch_.reset();
            intent_ = std::move(intent);
            platforms_ = std::move(platforms);
            begin_again();
          });
    });
  }

  void begin_again() {
    changes_ = false;
    if (ends_) return context_.world.loop.stop();
    make_watch();
    if (Result<> const started = watch_->start(); !started) {
      trouble_ = started.error();
      return context_.world.loop.stop();
    }
    log(fmt::format("watches {} of the new {}", targets(), intent_.file));
    context_.process.tell_manager("READY=1");
  }

  /// Twice in the time after which the manager would think it hung (WATCHDOG_USEC).
  void keep_watchdog_quiet() {
    auto const time = parse_integer(context_.world.variable("WATCHDOG_USEC").value_or(""));
    if (!time || *time <= 0) return;
    context_.process.tell_manager("WATCHDOG=1");
    Duration const pause =
        std::chrono::duration_cast<Duration>(std::chrono::microseconds(*time / 2));
    context_.world.loop.at(context_.world.now() + std::max(pause, Duration{1}),
                           [this] { keep_watchdog_quiet(); });
  }

  Context& context_;
  Store& store_;
  Intent intent_;
  Platforms platforms_;
  WatchIntervals intervals_;
  std::optional<Watch> watch_;
  bool changes_ = false;  ///< one watch has ended or is about to, and the next has not begun
  bool ends_ = false;
  std::optional<Error> trouble_;
};

Result<int> run_watch(Context& context) {
  Intent intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  Platforms platforms = TRY(platforms_from(context.world));
  WatchIntervals const intervals = TRY(intervals_of(context));
  Service service(context, store, std::move(intent), std::move(platforms), intervals);
  if (context.arguments.has("--once")) return look_once(context, service.watch(), store);
  return service.run();
}

}  // namespace

CommandSpec watch_command() {
  return {
      "watch",
      "check for ever: fresh evidence, alerts, and people who are told",
      "",
      "Asks the targets every 30 s, Heroku every minute and sooner after a release, and GitHub\n"
      "every five minutes; judges by the same checks as `landfall check`; holds each trouble as\n"
      "one alert that pends, fires and is resolved; and tells the receivers that landfall.yaml\n"
      "names under `alerts`. What nobody could observe neither fires nor resolves anything.\n"
      "All of it lies in the store: a watcher that was killed goes on where it was. Any number of\n"
      "watchers share one store by leases: what a dead one did is taken over when its leases end,\n"
      "and Ctrl-C gives them back at once. SIGHUP has landfall.yaml read again: a bad one is "
      "said,\n"
      "and the one before stays in force.\n\n"
      "Needs HEROKU_API_KEY and GITHUB_TOKEN, and what the receivers' variables name.",
      {{"--once", "", "one round, then end: exit code 1 if an alert is open"},
       {"--port", "PORT", "serves health, metrics and JSON on this machine (8710)"},
       {"--probe-every", "TIME", "how often the targets are asked (30s)"},
       {"--ask-every", "TIME", "how often Heroku is asked (60s)"},
       {"--github-every", "TIME", "how often GitHub is asked (5m)"},
       {"--lease", "TIME", "a watcher that is not heard of for so long is thought dead (30s)"}},
      {"landfall watch", "landfall watch --once", "curl http://127.0.0.1:8710/readyz"},
      0,
      0,
      run_watch};
}

}  // namespace landfall
