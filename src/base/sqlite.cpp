#include "base/sqlite.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>

namespace landfall {
Result<> load_sqlite();  // cmake/lazy_library.cmake
}  // namespace landfall

namespace landfall::sqlite {
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

}  // namespace

std::int64_t Value::integer() const {
  if (is_null()) return 0;
  if (auto const* number = std::get_if<double>(&value_)) return static_cast<std::int64_t>(*number);
  require(is_integer(), "a column that should hold an integer holds text");
  return std::get<std::int64_t>(value_);
}

std::string Value::text() const {
  if (is_null()) return {};
  if (is_integer()) return std::to_string(std::get<std::int64_t>(value_));
  if (auto const* number = std::get_if<double>(&value_)) return fmt::format("{}", *number);
  return std::get<std::string>(value_);
}

std::optional<std::int64_t> Value::maybe_integer() const {
  if (is_null()) return std::nullopt;
  return integer();
}

std::optional<std::string> Value::maybe_text() const {
  if (is_null()) return std::nullopt;
  return text();
}

Value const& Row::operator[](std::string_view name) const {
  auto const found = std::find(names_->begin(), names_->end(), name);
  require(found != names_->end(), fmt::format("a query has no column '{}'", name));
  return values_[static_cast<std::size_t>(found - names_->begin())];
}

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<> Statement::bind(std::vector<Value> const& values) {
  reset();
  for (std::size_t i = 0; i < values.size(); ++i) {
    int const result = bind_value(handle_.get(), static_cast<int>(i) + 1, values[i]);
    if (result != SQLITE_OK) return std::unexpected(statement_error(handle_.get(), result));
  }
  return {};
}

Result<> Statement::bind(std::initializer_list<Value> values) {
  return bind(std::vector<Value>(values));
}

Result<> Statement::bind_name(std::string_view name, Value const& value) {
  int const index = sqlite3_bind_parameter_index(handle_.get(), std::string(name).c_str());
  if (index == 0) return {};
  int const result = bind_value(handle_.get(), index, value);
  if (result != SQLITE_OK) return std::unexpected(statement_error(handle_.get(), result));
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

Result<bool> Statement::step() {
  int const result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return std::unexpected(statement_error(handle_.get(), result));
}

Value Statement::column(int index) const {
  return column_value(handle_.get(), index);
}
int Statement::columns() const {
  return sqlite3_column_count(handle_.get());
}
std::string Statement::column_name(int index) const {
  return sqlite3_column_name(handle_.get(), index);
}
bool Statement::uses(std::string_view name) const {
  return sqlite3_bind_parameter_index(handle_.get(), std::string(name).c_str()) != 0;
}

void Database::Closer::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Error Database::error(std::string_view doing) const {
  int const result = sqlite3_extended_errcode(handle_.get());
  std::string_view const code = code_of(result);
  std::string text = sqlite3_errmsg(handle_.get());
  if (std::string_view const help = advice(code); !help.empty())
    text = fmt::format("{}: {} ({})", path(), help, text);
  if (!doing.empty()) text = fmt::format("{}: {}", doing, text);
  return {ErrorKind::data, std::move(text), std::string(code)};
}

Result<Database> Database::open(std::string const& path, Access access) {
  TRY(load_sqlite());
  int const flags = access == Access::read_only ? SQLITE_OPEN_READONLY
                                                : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  int const result = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database;
  database.handle_.reset(raw);
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
  TRY(database.run(pragmas));
  // A file that is no database is noticed only when it is read.
  TRY(database.query("SELECT count(*) FROM sqlite_schema"));
  if (access == Access::alone) TRY(database.run("BEGIN IMMEDIATE; COMMIT"));
  return database;
}

Result<> Database::run(std::string_view sql) {
  std::string const text(sql);
  if (sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(error(""));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  char const* rest = nullptr;
  int const result =
      sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &rest);
  Statement statement;
  statement.handle_.reset(raw);
  if (result != SQLITE_OK) return std::unexpected(error(""));
  if (raw == nullptr)
    return fail(ErrorKind::usage, "an empty statement: expected SQL such as SELECT * FROM release",
                "sql");
  std::string_view const tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (tail.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return fail(ErrorKind::usage,
                fmt::format("expected one statement, found more: '{}'", tail.substr(0, 40)), "sql");
  return statement;
}

namespace {

Result<Rows> all_rows(Statement& statement, std::size_t rows_max) {
  Rows rows;
  for (int i = 0; i < statement.columns(); ++i) rows.names.push_back(statement.column_name(i));
  auto const names = std::make_shared<std::vector<std::string> const>(rows.names);
  while (TRY(statement.step())) {
    if (rows.rows.size() == rows_max)
      return fail(ErrorKind::usage, fmt::format("more than {} rows", rows_max), "too_many");
    std::vector<Value> values;
    values.reserve(rows.names.size());
    for (int i = 0; i < statement.columns(); ++i) values.push_back(statement.column(i));
    rows.rows.emplace_back(names, std::move(values));
  }
  return rows;
}

}  // namespace

Result<Rows> Database::query(std::string_view sql, Binds const& binds, std::size_t rows_max) {
  Statement statement = TRY(prepare(sql));
  int position = 0;
  for (Bind const& bind : binds) {
    ++position;
    if (!bind.name.empty()) {
      TRY(statement.bind_name(bind.name, bind.value));
      continue;
    }
    int const result = bind_value(statement.handle_.get(), position, bind.value);
    if (result != SQLITE_OK) return std::unexpected(error("binding"));
  }
  return all_rows(statement, rows_max);
}

Result<Rows> Database::query(std::string_view sql, std::initializer_list<Value> values) {
  Statement statement = TRY(prepare(sql));
  TRY(statement.bind(values));
  return all_rows(statement, SIZE_MAX);
}

Result<> Database::exec(std::string_view sql, std::initializer_list<Value> values) {
  Statement statement = TRY(prepare(sql));
  TRY(statement.bind(values));
  while (TRY(statement.step())) {
  }
  return {};
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_.get());
}
std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_.get());
}

std::string Database::path() const {
  char const* name = sqlite3_db_filename(handle_.get(), "main");
  return name == nullptr || *name == '\0' ? ":memory:" : name;
}

Result<> Database::transaction(std::function<Result<>()> const& work) {
  bool const outermost = depth_ == 0;
  TRY(run(outermost ? "BEGIN IMMEDIATE" : "SAVEPOINT inner_work"));
  ++depth_;
  Result<> result = work();
  --depth_;
  if (result) {
    result = run(outermost ? "COMMIT" : "RELEASE inner_work");
    if (result) return result;
  }
  // A full disk may have rolled back already: then there is nothing left to undo.
  if (sqlite3_get_autocommit(handle_.get()) == 0) {
    Result<> const undone =
        run(outermost ? "ROLLBACK" : "ROLLBACK TO inner_work; RELEASE inner_work");
    if (!undone) result.error().text += fmt::format(" (and rolling back: {})", undone.error().text);
  }
  return result;
}

namespace {

int authorize(void* data, int action, char const* first, char const* /*second*/,
              char const* /*schema*/, char const* /*trigger*/) {
  auto* tables = static_cast<std::set<std::string>*>(data);
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return SQLITE_OK;
    case SQLITE_READ:
      if (first != nullptr) tables->insert(first);
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

int count_steps(void* data) {
  auto* left = static_cast<std::int64_t*>(data);
  *left -= 1000;
  return *left < 0 ? 1 : 0;
}

}  // namespace

Database::ReadGuard::ReadGuard(Database& database, std::int64_t steps_max)
    : handle_(database.handle_.get()), steps_left_(steps_max) {
  sqlite3_set_authorizer(handle_, authorize, &tables_);
  sqlite3_progress_handler(handle_, 1000, count_steps, &steps_left_);
}

Database::ReadGuard::~ReadGuard() {
  sqlite3_set_authorizer(handle_, nullptr, nullptr);
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
}

}  // namespace landfall::sqlite
