// SQLite 3.40 behind base/sql.h.
#include <fmt/core.h>
#include <sqlite3.h>

#include <map>

#include "base/sql_engine.h"

namespace landfall {
Result<> load_sqlite();  // cmake/lazy_library.cmake
}  // namespace landfall

namespace landfall::sql {
namespace {

std::string_view code_of(int result) {
  switch (result & 0xFF) {
    case SQLITE_FULL:
      return "full";
    case SQLITE_READONLY:
      return "read_only";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "corrupt";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "busy";
    case SQLITE_INTERRUPT:
      return "budget";
    case SQLITE_AUTH:
      return "not_allowed";
    case SQLITE_CANTOPEN:
      return "cannot_open";
    case SQLITE_CONSTRAINT:
      return "constraint";
    default:
      return "sql";
  }
}

std::string_view advice(std::string_view code) {
  if (code == "full") return "the disk is full: free some space, nothing written before is lost";
  if (code == "read_only") return "the file or its folder is read-only: make it writable";
  if (code == "corrupt")
    return "the file is not a healthy SQLite database: restore it from a backup, or move it away";
  if (code == "cannot_open")
    return "the file cannot be opened: check that its folder exists and is writable";
  if (code == "busy") return "another process holds the database: try again";
  return "";
}

int bind_value(sqlite3_stmt* statement, int index, Value const& value) {
  if (value.is_null()) return sqlite3_bind_null(statement, index);
  if (value.is_integer()) return sqlite3_bind_int64(statement, index, value.integer());
  if (auto const* number = std::get_if<double>(&value.value_))
    return sqlite3_bind_double(statement, index, *number);
  std::string const& text = std::get<std::string>(value.value_);
  // Text with a zero byte is a blob: compressed bodies.
  if (text.find('\0') != std::string::npos)
    return sqlite3_bind_blob64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT);
  return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8);
}

Value column_value(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_INTEGER:
      return {std::int64_t{sqlite3_column_int64(statement, index)}};
    case SQLITE_FLOAT:
      return {sqlite3_column_double(statement, index)};
    case SQLITE_NULL:
      return {};
    default:
      break;
  }
  auto const* bytes = static_cast<char const*>(sqlite3_column_blob(statement, index));
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
  return {bytes == nullptr ? std::string() : std::string(bytes, size)};
}

Error statement_error(sqlite3_stmt* statement, int result) {
  sqlite3* database = sqlite3_db_handle(statement);
  std::string_view const code = code_of(result);
  std::string text = sqlite3_errmsg(database);
  if (std::string_view const help = advice(code); !help.empty()) {
    char const* file = sqlite3_db_filename(database, "main");
    text = fmt::format("{}: {} ({})", file == nullptr ? "database" : file, help, text);
  }
  return {ErrorKind::data, std::move(text), std::string(code)};
}

int authorize(void* data, int action, char const* first, char const* /*second*/,
              char const* /*schema*/, char const* /*trigger*/) {
  auto* limit = static_cast<ReadLimit*>(data);
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return SQLITE_OK;
    case SQLITE_READ:
      if (first != nullptr) limit->tables.insert(first);
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

int count_steps(void* data) {
  auto* limit = static_cast<ReadLimit*>(data);
  limit->steps_left -= 1000;
  return limit->steps_left < 0 ? 1 : 0;
}

struct Finalizer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3_stmt, Finalizer>;

/// Statements that nobody uses now, by their text: parsing one takes longer than most take to run.
class IdleStatements {
 public:
  Handle take(std::string_view sql) {
    auto const found = idle_.find(sql);
    if (found == idle_.end()) return nullptr;
    Handle handle = std::move(found->second);
    idle_.erase(found);
    return handle;
  }

  void put(Handle handle) {
    constexpr std::size_t most = 256;
    sqlite3_reset(handle.get());
    sqlite3_clear_bindings(handle.get());
    if (idle_.size() == most) idle_.clear();
    std::string_view const sql = sqlite3_sql(handle.get());
    idle_.try_emplace(std::string(sql), std::move(handle));
  }

 private:
  std::map<std::string, Handle, std::less<>> idle_;
};

class SqlitePrepared final : public Prepared {
 public:
  /// It goes back to `home`, if there is one.
  SqlitePrepared(Handle handle, std::shared_ptr<IdleStatements> home)
      : handle_(std::move(handle)), home_(std::move(home)) {}
  ~SqlitePrepared() override {
    if (home_) home_->put(std::move(handle_));
  }
  SqlitePrepared(SqlitePrepared const&) = delete;
  SqlitePrepared& operator=(SqlitePrepared const&) = delete;

  Result<> bind(int position, Value const& value) override {
    int const result = bind_value(handle_.get(), position, value);
    if (result == SQLITE_OK) return {};
    return std::unexpected(statement_error(handle_.get(), result));
  }
  int position(std::string const& name) const override {
    return sqlite3_bind_parameter_index(handle_.get(), name.c_str());
  }
  void reset() override {
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
  }
  Result<bool> step() override {
    int const result = sqlite3_step(handle_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return std::unexpected(statement_error(handle_.get(), result));
  }
  Value column(int index) const override { return column_value(handle_.get(), index); }
  int columns() const override { return sqlite3_column_count(handle_.get()); }
  std::string column_name(int index) const override {
    return sqlite3_column_name(handle_.get(), index);
  }

 private:
  Handle handle_;
  std::shared_ptr<IdleStatements> home_;
};

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}

  Result<> run(std::string const& sql) override {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return std::unexpected(error());
  }

  Result<std::unique_ptr<Prepared>> prepare(std::string_view sql) override {
    // What is read under a guard is told to it by parsing.
    auto const home = guarded_ ? nullptr : idle_;
    if (home)
      if (Handle known = home->take(sql))
        return std::make_unique<SqlitePrepared>(std::move(known), home);
    sqlite3_stmt* raw = nullptr;
    char const* rest = nullptr;
    int const result =
        sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &rest);
    Handle handle(raw);
    if (result != SQLITE_OK) return std::unexpected(error());
    if (raw == nullptr)
      return fail(ErrorKind::usage,
                  "an empty statement: expected SQL such as SELECT * FROM release", "sql");
    std::string_view const tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
    if (tail.find_first_not_of(" \t\r\n;") != std::string_view::npos)
      return fail(ErrorKind::usage,
                  fmt::format("expected one statement, found more: '{}'", tail.substr(0, 40)),
                  "sql");
    return std::make_unique<SqlitePrepared>(std::move(handle), home);
  }

  Result<> begin() override { return run("BEGIN IMMEDIATE"); }
  bool in_transaction() const override { return sqlite3_get_autocommit(handle_.get()) == 0; }
  std::int64_t changes() const override { return sqlite3_changes64(handle_.get()); }
  Result<std::string> mark_of_others() override {
    if (!mark_) mark_ = TRY(prepare("PRAGMA data_version"));
    TRY(mark_->step());
    std::string text = mark_->column(0).text();
    mark_->reset();
    return text;
  }
  std::string place() const override {
    char const* name = sqlite3_db_filename(handle_.get(), "main");
    return name == nullptr || *name == '\0' ? ":memory:" : name;
  }
  Engine engine() const override { return Engine::sqlite; }
  void limit(ReadLimit* in_force) override {
    bool const any = in_force != nullptr;
    guarded_ = any;
    sqlite3_set_authorizer(handle_.get(), any ? authorize : nullptr, in_force);
    sqlite3_progress_handler(handle_.get(), any ? 1000 : 0, any ? count_steps : nullptr, in_force);
  }

 private:
  struct Closer {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  Error error() const {
    std::string_view const code = code_of(sqlite3_extended_errcode(handle_.get()));
    std::string text = sqlite3_errmsg(handle_.get());
    if (std::string_view const help = advice(code); !help.empty())
      text = fmt::format("{}: {} ({})", place(), help, text);
    return {ErrorKind::data, std::move(text), std::string(code)};
  }
  std::unique_ptr<sqlite3, Closer> handle_;
  std::shared_ptr<IdleStatements> idle_ = std::make_shared<IdleStatements>();
  bool guarded_ = false;
  std::unique_ptr<Prepared> mark_;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(std::string const& path, Access access) {
  TRY(load_sqlite());
  int const flags = access == Access::read_only ? SQLITE_OPEN_READONLY
                                                : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  int const result = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  auto connection = std::make_unique<SqliteConnection>(raw);
  if (result != SQLITE_OK)
    return fail(ErrorKind::config,
                fmt::format("{}: {} ({})", path, advice("cannot_open"), sqlite3_errstr(result)),
                std::string(code_of(result)));
  sqlite3_busy_timeout(raw, access == Access::alone ? 0 : 5000);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  std::string pragmas =
      "PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON; PRAGMA temp_store = MEMORY;";
  if (access == Access::alone) pragmas += "PRAGMA locking_mode = EXCLUSIVE;";
  if (access != Access::read_only)
    pragmas += "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
  TRY(connection->run(pragmas));
  // A file that is no database is noticed only when it is read.
  TRY(connection->run("SELECT count(*) FROM sqlite_schema"));
  if (access == Access::alone) TRY(connection->run("BEGIN IMMEDIATE; COMMIT"));
  return connection;
}

}  // namespace landfall::sql
