#include "cli/audit_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "audit/path_refs.h"
#include "base/text.h"
#include "cli/check_pages.h"

namespace landfall {
namespace {

/// Does any of the sentences speak of the path.
bool is_among(std::vector<std::string> const& sentences, std::string const& path) {
  return std::any_of(sentences.begin(), sentences.end(), [&](std::string const& sentence) {
    return sentence.find(path) != std::string::npos;
  });
}

/// Is there anything that branches and tags could have been compared with.
bool filters_refs(AuditResult const& result) {
  for (FileSummary const& file : result.files)
    for (FileSummary::EventSummary const& event : file.events)
      if (event.branches || event.tags || event.paths) return true;
  return false;
}

/// Called workflows and actions are walked once for each of their callers.
void remark_unread(AuditReport& report) {
  std::set<std::pair<std::string_view, std::uint32_t>> said;
  for (FileSummary const& file : report.result.files)
    for (UnreadCall const& unread : file.unread)
      if (said.insert({unread.place.file, unread.place.begin.byte}).second)
        report.remarks.push_back(
            {unread.place, fmt::format("`{}` was not followed, and may deploy", unread.call)});
}

}  // namespace

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
  report.refs_unknown =
      run->checkout.git ? run->checkout.git->refs_unknown : "this is no git repository";
  report.result = audit(std::move(input));
  join_schedules(report.result.files, world.now());
  return run;
}

void finish_report(AuditRun& run) {
  AuditReport& report = run.report;
  for (Error const& error : run.reader.errors()) report.unread.push_back(error.text);
  for (std::string const& path : report.result.unread)
    if (!is_among(report.unread, path)) report.unread.push_back(path + ": it is no longer there");
  if (!filters_refs(report.result)) report.refs_unknown.clear();
  for (FileSummary const& file : report.result.files)
    if (file.too_much)
      report.remarks.push_back(
          {{.file = file.path}, "it has more paths than are followed: those shown are not all"});
  remark_unread(report);
  arrange_findings(report);
}

}  // namespace landfall
