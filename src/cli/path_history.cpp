#include "cli/path_history.h"

#include <fmt/core.h>

#include <optional>

#include "base/text.h"
#include "workflow/filter.h"

namespace landfall {
namespace {

class History {
 public:
  History(Store& store, std::string_view repository) : store_(store), repository_(repository) {}

  Result<> join(PathSummary& path) {
    if (TRY(is_observed("github.runs"))) path.known.emplace_back("taken", TRY(runs(path)));
    if (!path.environment.empty() && TRY(is_observed("github.environments")))
      path.known.emplace_back("gate", TRY(gate(path.environment)));
    return {};
  }

 private:
  Result<bool> is_observed(std::string_view source) {
    sql::Rows const rows = TRY(store_.database().query(
        "SELECT count(*) AS n FROM source_state WHERE lower(subject) = lower(?1) AND source = ?2 "
        "AND state = 'observed'",
        {repository_, std::string(source)}));
    return rows.rows[0].integer("n") > 0;
  }

  /// GitHub keeps runs for 90 days at most, so "never" is not its word.
  Result<std::string> runs(PathSummary const& path) {
    sql::Rows const rows = TRY(store_.database().query(
        "SELECT ref, conclusion, created_at FROM current_run WHERE lower(repository) = lower(?1) "
        "AND path = ?2 AND event = ?3 ORDER BY created_at DESC",
        {repository_, path.file, path.event}));
    std::int64_t count = 0;
    std::optional<Instant> last;
    std::optional<Instant> success;
    std::string conclusion;
    for (sql::Row const& row : rows.rows) {
      if (!path.filter.empty() && !filter_matches(path.filter, row.text("ref"))) continue;
      Instant const at = from_epoch_seconds(row.integer("created_at"));
      std::string const ended = row.null("conclusion") ? "not over" : row.text("conclusion");
      if (count++ == 0) conclusion = ended;
      if (!last) last = at;
      if (!success && ended == "success") success = at;
    }
    if (!last) return "no run of it is known (GitHub keeps runs for 90 days at most)";
    std::string words = fmt::format("{}, the last {} ({})", counted(count, "run", "runs"),
                                    to_minutes(*last), conclusion);
    if (conclusion == "success") return words;
    return words + (success ? ", the last success " + to_minutes(*success) : ", none successful");
  }

  Result<std::string> gate(std::string const& environment) {
    sql::Rows const rows = TRY(store_.database().query(
        "SELECT reviewers, wait_timer, branch_policy, policies FROM current_environment WHERE "
        "lower(repository) = lower(?1) AND lower(environment) = lower(?2)",
        {repository_, environment}));
    if (rows.rows.empty())
      return fmt::format("environment {} does not exist: GitHub creates it without protection",
                         environment);
    sql::Row const& row = rows.rows[0];
    std::int64_t const reviewers = row.integer("reviewers");
    std::string words = reviewers == 0
                            ? std::string("no required reviewers")
                            : counted(reviewers, "required reviewer", "required reviewers");
    if (row.integer("wait_timer") > 0)
      words += ", waits " + counted(row.integer("wait_timer"), "minute", "minutes");
    std::string const policy = row.text("branch_policy");
    if (policy == "all") words += ", any branch or tag";
    if (policy == "protected") words += ", protected branches only";
    if (policy == "custom") words += ", only " + row.text("policies");
    return words;
  }

  Store& store_;
  std::string repository_;
};

}  // namespace

Result<> join_history(Store& store, std::string_view repository, std::span<FileSummary> files) {
  History history(store, repository);
  for (FileSummary& file : files)
    for (PathSummary& path : file.paths) TRY(history.join(path));
  return {};
}

}  // namespace landfall
