#include "incident/report.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "facts/store_fixture.h"
#include "incident/incident_fixture.h"
#include "world/golden_fixture.h"

namespace landfall {
namespace {

using test::at;

struct Report : testing::Test, test::IncidentFixture {};

char const* const sections[] = {"## Summary",
                                "## Timeline (all times UTC)",
                                "## Impact",
                                "## What went well",
                                "## What didn't go well",
                                "## Root cause analysis",
                                "## Detection",
                                "## Resolution",
                                "## Validation",
                                "## Action items",
                                "## References"};

std::string section_of(std::string const& report, std::string const& heading) {
  std::size_t const from = report.find(heading + "\n");
  if (from == std::string::npos) return "";
  std::size_t const begin = from + heading.size() + 1;
  return report.substr(begin, report.find("\n## ", begin) - begin);
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void expect_golden(std::string const& name, std::string const& text) {
  test::expect_golden(LANDFALL_SOURCE "/tests/golden/incident/" + name, text);
}

TEST_F(Report, of_an_open_incident_is_the_golden_one) {
  follow(looked);
  expect_golden("open.md", report(at("2026-04-30T16:40Z")));
}

TEST_F(Report, of_a_resolved_incident_is_the_golden_one) {
  follow(looked);
  mend();
  follow(at("2026-04-30T16:56Z"));
  expect_golden("resolved.md", report(at("2026-04-30T17:00Z")));
}

TEST_F(Report, has_all_sections_in_order_and_none_is_empty) {
  follow(looked);
  std::string const text = report(at("2026-04-30T16:40Z"));
  std::size_t last = 0;
  for (char const* section : sections) {
    std::size_t const found = text.find(std::string(section) + "\n");
    ASSERT_NE(found, std::string::npos) << section;
    EXPECT_GT(found, last) << section;
    last = found;
    EXPECT_GT(trim(section_of(text, section)).size(), 60U) << section;
  }
}

TEST_F(Report, computes_its_durations_from_the_evidence) {
  follow(looked);
  std::string const text = report(at("2026-04-30T16:40Z"));
  EXPECT_TRUE(
      holds(text, "latent 8 days 9 h (began 2026-04-22 06:53 UTC, detected 2026-04-30 16:30 UTC)"));
  EXPECT_TRUE(holds(text, "active since then, unresolved"));
  EXPECT_TRUE(holds(section_of(text, "## Detection"), "Time to detect: 8 days 9 h"));
  EXPECT_TRUE(holds(section_of(text, "## Detection"), "Exact"));
}

TEST_F(Report, collapses_runs_and_shows_absences_as_rows) {
  follow(looked);
  std::string const timeline =
      section_of(report(at("2026-04-30T16:40Z")), "## Timeline (all times UTC)");
  EXPECT_TRUE(
      holds(timeline, "9 of 9 runs failed, first 2026-04-22 10:00 UTC, last 2026-04-29 18:00 UTC"))
      << timeline;
  EXPECT_TRUE(holds(timeline, "Absence: until now no build of the app was started"));
  EXPECT_TRUE(
      holds(timeline,
            "| 2026-04-22 06:53 to 2026-04-30 16:40 | Absence: .github/workflows/deploy.yml job"));
}

TEST_F(Report, names_pending_actions_with_exact_commands_and_urls) {
  follow(looked);
  std::string const text = section_of(report(at("2026-04-30T16:40Z")), "## Resolution");
  EXPECT_TRUE(holds(text, "landfall deploy raptor/production main")) << text;
  EXPECT_TRUE(
      holds(text, "https://github.com/MooseQuest/TradeMasterAPI/settings/environments/new"));
  EXPECT_TRUE(
      holds(text, "https://github.com/MooseQuest/TradeMasterAPI/actions/workflows/deploy.yml"));
  EXPECT_FALSE(holds(text, "{")) << "a placeholder was left";
  EXPECT_FALSE(holds(text, "-a APP"));
}

TEST_F(Report, counts_every_broken_path_and_gate_among_what_went_badly) {
  std::vector<Fact> facts = findings();
  facts.push_back(finding("policy-rejects-trigger", "environment production", "SEV-2", created,
                          "the policy of production admits no tag", ""));
  facts.push_back(
      finding("release-failed", "raptor/production", "SEV-2", created, "release v3 failed", ""));
  facts.push_back(finding("of-a-later-version", "x", "SEV-3", created, "nobody knows it", ""));
  EXPECT_TRUE(store.replace("finding", {}, facts, 0, looked));
  follow(looked);
  std::string const text = section_of(report(at("2026-04-30T16:40Z")), "## What didn't go well");
  EXPECT_TRUE(holds(text, "the policy of production admits no tag")) << text;
  EXPECT_TRUE(holds(text, "environment production does not exist")) << text;
  EXPECT_FALSE(holds(text, "release v3 failed")) << text;
  EXPECT_FALSE(holds(text, "nobody knows it")) << text;
}

TEST_F(Report, proves_a_resolution_by_platform_and_from_outside) {
  follow(looked);
  mend();
  follow(at("2026-04-30T16:56Z"));
  std::string const text = report(at("2026-04-30T17:00Z"));
  EXPECT_TRUE(holds(text, "active 26 min (until 2026-04-30 16:56 UTC)"));
  std::string const timeline = section_of(text, "## Timeline (all times UTC)");
  EXPECT_TRUE(holds(timeline, "9 of 9 runs failed")) << "although no path leads there any more";
  EXPECT_TRUE(holds(timeline, "Absence: until now no build")) << "although there is one by now";
  std::string const validation = section_of(text, "## Validation");
  EXPECT_TRUE(holds(validation, "**Proven**: v8 is in force and carries code of commit ddddddd."));
  EXPECT_TRUE(holds(validation, "**Proven**: it is the head of main"));
  EXPECT_TRUE(
      holds(validation, "**Proven**: 1 of at least 1 web dynos run on the release in force."));
  EXPECT_TRUE(holds(validation, "3 healthy answers in a row"));
  EXPECT_TRUE(
      holds(validation, "GitHub environment production has 1 required reviewer (kristerpher)"));
  EXPECT_FALSE(holds(validation, "**Not so**")) << validation;
  std::string const actions = section_of(text, "## Action items");
  EXPECT_TRUE(holds(actions, "found no more since 2026-04-30 16:56 UTC"));
  EXPECT_TRUE(holds(actions, "open since 2026-04-22 10:00 UTC"));
}

TEST_F(Report, cites_something_after_each_machine_sentence) {
  follow(looked);
  EXPECT_EQ(uncited_sentences(report(at("2026-04-30T16:40Z"))), std::vector<std::string>{});
  mend();
  EXPECT_EQ(uncited_sentences(report(at("2026-04-30T16:55Z"))), std::vector<std::string>{});
  follow(at("2026-04-30T16:56Z"));
  EXPECT_EQ(uncited_sentences(report(at("2026-04-30T17:00Z"))), std::vector<std::string>{});
}

TEST_F(Report, cites_something_even_when_almost_nothing_is_known) {
  Store bare = test_store();
  ASSERT_TRUE(bare.declare(intent));
  ASSERT_TRUE(bare.replace(
      "finding", {}, {finding("never-deployed", "s", "SEV-1", created, "nothing", "")}, 0, looked));
  ASSERT_TRUE(follow_incidents(bare, intent, looked));
  Result<std::string> text =
      incident_report(bare, intent, *find_incident(bare, "raptor/production"), "", looked + 1min);
  ASSERT_TRUE(text) << text.error().text;
  EXPECT_EQ(uncited_sentences(*text), std::vector<std::string>{});
  for (char const* section : sections)
    EXPECT_GT(trim(section_of(*text, section)).size(), 40U) << section;
}

TEST_F(Report, lint_finds_a_sentence_without_a_citation) {
  struct Row {
    char const* text;
    std::size_t uncited;
  };
  Row const table[]{
      {"It was so. [E12]", 0},
      {"It was so.", 1},
      {"It was so [maybe]", 1},
      {"- it was so [E1] [D3]", 0},
      {"| a | b [landfall.yaml:12] |", 0},
      {"| a | b |", 1},
      {"- [ ] do it", 1},
      {"it was [F never-deployed]", 0},
      {"it was [Eleven]", 1},
      {"<!-- human:impact -->\nno citation here\n<!-- /human:impact -->\n<!-- what follows is "
       "written by landfall -->",
       0},
      {"<!-- human:impact -->\n<!-- /human:impact -->\n<!-- what follows is written by landfall "
       "-->\nuncited",
       1},
  };
  for (Row const& row : table)
    EXPECT_EQ(uncited_sentences(row.text).size(), row.uncited) << row.text;
}

TEST_F(Report, lists_each_citation_in_the_references_and_nothing_twice) {
  follow(looked);
  std::string const text = report(at("2026-04-30T16:40Z"));
  std::string const references = section_of(text, "## References");
  for (int number = 1; number <= 8; ++number) {
    std::string const row = "| E" + std::to_string(number) + " | GET ";
    EXPECT_TRUE(holds(references, row)) << row;
    EXPECT_EQ(references.find(row), references.rfind(row));
  }
  EXPECT_TRUE(holds(references,
                    sha256("body of GET https://api.heroku.com/apps/raxx-api-prod").substr(0, 12)));
  EXPECT_TRUE(holds(references, "2026-04-30T16:30:00Z"));
}

TEST_F(Report, keeps_text_from_outside_from_looking_like_ours) {
  follow(looked);
  std::string const text = report(at("2026-04-30T16:40Z"));
  EXPECT_TRUE(holds(text, R"(Set FLASK_ENV \| \[E99\] &lt;!-- x --&gt;)"));
  EXPECT_FALSE(holds(text, "[E99]"));
}

TEST_F(Report, leaves_out_the_middle_of_a_very_long_timeline) {
  std::vector<Fact> many;
  for (int i = 8; i < 2000; ++i) many.push_back(release(i, "config", "Set X", "2026-04-25T00:00Z"));
  ASSERT_TRUE(store.merge("release", many, releases_evidence, looked));
  follow(looked);
  std::string const text = report(at("2026-04-30T16:40Z"));
  EXPECT_LT(lines_of(text).size(), 500U);
  EXPECT_TRUE(holds(text, "rows are left out here"));
  EXPECT_TRUE(holds(text, "Release v1 (initial)"));
  EXPECT_TRUE(holds(text, "**Detected**"));
}

TEST_F(Report, of_an_unknown_incident_or_target_is_an_error) {
  follow(looked);
  Result<std::string> report = incident_report(store, intent, "2026-01-01-none", "", looked);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::missing);
  intent.targets.erase(intent.targets.begin());
  report = incident_report(store, intent, *find_incident(store, "raptor/production"), "", looked);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::config);
}

}  // namespace
}  // namespace landfall
