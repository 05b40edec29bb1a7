#include <fmt/core.h>

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

Result<int> run_watch(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  Platforms const platforms = TRY(platforms_from(context.world));
  WatchIntervals intervals;
  intervals.probes = TRY(interval_option(context, "--probe-every", intervals.probes));
  intervals.apps = TRY(interval_option(context, "--ask-every", intervals.apps));
  intervals.repositories = TRY(interval_option(context, "--github-every", intervals.repositories));
  intervals.lease = TRY(lease_option(context, intervals.lease));
  Watch watch(
      context.world, store, intent, platforms, intervals, [&context](std::string_view line) {
        context.output.err(fmt::format("{} {}\n", iso8601(context.world.now()), printable(line)));
      });
  if (context.arguments.has("--once")) return look_once(context, watch, store);
  int const wanted = TRY(port_option(context));
  int const port = TRY(watch.listen(wanted));
  context.output.line(fmt::format(
      "Watching {} of {}.",
      counted(static_cast<std::int64_t>(intent.targets.size()), "target", "targets"), intent.file));
  context.output.line(
      fmt::format("  http://127.0.0.1:{}/healthz /readyz /metrics /api/status "
                  "/api/alerts",
                  port));
  if (intent.alerts.routes.empty())
    context.output.line(
        "  landfall.yaml has no routes under 'alerts': nobody is told of what fires.");
  context.output.line("Ctrl-C ends it; nothing is lost.");
  TRY(watch.start());
  context.on_interrupt([&] { watch.end([&] { context.world.loop.stop(); }); });
  context.world.loop.run();
  return 0;
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
      "and Ctrl-C gives them back at once.\n\n"
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
