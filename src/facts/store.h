// The fact tables: their schema from facts/*.sql, and the one way in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sql.h"
#include "base/time.h"
#include "intent/intent.h"

namespace landfall {

struct Column {
  std::string name;
  std::string type;      ///< TEXT, INTEGER, BOOLEAN, BLOB
  std::string sentence;  ///< what it means, from the comment beside it
};

/// How a table keeps time.
enum class Keeps {
  history,  ///< rows carry evidence_id, valid_from, valid_to; a view current_NAME shows one instant
  plain,    ///< rows are as they are: a journal, a log, what was declared
};

/// One file of facts/.
struct Table {
  std::string name;
  std::string sentence;  ///< what one row means
  std::vector<std::string> key;
  std::string born;  ///< column from whose time a new row is valid; "" is the time it was seen
  Keeps keeps = Keeps::plain;
  std::vector<Column> columns;
  std::string sql;
};

/// All tables, by name. A malformed file is a bug.
std::vector<Table> const& tables();

/// A fact: column names with values. Columns that are left out are null.
using Fact = std::vector<std::pair<std::string_view, sql::Value>>;

enum class Observed { observed, never_observed, source_off, no_permission, failed, stale };
std::string_view to_word(Observed state);

/// What became of asking a source about a subject.
struct Observation {
  std::string subject;  ///< an app, a repository, a target
  std::string source;   ///< "heroku.releases", "github.environments", "probe.origin"...
  Observed state = Observed::observed;
  std::string reason{};  ///< why it is not observed; empty otherwise
  /// From when on the facts of this answer are complete: a full release history covers the time
  /// since the app was created. Absent: only the moment of asking.
  std::optional<Instant> covers_from{};
  Duration fresh_for = 15min;  ///< after this without a new answer it is stale
};

/// One database with all facts. Opened once a process; used on the loop thread.
class Store {
 public:
  /// Opens or makes the database (a path, or a URL of a PostgreSQL database) and brings its schema
  /// to this version. A database of a newer version, a read-only or corrupt file, or a full disk is
  /// an Error that says so.
  static Result<Store> open(std::string const& path, sql::Access access = sql::Access::read_write);

  sql::Database& database() { return database_; }

  /// Writes what a source said about all rows of `table` within a scope (`{{"app", "shop"}}`): rows
  /// that are as before stay, changed and new ones are valid from now (or from their `born` time),
  /// rows that are gone end now. Runs within the caller's transaction if there is one.
  Result<> replace(std::string_view table, Fact const& scope, std::vector<Fact> const& facts,
                   std::int64_t evidence, Instant now);
  /// The same for rows of which an answer tells a few and nothing about the others: none ends.
  Result<> merge(std::string_view table, std::vector<Fact> const& facts, std::int64_t evidence,
                 Instant now);
  /// Appends to a plain table, or replaces the row with the same key.
  Result<> put(std::string_view table, Fact const& fact);
  /// Appends to a plain table whose key is a number, and returns that number.
  Result<std::int64_t> add(std::string_view table, Fact const& fact);

  Result<> observe(Observation const& observation, std::int64_t evidence, Instant now);
  /// Copies the declared targets into the tables `target`, `target_process`, `target_dependent`.
  Result<> declare(Intent const& intent);

  /// The instant that the views current_* show from now on, to this Store alone; what others wrote
  /// until now counts in version_of.
  Result<> look_at(Instant instant);

  /// A number that grows when a table's rows change through this Store, and when look_at found that
  /// others wrote: to that table on PostgreSQL, to any on SQLite.
  std::uint64_t version_of(std::string_view table) const;

 private:
  explicit Store(sql::Database database) : database_(std::move(database)) {}
  std::string insertion(Table const& table, Fact const& fact,
                        std::vector<sql::Value>& values) const;
  Table const& table(std::string_view name) const;
  void changed(std::string_view table) { ++versions_[std::string(table)]; }

  sql::Database database_;
  std::map<std::string, std::uint64_t, std::less<>> versions_;
  std::map<std::string, std::int64_t, std::less<>> writes_;  ///< by all, where each table counts
  std::string mark_of_others_;
  std::uint64_t times_others_wrote_ = 0;
};

}  // namespace landfall
