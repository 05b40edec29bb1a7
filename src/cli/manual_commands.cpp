// Commands that print what is compiled in: tables, checks, completion, version.
#include <fmt/core.h>

#include "base/json.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/check_text.h"
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

Json check_json_of(Check const& check) {
  Json needs = Json::array();
  for (std::string const& source : check.needs) needs.push(Json(source));
  return Json::object({{"id", check.id},
                       {"title", check.title},
                       {"severity", check.severity},
                       {"for", human(check.hold)},
                       {"cause", check.cause},
                       {"needs", std::move(needs)},
                       {"why", check.why},
                       {"fix", check.fix},
                       {"seed", check.seed},
                       {"sql", check.sql}});
}

void print_check(Output const& output, Check const& check) {
  auto const width = static_cast<std::size_t>(output.width);
  output.line(
      fmt::format("{}  {}  {}", output.paint(Paint::bold, check.id), check.severity, check.title));
  output.line("  " + wrapped(check.why, 2, width));
  output.line("  fix: " + wrapped(general_fix(check), 7, width));
  output.line(
      fmt::format("  needs: {}", check.needs.empty() ? "nothing" : join(check.needs, ", ")));
  if (!check.seed.empty()) output.line("  in the incident's report: " + check.seed);
}

Result<int> run_checks(Context& context) {
  if (context.arguments.operands.empty()) {
    Json list = Json::array();
    for (Check const& check : checks()) {
      if (context.json())
        list.push(check_json_of(check));
      else
        context.output.line(fmt::format("{:<24} {}  {}", check.id, check.severity, check.title));
    }
    if (context.json()) context.output.out(list.pretty() + "\n");
    return 0;
  }
  std::string const& id = context.arguments.operands[0];
  Check const* check = find_check(id);
  std::vector<std::string> ids;
  for (Check const& one : checks()) ids.push_back(one.id);
  if (check == nullptr)
    return fail(ErrorKind::usage,
                fmt::format("there is no check '{}'{}", printable(id), did_you_mean(id, ids)));
  if (context.json()) {
    context.output.out(check_json_of(*check).pretty() + "\n");
    return 0;
  }
  print_check(context.output, *check);
  if (context.arguments.has("--sql")) context.output.out("\n" + check->sql);
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

CommandSpec checks_command() {
  return {"checks",
          "Every check, with what it means and what mends it",
          "[CHECK]",
          "Without a name a line each; with one its explanation, its fix and the sources it needs.",
          {{"--sql", "", "the SELECT too"}},
          {"landfall checks", "landfall checks never-deployed --sql"},
          0,
          1,
          run_checks};
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
