// Runs tests/checks/*.sql: each case starts from the healthy world and says what its check must
// find.
#include "check/check.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "check/verdict.h"
#include "facts/store_fixture.h"

namespace landfall {
namespace {

Instant const now = from_epoch_seconds(1'777'566'600);

std::string read_file(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::filesystem::path case_folder() {
  return std::filesystem::path(LANDFALL_SOURCE) / "tests/checks";
}

std::string at_now(std::string sql) {
  return replace_all(std::move(sql), ":now", std::to_string(epoch_seconds(now)));
}

Store healthy_world() {
  Store store = test_store();
  auto const filled = store.database().run(at_now(read_file(case_folder() / "healthy.world.sql")));
  EXPECT_TRUE(filled) << filled.error().text;
  EXPECT_TRUE(store.look_at(now));
  return store;
}

struct Case {
  std::string name;
  std::string sql;
  std::vector<std::string> want;
};

std::vector<Case> read_cases(std::string const& id) {
  std::vector<Case> cases;
  for (std::string const& line : lines_of(read_file(case_folder() / (id + ".sql")))) {
    if (line.starts_with("-- case: ")) {
      cases.push_back({line.substr(9), {}, {}});
    } else if (line.starts_with("-- want: ")) {
      if (line != "-- want: nothing") cases.back().want.push_back(line.substr(9));
    } else if (!line.empty()) {
      cases.back().sql += line + "\n";
    }
  }
  return cases;
}

std::vector<std::string> found_by(std::string const& check, std::vector<Finding> const& findings) {
  std::vector<std::string> lines;
  for (Finding const& finding : findings)
    if (finding.check == check)
      lines.push_back(fmt::format("{}{} | {}",
                                  finding.state == FindingState::unknown ? "unknown " : "",
                                  finding.subject, finding.message));
  return lines;
}

TEST(Checks, each_fires_and_stays_silent_as_its_cases_say) {
  for (Check const& check : checks()) {
    bool fires = false;
    bool silent = false;
    for (Case const& item : read_cases(check.id)) {
      SCOPED_TRACE(check.id + ": " + item.name);
      Store store = healthy_world();
      auto const changed = store.database().run(at_now(item.sql));
      ASSERT_TRUE(changed) << changed.error().text;
      CheckRunner runner(store);
      auto const findings = runner.run(now);
      ASSERT_TRUE(findings) << findings.error().text;
      EXPECT_EQ(found_by(check.id, *findings), item.want);
      bool const violated =
          std::any_of(item.want.begin(), item.want.end(),
                      [](std::string const& line) { return !line.starts_with("unknown "); });
      fires = fires || violated;
      silent = silent || item.want.empty();
    }
    EXPECT_TRUE(fires) << check.id << " has no case in which it fires";
    EXPECT_TRUE(silent) << check.id << " has no case in which it stays silent";
  }
}

TEST(Checks, find_nothing_in_the_healthy_world) {
  Store store = healthy_world();
  CheckRunner runner(store);
  auto const findings = runner.run(now);
  ASSERT_TRUE(findings) << findings.error().text;
  for (Finding const& finding : *findings)
    ADD_FAILURE() << finding.check << ": " << finding.message;
}

TEST(Checks, name_evidence_in_every_finding_of_a_target) {
  Store store = healthy_world();
  ASSERT_TRUE(store.database().run(
      "DELETE FROM dyno; DELETE FROM environment; UPDATE run SET conclusion = 'failure';"));
  CheckRunner runner(store);
  auto const findings = runner.run(now);
  ASSERT_TRUE(findings) << findings.error().text;
  EXPECT_GE(findings->size(), 3U);
  for (Finding const& finding : *findings) EXPECT_FALSE(finding.evidence.empty()) << finding.check;
}

TEST(Checks, run_again_only_when_a_table_that_they_read_changed) {
  Store store = healthy_world();
  CheckRunner runner(store);
  ASSERT_TRUE(runner.run(now));
  int const all = static_cast<int>(checks().size());
  EXPECT_EQ(runner.evaluated(), all);
  ASSERT_TRUE(runner.run(now + 1s));
  EXPECT_EQ(runner.evaluated(), 0);
  ASSERT_TRUE(store.replace("git_tag", {{"repository", "acme/shop"}}, {}, 1, now + 2s));
  auto const findings = runner.run(now + 2s);
  ASSERT_TRUE(findings) << findings.error().text;
  EXPECT_GT(runner.evaluated(), 0);
  EXPECT_LT(runner.evaluated(), 4);
}

TEST(Checks, a_grace_that_ends_is_noticed_although_nothing_changed) {
  Store store = healthy_world();
  ASSERT_TRUE(
      store.database().run(at_now("DELETE FROM release WHERE version = 3; UPDATE app SET "
                                  "created_at = :now - 600, valid_from = :now - 600;")));
  CheckRunner runner(store);
  auto const early = runner.run(now);
  ASSERT_TRUE(early) << early.error().text;
  EXPECT_TRUE(found_by("never-deployed", *early).empty());
  ASSERT_TRUE(store.database().run("UPDATE asked SET fresh_until = fresh_until + 90000"));
  auto const late = runner.run(now + 1h);
  ASSERT_TRUE(late) << late.error().text;
  EXPECT_EQ(found_by("never-deployed", *late).size(), 1U);
}

TEST(Checks, weigh_one_less_outside_production) {
  Store store = healthy_world();
  ASSERT_TRUE(store.database().run(
      "UPDATE target SET target = 'shop/staging', environment = 'staging';"
      "UPDATE probe SET target = 'shop/staging', verdict = 'failing', commit_id = NULL;"
      "UPDATE observation SET subject = 'shop/staging' WHERE source = 'probe.origin';"
      "UPDATE asked SET subject = 'shop/staging' WHERE source = 'probe.origin';"));
  CheckRunner runner(store);
  auto const findings = runner.run(now);
  ASSERT_TRUE(findings) << findings.error().text;
  auto const found = std::find_if(findings->begin(), findings->end(), [](Finding const& finding) {
    return finding.check == "health-failing";
  });
  ASSERT_NE(found, findings->end());
  EXPECT_EQ(found->severity, "SEV-2");
}

struct VerdictRow {
  std::string_view name;
  std::string_view change;
  std::string_view want;  ///< proof:state of deployed, running, healthy, current; headline
};

TEST(Verdicts, tell_the_states_apart) {
  VerdictRow const table[]{
      {"live", "", "ok:deployed ok:running ok:healthy ok:current => ok:live"},
      {"never tried",
       "DELETE FROM release WHERE version = 3; DELETE FROM build; DELETE FROM dyno; DELETE FROM "
       "formation;"
       "DELETE FROM live_release; UPDATE probe SET class = 'blank_app', verdict = 'failing';",
       "failing:never deployed (never tried) failing:no dynos failing:blank app failing:runs "
       "nothing => "
       "failing:never deployed (never tried)"},
      {"tried and failed",
       "DELETE FROM release WHERE version = 3; DELETE FROM dyno; DELETE FROM live_release;",
       "failing:never deployed (tried and failed) failing:no dynos ok:healthy failing:runs nothing "
       "=> "
       "failing:never deployed (tried and failed)"},
      {"scaled to zero", "UPDATE formation SET quantity = 0; DELETE FROM dyno;",
       "ok:deployed failing:scaled to zero ok:healthy ok:current => failing:scaled to zero"},
      {"crashed", "UPDATE dyno SET state = 'crashed';",
       "ok:deployed failing:crashed ok:healthy ok:current => failing:crashed"},
      {"old release", "UPDATE dyno SET version = 2;",
       "ok:deployed failing:on an old release ok:healthy ok:current => failing:on an old release"},
      {"behind",
       "UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa'; UPDATE commit_seen SET committed_at = "
       "committed_at - 90000;",
       "ok:deployed ok:running ok:healthy failing:behind => failing:behind"},
      {"behind, but not for long", "UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa';",
       "ok:deployed ok:running ok:healthy ok:current enough => ok:live"},
      {"out of band", "UPDATE release SET commit_id = 'ffff';",
       "ok:deployed ok:running ok:healthy failing:out of band => failing:out of band"},
      {"a commit that touches another folder than the target's",
       "UPDATE target SET path = 'backend'; UPDATE release SET commit_id = 'cccccccccccccccc';"
       "INSERT INTO commit_seen SELECT repository, branch, 'backend', commit_id, committed_at, "
       "author, title, 8, valid_from, NULL"
       "  FROM commit_seen WHERE path = '';"
       "INSERT INTO commit_seen VALUES ('acme/shop', 'main', '', 'cccccccccccccccc', 1777560000, "
       "'ann', 'Docs', 8, 1777560000, NULL);",
       "ok:deployed ok:running ok:healthy ok:current => ok:live"},
      {"gated", "UPDATE probe SET class = 'gated', verdict = 'unknown';",
       "ok:deployed ok:running unknown:gated ok:current => unknown:gated"},
      {"unreachable", "UPDATE probe SET class = 'timeout', verdict = 'failing';",
       "ok:deployed ok:running failing:timeout ok:current => failing:timeout"},
      {"expected empty",
       "UPDATE target SET expect = 'empty'; DELETE FROM release WHERE version = 3; DELETE FROM "
       "dyno;"
       "DELETE FROM live_release; UPDATE probe SET class = 'blank_app', verdict = 'failing';",
       "ok:expected empty ok:expected empty ok:expected empty ok:expected empty => ok:expected "
       "empty"},
      {"platform silent", "UPDATE observation SET state = 'failed' WHERE source LIKE 'heroku.%';",
       "unknown:not observed unknown:not observed ok:healthy unknown:not observed => unknown:not "
       "observed"},
      {"nothing known of the app", "DELETE FROM app;",
       "unknown:not observed unknown:not observed ok:healthy unknown:not observed => unknown:not "
       "observed"},
  };
  for (VerdictRow const& row : table) {
    SCOPED_TRACE(row.name);
    Store store = healthy_world();
    auto const changed = store.database().run(row.change);
    ASSERT_TRUE(changed) << changed.error().text;
    auto const all = verdicts(store, now);
    ASSERT_TRUE(all) << all.error().text;
    ASSERT_EQ(all->size(), 1U);
    std::string text;
    for (FactVerdict const& fact : (*all)[0].facts)
      text += fmt::format("{}:{} ", to_word(fact.proof), fact.state);
    text += fmt::format("=> {}:{}", to_word((*all)[0].headline), (*all)[0].state);
    EXPECT_EQ(text, row.want);
  }
}

TEST(Findings, are_kept_from_the_first_time_to_the_last) {
  Store store = healthy_world();
  Finding const finding{"never-deployed",
                        FindingState::violated,
                        "shop/production",
                        "shop/production",
                        "SEV-1",
                        now - 200h,
                        "none",
                        {3, 4}};
  ASSERT_TRUE(keep_findings(store, {finding}, now));
  ASSERT_TRUE(keep_findings(store, {finding}, now + 60s));
  ASSERT_TRUE(keep_findings(store, {}, now + 120s));
  auto const rows = store.database().query("SELECT valid_from, valid_to, evidence FROM finding");
  ASSERT_TRUE(rows) << rows.error().text;
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->rows[0].integer("valid_from"), epoch_seconds(now));
  EXPECT_EQ(rows->rows[0].integer("valid_to"), epoch_seconds(now + 120s));
  EXPECT_EQ(rows->rows[0].text("evidence"), "3 4");
}

}  // namespace
}  // namespace landfall
