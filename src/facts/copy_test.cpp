#include "facts/copy.h"
#include "facts/store_fixture.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

Instant const noon = from_epoch_seconds(1'777'566'600);

Fact silence(std::int64_t number) {
  return {{"target", "shop/" + std::to_string(number)},
          {"check_id", ""},
          {"owner", "ops"},
          {"reason", "it's \"quiet\""},
          {"from_at", number},
          {"until_at", number + 1}};
}

std::string all_of(Store& store, std::string const& sql) {
  auto const rows = store.database().query(sql);
  if (!rows) return rows.error().text;
  std::string text;
  for (sql::Row const& row : *rows) {
    for (sql::Value const& value : row.values())
      text += (value.is_null() ? "NULL" : value.text()) + "|";
    text += "\n";
  }
  return text;
}

Result<std::vector<CopiedTable>> copied(Store& from, Store& to) {
  return copy_store(from, to, [](CopiedTable const&) {});
}

void fill(Store& store) {
  // More than fit into two batches.
  std::vector<Fact> repositories;
  for (int i = 0; i < 2'345; ++i)
    repositories.push_back({{"repository", "acme/r" + std::to_string(i)},
                            {"default_branch", "main"},
                            {"private", i % 2 == 0},
                            {"archived", false}});
  ASSERT_TRUE(store.replace("repository", {}, repositories, 1, noon));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store.add("silence", silence(i)));
  ASSERT_TRUE(store.add("evidence", {{"source", "heroku.app"},
                                     {"request", "GET /"},
                                     {"fetched_at", 1},
                                     {"last_at", 2},
                                     {"status", 200},
                                     {"sha256", "ab"},
                                     {"size", 3},
                                     {"body", std::string("\0\xff\1", 3)}}));
}

TEST(CopyStore, carries_every_row_there_and_back) {
  Store first = std::move(*Store::open(":memory:"));
  Store second = test_store();
  Store third = std::move(*Store::open(":memory:"));
  fill(first);
  auto const there = copied(first, second);
  ASSERT_TRUE(there) << there.error().text;
  auto const back = copied(second, third);
  ASSERT_TRUE(back) << back.error().text;
  for (char const* sql :
       {"SELECT * FROM silence ORDER BY id", "SELECT * FROM evidence ORDER BY id",
        "SELECT repository, private, visibility, valid_from, valid_to FROM repository ORDER BY "
        "repository"})
    EXPECT_EQ(all_of(first, sql), all_of(third, sql));
  EXPECT_EQ(all_of(third, "SELECT count(*) FROM repository"), "2345|\n");
}

TEST(CopyStore, numbers_go_on_where_they_were) {
  Store from = std::move(*Store::open(":memory:"));
  Store to = test_store();
  fill(from);
  ASSERT_TRUE(copied(from, to));
  auto const next = to.add("silence", silence(9));
  ASSERT_TRUE(next) << next.error().text;
  EXPECT_EQ(*next, 4);
}

TEST(CopyStore, adds_to_no_facts) {
  Store from = std::move(*Store::open(":memory:"));
  Store to = test_store();
  fill(from);
  ASSERT_TRUE(to.add("silence", silence(9)));
  auto const refused = copied(from, to);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "not_empty");
  EXPECT_EQ(all_of(to, "SELECT count(*) FROM repository"), "0|\n");
}

TEST(CopyStore, that_was_written_to_meanwhile_is_undone) {
  Store from = std::move(*Store::open(":memory:"));
  Store to = test_store();
  fill(from);
  auto const result = copy_store(from, to, [&](CopiedTable const& table) {
    if (table.table != "silence") return;
    EXPECT_TRUE(from.add("silence", silence(9)));
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "changed_meanwhile") << result.error().text;
  EXPECT_EQ(all_of(to, "SELECT count(*) FROM silence"), "0|\n");
}

}  // namespace
}  // namespace landfall
