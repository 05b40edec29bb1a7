#include "cli/fix_files.h"

#include <fmt/core.h>

#include <algorithm>

#include "audit/mend.h"
#include "base/text.h"
#include "cli/audit_run.h"
#include "cli/check_pages.h"
#include "fix/diff.h"

namespace landfall {
namespace {

/// What the person named: a rule, its findings about one target, or all of all rules.
struct Wanted {
  std::string rule;
  std::string target;

  bool holds(AuditFinding const& finding) const {
    return (rule == all_fixes || finding.rule == rule) &&
           (target.empty() || finding.target == target);
  }
  std::string text() const { return target.empty() ? rule : rule + ":" + target; }
};

Wanted wanted_of(std::string const& text) {
  auto const colon = text.find(':');
  if (colon == std::string::npos) return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Result<std::unique_ptr<AuditRun>> audited(Context& context) {
  auto run =
      TRY(run_audit_of(context.world, context.arguments.value_or("--dir", "."), Fixes::edits));
  finish_report(*run);
  return run;
}

std::string diff_text(Output const& output, MendedFile const& file) {
  std::string text;
  for (std::string const& line : lines_of(unified_diff(file.before, file.after, file.path))) {
    Paint const paint = line.starts_with('+')   ? Paint::green
                        : line.starts_with('-') ? Paint::red
                                                : Paint::dim;
    text += output.paint(paint, printable(line)) + "\n";
  }
  return text;
}

bool is_invalid(AuditFinding const& finding, std::string const& path) {
  return finding.place.file == path &&
         (finding.rule == "workflow-invalid" || finding.rule == "expression-invalid");
}

/// Audits the files as they would be. An Error: the finding would still be there, or a file would
/// no longer be one that GitHub takes.
Result<> prove(Context& context, Mending const& mending, Wanted const& wanted) {
  std::string const place = context.arguments.value_or("--dir", ".");
  auto const after = TRY(run_audit_of(context.world, place, Fixes::titles, mending.files));
  std::vector<std::string> left;
  for (AuditFinding const& finding : after->report.result.findings) {
    for (MendedFile const& file : mending.files)
      if (is_invalid(finding, file.path))
        return fail(ErrorKind::data,
                    fmt::format("{} would no longer be a valid workflow ({}): nothing was changed",
                                printable(file.path), printable(finding.message)));
    if (wanted.holds(finding)) left.push_back(finding.fingerprint());
  }
  for (AuditFinding const& finding : mending.mended)
    if (std::find(left.begin(), left.end(), finding.fingerprint()) != left.end())
      return fail(ErrorKind::data,
                  fmt::format("{}: the change would not mend {}: nothing was changed",
                              place_text(finding.place), finding.rule));
  return {};
}

Result<> write_files(Context& context, AuditRun const& run, Mending const& mending) {
  for (MendedFile const& file : mending.files) {
    std::string const path = run.checkout.root + file.path;
    unsigned const mode = TRY(context.world.files.mode(path));
    TRY(context.world.files.write(path, file.after, mode));
    context.output.line(
        fmt::format("{} {}", context.output.paint(Paint::green, "written"), printable(path)));
  }
  return {};
}

/// Why there is nothing to change.
Result<int> nothing_to_fix(Context& context, AuditReport const& report, Wanted const& wanted) {
  std::vector<AuditFinding const*> found;
  for (AuditFinding const& finding : report.result.findings)
    if (wanted.holds(finding)) found.push_back(&finding);
  if (found.empty() || wanted.rule == all_fixes) {
    context.output.line(
        wanted.rule == all_fixes
            ? std::string("No finding here that a change of a file alone mends.")
            : fmt::format("No finding of {} here: nothing to mend.", wanted.text()));
    return 0;
  }
  return fail(ErrorKind::usage,
              fmt::format("{} of {}, and no change of a file alone mends {}: `landfall explain {}` "
                          "tells what does",
                          counted(std::ssize(found), "finding", "findings"), wanted.text(),
                          found.size() == 1 ? "it" : "them", wanted.rule));
}

/// One set of changes that do not touch each other: told, and made with --write. Returns how many
/// findings still wait for theirs.
Result<std::size_t> fix_once(Context& context, AuditRun const& run, Wanted const& wanted,
                             std::span<AuditFinding const> chosen) {
  Mending const mending = TRY(mend(chosen, run.report.read));
  TRY(prove(context, mending, wanted));
  Output const& output = context.output;
  for (AuditFinding const& finding : mending.mended)
    output.line(fmt::format("{}  {}: {}", output.paint(Paint::bold, finding.rule),
                            place_text(finding.place), printable(finding.fix_title)));
  for (MendedFile const& file : mending.files) output.out(diff_text(output, file));
  if (context.arguments.has("--write")) TRY(write_files(context, run, mending));
  return mending.waiting.size();
}

}  // namespace

Result<int> fix_files(Context& context, std::string const& text) {
  Wanted const wanted = wanted_of(text);
  for (std::size_t waited = SIZE_MAX;;) {
    auto const run = TRY(audited(context));
    std::vector<AuditFinding> chosen;
    for (AuditFinding const& finding : run->report.result.findings)
      if (wanted.holds(finding) && !finding.fix.empty()) chosen.push_back(finding);
    if (chosen.empty()) return nothing_to_fix(context, run->report, wanted);
    std::size_t const waiting = TRY(fix_once(context, *run, wanted, chosen));
    if (!context.arguments.has("--write")) {
      if (waiting > 0)
        context.output.line(fmt::format(
            "{} more would change the same lines: --write makes them afterwards.", waiting));
      context.output.line("Nothing was changed. Add --write to do it.");
      return 1;
    }
    if (waiting == 0) return 0;
    if (waiting >= waited)
      return fail(ErrorKind::data,
                  fmt::format("{} would change the same lines again and again: "
                              "`landfall audit` shows what is left",
                              counted(static_cast<std::int64_t>(waiting), "fix", "fixes")));
    waited = waiting;
  }
}

Result<int> list_fixes(Context& context) {
  auto const run = TRY(audited(context));
  Output const& output = context.output;
  std::int64_t count = 0;
  for (AuditFinding const& finding : run->report.result.findings) {
    if (finding.fix.empty()) continue;
    ++count;
    std::string const target = finding.target.empty() ? "" : ":" + printable(finding.target);
    output.line(fmt::format("{}{}  {}", output.paint(Paint::bold, finding.rule), target,
                            place_text(finding.place)));
    output.line(fmt::format("  {}", printable(finding.fix_title)));
  }
  if (count == 0) {
    output.line("No finding here that a change of a file alone mends.");
    return 0;
  }
  output.line(
      fmt::format("\n{} can be mended: `landfall fix CHECK` shows the change of one, `landfall fix "
                  "all` of all.",
                  counted(count, "finding", "findings")));
  return 1;
}

}  // namespace landfall
