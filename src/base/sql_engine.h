// What base/sql.h needs of an engine. One file implements it for one engine.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sql.h"

namespace landfall::sql {

/// What an engine does with one prepared statement.
class Prepared {
 public:
  virtual ~Prepared() = default;
  virtual Result<> bind(int position, Value const& value) = 0;  ///< counts from 1
  virtual int position(std::string const& name) const = 0;      ///< 0: there is none of that name
  virtual void reset() = 0;                                     ///< forgets what was bound
  virtual Result<bool> step() = 0;
  virtual Value column(int index) const = 0;
  virtual int columns() const = 0;
  virtual std::string column_name(int index) const = 0;
};

/// While it is in force, statements only read: so much they may do, and these tables they read,
/// where the engine tells.
struct ReadLimit {
  std::int64_t steps_left = 0;
  std::set<std::string> tables{};
};

/// What an engine does with one connection. `sql` is one statement where nothing else is said.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Result<> run(std::string const& sql) = 0;  ///< any number of statements
  virtual Result<std::unique_ptr<Prepared>> prepare(std::string_view sql) = 0;
  /// Statements, and what they make belongs to this connection alone: they run again where it was
  /// lost and is there again.
  virtual Result<> each_session(std::string const& sql) { return run(sql); }
  virtual Result<> begin() = 0;  ///< a transaction that nobody else's can cross
  virtual Result<> commit() { return run("COMMIT"); }
  virtual Result<> rollback() { return run("ROLLBACK"); }
  virtual bool in_transaction() const = 0;
  virtual std::int64_t changes() const = 0;
  /// Differs from what it was when another connection has written since.
  virtual Result<std::string> mark_of_others() = 0;
  virtual std::string place() const = 0;        ///< for people: a path, or a URL without a password
  virtual void limit(ReadLimit* in_force) = 0;  ///< nullptr: none any more
  virtual Engine engine() const = 0;
};

Result<std::unique_ptr<Connection>> open_sqlite(std::string const& path, Access access);
Result<std::unique_ptr<Connection>> open_postgres(std::string const& url, Access access);

}  // namespace landfall::sql
