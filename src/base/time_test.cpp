#include "base/time.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

TEST(Instant, is_written_and_read_the_same_way) {
  for (char const* text :
       {"1970-01-01T00:00:00Z", "2026-04-22T06:53:00Z", "2024-02-29T23:59:59Z"}) {
    auto const instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(iso8601(*instant), text);
  }
  EXPECT_EQ(to_minutes(*parse_instant("2026-04-22T06:53:59Z")), "2026-04-22 06:53 UTC");
}

TEST(Instant, reads_dates_minutes_zones_and_fractions) {
  struct Row {
    char const* text;
    char const* want;
  };
  Row const table[]{{"2026-04-25", "2026-04-25T00:00:00Z"},
                    {"2026-04-25T00:00Z", "2026-04-25T00:00:00Z"},
                    {"2026-04-25 01:02:03.999Z", "2026-04-25T01:02:03Z"},
                    {"2026-04-25T01:00:00+02:00", "2026-04-24T23:00:00Z"},
                    {"2026-04-25T01:00:00-0530", "2026-04-25T06:30:00Z"}};
  for (Row const& row : table) {
    auto const instant = parse_instant(row.text);
    ASSERT_TRUE(instant) << row.text;
    EXPECT_EQ(iso8601(*instant), row.want) << row.text;
  }
}

TEST(Instant, refuses_what_could_mean_two_things_or_nothing) {
  for (char const* text :
       {"", "yesterday", "2026-02-30", "2026-13-01", "2026-04-25T00:00", "2026-04-25T24:00Z",
        "2026-04-25T00:61Z", "2026-04-25T00:00Zx", "2026-04-25T00:00+99:00", "-026-04-25"})
    EXPECT_FALSE(parse_instant(text)) << text;
}

TEST(DurationText, reads_sums_of_units) {
  EXPECT_EQ(*parse_duration("90s"), 90s);
  EXPECT_EQ(*parse_duration("1h30m"), 90min);
  EXPECT_EQ(*parse_duration("1s250ms"), 1250ms);
  EXPECT_EQ(*parse_duration("8d"), 192h);
  EXPECT_EQ(*parse_duration("2w"), 336h);
  EXPECT_EQ(*parse_duration("0"), 0s);
  for (char const* text : {"", "5", "m", "5x", "-5m", "5m3", "99999999999999999999s",
                           "3200000000w3200000000w3200000000w"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(DurationText, shows_the_two_largest_units) {
  EXPECT_EQ(human(201h + 37min), "8 days 9 h");
  EXPECT_EQ(human(24h), "1 day");
  EXPECT_EQ(human(300s), "5 min");
  EXPECT_EQ(human(42s), "42 s");
  EXPECT_EQ(human(0s), "0 s");
}

}  // namespace
}  // namespace landfall
