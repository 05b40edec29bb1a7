#include "facts/store.h"
#include "facts/store_fixture.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

Instant const t0 = from_epoch_seconds(1'777'566'600);  // 2026-04-30T16:30:00Z

Store memory() {
  return test_store();
}

Fact dyno(std::string_view name, std::string_view state) {
  return {{"app", "shop"},   {"name", name}, {"type", "web"},     {"state", state},
          {"size", "basic"}, {"version", 3}, {"created_at", 100}, {"updated_at", 100}};
}

/// An empty place that several can open.
std::string shared_place(std::string const& name) {
  if (!test_server().empty()) return test_place();
  std::string const path = ::testing::TempDir() + name;
  for (char const* tail : {"", "-wal", "-shm"}) std::remove((path + tail).c_str());
  return path;
}

std::string rows(Store& store, std::string_view sql) {
  auto const result = store.database().query(sql);
  if (!result) return "error: " + result.error().text;
  std::string text;
  for (sql::Row const& row : *result) {
    for (sql::Value const& value : row.values()) text += value.text() + "|";
    text += ";";
  }
  return text;
}

TEST(Tables, every_file_has_a_sentence_a_key_and_described_columns) {
  ASSERT_GT(tables().size(), 20U);
  for (Table const& table : tables()) {
    SCOPED_TRACE(table.name);
    EXPECT_FALSE(table.sentence.empty());
    EXPECT_FALSE(table.key.empty());
    for (std::string const& key : table.key)
      EXPECT_TRUE(std::any_of(table.columns.begin(), table.columns.end(),
                              [&](Column const& column) { return column.name == key; }))
          << key;
    if (table.keeps == Keeps::history) {
      EXPECT_EQ(table.columns.back().name, "valid_to");
    }
  }
}

TEST(Store, keeps_what_was_seen_before_and_shows_one_instant) {
  Store store = memory();
  ASSERT_TRUE(
      store.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up"), dyno("web.2", "up")}, 1, t0));
  ASSERT_TRUE(store.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "crashed")}, 2, t0 + 60s));
  std::string_view const now = "SELECT name, state FROM current_dyno ORDER BY name";
  ASSERT_TRUE(store.look_at(t0 + 30s));
  EXPECT_EQ(rows(store, now), "web.1|up|;web.2|up|;");
  ASSERT_TRUE(store.look_at(t0 + 61s));
  EXPECT_EQ(rows(store, now), "web.1|crashed|;");
  ASSERT_TRUE(store.look_at(t0 - 1s));
  EXPECT_EQ(rows(store, now), "");
}

TEST(Store, an_unchanged_answer_writes_nothing) {
  Store store = memory();
  ASSERT_TRUE(store.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up")}, 1, t0));
  auto const version = store.version_of("dyno");
  ASSERT_TRUE(store.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up")}, 2, t0 + 60s));
  EXPECT_EQ(store.version_of("dyno"), version);
  EXPECT_EQ(rows(store, "SELECT count(*), max(evidence_id) FROM dyno"), "1|1|;");
}

TEST(Store, a_release_is_valid_from_its_own_creation) {
  Store store = memory();
  Fact const release{{"app", "shop"},
                     {"version", 1},
                     {"kind", "initial"},
                     {"status", "succeeded"},
                     {"description", "Initial release"},
                     {"carries_code", false},
                     {"created_at", epoch_seconds(t0 - 200h)},
                     {"user", "a"},
                     {"release_id", "r1"}};
  ASSERT_TRUE(store.replace("release", {{"app", "shop"}}, {release}, 1, t0));
  ASSERT_TRUE(store.look_at(t0 - 100h));
  EXPECT_EQ(rows(store, "SELECT version FROM current_release"), "1|;");
  ASSERT_TRUE(store.look_at(t0 - 201h));
  EXPECT_EQ(rows(store, "SELECT version FROM current_release"), "");
}

TEST(Store, one_scope_does_not_end_the_rows_of_another) {
  Store store = memory();
  ASSERT_TRUE(store.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up")}, 1, t0));
  ASSERT_TRUE(store.replace("dyno", {{"app", "blog"}}, {}, 1, t0 + 1s));
  EXPECT_EQ(rows(store, "SELECT count(*) FROM dyno WHERE valid_to IS NULL"), "1|;");
}

TEST(Store, an_error_inside_a_transaction_undoes_all_of_it) {
  Store store = memory();
  auto const result = store.database().transaction([&]() -> Result<> {
    TRY(store.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up")}, 1, t0));
    return fail(ErrorKind::data, "no");
  });
  EXPECT_FALSE(result);
  EXPECT_EQ(rows(store, "SELECT count(*) FROM dyno"), "0|;");
}

TEST(Store, tells_a_newer_a_corrupt_and_a_missing_file_apart) {
  std::string const folder = ::testing::TempDir() + "landfall_store_test";
  std::string const path = folder + ".db";
  std::remove(path.c_str());
  {
    auto store = Store::open(path);
    ASSERT_TRUE(store) << store.error().text;
    ASSERT_TRUE(store->database().run("PRAGMA user_version = 999"));
  }
  auto const newer = Store::open(path);
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().text.find("newer landfall"), std::string::npos) << newer.error().text;
  std::remove(path.c_str());
  std::remove((path + "-wal").c_str());
  std::remove((path + "-shm").c_str());
  FILE* file = std::fopen(path.c_str(), "w");
  for (int i = 0; i < 100; ++i)
    std::fputs("this is not a database, it is a poem about one\n", file);
  std::fclose(file);
  auto const corrupt = Store::open(path);
  ASSERT_FALSE(corrupt);
  EXPECT_EQ(corrupt.error().code, "corrupt") << corrupt.error().text;
  std::remove(path.c_str());
  auto const missing = Store::open(folder + "/not/there.db");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "cannot_open") << missing.error().text;
}

TEST(Store, a_database_of_the_version_before_gets_what_it_lacks_and_keeps_what_it_has) {
  std::string const path = ::testing::TempDir() + "landfall_store_older.db";
  for (char const* tail : {"", "-wal", "-shm"}) std::remove((path + tail).c_str());
  {
    auto older = sql::Database::open(path, sql::Access::read_write);
    ASSERT_TRUE(older) << older.error().text;
    ASSERT_TRUE(older->run(
        "CREATE TABLE repository (repository TEXT NOT NULL, default_branch TEXT NOT NULL, private "
        "BOOLEAN NOT NULL, archived BOOLEAN NOT NULL, pushed_at INTEGER, evidence_id INTEGER NOT "
        "NULL, valid_from INTEGER NOT NULL, valid_to INTEGER);"
        "INSERT INTO repository VALUES ('a/b', 'main', TRUE, FALSE, NULL, 1, 0, NULL);"
        "PRAGMA user_version = 1"));
  }
  Store store = std::move(*Store::open(path));
  EXPECT_EQ(rows(store, "SELECT repository, private, visibility FROM repository"), "a/b|1||;");
  Fact const repository{{"repository", "a/b"},
                        {"default_branch", "main"},
                        {"private", true},
                        {"archived", false},
                        {"visibility", "internal"}};
  ASSERT_TRUE(store.replace("repository", {{"repository", "a/b"}}, {repository}, 2, t0));
  ASSERT_TRUE(store.look_at(t0));
  EXPECT_EQ(rows(store, "SELECT visibility FROM current_repository"), "internal|;");
  EXPECT_EQ(rows(store, "SELECT count(*) FROM secret_use"), "0|;");
  EXPECT_EQ(rows(store, "PRAGMA user_version"), "5|;");
  EXPECT_EQ(rows(store,
                 "SELECT name FROM sqlite_master WHERE tbl_name = 'repository' AND type = "
                 "'index'"),
            "repository_name|;");
}

TEST(Store, a_full_disk_is_an_error_that_loses_nothing) {
  Store store = std::move(*Store::open(":memory:"));
  ASSERT_TRUE(store.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up")}, 1, t0));
  ASSERT_TRUE(store.database().query("PRAGMA max_page_count = 1"));
  std::vector<Fact> many;
  for (int i = 0; i < 20'000; ++i) many.push_back(dyno("web." + std::to_string(i), "up"));
  auto const full = store.replace("dyno", {{"app", "shop"}}, many, 2, t0 + 60s);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, "full") << full.error().text;
  EXPECT_EQ(rows(store, "SELECT name FROM dyno WHERE valid_to IS NULL"), "web.1|;");
}

TEST(Store, one_process_that_looks_at_the_past_does_not_move_another) {
  std::string const path = shared_place("landfall_two_stores.db");
  Store present = std::move(*Store::open(path));
  ASSERT_TRUE(present.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up")}, 1, t0));
  ASSERT_TRUE(present.look_at(t0));
  Store past = std::move(*Store::open(path, sql::Access::read_only));
  ASSERT_TRUE(past.look_at(t0 - 1h));
  EXPECT_EQ(rows(past, "SELECT count(*) FROM current_dyno"), "0|;");
  EXPECT_EQ(rows(present, "SELECT count(*) FROM current_dyno"), "1|;");
}

TEST(Store, what_another_process_writes_counts_as_a_change_of_every_table) {
  std::string const path = shared_place("landfall_others.db");
  Store mine = std::move(*Store::open(path));
  Store other = std::move(*Store::open(path));
  ASSERT_TRUE(mine.look_at(t0));
  auto const before = mine.version_of("dyno");
  ASSERT_TRUE(other.replace("dyno", {{"app", "shop"}}, {dyno("web.1", "up")}, 1, t0));
  ASSERT_TRUE(mine.look_at(t0));
  EXPECT_GT(mine.version_of("dyno"), before);
}

TEST(ReadGuard, lets_only_reading_pass_and_lists_what_was_read) {
  Store store = memory();
  sql::Database::ReadGuard guard(store.database(), 1'000'000);
  EXPECT_TRUE(store.database().query("SELECT count(*) FROM release"));
  bool const sqlite = store.database().engine() == sql::Engine::sqlite;
  EXPECT_EQ(guard.tables_read().contains("release"), sqlite);
  for (char const* sql :
       {"DELETE FROM release", "DROP TABLE release",
        sqlite ? "ATTACH 'x' AS y" : "COPY release TO PROGRAM 'cat'",
        sqlite ? "PRAGMA user_version = 4" : "SET search_path = x", "CREATE TABLE x (a INTEGER)"}) {
    auto const refused = store.database().query(sql);
    ASSERT_FALSE(refused) << sql;
    EXPECT_EQ(refused.error().code, "not_allowed") << sql;
  }
}

TEST(ReadGuard, ends_a_query_that_works_too_long) {
  Store store = memory();
  sql::Database::ReadGuard guard(store.database(), 100'000);
  auto const endless = store.database().query(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, "budget");
}

}  // namespace
}  // namespace landfall
