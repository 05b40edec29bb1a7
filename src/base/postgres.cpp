// PostgreSQL behind base/sql.h, by its own library.
#include <fmt/core.h>

#include <cstdlib>

#include "base/postgres_marks.h"
#include "base/postgres_session.h"
#include "base/sql_engine.h"
#include "base/text.h"

namespace landfall::sql {
namespace {

// pg_type.dat
constexpr Oid type_boolean = 16;
constexpr Oid type_bytes = 17;
constexpr Oid type_integer_8 = 20;
constexpr Oid type_integer_2 = 21;
constexpr Oid type_integer_4 = 23;
constexpr Oid type_real = 700;
constexpr Oid type_double = 701;
constexpr Oid type_numeric = 1700;

Value number_from(std::string const& text) {
  if (auto const whole = parse_integer(text)) return {*whole};
  return {std::strtod(text.c_str(), nullptr)};
}

Value value_from(PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) == 1) return {};
  char const* const bytes = PQgetvalue(result, row, column);
  std::string text(bytes, static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case type_boolean:
      return {text == "t"};
    case type_integer_8:
    case type_integer_2:
    case type_integer_4:
    case type_real:
    case type_double:
    case type_numeric:
      return number_from(text);
    case type_bytes: {
      std::size_t size = 0;
      unsigned char* const plain = PQunescapeBytea(
          static_cast<unsigned char const*>(static_cast<void const*>(bytes)), &size);
      if (plain == nullptr) return {};
      std::string kept(static_cast<char const*>(static_cast<void const*>(plain)), size);
      PQfreemem(plain);
      return {std::move(kept)};
    }
    default:
      return {std::move(text)};
  }
}

class PgPrepared final : public Prepared {
 public:
  PgPrepared(PgSession& session, std::string_view sql, std::int64_t& changes)
      : session_(session), sql_(numbered(sql)), changes_(changes) {
    PgPrepared::reset();
  }

  Result<> bind(int position, Value const& value) override {
    auto const index = static_cast<std::size_t>(position) - 1;
    if (position < 1 || index >= values_.size())
      return fail(ErrorKind::usage, fmt::format("the statement has no parameter {}", position),
                  "sql");
    values_[index] = value;
    return {};
  }
  int position(std::string const& name) const override {
    for (std::size_t i = 0; i < sql_.names.size(); ++i)
      if (sql_.names[i] == name) return static_cast<int>(i) + 1;
    return 0;
  }
  void reset() override {
    values_.assign(sql_.names.size(), Value());
    result_.reset();
    row_ = -1;
  }
  Result<bool> step() override {
    if (!result_) TRY(execute());
    return ++row_ < PQntuples(result_.get());
  }
  Value column(int index) const override { return value_from(result_.get(), row_, index); }
  int columns() const override { return result_ ? PQnfields(result_.get()) : 0; }
  std::string column_name(int index) const override { return PQfname(result_.get(), index); }

 private:
  Result<> execute() {
    // A named number may stand where nothing else tells its type: `:now - 600`.
    std::vector<Oid> types;
    for (std::size_t i = 0; i < values_.size(); ++i)
      types.push_back(!sql_.names[i].empty() && values_[i].is_integer() ? type_integer_8 : 0);
    result_ = TRY(session_.execute(sql_.text, types, values_));
    changes_ = parse_integer(PQcmdTuples(result_.get())).value_or(0);
    return {};
  }

  PgSession& session_;
  NumberedSql sql_;
  std::vector<Value> values_;
  PgResult result_;
  int row_ = -1;
  std::int64_t& changes_;
};

class PgConnection final : public Connection {
 public:
  explicit PgConnection(std::unique_ptr<PgSession> session) : session_(std::move(session)) {}

  Result<> run(std::string const& sql) override {
    TRY(session_->run(sql));
    return {};
  }
  Result<std::unique_ptr<Prepared>> prepare(std::string_view sql) override {
    if (trim(sql).empty())
      return fail(ErrorKind::usage,
                  "an empty statement: expected SQL such as SELECT * FROM release", "sql");
    return std::make_unique<PgPrepared>(*session_, trim(sql), changes_);
  }
  Result<> each_session(std::string const& sql) override { return session_->each_session(sql); }
  Result<> begin() override { return session_->begin(); }
  Result<> commit() override { return session_->commit(); }
  Result<> rollback() override { return session_->rollback(); }
  bool in_transaction() const override { return session_->in_transaction(); }
  std::int64_t changes() const override { return changes_; }
  Result<std::string> mark_of_others() override {
    // Whatever ends a transaction that wrote changes who is still under way, or who comes next.
    PgResult const told =
        TRY(session_->execute("SELECT CAST(pg_current_snapshot() AS text)", {}, {}));
    return std::string(PQgetvalue(told.get(), 0, 0));
  }
  std::string place() const override { return session_->place(); }
  void limit(ReadLimit* in_force) override { session_->limit(in_force); }
  Engine engine() const override { return Engine::postgres; }

 private:
  std::unique_ptr<PgSession> session_;
  std::int64_t changes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(std::string const& url, Access access) {
  return std::make_unique<PgConnection>(TRY(PgSession::open(url, access)));
}

}  // namespace landfall::sql
