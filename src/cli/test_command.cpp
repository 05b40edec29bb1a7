#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "scenario/scenario.h"

namespace landfall {
namespace {

std::string folder_of(std::string const& path) {
  std::size_t const slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

/// A text of one line names a file beside the scenario, so that several can share it.
Result<> read_named(Context& context, std::string const& folder, std::string& text) {
  if (text.find('\n') != std::string::npos) return {};
  auto content = context.world.files.read(folder + "/" + text, 1 << 20);
  if (!content) {
    content.error().kind = ErrorKind::config;
    return std::unexpected(std::move(content).error());
  }
  text = *std::move(content);
  return {};
}

void show(Output const& output, Scenario const& scenario, Mismatch const& mismatch) {
  output.line(printable(fmt::format("  {}:{}: {} at {}:", scenario.file, mismatch.mark.line,
                                    mismatch.what, iso8601(mismatch.at))));
  for (std::string const& line : mismatch.missing)
    output.line(output.paint(Paint::red, printable("    - expected  " + line)));
  for (std::string const& line : mismatch.surplus)
    output.line(output.paint(Paint::green, printable("    + found     " + line)));
}

Result<int> run_test(Context& context) {
  Output const& output = context.output;
  int failed = 0;
  for (std::string const& file : context.arguments.operands) {
    auto text = context.world.files.read(file, 1 << 20);
    if (!text) {
      text.error().kind = ErrorKind::config;
      return std::unexpected(std::move(text).error());
    }
    Scenario scenario = TRY(read_scenario(*text, file, folder_of(file)));
    TRY(read_named(context, scenario.folder, scenario.intent));
    TRY(read_named(context, scenario.folder, scenario.world));
    Played const played = TRY(play(scenario));
    bool const good = played.mismatches.empty();
    output.line(printable(fmt::format("{} {} ({} of simulated time)", good ? "ok  " : "FAIL",
                                      scenario.name, human(played.time))));
    for (Mismatch const& mismatch : played.mismatches) show(output, scenario, mismatch);
    if (context.arguments.has("--log") || !good) output.out(printable(played.log));
    failed += good ? 0 : 1;
  }
  output.line(fmt::format("{}, {} failed",
                          counted(static_cast<std::int64_t>(context.arguments.operands.size()),
                                  "scenario", "scenarios"),
                          failed));
  return failed == 0 ? 0 : 1;
}

}  // namespace

CommandSpec test_command() {
  return {
      "test",
      "plays scenarios in simulated time and compares what landfall says of them",
      "FILE...",
      "A scenario is a world, a landfall.yaml, and steps: time that passes, deploys, calls of the\n"
      "platforms' APIs, faults, kills of the watcher, and which alerts are open and who was told\n"
      "what. The real sandbox and the real watcher play it; nothing outside is asked, and hours\n"
      "take milliseconds. docs/watch.md describes the file.",
      {{"--log", "", "what the watcher said, of good ones too"}},
      {"landfall test tests/scenarios/*.yaml"},
      1,
      1000,
      run_test};
}

}  // namespace landfall
