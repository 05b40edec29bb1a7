#include "fix/fix.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cli/check_pages.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/fix_files.h"
#include "cli/fix_text.h"

namespace landfall {
namespace {

bool has_token(World world, std::string_view variable) {
  return world.variable(variable) || world.variable(std::string(variable) + "_FILE");
}

/// Is this to be mended on the platforms, from facts: when that is asked for, or when everything
/// for it is at hand. Otherwise the files of the checkout are mended.
bool mends_platforms(Context& context, std::string const& check) {
  if (!has_fix(check)) return false;
  if (context.arguments.has("--apply") || !is_rule(check)) return true;
  if (context.arguments.has("--write") || context.arguments.has("--dir")) return false;
  bool const tokens =
      has_token(context.world, "HEROKU_API_KEY") &&
      (has_token(context.world, "GITHUB_TOKEN") || has_token(context.world, "GH_TOKEN"));
  return tokens && load_intent(context).has_value();
}

Result<int> fix_platforms(Context& context, std::string const& check) {
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

Result<int> run_fix(Context& context) {
  if (context.arguments.operands.empty()) {
    for (char const* option : {"--write", "--apply"})
      if (context.arguments.has(option))
        return fail(ErrorKind::usage, fmt::format("{} of what: a CHECK as `landfall fix` lists "
                                                  "them, or `all` for all changes of files",
                                                  option));
    return list_fixes(context);
  }
  std::string const& wanted = context.arguments.operands[0];
  std::string const check = wanted.substr(0, wanted.find(':'));
  if (check == all_fixes) {
    if (!context.arguments.has("--apply")) return fix_files(context, wanted);
    return fail(ErrorKind::usage,
                "--apply takes one CHECK at a time: what acts on the platforms is looked at first");
  }
  TRY(known_check(check));
  if (mends_platforms(context, check)) return fix_platforms(context, check);
  if (is_rule(check)) return fix_files(context, wanted);
  return fail(ErrorKind::usage,
              fmt::format("'{}' has no fix that landfall can make. What mends it: {}", check,
                          check_page(check).fix));
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
  return {
      "fix",
      "Show what mends a finding, and do it when told to",
      "[CHECK[:TARGET] | all]",
      "Of findings of `landfall audit`: shows the change of the workflow files in this checkout as "
      "a\n"
      "diff that touches nothing else; --write makes it, once an audit of the changed files has\n"
      "proven that it mends the finding. Without a name lists what can be mended so; `all` shows, "
      "or\n"
      "makes, all of these changes.\n\n"
      "Of findings of `landfall check` (environment-missing, environment-unprotected,\n"
      "masked-failure, duplicate-path): shows the exact calls and the patch; --apply makes them: "
      "the\n"
      "environment by GitHub's API, the file by a commit on the target's branch. Every answer is "
      "kept\n"
      "as evidence.",
      {{"--write", "", "change the files of the checkout"},
       {"--dir", "DIR", "the checkout; default: the one around this folder"},
       {"--apply", "", "do it on the platforms"}},
      {"landfall fix", "landfall fix all", "landfall fix masked-failure --write",
       "landfall fix environment-missing --apply"},
      0,
      1,
      run_fix};
}

}  // namespace landfall
