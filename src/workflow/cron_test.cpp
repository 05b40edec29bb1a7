#include "workflow/cron.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

TEST(Cron, fires_next_as_its_fields_say) {
  struct Row {
    char const* cron;
    char const* after;
    char const* next;  ///< "": never
  };
  Row const table[]{
      {"0 4 * * *", "2026-04-30T03:59:59Z", "2026-04-30T04:00:00Z"},
      {"0 4 * * *", "2026-04-30T04:00:00Z", "2026-05-01T04:00:00Z"},
      {"*/15 * * * *", "2026-04-30T23:50:00Z", "2026-05-01T00:00:00Z"},
      {"5/20 8-10/2 * * *", "2026-04-30T08:26:00Z", "2026-04-30T08:45:00Z"},
      {"5/20 8-10/2 * * *", "2026-04-30T08:50:00Z", "2026-04-30T10:05:00Z"},
      {"0 0 * * mon", "2026-04-30T00:00:00Z", "2026-05-04T00:00:00Z"},
      {"0 0 29 2 *", "2026-04-30T00:00:00Z", "2028-02-29T00:00:00Z"},
      {"0 0 29 feb *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"},
      {"0 0 31 2,4,6 *", "2026-04-30T00:00:00Z", ""},
      {"0 0 30 FEB *", "2026-04-30T00:00:00Z", ""},
      {"0 0 1 * 3", "2026-04-30T00:00:00Z", "2026-05-01T00:00:00Z"},
      {"0 0 1 * 3", "2026-05-01T00:00:00Z", "2026-05-06T00:00:00Z"},
      {"0 0 */2 * 1", "2026-04-30T00:00:00Z", "2026-05-11T00:00:00Z"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.cron);
    auto const cron = Cron::parse(row.cron);
    ASSERT_TRUE(cron) << cron.error();
    auto const next = cron->next(*parse_instant(row.after));
    EXPECT_EQ(next ? iso8601(*next) : "", row.next);
  }
}

TEST(Cron, says_which_field_is_wrong) {
  for (auto const& [text, words] : {std::pair<std::string, std::string>{"0 4 * *", "five fields"},
                                    {"60 4 * * *", "minute"},
                                    {"0 24 * * *", "hour"},
                                    {"0 0 0 * *", "day of the month"},
                                    {"0 0 * 13 *", "month"},
                                    {"0 0 * * 7", "day of the week"},
                                    {"@daily", "five fields"},
                                    {"0 0 5-1 * *", "day of the month"},
                                    {"*/0 * * * *", "minute"},
                                    {"0 0 ? * *", "day of the month"},
                                    {std::string(5000, '*'), "five fields"},
                                    {"", "five fields"}}) {
    SCOPED_TRACE(text.substr(0, 40));
    auto const cron = Cron::parse(text);
    ASSERT_FALSE(cron);
    EXPECT_NE(cron.error().find(words), std::string::npos) << cron.error();
  }
}

TEST(Cron, knows_the_shortest_time_between_two_runs) {
  EXPECT_EQ(Cron::parse("*/5 * * * *")->minutes_between(), 5);
  EXPECT_EQ(Cron::parse("0,58 * * * *")->minutes_between(), 2);
  EXPECT_EQ(Cron::parse("7 * * * *")->minutes_between(), 60);
}

}  // namespace
}  // namespace landfall
