#include <fmt/core.h>

#include <algorithm>

#include "alert/outbox.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"

namespace landfall {
namespace {

std::string who_of(Context& context) {
  std::string const who =
      context.arguments.value_or("--as", context.world.variable("USER").value_or(""));
  return who.empty() ? "somebody" : who;
}

std::string alert_line(Alert const& alert, Instant now) {
  std::string text =
      fmt::format("{:>4}  {}  {:<8}  {}{}: {}", alert.id, alert.severity, to_word(alert.state),
                  alert.target.empty() ? "" : alert.target + " ", alert.check, alert.message);
  text +=
      fmt::format("\n      for {}, since {}",
                  human((alert.ended ? *alert.ended : now) - alert.since), to_minutes(alert.since));
  if (!alert.acked_by.empty()) text += fmt::format("; {} works on it", alert.acked_by);
  if (alert.is_open() && !alert.held.empty()) text += "\n      nobody is told: " + alert.held;
  return printable(text);
}

Result<int> run_list(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  Instant const now = context.world.now();
  std::vector<Alert> const alerts =
      context.arguments.has("--all") ? TRY(newest_alerts(store, 1000)) : TRY(open_alerts(store));
  if (context.json()) {
    Json list = Json::array();
    for (Alert const& alert : alerts) list.push(to_json(alert));
    context.output.line(list.pretty());
    return alerts.empty() ? 0 : 1;
  }
  for (Alert const& alert : alerts) context.output.line(alert_line(alert, now));
  if (alerts.empty()) context.output.line("No alert is open.");
  std::vector<Silence> const silences = TRY(open_silences(store, now));
  for (Silence const& silence : silences)
    context.output.line(
        printable(fmt::format("Silence {} of {}: {}{}until {}: {}", silence.id, silence.owner,
                              silence.target.empty() ? "all targets " : silence.target + " ",
                              silence.check.empty() ? "" : silence.check + " ",
                              to_minutes(silence.until), silence.reason)));
  sql::Rows const dead = TRY(store.database().query(
      "SELECT receiver, error, count(*) AS n FROM notification WHERE state = 'dead' OR "
      "(state = 'waiting' AND attempts > 0) GROUP BY receiver, error"));
  for (sql::Row const& row : dead)
    context.output.line(printable(
        fmt::format("Receiver {} did not take {}: {}", row.text("receiver"),
                    counted(row.integer("n"), "message", "messages"), row.text("error"))));
  bool const open =
      std::any_of(alerts.begin(), alerts.end(), [](Alert const& alert) { return alert.is_open(); });
  return open ? 1 : 0;
}

Result<std::int64_t> number_operand(Context& context) {
  std::string const text = context.arguments.operands[0];
  auto const number = parse_integer(text);
  if (number) return *number;
  return fail(
      ErrorKind::usage,
      fmt::format("expected the number of an alert, found '{}': `landfall alerts` lists them",
                  printable(text)));
}

Result<int> run_show(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  std::int64_t const number = TRY(number_operand(context));
  Alert const alert = TRY(find_alert(store, number));
  std::vector<AlertEvent> const events = TRY(events_of(store, alert.id));
  if (context.json()) {
    Json json = to_json(alert);
    Json list = Json::array();
    for (AlertEvent const& event : events)
      list.push(
          Json::object({{"at", iso8601(event.at)}, {"what", event.what}, {"text", event.text}}));
    json.set("events", list);
    context.output.line(json.pretty());
    return 0;
  }
  context.output.line(alert_line(alert, context.world.now()));
  Check const* check = find_check(alert.check);
  if (check != nullptr) context.output.line("\nWhy it matters: " + check->why);
  context.output.line("");
  for (AlertEvent const& event : events)
    context.output.line(
        printable(fmt::format("{}  {:<12}  {}", iso8601(event.at), event.what, event.text)));
  for (std::int64_t const evidence : alert.evidence)
    context.output.line(fmt::format(
        "evidence {0}: landfall query \"SELECT * FROM evidence WHERE id = {0}\"", evidence));
  return 0;
}

Result<int> run_ack(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  std::int64_t const number = TRY(number_operand(context));
  TRY(acknowledge(store, number, who_of(context), context.world.now()));
  context.output.line(fmt::format("Alert {} is {}'s: its age is told no more.", number,
                                  printable(who_of(context))));
  return 0;
}

Result<int> run_silence(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  Instant const now = context.world.now();
  if (context.arguments.has("--end")) {
    auto const number = parse_integer(context.arguments.value_or("--end", ""));
    if (!number) return fail(ErrorKind::usage, "--end takes the number of a silence");
    TRY(end_silence(store, *number, now));
    context.output.line(fmt::format("Silence {} has ended.", *number));
    return 0;
  }
  Silence silence{.target = context.arguments.operands.empty() ? "" : context.arguments.operands[0],
                  .check = context.arguments.value_or("--check", ""),
                  .owner = who_of(context),
                  .reason = context.arguments.value_or("--reason", ""),
                  .from = now};
  if (!silence.target.empty()) TRY(named_target(intent, silence.target));
  if (silence.reason.empty())
    return fail(ErrorKind::usage, "a silence needs --reason: whoever wonders must find it");
  Duration const time =
      TRY(during("--for", parse_duration(context.arguments.value_or("--for", "1h"))));
  silence.until = now + time;
  std::int64_t const number = TRY(write_silence(store, silence));
  context.output.line(
      fmt::format("Silence {} until {}: nobody is told; alerts fire all the same.\n"
                  "End it earlier: landfall alerts silence --end {}",
                  number, to_minutes(silence.until), number));
  return 0;
}

Result<int> run_test(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  std::string const name = context.arguments.operands[0];
  if (intent.alerts.receiver(name) == nullptr) {
    std::vector<std::string> names;
    for (Receiver const& receiver : intent.alerts.receivers) names.push_back(receiver.name);
    return fail(ErrorKind::usage, fmt::format("{} has no receiver '{}'{}{}", intent.file,
                                              printable(name), did_you_mean(name, names),
                                              names.empty() ? ": it has none under alerts.receivers"
                                                            : "; it has " + join(names, ", ")));
  }
  auto notifier = TRY(make_notifier(context.world, *intent.alerts.receiver(name)));
  Message const message = test_message(name, context.world.now());
  Delivery const delivery =
      TRY(wait_for<Delivery>(context.world, [&](std::function<void(Result<Delivery>)> done) {
        notifier->send(message, [done = std::move(done)](Delivery end) { done(std::move(end)); });
      }));
  bool const taken = delivery.end == Delivery::End::taken;
  context.output.line(printable(fmt::format(
      "{} {}: {}", name, taken ? "took the test message" : "did not take it", delivery.text)));
  return taken ? 0 : 1;
}

}  // namespace

CommandSpec alerts_command() {
  return {"alerts",
          "what fires now, who works on it, and what nobody is told of",
          "",
          "Lists alerts that are open, silences, and receivers that did not take their messages.\n"
          "Exit code 1 if an alert is open.",
          {{"--all", "", "those that are over too, newest first"},
           {"--output", "FORM", "the form of the answer", {"text", "json"}}},
          {"landfall alerts", "landfall alerts show 3", "landfall alerts ack 3"},
          0,
          0,
          run_list};
}

CommandSpec alerts_show_command() {
  return {"alerts show",
          "one alert: what happened to it, why it matters, its evidence",
          "NUMBER",
          "Tells each step of its life in order.",
          {{"--output", "FORM", "the form of the answer", {"text", "json"}}},
          {"landfall alerts show 3"},
          1,
          1,
          run_show};
}

CommandSpec alerts_ack_command() {
  return {"alerts ack",
          "says that you work on an alert",
          "NUMBER",
          "Nobody is told of its age any more. It fires on until it is mended.",
          {{"--as", "NAME", "who you are ($USER)"}},
          {"landfall alerts ack 3"},
          1,
          1,
          run_ack};
}

CommandSpec alerts_silence_command() {
  return {"alerts silence",
          "for a time nobody is told of a target's alerts",
          "[TARGET]",
          "Without a target it is for all of them. Alerts fire all the same; those that still do\n"
          "when the silence ends are told then.",
          {{"--for", "TIME", "how long (1h)"},
           {"--reason", "TEXT", "why; whoever wonders finds it"},
           {"--check", "ID", "only what this check finds"},
           {"--as", "NAME", "who you are ($USER)"},
           {"--end", "NUMBER", "ends a silence now"}},
          {"landfall alerts silence shop/production --for 2h --reason 'moving the database'",
           "landfall alerts silence --end 1"},
          0,
          1,
          run_silence};
}

CommandSpec alerts_test_command() {
  return {
      "alerts test",
      "sends a test message to a receiver, to see whether it arrives",
      "RECEIVER",
      "An alarm that goes to a mailbox which does not exist is none. Exit code 1 if the receiver\n"
      "did not take the message.",
      {},
      {"landfall alerts test pager"},
      1,
      1,
      run_test};
}

}  // namespace landfall
