// The whole demo in simulated time: the same code, the sandbox as the network, programs as
// functions.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "facts/store.h"
#include "sim/incident_world.h"

namespace landfall {
namespace {

std::string dump(std::string const& path) {
  auto store = Store::open(path);
  std::string text;
  for (Table const& table : tables()) {
    auto const rows = store->database().query("SELECT * FROM " + table.name + " ORDER BY rowid");
    EXPECT_TRUE(rows) << rows.error().text;
    for (sql::Row const& row : *rows) {
      text += table.name;
      for (sql::Value const& value : row.values()) text += "|" + value.text();
      text += "\n";
    }
  }
  return text;
}

struct Story {
  Told told;
  std::string facts;
  std::string report;
  std::uint64_t events = 0;
};

Story demo(std::uint64_t seed) {
  Story run;
  std::string const database = fresh_database(fmt::format("demo_{}", seed));
  auto const sim = incident_world(seed);
  run.told = tell(*sim, {"demo", "--fast", "--folder", "/demo", "--store", database});
  run.events = sim->events();
  run.facts = dump(database);
  auto const report =
      sim->process("landfall")
          .files.read("/demo/incidents/2026-04-30-raptor-production-never-deployed.md");
  if (report) run.report = *report;
  return run;
}

TEST(Demo, in_simulated_time_finds_mends_deploys_and_reports) {
  Story const run = demo(1);
  ASSERT_EQ(run.told.code, 0) << run.told.out << run.told.err;
  for (char const* text :
       {"never deployed", "since 2026-04-22 06:53 UTC", "HTTP 502", "no dynos",
        "environment production does not exist (fails open", "no tag matches `v*`",
        "it was never dispatched", "2 workflows deploy raxx-api-prod", "masked by `heroku create`",
        "raptor/production is verified", "nothing found: proven at"})
    EXPECT_NE(run.told.out.find(text), std::string::npos) << "missing: " << text;
  EXPECT_FALSE(run.report.empty());
}

TEST(Demo, twice_gives_the_same_digest) {
  Story const first = demo(7);
  Story const second = demo(7);
  ASSERT_EQ(first.told.code, 0) << first.told.out << first.told.err;
  EXPECT_EQ(first.events, second.events);
  EXPECT_EQ(sha256(first.told.out), sha256(second.told.out));
  EXPECT_EQ(sha256(first.facts), sha256(second.facts));
  EXPECT_EQ(sha256(first.report), sha256(second.report));
  EXPECT_NE(first.facts, "");
}

TEST(Demo, leaves_a_folder_alone_that_it_did_not_make) {
  auto const sim = incident_world(3);
  ASSERT_TRUE(sim->process("landfall").files.write("/home/thesis.txt", "years of work"));
  Told const told = tell(*sim, {"demo", "--fast", "--folder", "/home"});
  EXPECT_EQ(told.code, 2) << told.out << told.err;
  EXPECT_TRUE(sim->process("landfall").files.exists("/home/thesis.txt"));
}

}  // namespace
}  // namespace landfall
