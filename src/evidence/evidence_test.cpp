#include "evidence/evidence.h"
#include "facts/store_fixture.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

Instant const t0 = from_epoch_seconds(1'777'566'600);

Store memory() {
  return test_store();
}

Evidence answer(std::string body, int status = 200) {
  return {.source = "heroku.app",
          .request = "GET https://api.test/apps/shop",
          .status = status,
          .etag = "\"one\"",
          .body = std::move(body)};
}

sql::Row row_of(Store& store, std::int64_t id) {
  return store.database().query("SELECT * FROM evidence WHERE id = ?", {id})->rows.at(0);
}

TEST(Evidence, an_unchanged_answer_extends_the_last_one) {
  Store store = memory();
  std::int64_t const first = *record(store, answer("{}"), t0);
  EXPECT_EQ(*record(store, answer("{}"), t0 + 60s), first);
  EXPECT_EQ(row_of(store, first).integer("fetched_at"), epoch_seconds(t0));
  EXPECT_EQ(row_of(store, first).integer("last_at"), epoch_seconds(t0 + 60s));
}

TEST(Evidence, another_body_status_request_or_source_is_another_row) {
  Store store = memory();
  std::int64_t const first = *record(store, answer("{}"), t0);
  Evidence other_request = answer("{}");
  other_request.request += "/dynos";
  Evidence other_source = answer("{}");
  other_source.source = "heroku.dynos";
  Evidence const others[] = {answer("[]"), answer("[]", 500), other_request, other_source};
  std::int64_t last = first;
  for (Evidence const& other : others) {
    std::int64_t const id = *record(store, other, t0);
    EXPECT_GT(id, last);
    last = id;
  }
  // The same as the first, but not as the last one: the answer changed and changed back.
  EXPECT_GT(*record(store, answer("{}"), t0), last);
}

TEST(Evidence, a_last_answer_comes_back_with_its_body) {
  Store store = memory();
  EXPECT_FALSE(last_answer(store, "heroku.app", answer("").request)->has_value());
  std::string const body = std::string(100'000, 'x') + "\n{\"a\":1}";
  std::int64_t const id = *record(store, answer(body), t0);
  ASSERT_TRUE(record(
      store,
      {.source = "heroku.app", .request = answer("").request, .status = 0, .body = "timeout"},
      t0 + 60s));
  auto const last = last_answer(store, "heroku.app", answer("").request);
  ASSERT_TRUE(last->has_value());
  EXPECT_EQ((*last)->id, id);
  EXPECT_EQ((*last)->etag, "\"one\"");
  EXPECT_EQ((*last)->body, body);
  EXPECT_LT(row_of(store, id)["body"].text().size(), 2000U);
}

TEST(Evidence, of_a_large_body_only_the_digest_is_kept) {
  Store store = memory();
  std::int64_t const id = *record(store, answer(std::string((2 << 20) + 1, 'x')), t0);
  sql::Row const row = row_of(store, id);
  EXPECT_TRUE(row.null("body"));
  EXPECT_EQ(row.integer("size"), (2 << 20) + 1);
  EXPECT_EQ(row.text("sha256").size(), 64U);
  EXPECT_FALSE(last_answer(store, "heroku.app", answer("").request)->has_value());
}

TEST(Evidence, a_damaged_body_is_asked_for_again) {
  Store store = memory();
  ASSERT_TRUE(record(store, answer("{}"), t0));
  ASSERT_TRUE(
      store.database().exec("UPDATE evidence SET body = ?", {std::string("\0\xff\0\xff", 4)}));
  EXPECT_FALSE(last_answer(store, "heroku.app", answer("").request)->has_value());
}

}  // namespace
}  // namespace landfall
