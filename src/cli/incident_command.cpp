#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/report_file.h"
#include "cli/rows_text.h"
#include "incident/report.h"

namespace landfall {
namespace {

Result<int> run_list(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  sql::Rows const rows =
      TRY(store.database().query("SELECT id, severity, began_at, detected_at, resolved_at, summary "
                                 "FROM incident ORDER BY detected_at DESC"));
  if (rows.empty() && !context.json())
    context.output.line("No incident is known. `landfall check` looks.");
  else
    context.output.out(rows_text(rows, context.arguments.value_or("--output", "text")));
  return 0;
}

Result<int> run_report(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  TRY(store.declare(intent));
  TRY(store.look_at(context.world.now()));
  std::string const incident = TRY(find_incident(store, context.arguments.operands[0]));
  auto const slash = intent.file.rfind('/');
  std::string const folder = slash == std::string::npos ? "" : intent.file.substr(0, slash + 1);
  std::string const path =
      context.arguments.value_or("--file", fmt::format("{}incidents/{}.md", folder, incident));
  if (path == "-") {
    context.output.out(TRY(incident_report(store, intent, incident, "", context.world.now())));
    return 0;
  }
  TRY(write_report(context.world, store, intent, incident, path));
  context.output.line(path);
  return 0;
}

}  // namespace

Result<> write_report(World world, Store& store, Intent const& intent, std::string const& incident,
                      std::string const& path) {
  std::string before;
  if (world.files.exists(path)) before = TRY(world.files.read(path));
  std::string const text = TRY(incident_report(store, intent, incident, before, world.now()));
  return world.files.write(path, text);
}

CommandSpec incident_list_command() {
  return {"incident list",
          "The incidents so far",
          "",
          "Newest first.",
          {},
          {"landfall incident list"},
          0,
          0,
          run_list};
}

CommandSpec incident_report_command() {
  return {
      "incident report",
      "Write the RCA of an incident from evidence",
      "INCIDENT|TARGET",
      "Writes Markdown with every section: summary, timeline, impact, causes, detection, "
      "resolution,\n"
      "validation, action items, references. Machine sentences cite their evidence; what people "
      "wrote\n"
      "between the human markers of an earlier report is kept. Prints the file's path.",
      {{"--file", "FILE", "where to; default: incidents/ID.md beside landfall.yaml; - prints it"}},
      {"landfall incident report raptor/production",
       "landfall incident report 2026-04-30-raptor-production-never-deployed --file -"},
      1,
      1,
      run_report};
}

}  // namespace landfall
