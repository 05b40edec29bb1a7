#include "audit/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace landfall {

std::size_t AuditReport::fresh() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < result.findings.size(); ++i) count += is_known(i) ? 0 : 1;
  return count;
}

int AuditReport::exit_code() const {
  if (fresh() > 0) return 1;
  // Unknown is never green; facts that nobody asked for now are an addition to what was asked.
  bool const untold = facts && facts->asked && !facts->untold.empty();
  bool const too_much = std::any_of(result.files.begin(), result.files.end(),
                                    [](FileSummary const& file) { return file.too_much; });
  return unread.empty() && !untold && !too_much ? 0 : 3;
}

void arrange_findings(AuditReport& report) {
  std::vector<AuditFinding>& findings = report.result.findings;
  for (AuditFinding& finding : findings)
    if (finding.severity.empty()) finding.severity = report.page(finding.rule).severity;
  for (AuditFinding& finding : report.result.ignored)
    if (finding.severity.empty()) finding.severity = report.page(finding.rule).severity;
  auto const order = [](AuditFinding const& one) {
    // What stands in no file comes last among its equals.
    return std::tuple(std::string_view(one.severity), one.place.file.empty(),
                      std::string_view(one.place.file), one.place.begin.byte, one.rule,
                      std::string_view(one.message));
  };
  std::stable_sort(
      findings.begin(), findings.end(),
      [&](AuditFinding const& a, AuditFinding const& b) { return order(a) < order(b); });
}

std::vector<Note> idle_ignores(std::span<IgnoreComment const> comments,
                               std::function<bool(std::string_view)> const& judged) {
  std::vector<Note> notes;
  for (IgnoreComment const& comment : comments) {
    bool const idle = comment.problem.empty() && !comment.used &&
                      std::all_of(comment.ids.begin(), comment.ids.end(), judged);
    if (!idle) continue;
    notes.push_back({comment.place, fmt::format("nothing here to ignore any more: no finding of {}",
                                                join(comment.ids, ", "))});
  }
  return notes;
}

std::string const* SourceText::of(std::string const& file) {
  if (file.empty()) return nullptr;
  auto found = std::find_if(texts_.begin(), texts_.end(),
                            [&](auto const& entry) { return entry.first == file; });
  if (found == texts_.end()) {
    // A report speaks of a few files at a time; a few are kept, so that thousands cost no memory.
    if (texts_.size() >= 8) texts_.clear();
    texts_.emplace_back(file, read_ ? read_(file) : std::nullopt);
    found = texts_.end() - 1;
  }
  return found->second ? &*found->second : nullptr;
}

std::string_view line_of(std::string_view text, yaml::Mark mark) {
  if (mark.byte > text.size() || mark.column == 0 || mark.column - 1 > mark.byte) return {};
  std::size_t const begin = mark.byte - (mark.column - 1);
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string place_text(Place const& place) {
  return fmt::format("{}:{}:{}", printable(place.file), place.begin.line, place.begin.column);
}

}  // namespace landfall
