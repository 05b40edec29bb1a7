#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "facts/backup.h"
#include "facts/copy.h"
#include "facts/lease.h"

namespace landfall {
namespace {

Result<int> run_backup(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  std::string const& path = context.arguments.operands[0];
  TRY(backup_store(store, path));
  context.output.line(
      fmt::format("{} holds all of {}, read through once.", path, store.database().path()));
  context.output.line(fmt::format("landfall restore {} brings it back.", path));
  return 0;
}

/// Nobody may work on a store while another one is put in its place.
Result<> refuse_live_watchers(Store& store, Instant now) {
  LeaseSights const sights = TRY(lease_sights(store));
  for (auto const& [name, sight] : sights)
    if (sight.is_alive(now))
      return fail(ErrorKind::usage, fmt::format("{} works on {}: end it first", sight.holder,
                                                store.database().path()));
  return {};
}

Result<int> run_restore(Context& context) {
  Intent const intent = TRY(load_intent(context));
  std::string const& path = context.arguments.operands[0];
  if (!context.world.files.exists(path))
    return fail(ErrorKind::usage, path + ": there is no such file");
  Store backup = TRY(checked_backup(path));
  Store store = TRY(open_store(context, intent.file));
  TRY(refuse_live_watchers(store, context.world.now()));
  auto const copied = TRY(copy_store(backup, store, [](CopiedTable const&) {}));
  std::int64_t rows = 0;
  for (CopiedTable const& table : copied) rows += table.rows;
  context.output.line(fmt::format("{} of {} are in {}, counted on both sides.",
                                  counted(rows, "row", "rows"), path, store.database().path()));
  return 0;
}

}  // namespace

CommandSpec backup_command() {
  return {"backup",
          "Keep a copy of all facts, while the watcher works",
          "FILE",
          "Writes all that the store holds, as it is at one instant, into a new SQLite file, and\n"
          "reads that through once. Replaces no file. A store on a PostgreSQL server is backed up\n"
          "by pg_dump.",
          {},
          {"landfall backup landfall-monday.db"},
          1,
          1,
          run_backup};
}

CommandSpec restore_command() {
  return {
      "restore",
      "Bring back a copy that `landfall backup` made",
      "FILE",
      "Reads the copy through, then writes all of it into the store in one transaction and\n"
      "counts each table's rows on both sides. The store must hold no facts yet: move a broken\n"
      "one away first (with its -wal and -shm). It may lie on a PostgreSQL server.",
      {},
      {"landfall restore landfall-monday.db",
       "landfall restore landfall-monday.db --store postgres://landfall@db.example.com/landfall"},
      1,
      1,
      run_restore};
}

}  // namespace landfall
