#include "cli/audit_facts.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/path_text.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/check_pages.h"
#include "cli/path_history.h"
#include "cli/pipeline.h"

namespace landfall {
namespace {

/// Checks whose findings belong to an audit: of paths and gates. What is a rule too has judged the
/// files themselves already.
bool belongs_here(std::string_view id) {
  Check const* check = find_check(id);
  return check != nullptr && (check->cause == "path" || check->cause == "gate") && !is_rule(id);
}

/// The place that a message begins with, as `path:line`, if the checkout has it.
Place place_in(AuditRun& run, std::string_view message) {
  std::string_view const word = message.substr(0, message.find_first_of(" ,"));
  auto const colon = word.rfind(':');
  if (!word.starts_with(".github/") || colon == std::string_view::npos) return {};
  auto const line = parse_integer(word.substr(colon + 1));
  std::string const file(word.substr(0, colon));
  auto const text = run.reader.read(file);
  if (!line || *line < 1 || !text) return {};
  std::size_t begin = 0;
  for (std::int64_t i = 1; i < *line; ++i) {
    begin = text->find('\n', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  std::size_t const end = std::min(text->find('\n', begin), text->size());
  std::size_t const first = std::min(text->find_first_not_of(' ', begin), end);
  auto const mark = [&](std::size_t byte) {
    return yaml::Mark{static_cast<std::uint32_t>(*line),
                      static_cast<std::uint32_t>(byte - begin + 1),
                      static_cast<std::uint32_t>(byte)};
  };
  return {file, mark(first), mark(end)};
}

AuditFinding audit_finding(AuditRun& run, Finding const& finding, Intent const& intent) {
  AuditFinding found;
  found.rule = find_check(finding.check)->id;
  found.severity = finding.severity;
  found.place = place_in(run, finding.message);
  // Where a place tells what it is about, the message speaks for itself.
  found.message = found.place.file.empty() ? fmt::format("{}: {}", finding.subject, finding.message)
                                           : finding.message;
  Target const* target = intent.target(finding.target);
  if (target != nullptr) found.target = target->app;
  return found;
}

/// Puts the findings about this repository into the report.
void join(AuditRun& run, std::vector<Finding> const& findings, Intent const& intent,
          JoinedFacts facts) {
  std::string const repository = run.checkout.git ? run.checkout.git->repository : "";
  std::set<std::pair<std::string, std::string>> untold;
  std::vector<AuditFinding> joined;
  for (Finding const& finding : findings) {
    if (!belongs_here(finding.check)) continue;
    Target const* target = intent.target(finding.target);
    bool const elsewhere =
        target != nullptr && !repository.empty() && lower(target->repository) != lower(repository);
    if (elsewhere) continue;
    if (finding.state == FindingState::unknown)
      untold.emplace(finding.check, finding.message);
    else
      joined.push_back(audit_finding(run, finding, intent));
  }
  AuditResult& result = run.report.result;
  for (AuditFinding& ignored : take_ignored(result.ignores, joined))
    result.ignored.push_back(std::move(ignored));
  for (AuditFinding& finding : joined) result.findings.push_back(std::move(finding));
  facts.untold.assign(untold.begin(), untold.end());
  run.report.facts = std::move(facts);
}

/// The targets that the files deploy, as if they were declared: for a repository without a
/// landfall.yaml.
Intent intent_of(AuditRun const& run) {
  Intent intent;
  intent.file = "the workflows";
  for (TargetPaths const& one : paths_by_target(run.report.result.files)) {
    if (!one.known) continue;
    Target target;
    bool const production = stage_of_target(one) == Stage::production;
    target.service = one.target;
    target.environment = production ? "production" : "other";
    target.name = fmt::format("{}/{}", target.service, target.environment);
    target.provider = one.provider;
    target.app = one.target;
    target.repository = run.checkout.git->repository;
    if (!run.checkout.git->default_branch.empty()) target.branch = run.checkout.git->default_branch;
    if (intent.target(target.name) == nullptr) intent.targets.push_back(std::move(target));
  }
  return intent;
}

/// When anything was last recorded; nullopt: nothing ever was.
Result<std::optional<Instant>> last_recorded(Store& store) {
  sql::Rows const rows = TRY(store.database().query("SELECT max(asked_at) AS asked_at FROM asked"));
  if (rows.rows.empty() || rows.rows[0].null("asked_at")) return std::optional<Instant>();
  return std::optional(from_epoch_seconds(rows.rows[0].integer("asked_at")));
}

}  // namespace

Result<> join_recorded_facts(Context& context, AuditRun& run) {
  bool const named = context.arguments.has("--config");
  std::string const config =
      context.arguments.value_or("--config", run.checkout.root + "landfall.yaml");
  if (!named && !context.world.files.exists(config)) return {};
  std::string const store_file = context.arguments.value_or(
      "--store", config.substr(0, config.rfind('/') + 1) + "landfall.db");
  if (!sql::is_postgres_url(store_file) && !context.world.files.exists(store_file)) return {};
  auto const text = TRY(context.world.files.read(config));
  Intent const intent = TRY(parse_intent(text, config));
  Store store = TRY(Store::open(store_file, sql::Access::read_only));
  auto const recorded = TRY(last_recorded(store));
  if (!recorded) return {};
  // As of then nothing is stale: how old the facts are is said, and nothing is made of it.
  std::vector<Finding> const findings = TRY(CheckRunner(store).run(*recorded));
  join(run, findings, intent,
       {.source = sql::is_postgres_url(store_file) ? store.database().path() : store_file,
        .recorded = "recorded " + to_minutes(*recorded)});
  if (!run.checkout.git || run.checkout.git->repository.empty()) return {};
  return join_history(store, run.checkout.git->repository, run.report.result.files);
}

Result<> join_asked_facts(Context& context, AuditRun& run) {
  if (!run.checkout.git || run.checkout.git->repository.empty())
    return fail(
        ErrorKind::usage,
        "--online asks GitHub about the repository of the remote `origin`, and this checkout "
        "has none");
  // Another server's API is asked where it is named; github.com knows nothing of its repositories.
  std::string const& host = run.checkout.git->host;
  if (host != "github.com" && !context.world.variable("GITHUB_API_URL"))
    return fail(
        ErrorKind::usage,
        fmt::format("--online asks GitHub, and `origin` is at {}: for GitHub Enterprise set "
                    "GITHUB_API_URL to its API",
                    printable(host)));
  Platforms const platforms = TRY(platforms_from(context.world));
  if (platforms.github.token.empty())
    return fail(
        ErrorKind::config,
        "--online needs a token for GitHub: set GITHUB_TOKEN, or GITHUB_TOKEN_FILE to a file "
        "that holds it",
        "no_token");
  Intent const intent = intent_of(run);
  Store store = TRY(Store::open(":memory:"));
  TRY(collect(context, store, intent, platforms, AskAbout::repositories));
  Instant const now = context.world.now();
  std::vector<Finding> const findings = TRY(CheckRunner(store).run(now));
  join(run, findings, intent,
       {.source = "GitHub", .recorded = "asked " + to_minutes(now), .asked = true});
  return join_history(store, run.checkout.git->repository, run.report.result.files);
}

Result<> join_facts(Context& context, AuditRun& run) {
  if (context.arguments.has("--online")) return join_asked_facts(context, run);
  auto const joined = join_recorded_facts(context, run);
  if (joined) return {};
  // Recorded facts are an addition that nobody asked for: the files are judged without them.
  run.report.remarks.push_back(
      {{}, "settings and history were not looked at: " + joined.error().text});
  return {};
}

}  // namespace landfall
