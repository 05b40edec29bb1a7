// A database as values: one connection, prepared statements, transactions, a read-only guard.
// What an engine does behind it: sqlite.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace landfall::sql {

/// What a column holds. Booleans are stored as 0 and 1.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : value_(std::int64_t{value ? 1 : 0}) {}
  Value(int value) : value_(std::int64_t{value}) {}
  Value(std::int64_t value) : value_(value) {}
  Value(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Value(double value) : value_(value) {}
  Value(char const* value) : value_(std::string(value)) {}
  Value(std::string value) : value_(std::move(value)) {}
  Value(std::string_view value) : value_(std::string(value)) {}
  template <class T>
  Value(std::optional<T> const& value) {
    if (value) *this = Value(*value);
  }

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_text() const { return std::holds_alternative<std::string>(value_); }
  std::int64_t integer() const;  ///< 0 for null, a bug for text that is no number
  std::string text() const;      ///< "" for null, numbers in decimal
  std::optional<std::int64_t> maybe_integer() const;
  std::optional<std::string> maybe_text() const;
  bool operator==(Value const&) const = default;

  std::variant<std::nullptr_t, std::int64_t, double, std::string> value_{nullptr};
};

/// A row as names and values in the order of the SELECT. A missing name is a bug.
class Row {
 public:
  Row(std::shared_ptr<std::vector<std::string> const> names, std::vector<Value> values)
      : names_(std::move(names)), values_(std::move(values)) {}
  Value const& operator[](std::string_view name) const;
  std::string text(std::string_view name) const { return (*this)[name].text(); }
  std::int64_t integer(std::string_view name) const { return (*this)[name].integer(); }
  bool null(std::string_view name) const { return (*this)[name].is_null(); }
  std::vector<Value> const& values() const { return values_; }

 private:
  std::shared_ptr<std::vector<std::string> const> names_;
  std::vector<Value> values_;
};

struct Rows {
  std::vector<std::string> names;
  std::vector<Row> rows;
  auto begin() const { return rows.begin(); }
  auto end() const { return rows.end(); }
  bool empty() const { return rows.empty(); }
  std::size_t size() const { return rows.size(); }
};

/// Values by name (":now") or by position (in order of "?").
struct Bind {
  std::string name;  ///< with its colon; empty: by position
  Value value;
};
using Binds = std::vector<Bind>;

class Connection;
class Database;
class Prepared;
struct ReadLimit;

/// A prepared statement for a hot path. Dies before its Database.
class Statement {
 public:
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  Result<> bind(std::initializer_list<Value> values);  ///< resets, then binds by position
  Result<> bind(std::vector<Value> const& values);
  Result<> bind_name(std::string_view name, Value const& value);  ///< an unknown name is ignored
  void reset();
  Result<bool> step();  ///< true: a row is there
  Value column(int index) const;
  int columns() const;
  std::string column_name(int index) const;
  bool uses(std::string_view name) const;  ///< has a parameter of that name

 private:
  friend class Database;
  explicit Statement(std::unique_ptr<Prepared> prepared);
  std::unique_ptr<Prepared> prepared_;
};

/// alone: nobody else can open the file until this connection is closed; where somebody else has
/// it, opening fails at once with the code "busy".
enum class Engine { sqlite, postgres };

/// Does it name a database on a PostgreSQL server: "postgres://..." or "postgresql://...".
bool is_postgres_url(std::string_view place);

enum class Access { read_write, read_only, alone };

/// One connection to an engine. SQLite is opened in WAL mode with foreign keys, defensive and with
/// double-quoted strings off. All errors are Errors: a full disk, a read-only file and a corrupt
/// file each say so, with the codes "full", "read_only", "corrupt", "busy"; a server that cannot be
/// reached is "cannot_open", one that was lost "lost": the next statement outside of a transaction
/// connects again.
class Database {
 public:
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  /// ":memory:", a path, or a URL of a PostgreSQL database; a file is made if it is missing and
  /// access is read_write.
  static Result<Database> open(std::string const& path, Access access = Access::read_write);

  Result<> run(std::string_view sql);  ///< any number of statements, no parameters
  /// More rows than `rows_max` are the error "too_many".
  Result<Rows> query(std::string_view sql, Binds const& binds = {},
                     std::size_t rows_max = SIZE_MAX);
  Result<Rows> query(std::string_view sql, std::initializer_list<Value> values);
  Result<> exec(std::string_view sql, std::initializer_list<Value> values = {});
  Result<Statement> prepare(std::string_view sql);
  std::int64_t changes() const;  ///< rows changed by the last statement
  /// A mark that differs from an earlier one when another connection has written since, and may
  /// differ when only this one has.
  Result<std::string> mark_of_others();
  std::string path() const;  ///< for people: without a password
  Engine engine() const;
  /// Must each commit lie on the disk before it is done. If not, a power cut may take the last
  /// ones, but leaves what it leaves in order.
  enum class Disk { each_commit, now_and_then };
  Result<> wait_for(Disk disk);
  /// Statements whose outcome belongs to this connection alone, such as temporary views. They run
  /// now, and again whenever a lost connection is there again.
  Result<> each_session(std::string_view sql);

  /// Runs the work while nobody else's transaction runs, and commits; an error rolls all of it
  /// back. Inside another transaction of the same connection it is a savepoint.
  Result<> transaction(std::function<Result<>()> const& work);

  /// While a guard lives, only SELECTs pass and the tables they read are collected, by SQLite
  /// alone; after `steps_max` steps of SQLite's machine, or the time that as many take, a statement
  /// is interrupted with the code "budget".
  class ReadGuard {
   public:
    ReadGuard(Database& database, std::int64_t steps_max);
    ~ReadGuard();
    ReadGuard(ReadGuard const&) = delete;
    ReadGuard& operator=(ReadGuard const&) = delete;
    std::set<std::string> const& tables_read() const;

   private:
    Connection& connection_;
    std::unique_ptr<ReadLimit> limit_;
  };

 private:
  explicit Database(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
  int depth_ = 0;
};

}  // namespace landfall::sql
