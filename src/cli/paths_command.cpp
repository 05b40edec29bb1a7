#include <fmt/core.h>

#include <algorithm>

#include "audit/path_text.h"
#include "audit/render.h"
#include "audit/render_text.h"
#include "base/text.h"
#include "cli/audit_facts.h"
#include "cli/audit_run.h"
#include "cli/commands.h"

namespace landfall {
namespace {

/// Leaves the paths to one target in a report, and nothing else.
void keep_target(AuditReport& report, std::string const& target) {
  for (FileSummary& file : report.result.files)
    std::erase_if(file.paths, [&](PathSummary const& path) { return path.target != target; });
  report.result.findings.clear();
  report.result.ignored.clear();
}

Result<> known_target(AuditReport const& report, std::string const& wanted) {
  std::vector<std::string> names;
  for (TargetPaths const& target : paths_by_target(report.result.files)) {
    if (target.target == wanted) return {};
    names.push_back(target.target);
  }
  if (names.empty())
    return fail(ErrorKind::usage,
                fmt::format("no step of the workflows in {} is known to deploy anything",
                            printable(report.root)));
  return fail(ErrorKind::usage,
              fmt::format("no path leads to '{}'{}; paths lead to {}", printable(wanted),
                          did_you_mean(wanted, names), printable(join(names, ", "))));
}

/// 0 if a path can be taken, 1 if none can, 3 if that cannot be told.
int exit_code_of(std::span<TargetPaths const> targets) {
  Reach best = Reach::impossible;
  for (TargetPaths const& target : targets)
    for (PathSummary const* path : target.paths) best = std::min(best, path->reach);
  switch (best) {
    case Reach::possible:
      return 0;
    case Reach::undecided:
      return 3;
    case Reach::impossible:
      return 1;
  }
  return 1;
}

std::string source_of(std::optional<JoinedFacts> const& facts) {
  if (!facts) return {};
  return fmt::format("\nsettings and history from {}, {}\n", printable(facts->source),
                     printable(facts->recorded));
}

Result<int> run_paths(Context& context) {
  Arguments const& arguments = context.arguments;
  std::string const& wanted = arguments.operands[0];
  std::string const place = arguments.operands.size() < 2 ? "." : arguments.operands[1];
  auto const run = TRY(run_audit_of(context.world, place, Fixes::titles));
  TRY(known_target(run->report, wanted));
  TRY(join_facts(context, *run));
  keep_target(run->report, wanted);
  finish_report(*run);
  AuditReport const& report = run->report;
  std::vector<TargetPaths> const targets = paths_by_target(report.result.files);
  std::string const form = arguments.value_or("--output", "text");
  if (form == "json")
    context.output.out(paths_json(report));
  else if (form == "dot")
    context.output.out(audit_dot(report));
  else if (form == "mermaid")
    context.output.out(audit_mermaid(report));
  else
    context.output.out(paths_text(context.output.style(), targets) + source_of(report.facts));
  return exit_code_of(targets);
}

}  // namespace

CommandSpec paths_command() {
  return {
      "paths",
      "The paths to one target: from an event through jobs and gates to the step",
      "TARGET [DIR]",
      "TARGET is a name as `landfall audit` shows it: an app, a service, a package. Exits with 0 "
      "if\n"
      "a path to it can be taken, 1 if none can, 3 if that depends on what the files do not "
      "tell.\n"
      "Recorded facts (`landfall check`) beside a landfall.yaml are shown with each path; "
      "--online\n"
      "asks GitHub instead, with GITHUB_TOKEN.",
      {{"--online", "", "ask GitHub for settings and history too"},
       {"--output", "FORM", "the form of the answer", {"text", "json", "dot", "mermaid"}}},
      {"landfall paths shop-prod", "landfall paths shop-prod ../shop --output mermaid"},
      1,
      2,
      run_paths};
}

}  // namespace landfall
