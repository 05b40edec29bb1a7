#include <fmt/core.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"

namespace landfall {
namespace {

std::string csv_cell(std::string const& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return "\"" + replace_all(text, "\"", "\"\"") + "\"";
}

std::string rows_csv(sqlite::Rows const& rows) {
  std::vector<std::string> head;
  for (std::string const& name : rows.names) head.push_back(csv_cell(name));
  std::string text = join(head, ",") + "\r\n";
  for (sqlite::Row const& row : rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < rows.names.size(); ++i)
      cells.push_back(csv_cell(cell_text(rows.names[i], row.values()[i])));
    text += join(cells, ",") + "\r\n";
  }
  return text;
}

Json json_value(std::string const& column, sqlite::Value const& value) {
  if (value.is_null()) return {};
  std::string text = cell_text(column, value);
  // An instant is a text; other integers stay numbers.
  if (value.is_integer() && text == value.text()) return {value.integer()};
  if (auto const* number = std::get_if<double>(&value.value_)) return {*number};
  return {std::move(text)};
}

std::string rows_json(sqlite::Rows const& rows) {
  Json list = Json::array();
  for (sqlite::Row const& row : rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < rows.names.size(); ++i)
      object.set(rows.names[i], json_value(rows.names[i], row.values()[i]));
    list.push(std::move(object));
  }
  return list.pretty() + "\n";
}

std::string rows_table(sqlite::Rows const& rows) {
  std::vector<std::vector<std::string>> cells;
  for (sqlite::Row const& row : rows) {
    cells.emplace_back();
    for (std::size_t i = 0; i < rows.names.size(); ++i)
      cells.back().push_back(cell_text(rows.names[i], row.values()[i]));
  }
  return table_text(rows.names, cells);
}

Error explain(Error error) {
  error.kind = ErrorKind::usage;
  if (error.code == "not_allowed") error.text = "only reading is allowed: expected a SELECT";
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
  Store store = TRY(open_store(context, file, sqlite::Access::read_only));
  Instant at = context.world.now();
  if (context.arguments.has("--as-of"))
    at = TRY(during("--as-of", parse_instant(context.arguments.value_or("--as-of", ""))));
  TRY(store.look_at(at));
  sqlite::Database::ReadGuard guard(store.database(), 20'000'000'000);
  auto rows = store.database().query(context.arguments.operands[0], {{":now", epoch_seconds(at)}});
  if (!rows) return std::unexpected(explain(std::move(rows).error()));
  std::string const form = context.arguments.value_or("--output", "text");
  context.output.out(form == "json"  ? rows_json(*rows)
                     : form == "csv" ? rows_csv(*rows)
                                     : rows_table(*rows));
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
