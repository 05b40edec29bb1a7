// What `landfall audit` says beyond the files: from facts that were recorded, and from GitHub when
// it is told to ask.
#include "base/json.h"
#include "sandbox/sandbox.h"
#include "sim/incident_world.h"

namespace landfall {
namespace {

/// The minute in which the incident was noticed: no environment `production` is there.
class AuditFacts : public testing::Test {
 protected:
  void SetUp() override {
    sim_ = incident_world(11, {{"HEROKU_HOST", fmt::format("http://127.0.0.1:{}", ports.heroku)},
                               {"HEROKU_API_KEY", "raxx-heroku-sre"},
                               {"GITHUB_API_URL", fmt::format("http://127.0.0.1:{}", ports.github)},
                               {"GITHUB_TOKEN", "raxx-github-kristerpher"}});
    std::string const world_file = example + "/world.yaml";
    std::string const text = *operator_world().files.read(world_file);
    auto sandbox = Sandbox::start(sim_->process("sandbox"), {text, world_file, example},
                                  {.scratch = "/sandbox"}, ports);
    ASSERT_TRUE(sandbox) << sandbox.error().text;
    sandbox_ = *std::move(sandbox);
    wait(1min);
  }
  void TearDown() override { sandbox_.reset(); }

  World operator_world() { return sim_->process("operator"); }

  /// A command with the example's configuration and the test's own database.
  Told landfall(std::vector<std::string> words) {
    words.insert(words.end(), {"--config", example + "/landfall.yaml", "--store", database_});
    return tell(*sim_, words);
  }

  void wait(Duration time) {
    bool over = false;
    operator_world().loop.after(time, [&] { over = true; });
    sim_->run_until([&] { return over; });
  }

  /// A checkout of the incident's repository, with its remote, somewhere on this machine.
  void check_out() {
    Files& files = operator_world().files;
    for (char const* name : {"deploy.yml", "deploy-heroku.yml"}) {
      std::string const path = std::string(".github/workflows/") + name;
      ASSERT_TRUE(files.write("/clone/" + path, *files.read(example + "/repo/" + path)));
    }
    ASSERT_TRUE(files.write("/clone/.git/HEAD", "ref: refs/heads/main\n"));
    ASSERT_TRUE(files.write("/clone/.git/config",
                            "[remote \"origin\"]\n"
                            "\turl = https://github.com/MooseQuest/TradeMasterAPI.git\n"
                            "\tfetch = +refs/heads/*:refs/remotes/origin/*\n"));
    ASSERT_TRUE(
        files.write("/clone/.git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main\n"));
  }

  /// The audit's findings of one check.
  static std::vector<Json> of_check(Told const& told, std::string_view id) {
    auto const json = Json::parse(told.out);
    EXPECT_TRUE(json) << told.out << told.err;
    std::vector<Json> found;
    if (!json) return found;
    for (Json const& finding : json->find("findings")->as_array())
      if (finding.text("check").value_or("") == id) found.push_back(finding);
    return found;
  }

  static inline std::string const example = LANDFALL_SOURCE "/examples/raxx";
  static inline SandboxPorts const ports{.heroku = 5001, .github = 5002, .router = 5003};

  std::unique_ptr<SimWorld> sim_;
  std::unique_ptr<Sandbox> sandbox_;
  std::string database_ = fresh_database("audit_facts");
};

TEST_F(AuditFacts, github_is_asked_only_when_told_to) {
  check_out();
  Told const offline = tell(*sim_, {"audit", "/clone", "--output", "json"});
  EXPECT_TRUE(of_check(offline, "environment-missing").empty());
  Told const online = tell(*sim_, {"audit", "/clone", "--online", "--output", "json"});
  auto const missing = of_check(online, "environment-missing");
  ASSERT_EQ(missing.size(), 1U) << online.out << online.err;
  EXPECT_NE(missing[0].text("message")->find("environment production does not exist"),
            std::string::npos);
  EXPECT_EQ(missing[0].text("target").value_or(""), "raxx-api-prod");
  auto const json = Json::parse(online.out);
  EXPECT_EQ(json->text("facts.source").value_or(""), "GitHub");
  Told const text = tell(*sim_, {"audit", "/clone", "--online"});
  EXPECT_NE(text.out.find("settings and history from GitHub, asked "), std::string::npos);
}

TEST_F(AuditFacts, without_a_token_asking_is_refused_in_words) {
  check_out();
  auto const sim = incident_world(1);
  for (char const* path : {".git/HEAD", ".git/config", ".github/workflows/deploy.yml"})
    ASSERT_TRUE(sim->process("landfall")
                    .files.write(std::string("/clone/") + path,
                                 *operator_world().files.read(std::string("/clone/") + path)));
  Told const told = tell(*sim, {"audit", "/clone", "--online"});
  EXPECT_EQ(told.code, 2);
  EXPECT_NE(told.err.find("GITHUB_TOKEN"), std::string::npos) << told.err;
}

TEST_F(AuditFacts, recorded_facts_are_joined_with_the_time_of_recording) {
  check_out();
  EXPECT_EQ(landfall({"check"}).code, 1);
  wait(48h);
  Told const told = landfall({"audit", "/clone", "--output", "json"});
  ASSERT_EQ(of_check(told, "environment-missing").size(), 1U) << told.out << told.err;
  Told const text = landfall({"audit", "/clone"});
  EXPECT_NE(text.out.find(", recorded 2026-"), std::string::npos) << text.out;
  Told const paths = landfall({"paths", "raxx-api-prod", "/clone"});
  EXPECT_NE(paths.out.find("settings and history from "), std::string::npos) << paths.out;
  EXPECT_NE(paths.out.find("gate "), std::string::npos) << paths.out;
  // What rules judge by the files is not said a second time from facts.
  EXPECT_EQ(
      of_check(told, "masked-failure").size(),
      of_check(tell(*sim_, {"audit", "/clone", "--output", "json"}), "masked-failure").size());
}

TEST_F(AuditFacts, a_store_that_cannot_be_used_is_said_and_the_files_are_judged) {
  check_out();
  ASSERT_TRUE(operator_world().files.write("/clone/landfall.yaml", "organisation: [\n"));
  ASSERT_TRUE(operator_world().files.write("/clone/landfall.db", "no database"));
  Told const told = tell(*sim_, {"audit", "/clone"});
  EXPECT_EQ(told.code, 1) << told.err;
  EXPECT_NE(told.out.find("settings and history were not looked at: /clone/landfall.yaml:"),
            std::string::npos)
      << told.out;
}

}  // namespace
}  // namespace landfall
