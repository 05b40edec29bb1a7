#include "intent/intent.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace landfall {
namespace {

Instant at(std::string_view text) {
  return parse_instant(text).value();
}

TEST(Intent, the_documented_example_is_read_with_every_key) {
  std::ifstream const file(LANDFALL_SOURCE "/docs/landfall.yaml");
  std::stringstream text;
  text << file.rdbuf();
  auto const intent = parse_intent(text.str(), "docs/landfall.yaml");
  ASSERT_TRUE(intent) << intent.error().text;
  EXPECT_EQ(intent->organisation, "Raxx");
  EXPECT_EQ(intent->file, "docs/landfall.yaml");
  ASSERT_EQ(intent->targets.size(), 3u);

  Target const* production = intent->target("raptor/production");
  ASSERT_NE(production, nullptr);
  EXPECT_EQ(production->service, "raptor");
  EXPECT_EQ(production->environment, "production");
  EXPECT_EQ(production->provider, "heroku");
  EXPECT_EQ(production->app, "raxx-api-prod");
  EXPECT_EQ(production->repository, "MooseQuest/TradeMasterAPI");
  EXPECT_EQ(production->branch, "main");
  EXPECT_EQ(production->path, "backend");
  EXPECT_EQ(production->origin, "https://raxx-api-prod-a60a19e5efbf.herokuapp.com");
  EXPECT_EQ(production->edge, "https://api.raxx.app");
  EXPECT_EQ(production->health.path, "/health");
  EXPECT_EQ(production->health.status, 200);
  EXPECT_EQ(production->health.body, "ok");
  EXPECT_EQ(production->health.commit, "commit");
  EXPECT_EQ(production->health.times, 3);
  EXPECT_EQ(production->health.interval, 10s);
  EXPECT_EQ(production->processes, (std::map<std::string, int>{{"web", 1}}));
  EXPECT_EQ(production->expect, Expect::deployed);
  EXPECT_EQ(production->launch, at("2026-06-01"));
  EXPECT_EQ(production->grace, 1h);
  EXPECT_EQ(production->behind, 24h);
  EXPECT_EQ(production->owner, "kristerpher");
  EXPECT_EQ(production->dependents,
            (std::vector<std::string>{"console.raxx.app", "status worker", "Sentry DSN"}));
  ASSERT_TRUE(production->gate);
  EXPECT_EQ(production->gate->name, "production");
  EXPECT_EQ(production->gate->reviewers, std::vector<std::string>{"kristerpher"});
  EXPECT_EQ(production->gate->branches, std::vector<std::string>{"main"});
  EXPECT_EQ(production->gate->wait_timer, 0s);
  EXPECT_EQ(production->mark.column, 7u);
}

TEST(Intent, the_documented_example_declares_how_to_deploy) {
  std::ifstream const file(LANDFALL_SOURCE "/docs/landfall.yaml");
  std::stringstream text;
  text << file.rdbuf();
  auto const intent = parse_intent(text.str(), "docs/landfall.yaml");
  ASSERT_TRUE(intent) << intent.error().text;
  DeployIntent const& deploy = intent->target("raptor/production")->deploy;
  EXPECT_EQ(deploy.driver, "heroku");
  EXPECT_EQ(deploy.workflow, ".github/workflows/deploy-heroku.yml");
  ASSERT_TRUE(deploy.smoke);
  EXPECT_EQ(deploy.smoke->command, "python -m pytest -q tests/smoke");
  EXPECT_EQ(deploy.smoke->timeout, 10min);
  EXPECT_EQ(deploy.approval.reviewers, std::vector<std::string>{"kristerpher"});
  EXPECT_EQ(deploy.approval.minimum, 1);
  EXPECT_FALSE(deploy.approval.self_approval);
  EXPECT_EQ(deploy.approval.wait, 0s);
  EXPECT_EQ(deploy.approval.expires, 24h);
  EXPECT_EQ(deploy.timeout, 20min);

  Target const* staging = intent->target("raptor/staging");
  ASSERT_NE(staging, nullptr);
  EXPECT_EQ(staging->health.times, 1);
  EXPECT_EQ(staging->health.path, "/health");
  EXPECT_EQ(staging->behind, 1h);
  EXPECT_FALSE(staging->gate);
  EXPECT_TRUE(staging->deploy.approval.reviewers.empty());
  ASSERT_TRUE(staging->deploy.smoke);

  Target const* status = intent->target("status/production");
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(status->repository, "MooseQuest/status");
  EXPECT_EQ(status->processes, (std::map<std::string, int>{{"worker", 1}}));
  EXPECT_EQ(status->expect, Expect::empty);
  EXPECT_EQ(status->expect_until, at("2026-07-01"));

  ASSERT_EQ(intent->freezes.size(), 1u);
  EXPECT_EQ(intent->freezes[0].from, at("2026-12-20"));
  EXPECT_EQ(intent->freezes[0].until, at("2027-01-03T23:00Z"));
  EXPECT_EQ(intent->freezes[0].reason, "holidays");
}

TEST(Intent, little_is_required_and_the_rest_has_defaults) {
  auto const intent = parse_intent(
      "organisation: o\nservices:\n  s:\n    repository: o/r\n    environments:\n      p:\n"
      "        app: an-app\n",
      "f");
  ASSERT_TRUE(intent) << intent.error().text;
  Target const& target = intent->targets.at(0);
  EXPECT_EQ(target.name, "s/p");
  EXPECT_EQ(target.branch, "main");
  EXPECT_EQ(target.path, "");
  EXPECT_EQ(target.health.path, "/");
  EXPECT_EQ(target.processes, (std::map<std::string, int>{{"web", 1}}));
  EXPECT_FALSE(target.origin);
  EXPECT_FALSE(target.gate);
  EXPECT_FALSE(target.deploy.smoke);
  EXPECT_EQ(target.mark, (yaml::Mark{6, 7, 75}));
  EXPECT_EQ(intent->target("s/q"), nullptr);
}

/// A file whose environment and service hold the given further lines.
std::string with(std::string_view environment, std::string_view service = "",
                 std::string_view top = "") {
  std::string text = "organisation: o\nrepository: o/r\n";
  text += top;
  text += "services:\n  s:\n    branch: main\n";
  text += service;
  text += "    environments:\n      production:\n        app: an-app\n";
  text += environment;
  return text;
}

std::string error_of(std::string_view text) {
  auto const intent = parse_intent(text, "f");
  if (intent) return "accepted";
  EXPECT_EQ(intent.error().kind, ErrorKind::config);
  return intent.error().text;
}

TEST(Intent, an_environment_lies_over_its_service_key_by_key) {
  auto const good = parse_intent(
      with("        processes: {web: 2}\n        gate: {wait: 5m}\n"
           "        deploy: {approval: {reviewers: [a, b], minimum: 2}}\n        path: .\n",
           "    processes: {web: 1, worker: 1}\n    gate: {reviewers: [r], environment: g}\n"
           "    deploy: {timeout: 5m, approval: {expires: 1h}}\n    path: x/\n"),
      "f");
  ASSERT_TRUE(good) << good.error().text;
  Target const& target = good->targets.at(0);
  EXPECT_EQ(target.processes, (std::map<std::string, int>{{"web", 2}, {"worker", 1}}));
  EXPECT_EQ(target.gate->name, "g");
  EXPECT_EQ(target.gate->reviewers, std::vector<std::string>{"r"});
  EXPECT_EQ(target.gate->wait_timer, 5min);
  EXPECT_EQ(target.deploy.timeout, 5min);
  EXPECT_EQ(target.deploy.approval.expires, 1h);
  EXPECT_EQ(target.deploy.approval.minimum, 2);
  EXPECT_EQ(target.path, "");
}

TEST(Intent, a_gate_without_a_name_is_named_like_the_environment) {
  auto const intent = parse_intent(with("        gate: {reviewers: [r]}\n"), "f");
  ASSERT_TRUE(intent) << intent.error().text;
  EXPECT_EQ(intent->targets.at(0).gate->name, "production");
}

TEST(Intent, a_workflow_may_be_named_without_its_folder) {
  auto const intent = parse_intent(with("        deploy: {workflow: deploy.yml}\n"), "f");
  ASSERT_TRUE(intent) << intent.error().text;
  EXPECT_EQ(intent->targets.at(0).deploy.workflow, ".github/workflows/deploy.yml");
}

TEST(Intent, a_url_is_kept_without_its_last_slash) {
  auto const intent = parse_intent(with("        origin: http://localhost:5000/\n"), "f");
  ASSERT_TRUE(intent) << intent.error().text;
  EXPECT_EQ(intent->targets.at(0).origin, "http://localhost:5000");
}

struct Row {
  std::string_view environment;
  std::string_view error;
};

TEST(Intent, mistakes_in_an_environment_are_told_with_place_and_expectation) {
  // The further lines of the environment begin in line 9, column 9.
  Row const table[]{
      {"        heath: {}\n",
       "f:9:9: unknown key 'heath' in environment 'production': did you mean 'health'?"},
      {"        health: /health\n",
       "f:9:17: health of environment 'production': expected a mapping, found a string"},
      {"        health:\n",
       "f:9:16: health of environment 'production': expected a mapping, found null"},
      {"        health: {paht: /}\n",
       "f:9:18: unknown key 'paht' in health of environment 'production': did you mean 'path'?"},
      {"        health: {path: health}\n",
       "f:9:24: path in health of environment 'production': expected a path such as /health, "
       "found 'health'"},
      {"        health: {status: 99}\n",
       "f:9:26: status in health of environment 'production': expected an integer from 100 to "
       "599, found 99"},
      {"        health: {status: ok}\n",
       "f:9:26: status in health of environment 'production': expected an integer from 100 to "
       "599, found a string"},
      {"        health: {body: 42}\n",
       "f:9:24: body in health of environment 'production': expected a string, found an integer"},
      {"        grace: 10\n",
       "f:9:16: grace in environment 'production': '10' is not a duration: expected one like "
       "90s, 5m, 36h, 8d"},
      {"        grace: 2w600d\n",
       "f:9:16: grace in environment 'production': expected at most 366 days, found '2w600d'"},
      {"        behind: 3200000000w3200000000w3200000000w3200000000w3200000000w\n",
       "f:9:17: behind in environment 'production': expected a duration like 90s, 5m, 36h, 8d, "
       "found a long text"},
      {"        launch: soon\n",
       "f:9:17: launch in environment 'production': 'soon' is not a time: expected one like "
       "2026-04-25T00:00Z"},
      {"        launch: 2026-06-01T10:00\n",
       "f:9:17: launch in environment 'production': '2026-06-01T10:00' has no zone: end it with "
       "Z or +hh:mm"},
      {"        edge: api.raxx.app\n",
       "f:9:15: edge in environment 'production': expected a URL such as "
       "https://api.example.com, without user and query, found 'api.raxx.app'"},
      {"        expect: empty\n",
       "f:9:17: expect in environment 'production': expected 'deployed' or 'empty until DATE', "
       "found 'empty'"},
      {"        expect: empty until june\n",
       "f:9:17: expect in environment 'production': 'june' is not a time: expected one like "
       "2026-04-25T00:00Z"},
      {"        repository: name\n",
       "f:9:21: repository in environment 'production': expected owner/name, found 'name'"},
      {"        provider: fly\n",
       "f:9:19: provider in environment 'production': expected heroku, the one provider there "
       "is, found 'fly'"},
      {"        processes: {web: many}\n",
       "f:9:26: web in processes of environment 'production': expected an integer from 0 to "
       "1000, found a string"},
      {"        dependents: a\n",
       "f:9:21: dependents in environment 'production': expected a sequence, found a string"},
      {"        dependents: [a, a]\n",
       "f:9:25: dependents in environment 'production': 'a' a second time"},
      {"        dependents: [s/prodcution]\n",
       "f:9:22: dependents in environment 'production': there is no target 's/prodcution': did "
       "you mean 's/production'?"},
      {"        gate: {wait: 90s}\n",
       "f:9:22: wait in gate of environment 'production': expected whole minutes: GitHub knows no "
       "smaller unit"},
      {"        gate: {reviewers: [a, A]}\n",
       "f:9:31: reviewers in gate of environment 'production': 'A' a second time"},
      {"        deploy: {driver: kamal}\n",
       "f:9:26: driver in deploy of environment 'production': expected heroku, the one driver "
       "there is, found 'kamal'"},
      {"        deploy: {workflow: ci/deploy.yml}\n",
       "f:9:28: workflow in deploy of environment 'production': expected a file such as "
       ".github/workflows/deploy.yml, found 'ci/deploy.yml'"},
      {"        deploy: {smoke: {timeout: 1m}}\n",
       "f:9:25: smoke of environment 'production' has no 'command'"},
      {"        deploy: {approval: {reviewers: [a], minimum: 2}}\n",
       "f:9:54: minimum in approval of environment 'production': 2, but there is 1 reviewer: "
       "nobody could approve"},
      {"        deploy: {approval: {minimum: 1}}\n",
       "f:9:38: minimum in approval of environment 'production': 1, but there are 0 reviewers: "
       "nobody could approve"},
      {"        deploy: {approval: {self_approval: maybe}}\n",
       "f:9:44: self_approval in approval of deploy of environment 'production': expected true or "
       "false, found a string"},
      {"        api_key: 0123\n",
       "f:9:9: unknown key 'api_key' in environment 'production': secrets come from the "
       "environment, never from this file"},
      {"        app: other\n", "f:9:9: key 'app' a second time: it stands in line 8 already"},
      {"      Production:\n        app: other\n",
       "f:9:7: environment 'Production': line 7 has it as 'production' already"},
      {"      staging:\n        app: an-app\n",
       "f:10:14: app in environment 'staging': 'an-app' is the app of 's/production' already "
       "(line 8): expected an app of its own"},
      {"      staging: {}\n",
       "f:9:7: environment 'staging' has no 'app': expected the name of its heroku app"},
      {"      staging: app\n", "f:9:16: environment 'staging': expected a mapping, found a string"},
      {"      sta/ging: {}\n",
       "f:9:7: environment 'sta/ging': expected a name of letters, digits, '-', '_' and '.', 64 "
       "characters at most"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.environment);
    EXPECT_EQ(error_of(with(row.environment)), row.error);
  }
}

TEST(Intent, mistakes_above_an_environment_are_told_too) {
  Row const table[]{
      {"", "f:1:1: the file: expected a mapping, found null"},
      {"[]", "f:1:1: the file: expected a mapping, found a sequence"},
      {"organisation: o\n", "f:1:1: the file has no 'services': expected the services to watch"},
      {"services: {s: {repository: o/r, environments: {p: {app: an-app}}}}\n",
       "f:1:1: the file has no 'organisation': expected the name of yours"},
      {"organisation: o\nservces: {}\n",
       "f:2:1: unknown key 'servces' in the file: did you mean 'services'?"},
      {"organisation: o\nservices: {}\n",
       "f:2:11: services of the file: expected at least one service"},
      {"organisation: o\nservices:\n  s: {repository: o/r}\n",
       "f:3:3: service 's' has no 'environments': expected at least one"},
      {"organisation: o\nservices:\n  s: {environments: {p: {app: an-app}}}\n",
       "f:3:22: environment 'p' has no 'repository': expected owner/name here, in its service or "
       "at the top"},
      {"organisation: o\nservices:\n  s: {app: an-app}\n",
       "f:3:7: key 'app' in service 's': expected in each of its environments"},
      {"organisation: o\nservices: [s]\n",
       "f:2:11: services of the file: expected a mapping, found a sequence"},
      {"organisation: o\n---\n", "f:2:1: a second document: expected one only"},
      {"organisation: 'unfinished",
       "f:1:26: not YAML: found unexpected end of stream (while "
       "scanning a quoted scalar)"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.environment);
    EXPECT_EQ(error_of(row.environment), row.error);
  }
}

TEST(Intent, a_freeze_needs_two_times_in_order_and_a_reason) {
  Row const table[]{
      {"freezes: {}\n", "f:3:10: freezes in the file: expected a sequence, found a mapping"},
      {"freezes: [{from: 2026-01-01, until: 2026-01-02}]\n",
       "f:3:11: freeze 1 has no 'reason': expected why nothing may be deployed"},
      {"freezes: [{until: 2026-01-02, reason: x}]\n",
       "f:3:11: freeze 1 has no 'from': expected a time like 2026-12-20T00:00Z"},
      {"freezes: [{from: 2026-01-02, until: 2026-01-02, reason: x}]\n",
       "f:3:37: until in freeze 1: expected a time after 2026-01-02T00:00:00Z"},
      {"freezes: [{from: 1, until: 2026-01-02, reason: x}]\n",
       "f:3:18: from in freeze 1: '1' is not a time: expected one like 2026-04-25T00:00Z"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.environment);
    EXPECT_EQ(error_of(with("", "", row.environment)), row.error);
  }
}

TEST(Intent, the_first_mistake_by_place_is_reported) {
  EXPECT_TRUE(error_of(with("        grace: x\n", "    owner: 1\n")).starts_with("f:6:12: owner"));
  EXPECT_TRUE(error_of(with("        grace: x\n        zzz: 1\n")).starts_with("f:9:16: grace"));
}

TEST(Intent, a_secret_is_refused_and_not_repeated) {
  std::string const secret = std::string("ghp_") + "abcdefghijklmnopqrstuvwxyz0123456789";
  for (std::string const& line : {"        app: " + secret, "        owner: " + secret,
                                  "        deploy: {smoke: {command: \"T=" + secret + " x\"}}",
                                  "        health: {body: HRKU-" + secret.substr(4) + "}"}) {
    SCOPED_TRACE(line);
    std::string const text =
        "organisation: o\nrepository: o/r\nservices:\n  s:\n    environments:\n      p:\n" + line +
        "\n";
    std::string const error = error_of(text);
    EXPECT_NE(error.find("looks like a secret"), std::string::npos) << error;
    EXPECT_EQ(error.find("abcdefghij"), std::string::npos);
  }
  EXPECT_EQ(error_of(with("        edge: https://me:hunter2@api.raxx.app\n")).substr(0, 7),
            "f:9:15:");
}

TEST(Intent, names_of_apps_follow_herokus_rule) {
  struct Name {
    std::string_view name;
    bool good;
  };
  Name const table[]{{"abc", true},
                     {"a12345678901234567890123456789", true},
                     {"a123456789012345678901234567890", false},
                     {"ab", false},
                     {"1abc", false},
                     {"-abc", false},
                     {"abc-", false},
                     {"Abc", false},
                     {"a_c", false},
                     {"a.c", false},
                     {"a b", false}};
  for (Name const& row : table) {
    SCOPED_TRACE(row.name);
    std::string const text =
        "organisation: o\nrepository: o/r\nservices: {s: {environments: {p: {app: '" +
        std::string(row.name) + "'}}}}\n";
    EXPECT_EQ(error_of(text) == "accepted", row.good);
  }
}

TEST(Intent, every_beginning_of_a_file_is_read_or_refused) {
  std::string const text = with("        gate: {reviewers: [r]}\n        expect: deployed\n");
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const intent = parse_intent(std::string_view(text).substr(0, i), "f");
    if (!intent) {
      EXPECT_TRUE(intent.error().text.starts_with("f:")) << intent.error().text;
    }
  }
}

}  // namespace
}  // namespace landfall
