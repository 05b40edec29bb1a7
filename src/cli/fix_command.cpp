#include "fix/fix.h"

#include <fmt/core.h>

#include "base/text.h"
#include "check/check.h"
#include "cli/check_text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/fix_text.h"

namespace landfall {
namespace {

Result<> check_name(std::string const& name) {
  Check const* check = find_check(name);
  std::vector<std::string> ids;
  for (Check const& one : checks()) ids.push_back(one.id);
  if (check == nullptr)
    return fail(ErrorKind::usage,
                fmt::format("there is no check '{}'{}", printable(name), did_you_mean(name, ids)));
  if (!has_fix(name))
    return fail(ErrorKind::usage,
                fmt::format("'{}' has no fix that landfall can make. What mends it: {}", name,
                            general_fix(*check)));
  return {};
}

Result<int> run_fix(Context& context) {
  std::string const& check = context.arguments.operands[0];
  TRY(check_name(check));
  Intent const intent = TRY(load_intent(context));
  Platforms const platforms = TRY(platforms_to_act(context.world));
  Store store = TRY(open_store(context, intent.file));
  TRY(store.declare(intent));
  std::vector<Fix> const fixes = TRY(proposed_fixes(context, store, intent, platforms, check));
  if (fixes.empty()) {
    context.output.line(fmt::format(
        "No open finding of {}: nothing to mend. `landfall check` looks again.", check));
    return 0;
  }
  for (Fix const& fix : fixes) {
    context.output.out(fix_text(context.output, fix));
    if (!context.arguments.has("--apply")) continue;
    for (std::string const& line : TRY(applied_fix(context, store, platforms, fix)))
      context.output.line("  " + context.output.paint(Paint::green, "done") + " " + line);
  }
  if (!context.arguments.has("--apply")) {
    context.output.line("Nothing was changed. Add --apply to do it.");
    return 1;
  }
  context.output.line("`landfall check` tells whether that mended it.");
  return 0;
}

}  // namespace

std::string fix_text(Output const& output, Fix const& fix) {
  std::string text =
      fmt::format("{}  {}\n  {}\n", output.paint(Paint::bold, fix.check), fix.subject, fix.title);
  for (std::string const& call : fix.calls) text += fmt::format("    {}\n", call);
  for (std::string const& line : lines_of(fix.diff)) {
    Paint const paint = line.starts_with('+')   ? Paint::green
                        : line.starts_with('-') ? Paint::red
                                                : Paint::dim;
    text += "    " + output.paint(paint, printable(line)) + "\n";
  }
  return text;
}

Result<std::vector<Fix>> proposed_fixes(Context& context, Store& store, Intent const& intent,
                                        Platforms const& platforms, std::string const& check) {
  return wait_for<std::vector<Fix>>(context.world, [&](FixesDone done) {
    propose_fixes(context.world, store, intent, platforms, check, std::move(done));
  });
}

Result<std::vector<std::string>> applied_fix(Context& context, Store& store,
                                             Platforms const& platforms, Fix const& fix) {
  return wait_for<std::vector<std::string>>(
      context.world, [&](std::function<void(Result<std::vector<std::string>>)> done) {
        apply_fix(context.world, store, platforms, fix, std::move(done));
      });
}

CommandSpec fix_command() {
  return {"fix",
          "Show what mends a finding, and do it when told to",
          "CHECK",
          "For environment-missing, environment-unprotected, masked-failure and duplicate-path: "
          "shows the\n"
          "exact calls and the patch of the workflow file. --apply makes them: the environment by "
          "GitHub's\n"
          "API, the file by a commit on the target's branch. Every answer is kept as evidence.",
          {{"--apply", "", "do it"}},
          {"landfall fix environment-missing", "landfall fix duplicate-path --apply"},
          1,
          1,
          run_fix};
}

}  // namespace landfall
