// What people are told: the content of a notification, whatever its receiver.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alert/lifecycle.h"
#include "base/json.h"

namespace landfall {

/// What happened to one alert, as it was then.
struct Message {
  Notice::Kind kind = Notice::Kind::firing;
  bool test = false;     ///< asked for by a person, to see whether it arrives
  std::string key;       ///< one for each message
  std::string incident;  ///< the same from the firing of an alert to its end
  std::int64_t alert = 0;
  int level = 0;
  std::string target;
  std::string service;
  std::string environment;
  std::string owner;
  std::string check;
  std::string subject;
  std::string severity;
  std::string title;  ///< one line
  std::string text;   ///< what was found, in a sentence
  std::string why;
  std::string fix;  ///< what mends it
  Instant since;    ///< of the fault
  Instant at;       ///< of what happened
  std::vector<std::int64_t> evidence;
};

Message message_of(Alert const& alert, Notice::Kind kind, AlertSituation const& situation);
/// A message that asks whoever sees it to do nothing.
Message test_message(std::string const& receiver, Instant now);

Json to_json(Message const& message);
Result<Message> read_message(Json const& json);
/// Some lines for people, without markup.
std::string plain_text(Message const& message);

/// The names of the receivers that the routes send an alert to, each once; with `escalated` those
/// too who are told when nobody mends it.
std::vector<std::string> receivers_of(Alert const& alert, Intent const& intent, bool escalated);

/// Writes the step to the store, and a notification for each notice and receiver, in the caller's
/// transaction: a change and the word of it are kept together or not at all.
Result<> keep_step(Store& store, AlertStep step, AlertSituation const& situation);

}  // namespace landfall
