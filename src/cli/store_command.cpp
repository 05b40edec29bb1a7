#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/context.h"
#include "facts/copy.h"

namespace landfall {
namespace {

Result<int> run_copy(Context& context) {
  std::string const& source = context.arguments.operands[0];
  if (!sql::is_postgres_url(source) && !context.world.files.exists(source))
    return fail(ErrorKind::config, source + ": there is no such database", "no_store");
  // An older database gets this version's tables first.
  Store from = TRY(Store::open(source));
  Store to = TRY(Store::open(context.arguments.operands[1]));
  auto const copied = TRY(copy_store(from, to, [&](CopiedTable const& table) {
    if (context.output.progress)
      context.output.err(fmt::format("\r\x1b[K{}: {} rows", table.table, table.rows));
  }));
  if (context.output.progress) context.output.err("\r\x1b[K");
  std::int64_t rows = 0;
  for (CopiedTable const& table : copied) rows += table.rows;
  context.output.out(fmt::format("{} rows of {} tables copied to {}, counted on both sides.\n",
                                 rows, copied.size(), to.database().path()));
  return 0;
}

}  // namespace

CommandSpec store_copy_command() {
  return {"store copy",
          "Copy all facts to another database",
          "FROM TO",
          "Copies every table from one database to another: an SQLite file or the URL of a\n"
          "PostgreSQL database, in either direction. TO must hold no facts yet. All is written in\n"
          "one transaction, and each table's rows are counted on both sides. Stop the watcher\n"
          "first: what it writes meanwhile ends the copy.",
          {},
          {"landfall store copy landfall.db postgres://landfall@db.example.com/landfall"},
          2,
          2,
          run_copy};
}

}  // namespace landfall
