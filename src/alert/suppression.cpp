#include "alert/suppression.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

namespace landfall {
namespace {

constexpr std::string_view common = "common-cause";
constexpr Duration together = 1min;
constexpr std::size_t fewest = 4;

/// Does it tell of what a target's users feel; faults of paths and gates spread to nobody.
bool is_felt(std::string const& cause) {
  return cause == "deploy" || cause == "dynos" || cause == "health";
}

bool declares(Target const& target, std::string const& dependent) {
  return std::find(target.dependents.begin(), target.dependents.end(), dependent) !=
         target.dependents.end();
}

std::string by_silence(Alert const& alert, AlertSituation const& situation) {
  for (Silence const& silence : situation.silences)
    if (silence.covers(alert, situation.now))
      return fmt::format("silence {} of {} until {}: {}", silence.id, silence.owner,
                         iso8601(silence.until), silence.reason);
  return "";
}

std::string by_dependency(Alert const& alert, std::vector<Alert> const& alerts,
                          AlertSituation const& situation) {
  if (alert.target.empty() || !is_felt(alert.cause)) return "";
  for (Alert const& other : alerts) {
    Target const* target = situation.intent.target(other.target);
    bool const bears = target != nullptr && other.is_open() && is_felt(other.cause) &&
                       other.target != alert.target && declares(*target, alert.target);
    if (bears)
      return fmt::format("{} depends on {}: {}", alert.target, other.target, other.message);
  }
  return "";
}

bool by_common_cause(Alert const& alert, std::vector<Alert> const& alerts) {
  if (!is_felt(alert.cause)) return false;
  return std::any_of(alerts.begin(), alerts.end(), [&](Alert const& other) {
    return other.check == common && other.is_open() && alert.since >= other.since &&
           alert.since - other.since <= together;
  });
}

}  // namespace

std::vector<std::string> suppressed(std::vector<Alert> const& alerts,
                                    AlertSituation const& situation) {
  std::vector<std::string> reasons;
  for (Alert const& alert : alerts) {
    std::string reason = by_silence(alert, situation);
    if (reason.empty()) reason = by_dependency(alert, alerts, situation);
    if (reason.empty() && by_common_cause(alert, alerts))
      reason = "most targets went bad within a minute: one alert tells of all";
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

std::optional<Finding> common_cause(std::vector<Alert> const& open,
                                    std::vector<Finding> const& findings,
                                    AlertSituation const& situation) {
  std::map<std::string, Finding const*> first;  // what each target met first
  for (Finding const& finding : findings) {
    Check const* check = find_check(finding.check);
    bool const counts = finding.state == FindingState::violated && check != nullptr &&
                        is_felt(check->cause) && !finding.target.empty() &&
                        finding.since + check->hold <= situation.now;
    if (!counts) continue;
    Finding const*& known = first[finding.target];
    if (known == nullptr || finding.since < known->since) known = &finding;
  }
  std::vector<Finding const*> bad;
  for (auto const& [target, finding] : first) bad.push_back(finding);
  std::sort(bad.begin(), bad.end(),
            [](Finding const* a, Finding const* b) { return a->since < b->since; });
  std::size_t const targets = situation.intent.targets.size();
  for (std::size_t begin = 0; begin < bad.size(); ++begin) {
    std::size_t end = begin;
    std::string severity = "SEV-4";
    while (end < bad.size() && bad[end]->since - bad[begin]->since <= together)
      severity = std::min(severity, bad[end++]->severity);
    std::size_t const count = end - begin;
    // Once it is an alert it lasts while as many as four of its targets do.
    bool const known = std::any_of(open.begin(), open.end(), [&](Alert const& alert) {
      return alert.check == common && alert.since == bad[begin]->since;
    });
    if (count < fewest || (!known && count * 2 <= targets)) continue;
    return Finding{.check = std::string(common),
                   .subject = "targets",
                   .target = "",
                   .severity = severity,
                   .since = bad[begin]->since,
                   .message = fmt::format("{} of {} targets went bad within one minute: suspect "
                                          "what they share, or landfall's own sight",
                                          count, targets),
                   .evidence = bad[begin]->evidence};
  }
  return std::nullopt;
}

}  // namespace landfall
