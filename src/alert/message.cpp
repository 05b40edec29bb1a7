#include "alert/message.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

std::string headline(Alert const& alert, Notice::Kind kind, Instant now) {
  Check const* check = find_check(alert.check);
  std::string const what = check == nullptr ? alert.message : check->title;
  std::string const where = alert.target.empty() ? "" : alert.target + ": ";
  switch (kind) {
    case Notice::Kind::firing:
      return fmt::format("{} {}{}", alert.severity, where, what);
    case Notice::Kind::escalated:
      return fmt::format("{} still after {}: {}{}", alert.severity,
                         human(now - alert.fired.value_or(now)), where, what);
    case Notice::Kind::resolved:
      return fmt::format("Resolved after {}: {}{}", human(now - alert.since), where, what);
  }
  unreachable_here("a notice has no such kind");
}

bool asks_for(std::vector<std::string> const& list, std::string const& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

void add_all(std::vector<std::string>& names, std::vector<std::string> const& more) {
  for (std::string const& name : more)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

Result<Notice::Kind> kind_from(std::string_view word) {
  for (Notice::Kind const kind :
       {Notice::Kind::firing, Notice::Kind::escalated, Notice::Kind::resolved})
    if (to_word(kind) == word) return kind;
  return fail(ErrorKind::data, fmt::format("kind: '{}' is none", printable(word)));
}

}  // namespace

Message message_of(Alert const& alert, Notice::Kind kind, AlertSituation const& situation) {
  Message message{.kind = kind,
                  .alert = alert.id,
                  .level = alert.level,
                  .target = alert.target,
                  .check = alert.check,
                  .subject = alert.subject,
                  .severity = alert.severity,
                  .title = headline(alert, kind, situation.now),
                  .text = alert.message,
                  .since = alert.since,
                  .at = situation.now,
                  .evidence = alert.evidence};
  message.incident =
      sha256(fmt::format("{} {}", alert.fingerprint, epoch_seconds(alert.seen))).substr(0, 32);
  message.key =
      fmt::format("{}-{}-{}-{}", message.incident, to_word(kind), alert.level, alert.severity);
  std::string app;
  if (Target const* target = situation.intent.target(alert.target)) {
    message.service = target->service;
    message.environment = target->environment;
    message.owner = target->owner;
    app = target->app;
  }
  if (Check const* check = find_check(alert.check)) {
    message.why = check->why;
    message.fix = replace_all(replace_all(check->fix, "{target}", alert.target), "{app}", app);
  }
  return message;
}

Message test_message(std::string const& receiver, Instant now) {
  std::string const id = sha256(fmt::format("test {} {}", receiver, epoch_seconds(now)));
  return {.test = true,
          .key = id.substr(0, 32) + "-test",
          .incident = id.substr(0, 32),
          .check = "test",
          .subject = receiver,
          .severity = "SEV-4",
          .title = "Test of landfall's receiver " + receiver,
          .text = "Somebody asked landfall to send this. Nothing is wrong.",
          .since = now,
          .at = now};
}

Json to_json(Message const& message) {
  Json evidence = Json::array();
  for (std::int64_t const number : message.evidence) evidence.push(number);
  return Json::object({{"kind", message.test ? "test" : to_word(message.kind)},
                       {"key", message.key},
                       {"incident", message.incident},
                       {"alert", message.alert},
                       {"level", message.level},
                       {"target", message.target},
                       {"service", message.service},
                       {"environment", message.environment},
                       {"owner", message.owner},
                       {"check", message.check},
                       {"subject", message.subject},
                       {"severity", message.severity},
                       {"title", message.title},
                       {"text", message.text},
                       {"why", message.why},
                       {"fix", message.fix},
                       {"since", iso8601(message.since)},
                       {"at", iso8601(message.at)},
                       {"evidence", evidence}});
}

Result<Message> read_message(Json const& json) {
  Message message;
  std::string const kind = TRY(json.text("kind"));
  message.test = kind == "test";
  if (!message.test) message.kind = TRY(kind_from(kind));
  struct Field {
    char const* name;
    std::string Message::* member;
  };
  for (auto const& [name, member] :
       {Field{"key", &Message::key}, Field{"incident", &Message::incident},
        Field{"target", &Message::target}, Field{"service", &Message::service},
        Field{"environment", &Message::environment}, Field{"owner", &Message::owner},
        Field{"check", &Message::check}, Field{"subject", &Message::subject},
        Field{"severity", &Message::severity}, Field{"title", &Message::title},
        Field{"text", &Message::text}, Field{"why", &Message::why}, Field{"fix", &Message::fix}})
    message.*member = TRY(json.text(name));
  message.alert = TRY(json.integer("alert"));
  message.level = static_cast<int>(TRY(json.integer("level")));
  std::string const since = TRY(json.text("since"));
  message.since = TRY(parse_instant(since));
  std::string const at = TRY(json.text("at"));
  message.at = TRY(parse_instant(at));
  Json::Array const* evidence = TRY(json.items("evidence"));
  for (Json const& number : *evidence) message.evidence.push_back(TRY(number.integer("")));
  return message;
}

std::string plain_text(Message const& message) {
  std::string text =
      fmt::format("{}\n\n{}\nSince {}.\n", message.title, message.text, to_minutes(message.since));
  if (!message.why.empty()) text += fmt::format("\nWhy it matters: {}\n", message.why);
  if (!message.fix.empty() && message.kind != Notice::Kind::resolved)
    text += fmt::format("\nWhat mends it: {}\n", message.fix);
  if (message.alert != 0)
    text += fmt::format("\nlandfall alerts show {0}\nlandfall alerts ack {0}\n", message.alert);
  return text;
}

std::vector<std::string> receivers_of(Alert const& alert, Intent const& intent, bool escalated) {
  Target const none;
  Target const* target = intent.target(alert.target);
  if (target == nullptr) target = &none;
  std::vector<std::string> names;
  for (AlertRoute const& route : intent.alerts.routes) {
    bool const meant =
        asks_for(route.severities, alert.severity) && asks_for(route.services, target->service) &&
        asks_for(route.environments, target->environment) && asks_for(route.owners, target->owner);
    if (!meant) continue;
    add_all(names, route.to);
    if (escalated) add_all(names, route.escalate);
  }
  return names;
}

Result<> keep_step(Store& store, AlertStep step, AlertSituation const& situation) {
  for (Alert& alert : step.alerts) TRY(write_alert(store, alert));
  for (AlertStep::Event const& event : step.events)
    TRY(write_event(store, {step.alerts[event.alert].id, situation.now, event.what, event.text}));
  for (Notice const& notice : step.notices) {
    Alert const& alert = step.alerts[notice.alert];
    Message const message = message_of(alert, notice.kind, situation);
    std::string const body = to_json(message).dump();
    // Whoever was told of an alert's age is told of its end.
    std::vector<std::string> const receivers =
        receivers_of(alert, situation.intent, alert.level > 0);
    for (std::string const& name : receivers)
      TRY(store.database().exec(
          "INSERT INTO notification (receiver, key, body, created_at, state, attempts, next_at, "
          "error) VALUES (?, ?, ?, ?, 'waiting', 0, 0, '') ON CONFLICT (key) DO NOTHING",
          {name, message.key + "-" + name, body, epoch_seconds(situation.now)}));
    TRY(write_event(
        store,
        {alert.id, situation.now, "told",
         receivers.empty() ? fmt::format("{}: no route leads to anybody", to_word(notice.kind))
                           : fmt::format("{}: {}", to_word(notice.kind), join(receivers, ", "))}));
  }
  return {};
}

}  // namespace landfall
