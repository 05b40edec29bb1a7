// Commands that print what is compiled in: tables, completion, version.
#include <fmt/core.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"

namespace landfall {
namespace {

Json tables_json() {
  Json list = Json::array();
  for (Table const& table : tables()) {
    Json columns = Json::array();
    for (Column const& column : table.columns)
      columns.push(Json::object(
          {{"name", column.name}, {"type", column.type}, {"sentence", column.sentence}}));
    list.push(Json::object({{"name", table.name},
                            {"sentence", table.sentence},
                            {"history", table.keeps == Keeps::history},
                            {"columns", std::move(columns)}}));
  }
  return list;
}

Result<int> run_tables(Context& context) {
  std::string const wanted =
      context.arguments.operands.empty() ? "" : context.arguments.operands[0];
  if (context.json() && wanted.empty()) {
    context.output.out(tables_json().pretty() + "\n");
    return 0;
  }
  bool any = false;
  std::vector<std::string> names;
  for (Table const& table : tables()) {
    names.push_back(table.name);
    if (!wanted.empty() && table.name != wanted) continue;
    any = true;
    context.output.line(fmt::format(
        "{}{}", context.output.paint(Paint::bold, table.name),
        table.keeps == Keeps::history ? fmt::format("  (and current_{})", table.name) : ""));
    context.output.line("  " +
                        wrapped(table.sentence, 2, static_cast<std::size_t>(context.output.width)));
    for (Column const& column : table.columns)
      context.output.line(
          fmt::format("    {:<16} {:<8} {}", column.name, column.type, column.sentence));
    context.output.line("");
  }
  if (!any)
    return fail(ErrorKind::usage, fmt::format("there is no table '{}'{}", printable(wanted),
                                              did_you_mean(wanted, names)));
  return 0;
}

Result<int> run_completion(Context& context) {
  context.output.out(TRY(completion_script(all_commands(), context.arguments.operands[0])));
  return 0;
}

Result<int> run_version(Context& context) {
  context.output.line("landfall " LANDFALL_VERSION);
  return 0;
}

}  // namespace

CommandSpec tables_command() {
  return {
      "tables",
      "Every fact table and column, with what it means",
      "[TABLE]",
      "The manual of what `landfall query` can ask. Tables that keep history have a second name,\n"
      "current_NAME, that shows one instant.",
      {},
      {"landfall tables", "landfall tables release"},
      0,
      1,
      run_tables};
}

CommandSpec completion_command() {
  return {"completion",
          "A completion script for your shell",
          "bash|zsh|fish",
          "Prints a script to source.",
          {},
          {"source <(landfall completion bash)", "landfall completion fish | source"},
          1,
          1,
          run_completion};
}

CommandSpec version_command() {
  return {"version",  "Which landfall this is", "", "Prints the version.",
          {},         {"landfall version"},     0,  0,
          run_version};
}

}  // namespace landfall
