// An alert: one cause of trouble at one target, from its first finding until it is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

/// gone: over before it fired, so that nobody ever heard of it.
enum class AlertState { pending, firing, resolved, gone };
std::string_view to_word(AlertState state);

enum class LastWord { nothing, firing, resolved };
std::string_view to_word(LastWord word);

/// A row of the table `alert`.
struct Alert {
  std::int64_t id = 0;      ///< 0: not kept yet
  std::string fingerprint;  ///< of cause and target: the same in every run
  std::string cause;
  std::string target;  ///< empty: belongs to no declared target
  std::string check;   ///< with the worst finding
  std::string subject;
  std::string severity;
  std::string message;
  std::vector<std::int64_t> evidence;
  AlertState state = AlertState::pending;
  Instant since;     ///< of the fault, by the evidence
  Instant seen;      ///< first found
  Instant fires_at;  ///< if it is still found then
  std::optional<Instant> fired;
  std::optional<Instant> clear_since;  ///< found no more since
  int returns = 0;                     ///< so often it came back before it was resolved
  std::optional<Instant> ended;
  LastWord told = LastWord::nothing;
  int level = 0;     ///< so often it was told again for its age
  std::string held;  ///< why nobody is told; empty: people are
  std::string acked_by;
  std::optional<Instant> acked;

  bool is_open() const { return !ended; }
  bool operator==(Alert const&) const = default;
};
/// What programs are told of it: the same by every way.
Json to_json(Alert const& alert);

/// A time in which nobody is told of some alerts.
struct Silence {
  std::int64_t id = 0;
  std::string target;  ///< empty: all
  std::string check;   ///< empty: any
  std::string owner;
  std::string reason;
  Instant from;
  Instant until;

  bool covers(Alert const& alert, Instant now) const;
};

/// Alerts that are not over, by id.
Result<std::vector<Alert>> open_alerts(Store& store);
/// Those that ended at `since` or later.
Result<std::vector<Alert>> alerts_ended_since(Store& store, Instant since);
/// The newest `most` alerts, newest first.
Result<std::vector<Alert>> newest_alerts(Store& store, int most);
/// ErrorKind::missing if there is none of that number.
Result<Alert> find_alert(Store& store, std::int64_t id);
/// Writes the row; a new alert gets its number.
Result<> write_alert(Store& store, Alert& alert);

struct AlertEvent {
  std::int64_t alert = 0;
  Instant at;
  std::string what;  ///< one word, such as "firing"
  std::string text;  ///< in words
};
Result<> write_event(Store& store, AlertEvent const& event);
/// In the order in which they happened.
Result<std::vector<AlertEvent>> events_of(Store& store, std::int64_t alert);

/// Silences that have not ended yet, those to come too.
Result<std::vector<Silence>> open_silences(Store& store, Instant now);
/// Returns the silence's number.
Result<std::int64_t> write_silence(Store& store, Silence const& silence);
/// Ends it now. ErrorKind::missing if there is none of that number that is open.
Result<> end_silence(Store& store, std::int64_t id, Instant now);

/// Says that somebody works on it: its age is told no more. ErrorKind::missing if it is not open.
Result<> acknowledge(Store& store, std::int64_t id, std::string const& who, Instant now);

}  // namespace landfall
