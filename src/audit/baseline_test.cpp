#include "audit/baseline.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

AuditFinding finding(std::string_view rule, std::string message, std::uint32_t line = 1) {
  return {
      .rule = rule, .place = {"a.yml", {line, 1, 0}, {line, 2, 1}}, .message = std::move(message)};
}

TEST(Baseline, what_is_written_is_known_again_on_other_lines) {
  std::vector<AuditFinding> const before{finding("zero-jobs", "b"), finding("zero-jobs", "a")};
  auto const baseline = read_baseline(write_baseline(before), "base.json");
  ASSERT_TRUE(baseline) << baseline.error().text;
  std::vector<AuditFinding> const after{finding("zero-jobs", "a", 9), finding("zero-jobs", "c")};
  BaselineMatch const match = match_baseline(after, *baseline);
  EXPECT_EQ(match.known, (std::vector<bool>{true, false}));
  ASSERT_EQ(match.gone.size(), 1U);
  EXPECT_EQ(match.gone[0].message, "b");
  EXPECT_EQ(match.gone[0].rule, "zero-jobs");
  EXPECT_EQ(match.gone[0].file, "a.yml");
}

TEST(Baseline, an_entry_stands_for_one_finding) {
  std::vector<AuditFinding> const one{finding("zero-jobs", "a")};
  std::vector<AuditFinding> const two{finding("zero-jobs", "a", 1), finding("zero-jobs", "a", 5)};
  auto const few = read_baseline(write_baseline(one), "b");
  auto const many = read_baseline(write_baseline(two), "b");
  ASSERT_TRUE(few && many);
  EXPECT_EQ(match_baseline(two, *few).known, (std::vector<bool>{true, false}));
  EXPECT_EQ(match_baseline(one, *many).gone.size(), 1U);
}

TEST(Baseline, its_text_does_not_depend_on_the_order_of_findings) {
  std::vector<AuditFinding> const some{finding("zero-jobs", "a"), finding("boolean-trap", "b")};
  std::vector<AuditFinding> const same{some[1], some[0]};
  EXPECT_EQ(write_baseline(some), write_baseline(same));
}

TEST(Baseline, what_is_none_is_refused_with_the_way_out) {
  struct Row {
    std::string_view text;
    std::string_view problem;
  };
  Row const table[]{
      {"", "no baseline of landfall"},
      {"[]", "version"},
      {R"({"version": 2, "findings": []})", "a newer landfall wrote it"},
      {R"({"version": 1})", "findings"},
      {R"({"version": 1, "findings": [{"check": "x"}]})", "fingerprint"},
  };
  for (Row const& row : table) {
    auto const baseline = read_baseline(row.text, "base.json");
    ASSERT_FALSE(baseline) << row.text;
    EXPECT_EQ(baseline.error().kind, ErrorKind::config);
    EXPECT_NE(baseline.error().text.find(row.problem), std::string::npos) << baseline.error().text;
    EXPECT_NE(baseline.error().text.find("--write-baseline base.json"), std::string::npos);
  }
}

}  // namespace
}  // namespace landfall
