// A report with a bit of everything, for tests of its forms.
#pragma once

#include <string>
#include <utility>

#include "audit/report.h"

namespace landfall::report_fixture {

inline std::string const workflow =
    "on:\n"
    "  push:\n"
    "    tags: ['v*']\n"
    "jobs:\n"
    "  ship:\n"
    "    steps:\n"
    "      - name: \xE2\x9A\xA1 ship\n"
    "        run: git push heroku main || true\n";

/// Where words stand in the workflow.
inline Place place_of(std::string_view words) {
  std::size_t const at = workflow.find(words);
  auto const mark = [](std::size_t byte) {
    std::uint32_t line = 1;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < byte; ++i) {
      if (workflow[i] != '\n') continue;
      ++line;
      begin = i + 1;
    }
    return yaml::Mark{line, static_cast<std::uint32_t>(byte - begin + 1),
                      static_cast<std::uint32_t>(byte)};
  };
  return {".github/workflows/a b.yml", mark(at), mark(at + words.size())};
}

inline PathSummary path(std::string target, Reach reach, std::string event = "push") {
  PathSummary path;
  path.file = ".github/workflows/a b.yml";
  path.event = std::move(event);
  path.event_place = place_of("push");
  path.job = "ship";
  path.place = place_of("git push heroku main");
  path.provider = "heroku";
  path.tool = "git push";
  path.target = std::move(target);
  path.target_known = true;
  path.ref_kind = RefKind::tag;
  path.filter = {"v*"};
  path.reach = reach;
  path.step = "\xE2\x9A\xA1 ship";
  if (reach != Reach::possible)
    path.reasons.push_back({.kind = Reason::Kind::job_condition,
                            .text = "`if: false` is never true",
                            .place = place_of("ship:"),
                            .job = ""});
  return path;
}

inline AuditFinding swallowed() {
  AuditFinding finding;
  finding.rule = "deploy-error-swallowed";
  finding.place = place_of("|| true");
  finding.message = "a failed deploy of shop-prod is green: 100%, really";
  finding.target = "shop-prod";
  finding.notes.push_back({place_of("\xE2\x9A\xA1 ship"), "in this step"});
  finding.fix.push_back(
      {finding.place.file, finding.place.begin.byte - 1U, finding.place.end.byte, ""});
  finding.fix_title = "let it fail";
  return finding;
}

inline CheckPage page_of(std::string_view id) {
  return {std::string(id), "Title of it", "SEV-2", "Why it matters.", "Mend it. Then look again."};
}

inline AuditReport report() {
  AuditReport report;
  report.root = "shop";
  report.page = page_of;
  report.read = [](std::string_view file) -> std::optional<std::string> {
    return file == ".github/workflows/a b.yml" ? std::optional(workflow) : std::nullopt;
  };
  FileSummary file{.path = ".github/workflows/a b.yml", .name = "Ship"};
  file.events.push_back({.name = "push", .place = place_of("push")});
  file.paths = {path("shop-staging", Reach::possible), path("shop-prod", Reach::impossible)};
  report.result.files.push_back(std::move(file));
  report.result.findings.push_back(swallowed());
  arrange_findings(report);
  return report;
}

}  // namespace landfall::report_fixture
