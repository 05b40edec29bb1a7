// What can be seen of a sandbox that runs, and done to it besides faults.
#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/sandbox_client.h"

namespace landfall {
namespace {

Duration const follow_interval = 300ms;

std::string cell(Json const& json, std::string_view key) {
  Json const* const value = json.find(key);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? value->as_string() : value->dump();
}

Result<int> tell_time(Context& context, Json const& time) {
  context.output.line(context.json() ? time.pretty() : cell(time, "now"));
  return 0;
}

Result<int> show_time(Context& context) {
  return tell_time(context, TRY(ask_sandbox(context, "GET", "/sandbox/time")));
}

Result<int> advance_time(Context& context) {
  Json const wanted = Json::object({{"advance", context.arguments.operands[0]}});
  return tell_time(context, TRY(ask_sandbox(context, "POST", "/sandbox/time", wanted)));
}

Result<int> set_time(Context& context) {
  Json const wanted = Json::object({{"set", context.arguments.operands[0]}});
  return tell_time(context, TRY(ask_sandbox(context, "POST", "/sandbox/time", wanted)));
}

std::string dynos_text(Json const& app) {
  std::vector<std::string> dynos;
  auto const items = app.items("dynos");
  if (items) {
    for (Json const& dyno : **items)
      dynos.push_back(fmt::format("{} {}", cell(dyno, "name"), cell(dyno, "state")));
  }
  return dynos.empty() ? "none" : join(dynos, ", ");
}

Result<int> show_state(Context& context) {
  Json const state = TRY(ask_sandbox(context, "GET", "/sandbox/state"));
  if (context.json()) {
    context.output.line(state.pretty());
    return 0;
  }
  context.output.line(fmt::format("It is {} there.", cell(state, "now")));
  std::vector<std::vector<std::string>> rows;
  for (Json const& app : *TRY(state.items("apps"))) {
    bool const has_code = cell(app, "has_code") == "true";
    rows.push_back({cell(app, "name"), "v" + cell(app, "release"), has_code ? "yes" : "no",
                    dynos_text(app), cell(app, "web_url")});
  }
  context.output.out(table_text({"app", "release", "code", "dynos", "url"}, rows));
  for (Json const& repository : *TRY(state.items("repositories")))
    context.output.line("repository " + repository.as_string());
  context.output.line(
      counted(static_cast<std::int64_t>(TRY(state.items("faults"))->size()), "fault", "faults"));
  return 0;
}

/// Prints what came after the request of that number; the last one's number.
Result<std::int64_t> print_requests(Context& context, std::int64_t after) {
  Json const requests =
      TRY(ask_sandbox(context, "GET", fmt::format("/sandbox/requests?after={}", after)));
  std::int64_t last = after;
  for (Json const& one : *TRY(requests.items())) {
    last = TRY(one.integer("number"));
    context.output.line(context.json()
                            ? one.dump()
                            : printable(fmt::format("{}  {:<6}  {}  {:<6} {}", cell(one, "at"),
                                                    cell(one, "service"), cell(one, "status"),
                                                    cell(one, "method"), cell(one, "path"))));
  }
  return last;
}

/// Lets the time go by; false: somebody pressed Ctrl-C.
bool pause(Context& context) {
  return wait_for<bool>(context.world,
                        [&](auto done) {
                          context.world.loop.after(follow_interval,
                                                   [told = std::move(done)] { told(true); });
                        })
      .has_value();
}

Result<int> show_requests(Context& context) {
  std::int64_t last = TRY(print_requests(context, 0));
  if (!context.arguments.has("--follow")) return 0;
  context.process.on_interrupt([&] { context.world.loop.stop(); });
  while (pause(context)) last = TRY(print_requests(context, last));
  return 0;
}

/// How far the sandbox's clock is ahead of this machine's.
Result<std::int64_t> shift_of(Context& context, Json const& answer) {
  std::string const written = TRY(answer.text("now"));
  Instant const there = TRY(parse_instant(written));
  auto const own = context.world.variable("LANDFALL_CLOCK_SHIFT");
  std::int64_t const shifted = own ? parse_integer(*own).value_or(0) : 0;
  std::int64_t const ahead = epoch_seconds(there) - epoch_seconds(context.world.now()) + shifted;
  // The answer has whole seconds.
  return std::abs(ahead) <= 1 ? 0 : ahead;
}

/// In single quotes, as every shell takes it.
std::string quoted(std::string const& text) {
  return "'" + replace_all(text, "'", "'\\''") + "'";
}

Result<int> show_environment(Context& context) {
  Json const answer = TRY(ask_sandbox(context, "GET", "/sandbox/env"));
  Json variables = *answer.find("variables");
  std::int64_t const shift = TRY(shift_of(context, answer));
  if (shift != 0) variables.set("LANDFALL_CLOCK_SHIFT", std::to_string(shift));
  if (context.json()) {
    context.output.line(variables.pretty());
    return 0;
  }
  for (auto const& [name, value] : variables.as_object())
    context.output.line(fmt::format("export {}={}", name, quoted(value.as_string())));
  context.output.line(
      "# The heroku CLI writes to ~/.gitconfig, ~/.cache and ~/.local: give it a home of its own.");
  context.output.line("# export HOME=\"$(mktemp -d)\"");
  return 0;
}

Result<int> crash_dyno(Context& context) {
  std::string const& app = context.arguments.operands[0];
  std::string const& dyno = context.arguments.operands[1];
  TRY(ask_sandbox(
      context, "POST",
      fmt::format("/sandbox/apps/{}/dynos/{}/crash", url_encode(app), url_encode(dyno))));
  context.output.line(fmt::format("{} of {} was killed", printable(dyno), printable(app)));
  return 0;
}

}  // namespace

CommandSpec sandbox_time_command() {
  return {"sandbox time",
          "What time it is in a sandbox that runs",
          "",
          "A sandbox has its own clock, which its world file may set to any day. `landfall sandbox "
          "time\nadvance 24h` lets a day go by at once.",
          {sandbox_option()},
          {"landfall sandbox time"},
          0,
          0,
          show_time};
}

CommandSpec sandbox_time_advance_command() {
  return {"sandbox time advance",
          "Lets time go by in a sandbox that runs",
          "DURATION",
          "What waits for its time happens at once: dynos are cycled, idle ones fall asleep, "
          "workflow runs\nend, webhooks are tried again. Clients that were given "
          "LANDFALL_CLOCK_SHIFT need the new one:\n`landfall sandbox env`. Time never goes back.",
          {sandbox_option()},
          {"landfall sandbox time advance 24h", "landfall sandbox time advance 1h30m"},
          1,
          1,
          advance_time};
}

CommandSpec sandbox_time_set_command() {
  return {"sandbox time set",
          "Sets the clock of a sandbox that runs",
          "TIME",
          "As `landfall sandbox time advance`, up to an instant that is to come.",
          {sandbox_option()},
          {"landfall sandbox time set 2026-05-02T08:00:00Z"},
          1,
          1,
          set_time};
}

CommandSpec sandbox_state_command() {
  return {"sandbox state",
          "The apps, dynos and repositories of a sandbox that runs",
          "",
          "One line for each app: the release in force, whether it has code, its dynos, its "
          "address.",
          {sandbox_option()},
          {"landfall sandbox state", "landfall sandbox state --output json"},
          0,
          0,
          show_state};
}

CommandSpec sandbox_requests_command() {
  return {
      "sandbox requests",
      "What clients have asked of a sandbox that runs",
      "",
      "The last 1000 requests to Heroku, GitHub and the apps, with the status of their answers. "
      "Queries\nare left out: they may carry secrets.",
      {sandbox_option(), {"--follow", "", "goes on with those that come, until Ctrl-C"}},
      {"landfall sandbox requests --follow", "landfall sandbox requests --output json"},
      0,
      0,
      show_requests};
}

CommandSpec sandbox_env_command() {
  return {
      "sandbox env",
      "The variables by which clients reach a sandbox that runs",
      "",
      "For landfall, the heroku CLI, git and anything that reads these names. Some of them keep "
      "the CLI\nfrom talking to the real Heroku besides.",
      {sandbox_option()},
      {"eval \"$(landfall sandbox env --sandbox http://127.0.0.1:5001)\"",
       "landfall sandbox env --output json"},
      0,
      0,
      show_environment};
}

CommandSpec sandbox_crash_command() {
  return {"sandbox crash",
          "Kills a dyno of a sandbox that runs",
          "APP DYNO",
          "Its process gets SIGKILL, as if it had died by itself: the dyno is crashed, and started "
          "again as\nHeroku does it.",
          {sandbox_option()},
          {"landfall sandbox crash shop web.1"},
          2,
          2,
          crash_dyno};
}

}  // namespace landfall
