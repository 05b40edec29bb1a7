#include "alert/lifecycle.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "alert/suppression.h"

namespace landfall {
namespace {

/// All findings of one cause at one target.
struct Condition {
  Finding const* worst = nullptr;
  std::string cause;
  std::string severity;
  Instant since;
  Instant fires_at;
  std::vector<std::int64_t> evidence;
};

std::string cause_of(Finding const& finding) {
  Check const* check = find_check(finding.check);
  return check == nullptr ? finding.check : check->cause;
}

std::string fingerprint_of(Finding const& finding) {
  return cause_of(finding) + " " + (finding.target.empty() ? finding.subject : finding.target);
}

/// Before its launch a fault of a target that nothing else rests on weighs one less.
std::string severity_of(Finding const& finding, AlertSituation const& situation) {
  Target const* target = situation.intent.target(finding.target);
  bool const in_use = target == nullptr || !target->launch || *target->launch <= situation.now ||
                      !target->dependents.empty();
  if (in_use || finding.severity == "SEV-4") return finding.severity;
  return fmt::format("SEV-{}", static_cast<char>(finding.severity.back() + 1));
}

class Stepper {
 public:
  Stepper(std::vector<Alert> open, AlertSituation const& situation) : situation_(situation) {
    step_.alerts = std::move(open);
  }

  AlertStep step(std::vector<Finding> const& findings) {
    gather(findings);
    for (std::size_t i = 0; i < step_.alerts.size(); ++i) follow(i);
    for (auto const& [fingerprint, condition] : conditions_) begin(fingerprint, condition);
    suppress();
    for (std::size_t i = 0; i < step_.alerts.size(); ++i) tell(i);
    return std::move(step_);
  }

 private:
  Instant now() const { return situation_.now; }
  AlertIntent const& policy() const { return situation_.intent.alerts; }

  void gather(std::vector<Finding> const& findings) {
    for (Finding const& finding : findings) {
      std::string const fingerprint = fingerprint_of(finding);
      if (finding.state == FindingState::unknown) {
        unknown_.insert(fingerprint);
        continue;
      }
      add(conditions_[fingerprint], finding);
    }
  }

  void add(Condition& condition, Finding const& finding) {
    Check const* check = find_check(finding.check);
    Instant const fires_at = finding.since + (check == nullptr ? Duration{0} : check->hold);
    std::string severity = severity_of(finding, situation_);
    bool const is_first = condition.worst == nullptr;
    if (is_first || severity < condition.severity) {
      condition.worst = &finding;
      condition.severity = std::move(severity);
    }
    condition.cause = cause_of(finding);
    condition.since = is_first ? finding.since : std::min(condition.since, finding.since);
    condition.fires_at = is_first ? fires_at : std::min(condition.fires_at, fires_at);
    for (std::int64_t const number : finding.evidence)
      if (std::find(condition.evidence.begin(), condition.evidence.end(), number) ==
          condition.evidence.end())
        condition.evidence.push_back(number);
  }

  void happened(std::size_t alert, std::string what, std::string text) {
    step_.events.push_back({alert, std::move(what), std::move(text)});
  }

  void wake_at(Instant instant) {
    if (instant <= now()) return;
    if (!step_.next || instant < *step_.next) step_.next = instant;
  }

  void follow(std::size_t index) {
    Alert& alert = step_.alerts[index];
    auto const found = conditions_.find(alert.fingerprint);
    if (found != conditions_.end()) {
      Condition const condition = std::move(found->second);
      conditions_.erase(found);
      return still_found(index, condition);
    }
    if (!unknown_.contains(alert.fingerprint)) not_found(index);
  }

  void still_found(std::size_t index, Condition const& condition) {
    Alert& alert = step_.alerts[index];
    if (alert.clear_since) {
      alert.clear_since.reset();
      ++alert.returns;
      happened(index, "returned", condition.worst->message);
    }
    if (condition.severity < alert.severity) {
      happened(index, "worse",
               fmt::format("{} instead of {}: {}", condition.severity, alert.severity,
                           condition.worst->message));
      alert.severity = condition.severity;
      // Who was told of less is told of this.
      if (alert.told == LastWord::firing) alert.told = LastWord::nothing;
    }
    alert.check = condition.worst->check;
    alert.subject = condition.worst->subject;
    alert.message = condition.worst->message;
    alert.evidence = condition.evidence;
    alert.since = std::min(alert.since, condition.since);
    alert.fires_at = std::min(alert.fires_at, condition.fires_at);
    fire_if_due(index);
  }

  void fire_if_due(std::size_t index) {
    Alert& alert = step_.alerts[index];
    if (alert.state != AlertState::pending) return;
    if (now() < alert.fires_at) return wake_at(alert.fires_at);
    alert.state = AlertState::firing;
    alert.fired = now();
    happened(index, "firing", alert.message);
  }

  void not_found(std::size_t index) {
    Alert& alert = step_.alerts[index];
    if (alert.state == AlertState::pending) {
      alert.state = AlertState::gone;
      alert.ended = now();
      return happened(index, "gone", "it is found no more");
    }
    if (!alert.clear_since) {
      alert.clear_since = now();
      happened(index, "cleared", "it is found no more");
    }
    // Each return doubles the time that it must stay away: what flaps is one alert, told once.
    Duration const away = policy().resolve_after * (1 << std::min(alert.returns, 4));
    Instant const due = *alert.clear_since + away;
    if (now() < due) return wake_at(due);
    alert.state = AlertState::resolved;
    alert.ended = now();
    happened(index, "resolved", fmt::format("it stayed away for {}", human(away)));
  }

  void begin(std::string const& fingerprint, Condition const& condition) {
    step_.alerts.push_back({.fingerprint = fingerprint,
                            .cause = condition.cause,
                            .target = condition.worst->target,
                            .check = condition.worst->check,
                            .subject = condition.worst->subject,
                            .severity = condition.severity,
                            .message = condition.worst->message,
                            .evidence = condition.evidence,
                            .since = condition.since,
                            .seen = now(),
                            .fires_at = condition.fires_at});
    std::size_t const index = step_.alerts.size() - 1;
    happened(index, "pending", condition.worst->message);
    fire_if_due(index);
  }

  void suppress() {
    std::vector<std::string> const reasons = suppressed(step_.alerts, situation_);
    for (std::size_t i = 0; i < step_.alerts.size(); ++i) {
      Alert& alert = step_.alerts[i];
      if (alert.held == reasons[i] || !alert.is_open()) continue;
      if (reasons[i].empty())
        happened(i, "released", "no more: " + alert.held);
      else
        happened(i, "held", reasons[i]);
      alert.held = reasons[i];
    }
    for (Silence const& silence : situation_.silences) {
      wake_at(silence.from);
      wake_at(silence.until);
    }
  }

  void notice(std::size_t index, Notice::Kind kind) { step_.notices.push_back({index, kind}); }

  void tell(std::size_t index) {
    Alert& alert = step_.alerts[index];
    if (alert.state == AlertState::resolved && alert.told == LastWord::firing) {
      alert.told = LastWord::resolved;
      return notice(index, Notice::Kind::resolved);
    }
    if (alert.state != AlertState::firing || !alert.held.empty()) return;
    bool const older = ages(alert);
    if (alert.told != LastWord::firing) {
      alert.told = LastWord::firing;
      return notice(index, Notice::Kind::firing);
    }
    if (!older) return;
    happened(index, "escalated",
             fmt::format("nobody acknowledged it in {}", human(now() - *alert.fired)));
    notice(index, Notice::Kind::escalated);
  }

  /// Has it come to an age at which it is told again. A long gap is one age, the last.
  bool ages(Alert& alert) {
    if (alert.acked || alert.clear_since) return false;
    int const before = alert.level;
    auto const& due_ages = policy().escalate_after;
    for (; static_cast<std::size_t>(alert.level) < due_ages.size(); ++alert.level) {
      Instant const due = *alert.fired + due_ages[static_cast<std::size_t>(alert.level)];
      if (now() >= due) continue;
      wake_at(due);
      break;
    }
    return alert.level > before;
  }

  AlertSituation const& situation_;
  AlertStep step_;
  std::map<std::string, Condition> conditions_;
  std::set<std::string> unknown_;
};

}  // namespace

std::string_view to_word(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::firing:
      return "firing";
    case Notice::Kind::escalated:
      return "escalated";
    case Notice::Kind::resolved:
      return "resolved";
  }
  unreachable_here("a notice has no such kind");
}

AlertStep step_alerts(std::vector<Alert> open, std::vector<Finding> const& findings,
                      AlertSituation const& situation) {
  std::vector<Finding> all = findings;
  if (auto common = common_cause(open, findings, situation)) all.push_back(*std::move(common));
  return Stepper(std::move(open), situation).step(all);
}

}  // namespace landfall
