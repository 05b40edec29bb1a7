// One session of a PostgreSQL server, made again when it was lost.
#pragma once

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sql_engine.h"

namespace landfall::sql {

struct PgResultCloser {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, PgResultCloser>;

class PgSession {
 public:
  static Result<std::unique_ptr<PgSession>> open(std::string const& url, Access access);

  /// A statement that the server has prepared, and the types that it takes.
  struct Known {
    std::string name;
    std::vector<Oid> types;
    bool answers = false;  ///< with rows
  };
  /// Any number of statements without parameters.
  Result<PgResult> run(std::string const& sql);
  /// One statement, prepared at its first use. `types` are 0 where the server is to find them.
  Result<PgResult> execute(std::string const& sql, std::vector<Oid> const& types,
                           std::vector<Value> const& values);

  Result<> each_session(std::string const& sql);
  Result<> begin();
  Result<> commit();
  Result<> rollback();
  bool in_transaction() const { return begun_; }
  void limit(ReadLimit* in_force);
  std::string place() const;

 private:
  explicit PgSession(PGconn* handle, Access access) : handle_(handle), access_(access) {}
  bool lost() const { return PQstatus(handle_.get()) != CONNECTION_OK; }
  Result<> ready();
  Result<> set_up();
  Result<> again();
  Result<> guard();
  Result<Known const*> known(std::string const& sql, std::vector<Oid> const& types);
  Result<PgResult> try_once(std::string const& sql, std::vector<Oid> const& types,
                            std::vector<Value> const& values);
  Result<PgResult> checked(PGresult* raw);

  struct Closer {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };
  std::unique_ptr<PGconn, Closer> handle_;
  Access access_;
  std::string each_;  ///< what each session begins with
  std::map<std::string, Known, std::less<>> known_;
  std::uint64_t named_ = 0;
  bool begun_ = false;
  ReadLimit* limit_ = nullptr;
  bool guarded_ = false;
};

}  // namespace landfall::sql
