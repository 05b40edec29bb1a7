#include "facts/backup.h"

#include <fmt/core.h>

namespace landfall {
namespace {

/// https://sqlite.org/pragma.html#pragma_integrity_check
Result<> check(sql::Database& database) {
  sql::Rows const rows = TRY(database.query("PRAGMA integrity_check(1)"));
  std::string const said = rows.empty() ? "nothing" : rows.rows.front().values().front().text();
  if (said == "ok") return {};
  return fail(ErrorKind::data, fmt::format("{} is not whole: {}", database.path(), said),
              "corrupt");
}

}  // namespace

Result<> backup_store(Store& store, std::string const& path) {
  if (store.database().engine() != sql::Engine::sqlite)
    return fail(ErrorKind::usage,
                "a store on a PostgreSQL server is backed up by its own tools: "
                "pg_dump --format=custom --file=FILE URL, and pg_restore");
  // https://sqlite.org/lang_vacuum.html#vacuuminto
  if (auto const made = store.database().exec("VACUUM INTO ?", {path}); !made) {
    bool const exists = made.error().text.find("already exists") != std::string::npos;
    if (made.error().code == "cannot_open")
      return fail(
          ErrorKind::usage,
          fmt::format("{} cannot be made: check that its folder exists and is writable", path),
          "cannot_open");
    if (!exists) return made;
    return fail(ErrorKind::usage,
                fmt::format("{} is there already: name another file, a backup replaces none", path),
                "exists");
  }
  TRY(checked_backup(path));
  return {};
}

Result<Store> checked_backup(std::string const& path) {
  {
    auto database = TRY(sql::Database::open(path, sql::Access::read_only));
    TRY(check(database));
  }
  return Store::open(path);
}

}  // namespace landfall
