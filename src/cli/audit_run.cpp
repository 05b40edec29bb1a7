#include "cli/audit_run.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cli/check_pages.h"

namespace landfall {

Result<std::unique_ptr<AuditRun>> run_audit_of(World world, std::string const& place, Fixes fixes,
                                               std::span<MendedFile const> instead) {
  auto run = std::make_unique<AuditRun>(world, TRY(find_checkout(world, place)));
  for (MendedFile const& file : instead) run->reader.pretend(file.path, file.after);
  AuditInput input = audit_input(world, run->checkout, run->reader);
  input.other_ids = sql_check_ids();
  input.fixes = fixes == Fixes::edits;
  AuditReport& report = run->report;
  report.root = run->checkout.shown_root();
  report.page = check_page;
  report.read = [&reader = run->reader](std::string_view path) { return reader.read(path); };
  if (run->checkout.git) report.refs_unknown = run->checkout.git->refs_unknown;
  report.result = audit(std::move(input));
  return run;
}

void finish_report(AuditRun& run) {
  AuditReport& report = run.report;
  for (Error const& error : run.reader.errors()) report.unread.push_back(error.text);
  for (FileSummary const& file : report.result.files)
    if (file.too_much)
      report.remarks.push_back(
          {{.file = file.path}, "it has more paths than are followed: those shown are not all"});
  arrange_findings(report);
}

}  // namespace landfall
