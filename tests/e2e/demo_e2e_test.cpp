// `landfall demo` on this machine, and what its folder answers afterwards.
#include <algorithm>

#include "e2e/program.h"

namespace landfall {
namespace {

class DemoProgram : public ProgramTest {
 protected:
  std::string read(std::string const& path) {
    auto text = world().files.read(path);
    EXPECT_TRUE(text) << text.error().text;
    return text.value_or("");
  }
  std::string report_file() const {
    return folder_ + "/demo/incidents/2026-04-30-raptor-production-never-deployed.md";
  }

  /// A section's text without what belongs to people.
  static std::string machine_part(std::vector<std::string> const& lines, std::string_view heading) {
    bool inside = false;
    bool human = false;
    std::string text;
    for (std::string const& line : lines) {
      if (line.starts_with("## ")) inside = line.starts_with(heading);
      if (line.starts_with("<!-- human:")) human = true;
      bool const counts = inside && !human && !line.starts_with("#") && !line.starts_with(">") &&
                          !line.starts_with("<!--");
      if (counts) text += line + "\n";
      if (line.starts_with("<!-- /human:")) human = false;
    }
    return std::string(trim(text));
  }
};

TEST_F(DemoProgram, finds_the_incident_mends_it_and_leaves_nothing_running) {
  Child const demo = run({"demo", "--fast", "--folder", folder_ + "/demo"});
  ASSERT_EQ(demo.code(), 0) << demo.text();
  for (char const* text :
       {"raptor/production  never deployed", "since 2026-04-22 06:53 UTC", "HTTP 502", "blank app",
        "no dynos", "environment production does not exist (fails open", "no tag matches `v*`",
        "it was never dispatched", "2 workflows deploy raxx-api-prod", "masked by `heroku create`",
        "raptor/production is verified", "all 2 live, nothing found: proven at",
        "Nothing is left running"})
    EXPECT_TRUE(demo.says(text)) << "missing: " << text << "\n" << demo.text();
  EXPECT_TRUE(demo.says(report_file())) << demo.text();
  EXPECT_TRUE(survivors().empty()) << join(survivors(), "\n");
  EXPECT_TRUE(world().files.list(folder_ + "/tmp")->empty()) << "files are left behind";

  auto const lines = lines_of(read(report_file()));
  for (char const* heading :
       {"## Summary", "## Timeline", "## Impact", "## What went well", "## What didn't go well",
        "## Root cause", "## Detection", "## Resolution", "## Validation", "## Action items",
        "## References"}) {
    std::string const part = machine_part(lines, heading);
    EXPECT_FALSE(part.empty()) << heading;
    EXPECT_NE(part.find('E'), std::string::npos) << heading << " cites nothing:\n" << part;
  }
  EXPECT_EQ(read(report_file()).find('{'), std::string::npos) << "a gap was not filled in";
}

TEST_F(DemoProgram, leaves_a_folder_that_can_be_asked) {
  Child const demo = run({"demo", "--fast", "--folder", folder_ + "/demo"});
  ASSERT_EQ(demo.code(), 0) << demo.text();
  directory_ = folder_ + "/demo";

  Child const past = run({"check", "--as-of", "2026-04-25T00:00Z"});
  EXPECT_EQ(past.code(), 1) << past.text();
  EXPECT_TRUE(past.says("never-deployed  Never deployed")) << past.text();
  EXPECT_TRUE(past.says("none of the 5 releases")) << past.text();

  Child const releases = run({"query",
                              "select version, kind, created_at from release where app = "
                              "'raxx-api-prod' order by version"});
  EXPECT_EQ(releases.code(), 0) << releases.text();
  std::vector<std::string> rows(releases.lines.begin() + 2, releases.lines.end());
  for (std::string& row : rows) row = join(split(replace_all(row, "  ", " "), ' '), " ");
  std::vector<std::pair<std::string, std::string>> const expected{
      {"initial", "2026-04-22T06:53:00Z"}, {"platform", "2026-04-22T06:53:02Z"},
      {"addon", "2026-04-22T06:55:20Z"},   {"config", "2026-04-22T06:58:47Z"},
      {"config", "2026-04-22T07:27:11Z"},  {"config", "2026-04-30T02:21:08Z"},
      {"config", "2026-04-30T02:21:36Z"},  {"deploy", "2026-04-30T16:30:"}};
  ASSERT_EQ(rows.size(), expected.size()) << releases.text();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(rows[i].starts_with(std::to_string(i + 1))) << rows[i];
    EXPECT_NE(rows[i].find(expected[i].first), std::string::npos) << rows[i];
    EXPECT_NE(rows[i].find(expected[i].second), std::string::npos) << rows[i];
  }
}

TEST_F(DemoProgram, s_facts_can_be_judged_offline_in_every_form) {
  Child const demo = run({"demo", "--fast", "--folder", folder_ + "/demo"});
  ASSERT_EQ(demo.code(), 0) << demo.text();
  directory_ = folder_ + "/demo";

  // A minute later the facts are fresh; the next day they prove nothing about now.
  set_clock(*parse_instant("2026-04-30T16:32:00Z"));
  Json const fresh = run_json({"check", "--offline", "--output", "json"});
  EXPECT_EQ(fresh.integer("exit_code").value_or(-1), 0) << fresh.pretty();
  set_clock(*parse_instant("2026-05-01T16:32:00Z"));
  Json const stale = run_json({"check", "--offline", "--output", "json"});
  EXPECT_EQ(stale.integer("exit_code").value_or(-1), 3) << stale.pretty();
  ASSERT_EQ((*stale.items("targets"))->size(), 2U);
  for (Json const& target : *stale.items("targets").value())
    EXPECT_EQ(target.text("verdict").value_or(""), "unknown") << target.pretty();

  Child const sarif = run({"check", "--offline", "--output", "sarif"});
  EXPECT_EQ(sarif.code(), 3);
  Json const log = Json::parse(sarif.text()).value_or(Json());
  EXPECT_EQ(log.text("version").value_or(""), "2.1.0");
  auto const runs = log.items("runs");
  ASSERT_TRUE(runs && (*runs)->size() == 1) << sarif.text();
  Json const& only = (**runs)[0];
  EXPECT_EQ(only.text("tool.driver.name").value_or(""), "landfall");
  std::vector<std::string> rules;
  for (Json const& rule : *only.items("tool.driver.rules").value())
    rules.push_back(rule.text("id").value_or(""));
  EXPECT_FALSE(only.items("results").value()->empty());
  for (Json const& result : *only.items("results").value()) {
    EXPECT_TRUE(result.text("message.text"));
    EXPECT_EQ(result.items("locations").value()->size(), 1U);
    std::string const rule = result.text("ruleId").value_or("");
    EXPECT_NE(std::find(rules.begin(), rules.end(), rule), rules.end()) << rule;
  }

  Child const annotations = run({"check", "--offline", "--output", "github"});
  EXPECT_EQ(annotations.code(), 3);
  EXPECT_FALSE(annotations.lines.empty());
  for (std::string const& line : annotations.lines) {
    EXPECT_TRUE(line.starts_with("::error file=") || line.starts_with("::warning file=")) << line;
    EXPECT_NE(line.find(",line="), std::string::npos) << line;
    EXPECT_NE(line.find(",title="), std::string::npos) << line;
  }
}

TEST_F(DemoProgram, tells_the_same_story_a_second_time_in_the_same_folder) {
  for (int time = 0; time < 2; ++time) {
    Child const demo = run({"demo", "--fast", "--folder", folder_ + "/demo"});
    EXPECT_EQ(demo.code(), 0) << demo.text();
    EXPECT_TRUE(demo.says("raptor/production  never deployed")) << demo.text();
  }
}

TEST_F(DemoProgram, that_is_interrupted_leaves_nothing_running) {
  bool started = false;
  Running const demo = start({"demo", "--fast", "--folder", folder_ + "/demo"},
                             [&](std::string_view line) { started |= line.starts_with("1. "); });
  ASSERT_TRUE(until([&] { return started || demo->exit; })) << demo->text();
  world().processes.signal(demo->id, Signal::terminate);
  ASSERT_TRUE(until([&] { return demo->exit.has_value(); })) << demo->text();
  EXPECT_NE(demo->code(), 0) << demo->text();
  EXPECT_TRUE(until([&] { return survivors().empty(); })) << join(survivors(), "\n");
}

}  // namespace
}  // namespace landfall
