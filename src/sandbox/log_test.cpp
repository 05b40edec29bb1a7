#include "sandbox/log.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::vector<std::string> kept(std::string text) {
  App app;
  add_log(app, {Instant{}, "app", "web.1", std::move(text)});
  EXPECT_EQ(app.logged, app.logs.size());
  std::vector<std::string> texts;
  for (LogLine const& line : app.logs) texts.push_back(line.text);
  return texts;
}

TEST(Log, a_text_becomes_lines_as_logplex_splits_it) {
  std::string const most(10'000, 'a');
  std::string const umlaut = "\xC3\xBC";
  struct Row {
    char const* name;
    std::string text;
    std::vector<std::string> want;
  };
  Row const table[]{
      {"plain", "hello", {"hello"}},
      {"empty", "", {""}},
      {"two lines", "a\nb\n", {"a", "b"}},
      {"a line end of Windows", "a\r\n", {"a"}},
      {"a carriage return alone", "a\rb\r", {"a\rb"}},
      {"colours stay", "\x1b[31mred", {"\x1b[31mred"}},
      {"not UTF-8", "a\xff\xc3", {"a\xEF\xBF\xBD\xEF\xBF\xBD"}},
      {"as long as may be", most, {most}},
      {"one byte longer", most + "b", {most, "b"}},
      {"a character across the cut", most.substr(1) + umlaut + "b", {most.substr(1), umlaut + "b"}},
      {"an empty line within", "a\n\nb", {"a", "", "b"}},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(kept(row.text), row.want);
  }
}

TEST(Log, keeps_the_newest_lines_and_counts_all) {
  App app;
  for (int i = 0; i < 2000; ++i) add_log(app, {Instant{}, "app", "web.1", std::to_string(i)});
  EXPECT_EQ(app.logs.size(), 1500U);
  EXPECT_EQ(app.logs.front().text, "500");
  EXPECT_EQ(app.logged, 2000U);
}

TEST(Log, is_written_as_heroku_writes_it) {
  Instant const at = *parse_instant("2026-05-01T12:00:00.007Z");
  EXPECT_EQ(log_text({at, "app", "web.1", "hi"}),
            "2026-05-01T12:00:00.007000+00:00 app[web.1]: hi");
}

TEST(Log, filters_by_source_and_by_dyno_or_type) {
  struct Row {
    LogFilter filter;
    char const* source;
    char const* dyno;
    bool want;
  };
  Row const table[]{
      {{}, "app", "web.1", true},
      {{"web.1", ""}, "app", "web.1", true},
      {{"web.1", ""}, "app", "web.11", false},
      {{"web", ""}, "app", "web.11", true},
      {{"web", ""}, "app", "webby.1", false},
      {{"router", ""}, "heroku", "router", true},
      {{"", "app"}, "heroku", "web.1", false},
      {{"", "heroku"}, "heroku", "web.1", true},
      {{"web", "app"}, "heroku", "web.1", false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.filter.dyno + "/" + row.filter.source + " " + row.dyno);
    EXPECT_EQ(passes(row.filter, {Instant{}, row.source, row.dyno, ""}), row.want);
  }
}

}  // namespace
}  // namespace landfall::sandbox
