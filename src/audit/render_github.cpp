#include <fmt/core.h>

#include <algorithm>

#include "audit/render.h"
#include "base/text.h"

namespace landfall {
namespace {

// "Workflow commands": % CR LF are escaped in data, and : , too in properties.
std::string data(std::string text) {
  return replace_all(replace_all(replace_all(std::move(text), "%", "%25"), "\r", "%0D"), "\n",
                     "%0A");
}

std::string property(std::string text) {
  return replace_all(replace_all(data(std::move(text)), ":", "%3A"), ",", "%2C");
}

std::string_view level_of(std::string_view severity) {
  if (severity <= "SEV-2") return "error";
  return severity == "SEV-3" ? "warning" : "notice";
}

std::string place_properties(Place const& place) {
  if (place.file.empty()) return "";
  std::string text =
      fmt::format("file={},line={},", property(printable(place.file)), place.begin.line);
  // GitHub takes columns only of a span within one line, and counts the last one in.
  if (place.end.line == place.begin.line)
    text += fmt::format("col={},endLine={},endColumn={},", place.begin.column, place.end.line,
                        std::max(place.end.column, place.begin.column + 1) - 1);
  else
    text += fmt::format("endLine={},", std::max(place.end.line, place.begin.line));
  return text;
}

}  // namespace

std::string audit_annotations(AuditReport const& report) {
  std::string text;
  for (std::size_t i = 0; i < report.result.findings.size(); ++i) {
    if (report.is_known(i)) continue;
    AuditFinding const& finding = report.result.findings[i];
    CheckPage const page = report.page(finding.rule);
    std::string const title = fmt::format("{} {}: {}", finding.severity, finding.rule, page.title);
    text += fmt::format("::{} {}title={}::{}\n", level_of(finding.severity),
                        place_properties(finding.place), property(title),
                        data(printable(finding.message)));
  }
  return text;
}

}  // namespace landfall
