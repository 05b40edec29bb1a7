#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/rows_text.h"

namespace landfall {
namespace {

/// Some ten seconds of one core, and what a person or a spreadsheet can hold.
constexpr std::int64_t steps_max = 1'000'000'000;
constexpr std::size_t rows_max = 200'000;

Error explain(Error error) {
  error.kind = ErrorKind::usage;
  if (error.code == "not_allowed") error.text = "only reading is allowed: expected a SELECT";
  if (error.code == "too_many") error.text += ": narrow the query with WHERE or LIMIT";
  if (error.code == "budget")
    error.text = "the query takes too long: narrow it with WHERE or LIMIT";
  if (error.text.starts_with("no such table") || error.text.starts_with("no such column"))
    error.text += " (`landfall tables` lists them)";
  return error;
}

Result<int> run_query(Context& context) {
  // The database may be read where no landfall.yaml is at hand.
  std::string file;
  if (!context.arguments.has("--store")) file = TRY(load_intent(context)).file;
  Store store = TRY(open_store(context, file, sql::Access::read_only));
  Instant at = context.world.now();
  if (context.arguments.has("--as-of"))
    at = TRY(during("--as-of", parse_instant(context.arguments.value_or("--as-of", ""))));
  TRY(store.look_at(at));
  sql::Database::ReadGuard guard(store.database(), steps_max);
  auto rows = store.database().query(context.arguments.operands[0], {{":now", epoch_seconds(at)}},
                                     rows_max);
  if (!rows) return std::unexpected(explain(std::move(rows).error()));
  context.output.out(rows_text(*rows, context.arguments.value_or("--output", "text")));
  return 0;
}

}  // namespace

CommandSpec query_command() {
  return {"query",
          "Ask the facts, as SQL",
          "SQL",
          "Runs one SELECT over the fact tables (`landfall tables` lists them). Tables that keep "
          "history\n"
          "have a view current_NAME that shows one instant: now, or the one of --as-of. Times are "
          "kept as\n"
          "seconds since 1970 and shown as ISO 8601 where a column's name says that it is a time.\n"
          ":now stands for the instant.",
          {{"--as-of", "TIME", "the instant that the views current_* show"},
           {"--output", "FORM", "the form of the answer", {"text", "json", "csv"}}},
          {"landfall query \"select version, kind, created_at from release where app = 'shop' "
           "order by version\"",
           "landfall query --as-of 2026-04-25 'select name, state from current_dyno' --output csv"},
          1,
          1,
          run_query};
}

}  // namespace landfall
