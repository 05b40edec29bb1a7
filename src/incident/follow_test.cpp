#include <gtest/gtest.h>

#include "facts/store_fixture.h"
#include "incident/incident_fixture.h"

namespace landfall {
namespace {

using test::at;

struct Following : testing::Test, test::IncidentFixture {
  sql::Rows incidents(std::string const& target = "raptor/production") {
    return *store.database().query(
        "SELECT * FROM incident WHERE target = ? ORDER BY detected_at, id", {target});
  }
  void find(std::vector<Fact> const& facts, Instant when) {
    ASSERT_TRUE(store.replace("finding", {}, facts, 0, when));
    ASSERT_TRUE(follow_incidents(store, intent, when));
  }
};

TEST_F(Following, findings_of_one_target_are_one_incident_named_by_the_worst) {
  follow(looked);
  sql::Rows const rows = incidents();
  ASSERT_EQ(rows.size(), 1U);
  sql::Row const& row = rows.rows[0];
  EXPECT_EQ(row.text("id"), "2026-04-30-raptor-production-never-deployed");
  EXPECT_EQ(row.text("severity"), "SEV-1");
  EXPECT_EQ(row.integer("began_at"), epoch_seconds(created));
  EXPECT_EQ(row.integer("detected_at"), epoch_seconds(looked));
  EXPECT_TRUE(row.null("resolved_at"));
  EXPECT_NE(row.text("summary").find("none of the 7 releases"), std::string::npos);
  EXPECT_EQ(incidents("raptor/staging").size(), 1U);
}

TEST_F(Following, again_changes_nothing) {
  follow(looked);
  follow(looked + 5min);
  EXPECT_EQ(incidents().size(), 1U);
}

TEST_F(Following, low_severities_and_unknowns_open_nothing) {
  find({finding("path-never-taken", "a", "SEV-3", created, "m", ""),
        finding("never-deployed", "b", "SEV-1", created, "m", "", "raptor/production", "unknown"),
        finding("never-deployed", "c", "SEV-1", created, "m", "", "nobody/knows")},
       looked);
  EXPECT_EQ(incidents().size(), 0U);
  EXPECT_EQ(incidents("nobody/knows").size(), 0U);
}

TEST_F(Following, an_incident_ends_when_no_severe_finding_is_left) {
  follow(looked);
  find({finding("no-running-dynos", "raptor/production web", "SEV-2", created, "m", "")},
       looked + 10min);
  EXPECT_TRUE(incidents().rows[0].null("resolved_at")) << "the dynos are still down";
  find({finding("path-never-taken", "a", "SEV-3", created, "m", "")}, looked + 20min);
  EXPECT_EQ(incidents().rows[0].integer("resolved_at"), epoch_seconds(looked + 20min));
}

TEST_F(Following, a_source_that_falls_silent_ends_nothing) {
  follow(looked);
  find({finding("never-deployed", "raptor/production", "SEV-1", created,
                "heroku.releases: no permission", "", "raptor/production", "unknown")},
       looked + 10min);
  EXPECT_TRUE(incidents().rows[0].null("resolved_at"));
  find({}, looked + 20min);
  EXPECT_FALSE(incidents().rows[0].null("resolved_at"));
}

TEST_F(Following, the_same_again_on_one_day_gets_a_number) {
  for (Duration const after : {0min, 20min, 40min}) {
    find({finding("health-failing", "raptor/production origin", "SEV-1", looked + after, "down",
                  "")},
         looked + after);
    find({}, looked + after + 10min);
  }
  sql::Rows const rows = incidents();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows.rows[0].text("id"), "2026-04-30-raptor-production-health-failing");
  EXPECT_EQ(rows.rows[1].text("id"), "2026-04-30-raptor-production-health-failing-2");
  EXPECT_EQ(rows.rows[2].text("id"), "2026-04-30-raptor-production-health-failing-3");
}

TEST_F(Following, what_is_worse_or_began_earlier_is_learned) {
  find({finding("no-running-dynos", "raptor/production web", "SEV-2", looked - 1h, "m", "")},
       looked);
  find({finding("no-running-dynos", "raptor/production web", "SEV-2", looked - 1h, "m", ""),
        finding("health-failing", "raptor/production origin", "SEV-1", looked - 2h, "m", "")},
       looked + 5min);
  sql::Rows const rows = incidents();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.rows[0].text("severity"), "SEV-1");
  EXPECT_EQ(rows.rows[0].integer("began_at"), epoch_seconds(looked - 2h));
  EXPECT_EQ(rows.rows[0].text("id"), "2026-04-30-raptor-production-no-running-dynos")
      << "an id never changes";
}

TEST_F(Following, an_incident_is_found_by_its_id_and_by_its_target) {
  follow(looked);
  EXPECT_EQ(*find_incident(store, "raptor/production"),
            "2026-04-30-raptor-production-never-deployed");
  EXPECT_EQ(*find_incident(store, "2026-04-30-raptor-staging-health-failing"),
            "2026-04-30-raptor-staging-health-failing");
  Result<std::string> const wrong = find_incident(store, "raptor/prodution");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::missing);
  EXPECT_NE(wrong.error().text.find("did you mean 'raptor/production'"), std::string::npos)
      << wrong.error().text;
  Store empty = test_store();
  EXPECT_EQ(find_incident(empty, "x").error().kind, ErrorKind::missing);
}

}  // namespace
}  // namespace landfall
