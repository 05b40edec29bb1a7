#include "sandbox/saved.h"

#include "base/sql.h"
#include "sandbox/log.h"
#include "sandbox/record.h"
#include "sandbox/sandbox_fixture.h"
#include "sandbox/world_file.h"
#include "world/real_test.h"

namespace landfall::sandbox {
namespace {

Instant const now = *parse_instant("2026-05-01T12:00:00Z");

class SavedTest : public RealTest {
 protected:
  void SetUp() override {
    RealTest::SetUp();
    auto folder = world().files.temporary_folder("landfall-saved");
    ASSERT_TRUE(folder) << folder.error().text;
    folder_ = *folder;
  }
  void TearDown() override {
    EXPECT_TRUE(world().files.remove(folder_));
    RealTest::TearDown();
  }

  std::string path(std::string const& name) { return folder_ + "/" + name; }

  static State loaded() {
    State state(7);
    auto const read = [](std::string const&) -> Result<Tree> {
      return Tree{{"Procfile", {"web: python3 app.py\n"}},
                  {"logo.png", {std::string("\0\x89PNG\xff", 6)}}};
    };
    auto const done = load_world(state, small_world, "world.yaml", read, now);
    EXPECT_TRUE(done) << done.error().text;
    return state;
  }

  static std::unique_ptr<Saved> open(std::string const& file) {
    auto saved = Saved::open(file);
    EXPECT_TRUE(saved) << saved.error().text;
    return saved ? *std::move(saved) : nullptr;
  }

  /// All rows of the file, in words.
  static std::string rows(std::string const& file) {
    auto database = *sql::Database::open(file, sql::Access::read_only);
    std::string text;
    for (auto const& row : *database.query("SELECT kind, id, json FROM part ORDER BY kind, id"))
      text += row.text("kind") + " " + row.text("id") + " " + row.text("json") + "\n";
    for (auto const& row : *database.query("SELECT * FROM item ORDER BY kind, id, list, place"))
      text += fmt::format("{} {} {} {} {}\n", row.text("kind"), row.text("id"), row.text("list"),
                          row.text("place"), row.text("json"));
    for (auto const& row : *database.query("SELECT name, hex(bytes) AS bytes FROM content"))
      text += row.text("name") + " " + row.text("bytes") + "\n";
    return text;
  }

  void run(std::string const& file, std::string const& sql) {
    auto database = *sql::Database::open(file);
    auto const done = database.run(sql);
    ASSERT_TRUE(done) << done.error().text;
  }

  /// Rewrites a file as the first format had it: lists within the values that have them.
  static Result<> make_first_format(std::string const& file) {
    auto database = TRY(sql::Database::open(file));
    for (auto const& part : TRY(database.query("SELECT kind, id, json FROM part"))) {
      Json json = TRY(Json::parse(part.text("json")));
      std::map<std::string, Json> lists;
      for (auto const& item :
           TRY(database.query("SELECT list, place, typeof(place) AS type, json FROM item "
                              "WHERE kind = ? AND id = ? ORDER BY list, place",
                              {part.text("kind"), part.text("id")}))) {
        bool const is_map = item.text("type") == "text";
        Json const one = TRY(Json::parse(item.text("json")));
        Json& list = lists.try_emplace(item.text("list"), is_map ? Json::object() : Json::array())
                         .first->second;
        is_map ? list.set(item.text("place"), one) : list.push(one);
      }
      for (auto& [name, list] : lists) json.set(name, std::move(list));
      TRY(database.exec("UPDATE part SET json = ? WHERE kind = ? AND id = ?",
                        {json.dump(), part.text("kind"), part.text("id")}));
    }
    return database.run("DELETE FROM item; PRAGMA user_version = 1");
  }

  std::string folder_;
};

TEST_F(SavedTest, a_state_comes_back_as_it_was) {
  State before = loaded();
  add_log(before.heroku.apps.begin()->second, {now, "app", "web.1", "hello"});
  ASSERT_TRUE(open(path("a"))->save(before, {.all = true}, now));
  State after(8);
  {
    auto const saved = open(path("a"));
    auto const found = saved->load(after);
    ASSERT_TRUE(found && *found) << found.error().text;
    EXPECT_EQ(*saved->saved_at(), now);
  }
  EXPECT_EQ(after.heroku.apps.size(), before.heroku.apps.size());
  ASSERT_TRUE(open(path("b"))->save(after, {.all = true}, now));
  EXPECT_GT(rows(path("a")).size(), 2000u);
  EXPECT_EQ(rows(path("a")), rows(path("b")));
}

TEST_F(SavedTest, a_state_of_the_first_format_comes_back_as_it_was) {
  State before = loaded();
  add_log(before.heroku.apps.begin()->second, {now, "app", "web.1", "hello"});
  ASSERT_TRUE(open(path("a"))->save(before, {.all = true}, now));
  std::string const wanted = rows(path("a"));
  auto const made = make_first_format(path("a"));
  ASSERT_TRUE(made) << made.error().text;
  ASSERT_NE(rows(path("a")), wanted);
  State after(8);
  auto const saved = open(path("a"));
  auto const found = saved->load(after);
  ASSERT_TRUE(found && *found) << found.error().text;
  ASSERT_TRUE(open(path("b"))->save(after, {.all = true}, now));
  EXPECT_EQ(rows(path("b")), wanted);
}

TEST_F(SavedTest, nothing_saved_is_no_error) {
  State state(7);
  auto const found = open(path("a"))->load(state);
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(SavedTest, only_what_was_touched_is_written_and_what_is_gone_is_removed) {
  State state = loaded();
  auto saved = open(path("a"));
  auto const kept = [&] {
    saved.reset();
    std::string text = rows(path("a"));
    saved = open(path("a"));
    State again(8);
    EXPECT_TRUE(*saved->load(again));
    return text;
  };
  ASSERT_TRUE(saved->save(state, {.all = true}, now));
  ASSERT_GE(state.heroku.apps.size(), 2u);
  App& first = state.heroku.apps.begin()->second;
  App& second = std::next(state.heroku.apps.begin())->second;
  first.stack = "changed-first";
  second.stack = "changed-second";
  ASSERT_TRUE(saved->save(state, {.apps = {first.id}}, now));
  std::string const text = kept();
  EXPECT_NE(text.find("changed-first"), std::string::npos);
  EXPECT_EQ(text.find("changed-second"), std::string::npos);
  std::string const gone = second.id;
  state.heroku.apps.erase(std::next(state.heroku.apps.begin()));
  ASSERT_TRUE(saved->save(state, {.apps = {gone}}, now));
  EXPECT_EQ(kept().find("app " + gone), std::string::npos);
}

TEST_F(SavedTest, what_was_under_way_is_over_after_a_restart) {
  State state = loaded();
  App& app = state.heroku.apps.begin()->second;
  app.builds.push_back({.id = "b", .status = BuildStatus::pending});
  app.releases.push_back({.id = "r", .version = 9, .status = ReleaseStatus::pending});
  app.dynos.push_back({.id = "d", .name = "web.1"});
  resume(state, now);
  EXPECT_EQ(app.builds.back().status, BuildStatus::failed);
  EXPECT_EQ(app.releases.back().status, ReleaseStatus::failed);
  EXPECT_TRUE(app.dynos.empty());
  EXPECT_FALSE(state.effects.empty());
}

TEST_F(SavedTest, a_file_of_something_else_or_of_a_newer_landfall_is_refused) {
  run(path("other"), "CREATE TABLE x (y)");
  auto const other = Saved::open(path("other"));
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().text.find("is a database of something else"), std::string::npos);
  open(path("newer"));
  run(path("newer"), "PRAGMA user_version = 99");
  auto const newer = Saved::open(path("newer"));
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().text.find("newer landfall (format 99"), std::string::npos);
}

TEST_F(SavedTest, two_sandboxes_cannot_keep_their_state_in_one_file) {
  auto const first = open(path("a"));
  auto const second = Saved::open(path("a"));
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().text.find("in use by another sandbox"), std::string::npos);
}

TEST_F(SavedTest, damage_is_said_with_its_place) {
  struct {
    char const* change;
    char const* error;
  } const cases[] = {
      {"UPDATE part SET json = '{' WHERE kind = 'state'", "state : "},
      {"UPDATE part SET json = '[]' WHERE kind = 'state'", "expected an object, found an array"},
      {"UPDATE item SET json = replace(json, '\"version\":1,', '\"version\":\"1\",') "
       "WHERE kind = 'app'",
       "releases: version: expected an integer, found a string"},
      {"UPDATE item SET json = replace(json, '\"status\":1,\"config\"', '\"status\":7,\"config\"') "
       "WHERE kind = 'app'",
       "expected a word of this version"},
      {"DELETE FROM content", "is not there"},
  };
  State state = loaded();
  for (auto const& one : cases) {
    ASSERT_TRUE(world().files.remove(folder_));
    ASSERT_TRUE(world().files.make_folder(folder_));
    ASSERT_TRUE(open(path("a"))->save(state, {.all = true}, now));
    run(path("a"), one.change);
    State after(8);
    auto const found = open(path("a"))->load(after);
    ASSERT_FALSE(found) << one.change;
    EXPECT_NE(found.error().text.find(one.error), std::string::npos) << found.error().text;
  }
}

}  // namespace
}  // namespace landfall::sandbox
