#include "base/postgres_session.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
Result<> load_pq();  // cmake/lazy_library.cmake
}  // namespace landfall

namespace landfall::sql {
namespace {

constexpr Oid type_bytes = 17;  // pg_type.dat
constexpr Oid type_text = 25;
constexpr Oid type_varchar = 1043;

/// Statements beyond so many are forgotten, all at once: ours are some hundred.
constexpr std::size_t known_max = 500;

/// One writer after another, as with SQLite: what is read and then written by it is never crossed.
/// The number is landfall's own, and means nothing.
constexpr std::string_view begin_alone = "BEGIN; SELECT pg_advisory_xact_lock(6005820)";

/// Who stands still within a transaction holds up all others: the server ends it. Plans are made in
/// far less time than a machine's code for them.
constexpr std::string_view settings =
    "SET client_min_messages = warning; SET lock_timeout = '30s'; SET statement_timeout = '10min'; "
    "SET idle_in_transaction_session_timeout = '30s'; SET TIME ZONE 'UTC'; SET bytea_output = hex; "
    "SET jit = off;";

/// https://www.postgresql.org/docs/15/errcodes-appendix.html
std::string_view code_of_state(std::string_view state) {
  if (state == "53100") return "full";
  if (state == "25006") return "read_only";
  if (state == "57014") return "budget";
  if (state == "42501") return "not_allowed";
  if (state == "40001" || state == "40P01" || state == "55P03" || state == "53300") return "busy";
  if (state == "25P03" || state.starts_with("08") || state.starts_with("57P")) return "lost";
  if (state.starts_with("23")) return "constraint";
  if (state.starts_with("XX")) return "corrupt";
  return "sql";
}

std::string_view advice_for(std::string_view code) {
  if (code == "full")
    return "the server's disk is full: free some space there, nothing written before is lost";
  if (code == "read_only") return "the server takes no writes: is it a standby";
  if (code == "corrupt") return "the server found its own files damaged: restore a backup";
  if (code == "busy") return "others hold the database, or all its connections: try again";
  return "";
}

std::string first_line(char const* text) {
  std::string_view const all = text == nullptr ? "" : text;
  return std::string(trim(all.substr(0, all.find('\n'))));
}

std::string place_of(PGconn* handle) {
  auto const word = [](char const* text) { return std::string(text == nullptr ? "" : text); };
  std::string const host = word(PQhost(handle));
  if (host.starts_with('/'))
    return fmt::format("postgres://{}@/{}?host={}", word(PQuser(handle)), word(PQdb(handle)), host);
  return fmt::format("postgres://{}@{}:{}/{}", word(PQuser(handle)), host, word(PQport(handle)),
                     word(PQdb(handle)));
}

Error connection_error(PGconn* handle) {
  std::string const said = first_line(PQerrorMessage(handle));
  bool const password = PQconnectionNeedsPassword(handle) == 1 ||
                        said.find("authentication failed") != std::string::npos;
  if (password)
    return {ErrorKind::config,
            fmt::format("{}: the server does not accept this user and password: PGPASSWORD or "
                        "~/.pgpass may hold the password ({})",
                        place_of(handle), said),
            "unauthorized"};
  return {ErrorKind::config,
          fmt::format("{}: the server cannot be reached, or has no such database ({})",
                      place_of(handle), said),
          "cannot_open"};
}

/// What a column of text can hold: no zero bytes, and nothing but UTF-8.
std::string storable(std::string const& text) {
  std::string out = is_utf8(text) ? text : as_utf8(text);
  return out.find('\0') == std::string::npos ? out
                                             : replace_all(out, std::string_view("\0", 1), "�");
}

struct Parameters {
  std::vector<std::string> kept;
  std::vector<char const*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

Parameters parameters(std::vector<Oid> const& types, std::vector<Value> const& values) {
  Parameters out;
  out.kept.reserve(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    Value const value = i < values.size() ? values[i] : Value();
    bool const bytes = types[i] == type_bytes;
    bool const text = types[i] == type_text || types[i] == type_varchar;
    out.kept.push_back(text ? storable(value.text()) : value.text());
    out.values.push_back(value.is_null() ? nullptr : out.kept.back().c_str());
    out.lengths.push_back(static_cast<int>(out.kept.back().size()));
    out.formats.push_back(bytes ? 1 : 0);
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<PgSession>> PgSession::open(std::string const& url, Access access) {
  TRY(load_pq());
  if (access == Access::alone)
    return fail(ErrorKind::usage, "a PostgreSQL database is never had alone", "cannot_open");
  // What libpq says of a URL that it cannot read cites parts of it: one may be the password.
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), nullptr);
  if (options == nullptr)
    return fail(ErrorKind::config,
                "the store's URL cannot be read: expected postgres://USER@HOST:PORT/DATABASE, with "
                "what is not a letter or digit as %XX",
                "cannot_open");
  PQconninfoFree(options);
  char const* const names[]{"dbname",          "fallback_application_name", "connect_timeout",
                            "client_encoding", "tcp_user_timeout",          nullptr};
  char const* const values[]{url.c_str(), "landfall", "10", "UTF8", "30000", nullptr};
  std::unique_ptr<PgSession> session(new PgSession(PQconnectdbParams(names, values, 1), access));
  if (session->lost()) return std::unexpected(connection_error(session->handle_.get()));
  TRY(session->set_up());
  return session;
}

Result<> PgSession::set_up() {
  PQsetNoticeProcessor(handle_.get(), [](void*, char const*) {}, nullptr);
  known_.clear();
  begun_ = false;
  guarded_ = false;
  TRY(checked(PQexec(handle_.get(), std::string(settings).c_str())));
  // Temporary things can be made by who may write alone.
  if (!each_.empty()) TRY(checked(PQexec(handle_.get(), each_.c_str())));
  if (access_ == Access::read_only)
    TRY(checked(PQexec(handle_.get(), "SET default_transaction_read_only = on")));
  return {};
}

Result<> PgSession::again() {
  PQreset(handle_.get());
  if (lost()) return std::unexpected(connection_error(handle_.get()));
  return set_up();
}

Result<> PgSession::ready() {
  if (lost()) {
    // What the transaction did is gone: it has to begin anew, by who began it.
    if (begun_) return fail(ErrorKind::network, place() + ": the connection was lost", "lost");
    TRY(again());
  }
  return limit_ != nullptr && !guarded_ ? guard() : Result<>();
}

Result<> PgSession::guard() {
  // 100,000 steps of SQLite's machine take about a millisecond.
  auto const milliseconds = std::max<std::int64_t>(1, limit_->steps_left / 100'000);
  TRY(checked(PQexec(handle_.get(),
                     fmt::format("{}; SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {}",
                                 begun_ ? "SAVEPOINT reading" : "BEGIN", milliseconds)
                         .c_str())));
  guarded_ = true;
  return {};
}

void PgSession::limit(ReadLimit* in_force) {
  limit_ = in_force;
  if (in_force != nullptr || !guarded_) return;
  guarded_ = false;
  // Where this fails the connection is lost, and the next statement says so.
  PgResult const ended(
      PQexec(handle_.get(), begun_ ? "ROLLBACK TO reading; RELEASE reading" : "ROLLBACK"));
}

Result<PgResult> PgSession::checked(PGresult* raw) {
  PgResult result(raw);
  ExecStatusType const status = PQresultStatus(raw);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
    return result;
  char const* const state = raw == nullptr ? nullptr : PQresultErrorField(raw, PG_DIAG_SQLSTATE);
  char const* const primary =
      raw == nullptr ? nullptr : PQresultErrorField(raw, PG_DIAG_MESSAGE_PRIMARY);
  std::string_view const code = lost() ? "lost" : code_of_state(state == nullptr ? "" : state);
  std::string text =
      primary == nullptr ? first_line(PQerrorMessage(handle_.get())) : std::string(primary);
  if (code == "lost")
    text = fmt::format("{}: the connection was lost ({})", place(), text);
  else if (std::string_view const help = advice_for(code); !help.empty())
    text = fmt::format("{}: {} ({})", place(), help, text);
  return fail(code == "lost" ? ErrorKind::network : ErrorKind::data, std::move(text),
              std::string(code));
}

Result<PgResult> PgSession::run(std::string const& sql) {
  TRY(ready());
  return checked(PQexec(handle_.get(), sql.c_str()));
}

Result<PgSession::Known const*> PgSession::known(std::string const& sql,
                                                 std::vector<Oid> const& types) {
  std::string key = sql;
  for (Oid const type : types) key += type == 0 ? '?' : '#';
  if (auto const found = known_.find(key); found != known_.end()) return &found->second;
  if (known_.size() >= known_max) {
    known_.clear();
    TRY(checked(PQexec(handle_.get(), "DEALLOCATE ALL")));
  }
  Known made{.name = fmt::format("s{}", ++named_)};
  TRY(checked(PQprepare(handle_.get(), made.name.c_str(), sql.c_str(),
                        static_cast<int>(types.size()), types.data())));
  PgResult const told = TRY(checked(PQdescribePrepared(handle_.get(), made.name.c_str())));
  for (int i = 0; i < PQnparams(told.get()); ++i) made.types.push_back(PQparamtype(told.get(), i));
  made.answers = PQnfields(told.get()) > 0;
  return &known_.emplace(std::move(key), std::move(made)).first->second;
}

Result<PgResult> PgSession::try_once(std::string const& sql, std::vector<Oid> const& types,
                                     std::vector<Value> const& values) {
  TRY(ready());
  Known const* const statement = TRY(known(sql, types));
  if (guarded_ && !statement->answers)
    return fail(ErrorKind::data, "not authorized: only SELECT", "not_allowed");
  Parameters const given = parameters(statement->types, values);
  return checked(PQexecPrepared(handle_.get(), statement->name.c_str(),
                                static_cast<int>(given.values.size()), given.values.data(),
                                given.lengths.data(), given.formats.data(), 0));
}

Result<PgResult> PgSession::execute(std::string const& sql, std::vector<Oid> const& types,
                                    std::vector<Value> const& values) {
  auto result = try_once(sql, types, values);
  // A server that was started anew is noticed only by a statement that fails. To read again is
  // safe.
  bool const reads = sql.starts_with("SELECT") && sql.find("FOR UPDATE") == std::string::npos;
  if (result || result.error().code != "lost" || begun_ || !reads) return result;
  guarded_ = false;
  return try_once(sql, types, values);
}

Result<> PgSession::each_session(std::string const& sql) {
  each_ += sql;
  std::string const text =
      access_ == Access::read_only ? "BEGIN READ WRITE; " + sql + "; COMMIT" : sql;
  TRY(run(text));
  return {};
}

Result<> PgSession::begin() {
  auto begun = run(std::string(begin_alone));
  if (!begun && begun.error().code == "lost") begun = run(std::string(begin_alone));
  if (!begun) {
    // The lock that did not come leaves a transaction that only waits for its end.
    PgResult const ended(lost() ? nullptr : PQexec(handle_.get(), "ROLLBACK"));
    return std::unexpected(begun.error());
  }
  begun_ = true;
  return {};
}

Result<> PgSession::commit() {
  auto const done = run("COMMIT");
  // After COMMIT nothing is open, whatever came of it.
  begun_ = false;
  if (!done) return std::unexpected(done.error());
  if (std::string_view(PQcmdStatus(done->get())) == "ROLLBACK")
    return fail(ErrorKind::data, "nothing was written: a statement of the transaction had failed",
                "sql");
  return {};
}

Result<> PgSession::rollback() {
  auto const done = lost() ? Result<PgResult>(PgResult()) : run("ROLLBACK");
  begun_ = false;
  if (!done) return std::unexpected(done.error());
  return {};
}

std::string PgSession::place() const {
  return place_of(handle_.get());
}

}  // namespace landfall::sql
