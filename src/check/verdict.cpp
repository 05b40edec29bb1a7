#include "check/verdict.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "base/asset.h"
#include "base/text.h"
#include "check/header.h"
#include "check/sources.h"

namespace landfall {

std::span<Asset const> verdict_files();

namespace {

constexpr std::array<std::string_view, 4> fact_names = {"deployed", "running", "healthy",
                                                        "current"};

SqlFile const& verdict_file(std::string_view fact) {
  static std::map<std::string, SqlFile, std::less<>> const files = [] {
    std::map<std::string, SqlFile, std::less<>> all;
    for (Asset const& asset : verdict_files())
      all.emplace(asset.name.substr(0, asset.name.rfind('.')), read_sql_file(asset.content));
    return all;
  }();
  auto const found = files.find(fact);
  require(found != files.end(), fmt::format("there is no verdicts/{}.sql", fact));
  return found->second;
}

std::vector<std::string> needs(SqlFile const& file) {
  std::vector<std::string> sources;
  auto const found = file.fields.find("needs");
  require(found != file.fields.end(), "a verdict says nothing of what it needs");
  for (std::string const& source : split(found->second, ',')) sources.emplace_back(trim(source));
  return sources;
}

FactVerdict read_row(std::string_view fact, sql::Row const& row) {
  FactVerdict verdict;
  verdict.fact = fact;
  std::string const proof = row.text("proof");
  verdict.proof = proof == "ok" ? Proof::ok : proof == "failing" ? Proof::failing : Proof::unknown;
  verdict.state = row.text("state");
  verdict.reason = row.text("reason");
  if (!row.null("since")) verdict.since = from_epoch_seconds(row.integer("since"));
  verdict.evidence = evidence_numbers(row.text("evidence"));
  return verdict;
}

FactVerdict silent_verdict(std::string_view fact, std::string_view source,
                           SourceSilence const& silence) {
  FactVerdict verdict;
  verdict.fact = fact;
  verdict.state = "not observed";
  verdict.reason = sentence(source, silence);
  verdict.since = silence.since;
  if (silence.evidence) verdict.evidence.push_back(*silence.evidence);
  return verdict;
}

using ByTarget = std::map<std::string, FactVerdict, std::less<>>;

Result<ByTarget> judge(Store& store, std::string_view fact, Instant now) {
  SqlFile const& file = verdict_file(fact);
  ByTarget verdicts;
  sql::Rows const rows =
      TRY(during(fmt::format("verdict {}", fact),
                 store.database().query(file.sql, {{":now", epoch_seconds(now)}})));
  for (sql::Row const& row : rows) verdicts[row.text("target")] = read_row(fact, row);
  for (auto const& [source, targets] : TRY(silences(store, needs(file))))
    for (auto const& [target, silence] : targets)
      verdicts[target] = silent_verdict(fact, source, silence);
  return verdicts;
}

int badness(Proof proof) {
  switch (proof) {
    case Proof::ok:
      return 0;
    case Proof::unknown:
      return 1;
    case Proof::failing:
      return 2;
  }
  unreachable_here("a proof has no such value");
}

void decide_headline(Verdict& verdict) {
  verdict.headline = Proof::ok;
  for (FactVerdict const& fact : verdict.facts) {
    if (badness(fact.proof) <= badness(verdict.headline)) continue;
    verdict.headline = fact.proof;
    verdict.state = fact.state;
  }
  if (verdict.headline == Proof::ok)
    verdict.state = verdict.facts[0].state == "expected empty" ? "expected empty" : "live";
}

}  // namespace

std::string_view to_word(Proof proof) {
  switch (proof) {
    case Proof::ok:
      return "ok";
    case Proof::failing:
      return "failing";
    case Proof::unknown:
      return "unknown";
  }
  unreachable_here("a proof has no such value");
}

Json to_json(Verdict const& verdict) {
  Json facts = Json::object();
  for (FactVerdict const& fact : verdict.facts) {
    Json evidence = Json::array();
    for (std::int64_t const number : fact.evidence) evidence.push(number);
    facts.set(fact.fact, Json::object({{"proof", to_word(fact.proof)},
                                       {"state", fact.state},
                                       {"reason", fact.reason},
                                       {"since", fact.since ? Json(iso8601(*fact.since)) : Json()},
                                       {"evidence", std::move(evidence)}}));
  }
  return Json::object({{"target", verdict.target},
                       {"verdict", to_word(verdict.headline)},
                       {"state", verdict.state},
                       {"facts", std::move(facts)}});
}

Result<std::vector<Verdict>> verdicts(Store& store, Instant now) {
  TRY(store.look_at(now));
  std::map<std::string_view, ByTarget> judged;
  for (std::string_view const fact : fact_names) judged[fact] = TRY(judge(store, fact, now));
  std::vector<Verdict> all;
  sql::Rows const targets =
      TRY(store.database().query("SELECT target FROM target ORDER BY target"));
  for (sql::Row const& row : targets) {
    Verdict verdict;
    verdict.target = row.text("target");
    for (std::string_view const fact : fact_names) {
      auto const found = judged[fact].find(verdict.target);
      if (found != judged[fact].end()) {
        verdict.facts.push_back(found->second);
        continue;
      }
      FactVerdict missing{.fact = std::string(fact), .state = "not observed"};
      missing.reason = "the facts that it follows from are not known at this instant";
      verdict.facts.push_back(std::move(missing));
    }
    decide_headline(verdict);
    all.push_back(std::move(verdict));
  }
  return all;
}

}  // namespace landfall
