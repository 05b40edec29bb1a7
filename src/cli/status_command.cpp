#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/status_text.h"

namespace landfall {
namespace {

/// While it is live, so often it is drawn anew.
constexpr Duration redraw_every = 2s;

struct Seen {
  std::vector<Verdict> verdicts;
  std::vector<Alert> alerts;
  std::optional<Instant> asked;
};

Result<Seen> look(Context& context, Store& store) {
  Instant const now = context.world.now();
  TRY(store.look_at(now));
  Seen seen{TRY(verdicts(store, now)), TRY(open_alerts(store)), std::nullopt};
  sql::Rows const rows = TRY(store.database().query("SELECT max(asked_at) AS at FROM asked"));
  if (!rows.rows.front().null("at"))
    seen.asked = from_epoch_seconds(rows.rows.front().integer("at"));
  if (context.arguments.operands.empty()) return seen;
  std::string const& target = context.arguments.operands[0];
  std::erase_if(seen.verdicts, [&](Verdict const& one) { return one.target != target; });
  std::erase_if(seen.alerts, [&](Alert const& one) { return one.target != target; });
  return seen;
}

std::string json_text(Seen const& seen) {
  Json targets = Json::array();
  for (Verdict const& verdict : seen.verdicts) targets.push(to_json(verdict));
  Json alerts = Json::array();
  for (Alert const& alert : seen.alerts) alerts.push(to_json(alert));
  return Json::object({{"targets", targets},
                       {"alerts", alerts},
                       {"asked_at", seen.asked ? Json(iso8601(*seen.asked)) : Json()}})
      .pretty();
}

Result<int> show(Context& context, Store& store) {
  Seen const seen = TRY(look(context, store));
  if (context.json())
    context.output.line(json_text(seen));
  else
    context.output.out(
        status_text(context.output, {seen.verdicts, seen.alerts, seen.asked, context.world.now()}));
  return status_code(seen.verdicts);
}

/// Drawn over what stands there, so that nothing flickers; below it is cleared.
Result<int> show_live(Context& context, Store& store) {
  Result<int> last = 0;
  std::function<void()> draw = [&] {
    auto const seen = look(context, store);
    if (!seen) {
      last = std::unexpected(seen.error());
      return context.world.loop.stop();
    }
    last = status_code(seen->verdicts);
    std::string text = status_text(
        context.output, {seen->verdicts, seen->alerts, seen->asked, context.world.now()});
    bool const is_terminal = context.output.progress;
    if (is_terminal) text = "\x1b[H" + replace_all(std::move(text), "\n", "\x1b[K\n") + "\x1b[J";
    context.output.out(text);
    context.world.loop.at(context.world.now() + redraw_every, draw);
  };
  if (context.output.progress) context.output.out("\x1b[2J");
  context.process.on_interrupt([&] { context.world.loop.stop(); });
  draw();
  if (last) context.world.loop.run();
  return last;
}

Result<int> run_status(Context& context) {
  Intent const intent = TRY(load_intent(context));
  if (!context.arguments.operands.empty()) TRY(named_target(intent, context.arguments.operands[0]));
  Store store = TRY(open_store(context, intent.file));
  TRY(store.declare(intent));
  if (!context.arguments.has("--watch")) return show(context, store);
  if (context.json())
    return fail(ErrorKind::usage, "--watch is for people: programs ask /api/status of the watcher");
  return show_live(context, store);
}

}  // namespace

CommandSpec status_command() {
  return {"status",
          "all targets at a glance, from what is known",
          "[TARGET]",
          "A line for each target, those in trouble first: whether it is proven to be deployed, "
          "running,\n"
          "healthy and current, for how long what is worst is so, and its alerts (in brackets "
          "while they\n"
          "pend). Asks nobody: `landfall watch` or `landfall check` do, and what grew old is "
          "unknown.\n\n"
          "Exit code 0: all is good; 1: something is not; 3: not all is known.",
          {{"--watch", "", "stay, and draw it anew every two seconds until Ctrl-C"},
           {"--output", "FORM", "the form of the answer", {"text", "json"}}},
          {"landfall status", "landfall status --watch",
           "landfall status shop/production --output json"},
          0,
          1,
          run_status};
}

}  // namespace landfall
