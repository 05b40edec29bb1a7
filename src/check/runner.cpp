#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "check/check.h"
#include "check/sources.h"

namespace landfall {
namespace {

/// So many steps of SQLite's machine may one check take: some seconds of one core.
constexpr std::int64_t steps_max = 2'000'000'000;

/// A check's severity is that of production; elsewhere the same fault weighs one less.
std::string severity_for(Check const& check, std::string_view target) {
  bool const production = target.empty() || target.ends_with("/production");
  char const level = check.severity[4];
  return fmt::format("SEV-{}", production || level == '4' ? level : static_cast<char>(level + 1));
}

Finding read_finding(Check const& check, sql::Row const& row, Instant now) {
  Finding finding;
  finding.check = check.id;
  finding.subject = row.text("subject");
  finding.target = row.text("target");
  finding.severity = severity_for(check, finding.target);
  finding.since = row.null("since") ? now : from_epoch_seconds(row.integer("since"));
  finding.message = row.text("message");
  finding.evidence = evidence_numbers(row.text("evidence"));
  return finding;
}

auto order(Finding const& finding) {
  return std::tie(finding.severity, finding.target, finding.check, finding.subject);
}

}  // namespace

void CheckRunner::drop_unknown(std::vector<Finding>& findings, std::vector<Dated> const& unknown) {
  std::set<std::pair<std::string_view, std::string_view>> blind;
  for (Dated const& dated : unknown) blind.emplace(dated.finding.check, dated.finding.target);
  std::erase_if(findings, [&](Finding const& finding) {
    return blind.contains({finding.check, finding.target});
  });
}

bool CheckRunner::fresh(Cached const& cached) const {
  if (cached.reads_now) return false;
  return std::all_of(cached.versions.begin(), cached.versions.end(), [&](auto const& entry) {
    return store_.version_of(entry.first) == entry.second;
  });
}

Result<> CheckRunner::evaluate(Check const& check, Instant now, Cached& cached) {
  ++evaluated_;
  cached = {};
  sql::Database::ReadGuard guard(store_.database(), steps_max);
  {
    auto statement = during("check " + check.id, store_.database().prepare(check.sql));
    if (!statement) return std::unexpected(statement.error());
    cached.reads_now = statement->uses(":now");
  }
  sql::Rows const rows = TRY(during(
      "check " + check.id, store_.database().query(check.sql, {{":now", epoch_seconds(now)}})));
  bool const has_due = std::find(rows.names.begin(), rows.names.end(), "due") != rows.names.end();
  for (sql::Row const& row : rows) {
    Finding finding = read_finding(check, row, now);
    Instant const due = has_due ? from_epoch_seconds(row.integer("due")) : Instant::min();
    cached.findings.push_back({std::move(finding), due});
  }
  // SQLite tells what a statement read when it is prepared; of PostgreSQL nothing is heard.
  bool const told = store_.database().engine() == sql::Engine::sqlite;
  std::set<std::string> const tables = told ? guard.tables_read() : TRY(tables_read_by(check));
  for (std::string const& table : tables) cached.versions[table] = store_.version_of(table);
  return {};
}

Result<std::vector<Finding>> CheckRunner::unknowns() {
  std::vector<std::string> sources;
  for (Check const& check : checks())
    for (std::string const& source : check.needs)
      if (std::find(sources.begin(), sources.end(), source) == sources.end())
        sources.push_back(source);
  Silences const silent = TRY(silences(store_, sources));
  std::vector<Finding> findings;
  for (Check const& check : checks()) {
    for (std::string const& source : check.needs) {
      auto const found = silent.find(source);
      if (found == silent.end()) continue;
      for (auto const& [target, silence] : found->second) {
        Finding finding{check.id,
                        FindingState::unknown,
                        target,
                        target,
                        severity_for(check, target),
                        silence.since.value_or(Instant{}),
                        sentence(source, silence),
                        {}};
        if (silence.evidence) finding.evidence.push_back(*silence.evidence);
        findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

Result<std::vector<Finding>> CheckRunner::run(Instant now) {
  evaluated_ = 0;
  // Rows of the past may look different from an earlier instant, whatever the tables' versions say.
  if (looked_at_ && now < *looked_at_) {
    cache_.clear();
    unknowns_.reset();
  }
  looked_at_ = now;
  TRY(store_.look_at(now));
  std::vector<Finding> findings;
  for (Check const& check : checks()) {
    Cached& cached = cache_[check.id];
    if (cached.versions.empty() || !fresh(cached)) TRY(evaluate(check, now, cached));
    for (auto const& [finding, due] : cached.findings)
      if (due <= now) findings.push_back(finding);
  }
  if (!unknowns_ || !fresh(*unknowns_) || TRY(next_stale()) != unknowns_->stale_at) {
    unknowns_ = Cached{};
    for (char const* table : {"target", "observation", "asked"})
      unknowns_->versions[table] = store_.version_of(table);
    unknowns_->stale_at = TRY(next_stale());
    for (Finding& finding : TRY(unknowns()))
      unknowns_->findings.push_back({std::move(finding), Instant::min()});
  }
  drop_unknown(findings, unknowns_->findings);
  for (auto const& [finding, due] : unknowns_->findings) findings.push_back(finding);
  std::sort(findings.begin(), findings.end(),
            [](Finding const& a, Finding const& b) { return order(a) < order(b); });
  return findings;
}

Result<std::int64_t> CheckRunner::next_stale() {
  sql::Rows const rows = TRY(store_.database().query(
      "SELECT min(fresh_until) AS next FROM asked WHERE fresh_until >= (SELECT at FROM instant)"));
  return rows.rows[0].integer("next");
}

Result<> keep_findings(Store& store, std::vector<Finding> const& findings, Instant now) {
  std::vector<Fact> facts;
  for (Finding const& finding : findings) {
    std::vector<std::string> numbers;
    for (std::int64_t const number : finding.evidence) numbers.push_back(std::to_string(number));
    Fact fact{{"check_id", finding.check},
              {"subject", finding.subject},
              {"target", finding.target.empty() ? sql::Value() : sql::Value(finding.target)},
              {"state", finding.state == FindingState::violated ? "violated" : "unknown"},
              {"severity", finding.severity},
              {"since", epoch_seconds(finding.since)},
              {"message", finding.message},
              {"evidence", join(numbers, " ")}};
    facts.push_back(std::move(fact));
  }
  return store.replace("finding", {}, facts, 0, now);
}

}  // namespace landfall
