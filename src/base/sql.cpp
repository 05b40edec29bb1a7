#include "base/sql.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/sql_engine.h"

namespace landfall::sql {

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

Statement::Statement(std::unique_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {}
Statement::~Statement() = default;
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;

Result<> Statement::bind(std::vector<Value> const& values) {
  reset();
  for (std::size_t i = 0; i < values.size(); ++i)
    TRY(prepared_->bind(static_cast<int>(i) + 1, values[i]));
  return {};
}

Result<> Statement::bind(std::initializer_list<Value> values) {
  return bind(std::vector<Value>(values));
}

Result<> Statement::bind_name(std::string_view name, Value const& value) {
  int const position = prepared_->position(std::string(name));
  return position == 0 ? Result<>() : prepared_->bind(position, value);
}

void Statement::reset() {
  prepared_->reset();
}
Result<bool> Statement::step() {
  return prepared_->step();
}
Value Statement::column(int index) const {
  return prepared_->column(index);
}
int Statement::columns() const {
  return prepared_->columns();
}
std::string Statement::column_name(int index) const {
  return prepared_->column_name(index);
}
bool Statement::uses(std::string_view name) const {
  return prepared_->position(std::string(name)) != 0;
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

bool is_postgres_url(std::string_view place) {
  return place.starts_with("postgres://") || place.starts_with("postgresql://");
}

Result<Database> Database::open(std::string const& path, Access access) {
  return Database(
      TRY(is_postgres_url(path) ? open_postgres(path, access) : open_sqlite(path, access)));
}

Result<> Database::run(std::string_view sql) {
  return connection_->run(std::string(sql));
}

Result<Statement> Database::prepare(std::string_view sql) {
  return Statement(TRY(connection_->prepare(sql)));
}

namespace {

Result<Rows> all_rows(Statement& statement, std::size_t rows_max) {
  Rows rows;
  bool more = TRY(statement.step());
  for (int i = 0; i < statement.columns(); ++i) rows.names.push_back(statement.column_name(i));
  auto const names = std::make_shared<std::vector<std::string> const>(rows.names);
  while (more) {
    if (rows.rows.size() == rows_max)
      return fail(ErrorKind::usage, fmt::format("more than {} rows", rows_max), "too_many");
    std::vector<Value> values;
    values.reserve(rows.names.size());
    for (int i = 0; i < statement.columns(); ++i) values.push_back(statement.column(i));
    rows.rows.emplace_back(names, std::move(values));
    more = TRY(statement.step());
  }
  return rows;
}

}  // namespace

Result<Rows> Database::query(std::string_view sql, Binds const& binds, std::size_t rows_max) {
  Statement statement = TRY(prepare(sql));
  int position = 0;
  for (Bind const& bind : binds) {
    ++position;
    TRY(bind.name.empty() ? statement.prepared_->bind(position, bind.value)
                          : statement.bind_name(bind.name, bind.value));
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

std::int64_t Database::changes() const {
  return connection_->changes();
}
Result<std::string> Database::mark_of_others() {
  return connection_->mark_of_others();
}
std::string Database::path() const {
  return connection_->place();
}
Engine Database::engine() const {
  return connection_->engine();
}
Result<> Database::wait_for(Disk disk) {
  bool const each = disk == Disk::each_commit;
  if (engine() == Engine::postgres)
    return each_session(fmt::format("SET synchronous_commit = {};", each ? "on" : "off"));
  return run(fmt::format("PRAGMA synchronous = {}", each ? "FULL" : "NORMAL"));
}
Result<> Database::each_session(std::string_view sql) {
  return connection_->each_session(std::string(sql));
}

Result<> Database::transaction(std::function<Result<>()> const& work) {
  bool const outermost = depth_ == 0;
  TRY(outermost ? connection_->begin() : run("SAVEPOINT inner_work"));
  ++depth_;
  Result<> result = work();
  --depth_;
  if (result) {
    result = outermost ? connection_->commit() : run("RELEASE inner_work");
    if (result) return result;
  }
  // A full disk may have rolled back already: then there is nothing left to undo.
  if (connection_->in_transaction()) {
    Result<> const undone =
        outermost ? connection_->rollback() : run("ROLLBACK TO inner_work; RELEASE inner_work");
    if (!undone) result.error().text += fmt::format(" (and rolling back: {})", undone.error().text);
  }
  return result;
}

Database::ReadGuard::ReadGuard(Database& database, std::int64_t steps_max)
    : connection_(*database.connection_), limit_(std::make_unique<ReadLimit>(steps_max)) {
  connection_.limit(limit_.get());
}

Database::ReadGuard::~ReadGuard() {
  connection_.limit(nullptr);
}

std::set<std::string> const& Database::ReadGuard::tables_read() const {
  return limit_->tables;
}

}  // namespace landfall::sql
