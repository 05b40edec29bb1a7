#include <fmt/core.h>

#include <algorithm>

#include "audit/baseline.h"
#include "audit/render.h"
#include "audit/render_text.h"
#include "base/text.h"
#include "cli/audit_facts.h"
#include "cli/audit_run.h"
#include "cli/check_pages.h"
#include "cli/commands.h"

namespace landfall {
namespace {

/// Which findings the person wants to see.
struct Wanted {
  std::vector<std::string> checks;  ///< empty: all
  std::string severity;             ///< this one or a worse one; empty: all

  bool holds(AuditFinding const& finding) const {
    bool const named =
        checks.empty() || std::find(checks.begin(), checks.end(), finding.rule) != checks.end();
    return named && (severity.empty() || finding.severity <= severity);
  }
};

Result<Wanted> wanted_of(Arguments const& arguments) {
  Wanted wanted{arguments.all_of("--check"), arguments.value_or("--severity", "")};
  for (std::string const& id : wanted.checks) TRY(known_check(id));
  return wanted;
}

void keep_wanted(AuditReport& report, Wanted const& wanted) {
  auto const unwanted = [&](AuditFinding const& finding) { return !wanted.holds(finding); };
  std::erase_if(report.result.findings, unwanted);
  std::erase_if(report.result.ignored, unwanted);
  if (!report.facts || wanted.checks.empty()) return;
  std::erase_if(report.facts->untold, [&](auto const& untold) {
    return std::find(wanted.checks.begin(), wanted.checks.end(), untold.first) ==
           wanted.checks.end();
  });
}

Result<> compare_with_baseline(Context& context, AuditReport& report) {
  if (!context.arguments.has("--baseline")) return {};
  std::string const file = context.arguments.value_or("--baseline", "");
  auto text = context.world.files.read(file);
  if (!text)
    return fail(ErrorKind::config,
                fmt::format("{}: `--write-baseline {}` makes one", text.error().text, file));
  std::vector<BaselineEntry> const baseline = TRY(read_baseline(*text, file));
  BaselineMatch match = match_baseline(report.result.findings, baseline);
  report.known = std::move(match.known);
  report.gone = std::move(match.gone);
  return {};
}

/// Before anything is read: a folder that is not there is rather misspelt than meant to be made.
Result<> check_baseline_place(Context& context) {
  if (!context.arguments.has("--write-baseline")) return {};
  std::string const file = context.arguments.value_or("--write-baseline", "");
  auto const slash = file.rfind('/');
  std::string const folder = slash == std::string::npos ? "." : file.substr(0, slash + 1);
  if (file.empty() || file.ends_with('/') || context.world.files.list(file))
    return fail(ErrorKind::usage,
                fmt::format("--write-baseline takes a file, found {}",
                            file.empty() ? "nothing" : "the folder " + printable(file)));
  if (context.world.files.list(folder)) return {};
  return fail(ErrorKind::usage,
              fmt::format("{} cannot be written: there is no folder {}; make it, or name another "
                          "file",
                          printable(file), printable(folder)));
}

Result<int> write_baseline_file(Context& context, AuditReport const& report) {
  std::string const file = context.arguments.value_or("--write-baseline", "");
  TRY(context.world.files.write(file, write_baseline(report.result.findings)));
  context.output.line(
      fmt::format("{}: {} accepted for now; `landfall audit --baseline {}` tells what is new", file,
                  counted(std::ssize(report.result.findings), "finding", "findings"), file));
  return 0;
}

std::string rendered(Output const& output, AuditReport const& report, std::string_view form) {
  if (form == "json") return audit_json(report);
  if (form == "sarif") return audit_sarif(report, LANDFALL_VERSION);
  if (form == "github") return audit_annotations(report);
  if (form == "dot") return audit_dot(report);
  if (form == "mermaid") return audit_mermaid(report);
  return audit_text(output.style(), report);
}

Result<int> run_audit(Context& context) {
  Arguments const& arguments = context.arguments;
  std::string const place = arguments.operands.empty() ? "." : arguments.operands[0];
  std::string const form = arguments.value_or("--output", "text");
  Wanted const wanted = TRY(wanted_of(arguments));
  TRY(check_baseline_place(context));
  auto const run =
      TRY(run_audit_of(context.world, place, form == "sarif" ? Fixes::edits : Fixes::titles));
  TRY(join_facts(context, *run));
  AuditReport& report = run->report;
  finish_report(*run);
  std::vector<Note> idle = idle_ignores(report.result.ignores, [&](std::string_view id) {
    return is_rule(id) || (report.facts && report.facts->untold.empty());
  });
  report.remarks.insert(report.remarks.end(), idle.begin(), idle.end());
  keep_wanted(report, wanted);
  if (arguments.has("--write-baseline")) return write_baseline_file(context, report);
  TRY(compare_with_baseline(context, report));
  context.output.out(rendered(context.output, report, form));
  return report.exit_code();
}

}  // namespace

CommandSpec audit_command() {
  return {
      "audit",
      "Which events deploy what, which paths can never be taken, which lie when they are",
      "[DIR or FILE]",
      "Reads the workflows in .github/workflows of a checkout and answers: by which event, "
      "through\n"
      "which jobs and gates, does which commit reach which target, and can it at all? Then it "
      "tells\n"
      "what is wrong on these paths, where, and what mends it. Needs no configuration, no token "
      "and\n"
      "no network; git branches and tags are read from the checkout.\n\n"
      "Recorded facts (`landfall check`) beside a landfall.yaml are looked at too; --online asks\n"
      "GitHub for the repository's settings and history instead, with GITHUB_TOKEN.\n\n"
      "A finding is accepted by a comment on its line or the line above, or among the comments at\n"
      "the top for the whole file: `# landfall: ignore ID because REASON`.",
      {{"--check", "ID", "only findings of this check", {}, true},
       {"--severity",
        "SEV",
        "only findings of this severity or a worse one",
        {"SEV-1", "SEV-2", "SEV-3", "SEV-4"}},
       {"--baseline", "FILE", "findings in this file do not count"},
       {"--write-baseline", "FILE", "write all findings of now into this file"},
       {"--online", "", "ask GitHub for settings and history too"},
       {"--output",
        "FORM",
        "the form of the answer",
        {"text", "json", "sarif", "github", "dot", "mermaid"}}},
      {"landfall audit", "landfall audit ../shop --severity SEV-2",
       "landfall audit --output sarif > landfall.sarif",
       "landfall audit --write-baseline .landfall-baseline.json"},
      0,
      1,
      run_audit};
}

}  // namespace landfall
