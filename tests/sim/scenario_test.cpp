// `landfall test`: what it says of scenarios that are wrong, and of worlds that are.
#include "sim/incident_world.h"

namespace landfall {
namespace {

constexpr char const* start = R"(
name: A wrong hope
intent: shop.landfall.yaml
world: shop.world.yaml
steps:
)";

class ScenarioTest : public ::testing::Test {
 protected:
  Told test(std::string const& steps, std::string const& head = start) {
    auto const sim = incident_world(1);
    World const world = sim->process("landfall");
    std::string const shared = LANDFALL_SOURCE "/tests/scenarios/shared";
    for (char const* name : {"/shop.landfall.yaml", "/shop.world.yaml"})
      EXPECT_TRUE(
          world.files.write("/story" + std::string(name), *world.files.read(shared + name)));
    EXPECT_TRUE(world.files.write("/story/one.yaml", head + steps));
    return tell(*sim, {"test", "/story/one.yaml"});
  }
};

TEST_F(ScenarioTest, what_differs_is_shown_with_its_place_and_time) {
  Told const told = test("  - after: 6m\n  - expect: {alerts: [firing SEV-1 shop/production x]}\n");
  EXPECT_EQ(told.code, 1);
  for (char const* part :
       {"FAIL A wrong hope", "/story/one.yaml:7: alerts at 2026-05-01T12:06:00Z:",
        "- expected  firing SEV-1 shop/production x",
        "+ found     firing SEV-2 shop/production no-running-dynos", "1 scenario, 1 failed"})
    EXPECT_NE(told.out.find(part), std::string::npos) << part << "\nin\n" << told.out;
}

TEST_F(ScenarioTest, mistakes_are_told_with_their_place) {
  struct Row {
    std::string steps;
    std::string said;
  };
  Row const table[]{
      {"  - afterwards: 1m\n", "one.yaml:6:5: unknown key 'afterwards' in the step"},
      {"  - {after: 1m, deploy: shop}\n", "a step does one thing"},
      {"  - after: soon\n", "one.yaml:6:12: after in the step:"},
      {"  - heroku: /apps\n", "expected a method, a path and perhaps a body"},
      {"  - kill: everyone\n", "expected watcher, the one that can be killed"},
      {"  - heroku: GET /apps/none\n", "HTTP 404"},
      {"  - acknowledge: shop/production\n", "no alert of 'shop/production' is open"},
      {"  - deploy: none\n", "HTTP 404"},
      {"  - expect: {alert: []}\n", "unknown key 'alert' in expect of the step"},
      {"  []\n", "expected a sequence of what happens and is expected"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.steps);
    Told const told = test(row.steps);
    EXPECT_GE(told.code, 2) << told.out;
    EXPECT_NE(told.err.find(row.said), std::string::npos) << told.err;
  }
  EXPECT_NE(
      test("", "name: x\nintent: none.yaml\nworld: y\nsteps: [after: 1s]\n").err.find("none.yaml"),
      std::string::npos);
}

}  // namespace
}  // namespace landfall
