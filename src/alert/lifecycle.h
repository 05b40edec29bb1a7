// What becomes of alerts when checks have looked: a function of alerts, findings and time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alert/alert.h"
#include "check/check.h"
#include "intent/intent.h"

namespace landfall {

/// What people are to be told. The alert is the step's, by its place in AlertStep::alerts.
struct Notice {
  enum class Kind { firing, escalated, resolved };
  std::size_t alert = 0;
  Kind kind = Kind::firing;
};
std::string_view to_word(Notice::Kind kind);

struct AlertStep {
  std::vector<Alert> alerts;  ///< all that were open, and the new ones
  struct Event {
    std::size_t alert = 0;
    std::string what;
    std::string text;
  };
  std::vector<Event> events;  ///< in order
  std::vector<Notice> notices;
  /// The same findings would change something at this instant, and not before.
  std::optional<Instant> next;
};

struct AlertSituation {
  Intent const& intent;
  std::vector<Silence> const& silences;
  Instant now;
};

/// Takes the findings of one look. Findings of one cause at one target are one alert. A finding
/// that is unknown changes nothing: it neither completes the time for which an alert pends nor ends
/// an alert. Who is told, by rule: a firing alert once, a resolved one once if its firing was told,
/// and a firing one that nobody acknowledged again at each age of the intent's `escalate_after`.
/// Nobody is told of what a silence covers or what follows from another alert; where that ends and
/// the alert still fires, people are told then.
AlertStep step_alerts(std::vector<Alert> open, std::vector<Finding> const& findings,
                      AlertSituation const& situation);

}  // namespace landfall
