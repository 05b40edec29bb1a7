#include "watch/metrics.h"

#include <fmt/core.h>

#include <chrono>

#include "check/verdict.h"

namespace landfall {
namespace {

class Metrics {
 public:
  explicit Metrics(MetricsForm form) : form_(form) {}

  void add(std::string_view name, std::string_view type, std::string_view help,
           std::string_view labels, double value) {
    std::string const full = fmt::format("{}{}", name, type == "counter" ? "_total" : "");
    // OpenMetrics describes a counter without the ending of its one sample.
    std::string_view const described = form_ == MetricsForm::openmetrics ? name : full;
    if (name != last_) {
      text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", described, help, type);
      last_ = name;
    }
    text_ += fmt::format("{}{} {}\n", full, labels, value);
  }
  std::string end() {
    return std::move(text_) + (form_ == MetricsForm::openmetrics ? "# EOF\n" : "");
  }

 private:
  MetricsForm form_;
  std::string text_;
  std::string last_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace

MetricsForm metrics_form(std::string_view accept) {
  return accept.find("application/openmetrics-text") == std::string_view::npos
             ? MetricsForm::text
             : MetricsForm::openmetrics;
}

std::string_view content_type(MetricsForm form) {
  return form == MetricsForm::openmetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

Result<std::string> metrics_text(Store& store, WatchState const& state, Instant now,
                                 MetricsForm form) {
  Metrics text(form);
  TRY(store.look_at(now));
  std::vector<Verdict> const all = TRY(verdicts(store, now));
  for (Verdict const& verdict : all)
    for (FactVerdict const& fact : verdict.facts)
      for (Proof const proof : {Proof::ok, Proof::failing, Proof::unknown})
        text.add("landfall_target_fact", "gauge",
                 "1 for the proof of a fact of a target that holds now.",
                 fmt::format("{{target=\"{}\",fact=\"{}\",proof=\"{}\"}}", escaped(verdict.target),
                             fact.fact, to_word(proof)),
                 fact.proof == proof ? 1 : 0);
  sql::Rows const rows = TRY(store.database().query(
      "SELECT state, severity, count(*) AS n FROM alert WHERE ended_at IS NULL "
      "GROUP BY state, severity ORDER BY state, severity"));
  for (sql::Row const& row : rows)
    text.add(
        "landfall_alerts", "gauge", "Alerts that are not over.",
        fmt::format("{{state=\"{}\",severity=\"{}\"}}", row.text("state"), row.text("severity")),
        static_cast<double>(row.integer("n")));
  sql::Rows const boxes = TRY(store.database().query(
      "SELECT state, count(*) AS n FROM notification WHERE state <> 'taken' GROUP BY state "
      "ORDER BY state"));
  for (sql::Row const& row : boxes)
    text.add(
        "landfall_notifications_kept", "gauge", "Notifications that nobody took: waiting, or dead.",
        fmt::format("{{state=\"{}\"}}", row.text("state")), static_cast<double>(row.integer("n")));
  struct Count {
    char const* name;
    char const* help;
    std::uint64_t value;
  };
  Count const counts[]{
      {"landfall_rounds", "Rounds of asking that have ended.", state.rounds},
      {"landfall_rounds_skipped", "Rounds that were due while the one before was under way.",
       state.skipped},
      {"landfall_notifications_taken", "Notifications that a receiver took.", state.notified},
      {"landfall_notification_failures", "Tries to notify that failed.", state.failed},
      {"landfall_leases_taken_over", "Leases taken over from watchers that died.",
       state.taken_over},
      {"landfall_leases_lost", "Leases that another watcher took from this one.", state.lost}};
  for (Count const& count : counts)
    text.add(count.name, "counter", count.help, "", static_cast<double>(count.value));
  text.add("landfall_configuration_refused", "gauge",
           "1 if a newer landfall.yaml was refused, and the one before is in force.", "",
           state.refused.empty() ? 0 : 1);
  text.add("landfall_lease_period_seconds", "gauge",
           "Who is not heard of for so long is thought dead.", "",
           std::chrono::duration<double>(state.lease).count());
  text.add("landfall_leases_held", "gauge", "Leases of this watcher.", "",
           static_cast<double>(state.leases.size()));
  text.add("landfall_judges", "gauge", "1 if this watcher judges and writes alerts.", "",
           state.judges ? 1 : 0);
  text.add("landfall_watchers", "gauge", "Watchers that share the store and live.", "",
           static_cast<double>(state.watchers.size()));
  if (state.looked)
    text.add("landfall_last_judgement_timestamp_seconds", "gauge",
             "When all was judged last, in seconds since 1970.", "",
             static_cast<double>(epoch_seconds(*state.looked)));
  return text.end();
}

}  // namespace landfall
