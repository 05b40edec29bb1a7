// Checks: one SQL file each, found by being there. A row of its SELECT is a violation.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

/// One file of checks/: its header and its SELECT.
struct Check {
  std::string id;  ///< the file's name
  std::string title;
  std::string severity;  ///< SEV-1 to SEV-4, while the target is not launched one lower at most
  Duration hold{0};      ///< `for`: so long must it be found before it is an alert
  std::string cause;     ///< cause group: findings of one group have one cause
  std::vector<std::string> needs;  ///< sources without which the answer is unknown
  std::string why;                 ///< why it matters
  std::string fix;                 ///< what mends it; {target} and {app} stand for the finding's
  std::string seed;                ///< where the incident's report speaks of it; may be empty
  /// Lines that a header may lack. Where on github.com a person mends it, from the repository on;
  /// {workflow} stands for the file that the finding begins with.
  std::string page;
  std::string ended;         ///< what it means that it is found no more, where that is open
  bool absence = false;      ///< it tells of what was not there: true as long as it could be known
  bool after_grace = false;  ///< it holds only after the target's grace
  std::string sql;
};

/// All checks, by id. A malformed file is a bug: the tests read them all.
std::vector<Check> const& checks();
/// The tables and views that a check's statement reads, whatever engine the facts lie in: found
/// once by SQLite, which prepares the same statement over the same schema and tells them.
Result<std::set<std::string>> tables_read_by(Check const& check);
/// Does it tell of a path or a gate that is broken, and so of what made the wrong thing easy.
bool is_of_path_or_gate(Check const& check);
/// nullptr if there is none of that id.
Check const* find_check(std::string_view id);

enum class FindingState { violated, unknown };

struct Finding {
  std::string check;
  FindingState state = FindingState::violated;
  std::string subject;
  std::string target;  ///< empty: belongs to no declared target
  std::string severity;
  Instant since;
  std::string message;
  std::vector<std::int64_t> evidence;
};

/// Runs all checks over the instant that the store looks at. Keeps the rows of a check whose tables
/// did not change since the last call and that does not read `:now`.
class CheckRunner {
 public:
  explicit CheckRunner(Store& store) : store_(store) {}

  /// Findings by severity, then target, then check. A check that is refused or exceeds its budget
  /// of steps is an Error: a check that did not run must not look like one that found nothing.
  Result<std::vector<Finding>> run(Instant now);
  /// How many SELECTs the last run had to evaluate.
  int evaluated() const { return evaluated_; }

 private:
  struct Dated {
    Finding finding;
    Instant due;  ///< the finding holds from this instant on
  };
  struct Cached {
    std::map<std::string, std::uint64_t> versions;  ///< of the tables that were read
    bool reads_now = false;
    std::int64_t stale_at = 0;
    std::vector<Dated> findings;
  };
  Result<> evaluate(Check const& check, Instant now, Cached& cached);
  bool fresh(Cached const& cached) const;
  Result<std::vector<Finding>> unknowns();
  /// What rests on a source that is silent is not found, it is unknown.
  static void drop_unknown(std::vector<Finding>& findings, std::vector<Dated> const& unknown);
  /// When the next answer grows stale: until then silence cannot change by itself.
  Result<std::int64_t> next_stale();

  Store& store_;
  std::map<std::string, Cached, std::less<>> cache_;
  std::optional<Cached> unknowns_;
  std::optional<Instant> looked_at_;
  int evaluated_ = 0;
};

/// Keeps findings in the table `finding`: new ones begin now, those found no more end now.
Result<> keep_findings(Store& store, std::vector<Finding> const& findings, Instant now);

}  // namespace landfall
