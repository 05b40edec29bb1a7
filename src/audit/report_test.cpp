#include "audit/report.h"

#include <gtest/gtest.h>

#include "audit/report_fixture.h"

namespace landfall {
namespace {

using report_fixture::report;

AuditFinding finding(std::string_view rule, std::string severity, std::string file,
                     std::uint32_t byte) {
  AuditFinding one;
  one.rule = rule;
  one.severity = std::move(severity);
  one.place = {std::move(file), {1, 1, byte}, {1, 1, byte}};
  return one;
}

TEST(Report, the_worst_comes_first_then_files_in_order) {
  AuditReport some;
  some.page = report_fixture::page_of;  // SEV-2
  some.result.findings = {finding("d", "SEV-3", "a", 1), finding("c", "", "b", 9),
                          finding("b", "", "b", 2), finding("e", "SEV-2", "", 0),
                          finding("a", "SEV-1", "z", 1)};
  arrange_findings(some);
  std::string order;
  for (AuditFinding const& one : some.result.findings) order += one.rule;
  EXPECT_EQ(order, "abced");
  EXPECT_EQ(some.result.findings[1].severity, "SEV-2");
}

TEST(Report, exit_codes_tell_found_from_unknown) {
  struct Row {
    std::string_view name;
    std::function<void(AuditReport&)> change;
    int code;
  };
  auto const none = [](AuditReport& one) { one.result.findings.clear(); };
  JoinedFacts const untold{.asked = true, .untold = {{"undefined-secret", "no permission"}}};
  JoinedFacts const recorded{.asked = false, .untold = untold.untold};
  Row const table[]{
      {"a finding", [](AuditReport&) {}, 1},
      {"none", none, 0},
      {"a known one", [](AuditReport& one) { one.known = {true}; }, 0},
      {"a new one", [](AuditReport& one) { one.known = {false}; }, 1},
      {"unread", [&](AuditReport& one) { none(one), one.unread = {"x"}; }, 3},
      {"found and unread", [](AuditReport& one) { one.unread = {"x"}; }, 1},
      {"too many paths", [&](AuditReport& one) { none(one), one.result.files[0].too_much = true; },
       3},
      {"asked and not told", [&](AuditReport& one) { none(one), one.facts = untold; }, 3},
      {"recorded and not told", [&](AuditReport& one) { none(one), one.facts = recorded; }, 0},
  };
  for (Row const& row : table) {
    AuditReport one = report();
    row.change(one);
    EXPECT_EQ(one.exit_code(), row.code) << row.name;
  }
}

TEST(Report, an_ignore_that_is_idle_is_said_unless_its_check_did_not_run) {
  std::vector<IgnoreComment> comments = read_ignores(
      "a.yml",
      "a: b\nc: d # landfall: ignore x because r\ne: f # landfall: ignore facts because r\n"
      "g: h # landfall: ignore y\ni: j # landfall: ignore z because r\n");
  ASSERT_EQ(comments.size(), 4U);
  comments[3].used = true;
  auto const notes = idle_ignores(comments, [](std::string_view id) { return id != "facts"; });
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].place.begin.line, 2U);
  EXPECT_EQ(notes[0].text, "nothing here to ignore any more: no finding of x");
}

TEST(SourceText, asks_for_a_file_once_and_remembers_what_is_missing) {
  int asked = 0;
  SourceText source([&](std::string_view path) -> std::optional<std::string> {
    ++asked;
    return path == "a" ? std::optional<std::string>("text") : std::nullopt;
  });
  ASSERT_NE(source.of("a"), nullptr);
  EXPECT_EQ(*source.of("a"), "text");
  EXPECT_EQ(source.of("b"), nullptr);
  EXPECT_EQ(source.of("b"), nullptr);
  EXPECT_EQ(source.of(""), nullptr);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace landfall
