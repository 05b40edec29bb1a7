// A disk that is full, at every amount of room that may be left: the command says so, and what was
// written before is still there.
#include "cli/context.h"
#include "cli/pipeline.h"
#include "sim/healed_world.h"

namespace landfall {
namespace {

class FullDisk : public HealedWorldTest {
 protected:
  /// What `landfall check` does, on a database that may grow by so many pages.
  Result<Evaluation> check_with_room(std::string const& database, std::int64_t pages) {
    World world = sim_->process("landfall");
    Output const output{.out = [](std::string_view) {}, .err = [](std::string_view) {}};
    Arguments const arguments;
    ProcessHooks const hooks;
    Context context{world, output, arguments, hooks};
    std::string const file = example + "/landfall.yaml";
    std::string const declared = TRY(world.files.read(file));
    Intent const intent = TRY(parse_intent(declared, file));
    Platforms const platforms = TRY(platforms_from(world));
    Store store = TRY(Store::open(database));
    std::int64_t const size = number(store, "PRAGMA page_count");
    TRY(store.database().run(fmt::format("PRAGMA max_page_count = {}", size + pages)));
    TRY(collect(context, store, intent, platforms));
    return evaluate_now(store, intent, world.now());
  }
  static std::int64_t number(Store& store, std::string const& sql) {
    auto const rows = store.database().query(sql);
    EXPECT_TRUE(rows) << rows.error().text;
    return rows ? rows->rows[0].values()[0].integer() : -1;
  }
  static std::string text_of(Evaluation const& evaluation) {
    std::string text;
    for (Finding const& finding : evaluation.findings) text += finding.message + "\n";
    return text;
  }
  static void expect_healthy(std::string const& database) {
    auto store = Store::open(database);
    ASSERT_TRUE(store) << store.error().text;
    auto const rows = store->database().query("PRAGMA integrity_check");
    ASSERT_TRUE(rows) << rows.error().text;
    EXPECT_EQ(rows->rows[0].values()[0].text(), "ok");
  }
};

TEST_F(FullDisk, is_said_at_whatever_point_it_happens_and_is_never_green) {
  int refusals = 0;
  bool green = false;
  for (std::int64_t room = 0; !green && room < 1024; room = room * 3 / 2 + 1) {
    SCOPED_TRACE(room);
    std::string const fresh = fresh_database("full_disk");
    ASSERT_TRUE(Store::open(fresh));
    auto const result = check_with_room(fresh, room);
    expect_healthy(fresh);
    green = result && result->exit_code() == 0;
    if (green) break;
    ++refusals;
    std::string const said = result ? text_of(*result) : result.error().text;
    EXPECT_NE(said.find("the disk is full"), std::string::npos) << said;
    EXPECT_EQ(result ? result->exit_code() : 3, 3);
    // With room it goes on where it stood.
    auto const after = check_with_room(fresh, 1024);
    ASSERT_TRUE(after) << after.error().text;
    EXPECT_EQ(after->exit_code(), 0) << text_of(*after);
  }
  EXPECT_TRUE(green);
  EXPECT_GT(refusals, 3);
}

TEST_F(FullDisk, keeps_all_that_was_known_before) {
  std::string const releases = "SELECT * FROM release ORDER BY app, version, valid_from";
  Json const before = query(releases);
  ASSERT_FALSE(before.as_array().empty());
  // A bad day's answers need room, and there is none.
  control("POST", "faults", R"({"service":"heroku","path":"/","kind":"html"})");
  auto const result = check_with_room(database_, 0);
  control("DELETE", "faults");
  std::string const said = result ? text_of(*result) : result.error().text;
  EXPECT_NE(said.find("the disk is full"), std::string::npos) << said;
  EXPECT_EQ(result ? result->exit_code() : 3, 3);
  expect_healthy(database_);
  EXPECT_EQ(query(releases), before);
  EXPECT_EQ(landfall({"check"}).code, 0);
}

}  // namespace
}  // namespace landfall
