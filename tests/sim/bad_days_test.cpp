// A world in which all is well, and then the platforms answer as they do on bad days. Whatever
// comes, `check` must say what it could not see, must not call that good, and must recover.
#include <algorithm>
#include <set>

#include "sim/healed_world.h"

namespace landfall {
namespace {

class BadDays : public HealedWorldTest {
 protected:
  struct Day {
    char const* name;
    char const* fault;   ///< without its service and path
    char const* heroku;  ///< what becomes of the sources of each platform
    char const* github;
  };
  static std::vector<Day> days() {
    return {
        {"401", R"("kind":"status","status":401)", "no_permission", "no_permission"},
        {"403", R"("kind":"status","status":403)", "no_permission", "no_permission"},
        {"404", R"("kind":"status","status":404)", "failed", "failed"},
        {"429", R"("kind":"status","status":429,"retry_after":30)", "failed", "failed"},
        {"500", R"("kind":"status","status":500)", "failed", "failed"},
        {"a truncated body", R"("kind":"truncate")", "failed", "failed"},
        {"HTML", R"("kind":"html")", "failed", "failed"},
        {"30 MB", R"("kind":"huge")", "failed", "failed"},
        {"a stalled connection", R"("kind":"stall")", "failed", "failed"},
        {"a closed connection", R"("kind":"drop")", "failed", "failed"},
    };
  }

  void strike(std::string const& service, std::string const& path, std::string const& fault) {
    control("POST", "faults",
            fmt::format(R"({{"service":"{}","path":"{}",{}}})", service, path, fault));
  }
  void mend() {
    control("DELETE", "faults");
    Json const after = check();
    EXPECT_EQ(after.integer("exit_code").value_or(-1), 0) << "not green again: " << after.pretty();
  }
  /// All that a check asks the platforms, by the sandbox's own record.
  std::set<std::pair<std::string, std::string>> questions_of_a_check() {
    std::size_t const before = control("GET", "requests").as_array().size();
    EXPECT_EQ(check().integer("exit_code").value_or(-1), 0);
    Json const requests = control("GET", "requests");
    std::set<std::pair<std::string, std::string>> asked;
    for (std::size_t i = before; i < requests.as_array().size(); ++i) {
      Json const& request = requests.as_array()[i];
      std::string const service = request.text("service").value_or("");
      if (service != "router") asked.emplace(service, request.text("path").value_or(""));
    }
    return asked;
  }
  /// The same day, for somebody who never looked before: nothing at all is good.
  void expect_nothing_known_at_first_sight(std::vector<std::string> const& facts) {
    std::string const known = std::exchange(database_, fresh_database("first_sight"));
    Json const seen = check();
    EXPECT_EQ(seen.integer("exit_code").value_or(-1), 3) << seen.pretty();
    for (char const* target : {"raptor/production", "raptor/staging"})
      for (std::string const& fact : facts)
        EXPECT_EQ(proof(seen, target, fact), "unknown") << target << " " << fact;
    database_ = known;
  }
  /// The sources that are not observed now, of a platform.
  Json silent(std::string const& platform) {
    return query(
        fmt::format("SELECT subject, source, state, reason FROM observation "
                    "WHERE valid_to IS NULL AND state <> 'observed' AND source LIKE '{}.%'",
                    platform));
  }
};

TEST_F(BadDays, of_heroku_are_unknown_and_never_green) {
  for (Day const& day : days()) {
    SCOPED_TRACE(day.name);
    strike("heroku", "/", day.fault);
    Json const seen = check();
    EXPECT_EQ(seen.integer("exit_code").value_or(-1), 3);
    for (char const* target : {"raptor/production", "raptor/staging"})
      for (char const* fact : {"deployed", "running", "current"})
        EXPECT_EQ(proof(seen, target, fact), "unknown") << target << " " << fact;
    Json const typed = silent("heroku");
    EXPECT_FALSE(typed.as_array().empty());
    for (Json const& one : typed.as_array()) {
      EXPECT_NE(one.text("reason").value_or(""), "") << one.dump();
      if (one.text("source").value_or("") != "heroku.app") continue;
      EXPECT_EQ(one.text("state").value_or(""), day.heroku) << one.dump();
    }
    expect_nothing_known_at_first_sight({"deployed", "running", "healthy", "current"});
    mend();
  }
}

TEST_F(BadDays, of_github_are_unknown_and_never_green) {
  for (Day const& day : days()) {
    SCOPED_TRACE(day.name);
    strike("github", "/", day.fault);
    Json const seen = check();
    EXPECT_EQ(seen.integer("exit_code").value_or(-1), 3);
    // What did not change is answered with 304 and no body: there is nothing to cut off.
    bool const unchanged = std::string_view(day.name) == "a truncated body";
    for (char const* target : {"raptor/production", "raptor/staging"}) {
      EXPECT_EQ(proof(seen, target, "current"), unchanged ? "ok" : "unknown") << target;
      EXPECT_EQ(proof(seen, target, "running"), "ok") << target << ": GitHub is no witness of it";
    }
    Json const typed = silent("github");
    EXPECT_FALSE(typed.as_array().empty());
    for (Json const& one : typed.as_array()) {
      EXPECT_NE(one.text("reason").value_or(""), "") << one.dump();
      if (one.text("source").value_or("") != "github.repository") continue;
      EXPECT_EQ(one.text("state").value_or(""), day.github) << one.dump();
    }
    expect_nothing_known_at_first_sight({"current"});
    mend();
  }
}

TEST_F(BadDays, of_the_targets_themselves_are_not_green) {
  for (Day const& day : days()) {
    SCOPED_TRACE(day.name);
    strike("router", "/", day.fault);
    Json const seen = check();
    std::int64_t const code = seen.integer("exit_code").value_or(-1);
    EXPECT_TRUE(code == 1 || code == 3) << code;
    for (char const* target : {"raptor/production", "raptor/staging"}) {
      EXPECT_NE(proof(seen, target, "healthy"), "ok") << target;
      EXPECT_EQ(proof(seen, target, "deployed"), "ok") << target;
    }
    mend();
  }
}

// One question alone fails: it is said which, and the check is not green.
TEST_F(BadDays, of_a_single_question_are_typed) {
  std::set<std::pair<std::string, std::string>> const asked = questions_of_a_check();
  ASSERT_GT(asked.size(), 25U);
  for (auto const& [service, path] : asked) {
    SCOPED_TRACE(path);
    strike(service, path, R"("kind":"html")");
    EXPECT_EQ(check().integer("exit_code").value_or(-1), 3);
    EXPECT_FALSE(silent(service).as_array().empty());
    mend();
  }
}

}  // namespace
}  // namespace landfall
