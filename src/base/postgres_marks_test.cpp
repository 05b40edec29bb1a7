#include "base/postgres_marks.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace landfall::sql {
namespace {

TEST(PostgresMarks, are_numbered_where_they_are_parameters) {
  struct Case {
    std::string_view sql;
    std::string_view text;
    std::string_view names;
  };
  Case const cases[]{
      {"SELECT 1", "SELECT 1", ""},
      {"SELECT ? FROM a WHERE b = ?", "SELECT $1 FROM a WHERE b = $2", ","},
      {"SELECT :now, :app, :now - 1", "SELECT $1, $2, $1 - 1", ":now,:app"},
      {"SELECT '?', ':now', 'it''s ?'", "SELECT '?', ':now', 'it''s ?'", ""},
      {"SELECT \"a?\" -- why?\nFROM a /* :now ? */ WHERE ?",
       "SELECT \"a?\" -- why?\nFROM a /* :now ? */ WHERE $1", ""},
      {"SELECT a::text, :b::int", "SELECT a::text, $1::int", ":b"},
      {"SELECT 'open ?", "SELECT 'open ?", ""},
      {"SELECT 1 /* open ?", "SELECT 1 /* open ?", ""},
      {"SELECT :", "SELECT :", ""},
      {"", "", ""},
  };
  for (Case const& item : cases) {
    SCOPED_TRACE(item.sql);
    NumberedSql const out = numbered(item.sql);
    EXPECT_EQ(out.text, item.text);
    EXPECT_EQ(join(out.names, ","), item.names);
  }
}

}  // namespace
}  // namespace landfall::sql
