// The incident's world after the incident: all declared targets are live, and a test may break
// things from there.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/world_tokens.h"
#include "sandbox/sandbox.h"
#include "sim/incident_world.h"

namespace landfall {

class HealedWorldTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sim_ = incident_world(11, environment());
    std::string const text = *operator_world().files.read(world_file);
    auto sandbox = Sandbox::start(sim_->process("sandbox"), {text, world_file, example},
                                  {.scratch = "/sandbox"}, ports);
    ASSERT_TRUE(sandbox) << sandbox.error().text;
    sandbox_ = *std::move(sandbox);
    wait(1min);
    heal();
  }
  void TearDown() override { sandbox_.reset(); }

  World operator_world() { return sim_->process("operator"); }

  /// A command with the example's configuration and the test's own database.
  Told landfall(std::vector<std::string> words, std::string const& process = "landfall") {
    words.insert(words.end(), {"--config", example + "/landfall.yaml", "--store", database_});
    return tell(*sim_, words, process);
  }
  Json check() {
    Told const told = landfall({"check", "--output", "json"});
    auto json = Json::parse(told.out);
    EXPECT_TRUE(json) << told.out << told.err;
    if (!json) return {};
    EXPECT_EQ(json->integer("exit_code").value_or(-1), told.code);
    return *std::move(json);
  }
  Json query(std::string const& sql) {
    Told const told = landfall({"query", sql, "--output", "json"});
    EXPECT_EQ(told.code, 0) << told.err;
    return Json::parse(told.out).value_or(Json::array());
  }
  /// The proof of one of the four facts of a target: ok, failing or unknown.
  static std::string proof(Json const& check, std::string const& target, std::string const& fact) {
    Json const* const targets = check.find("targets");
    if (targets == nullptr) return "";
    for (Json const& one : targets->as_array())
      if (one.text("target").value_or("") == target)
        return one.text("facts." + fact + ".proof").value_or("");
    return "";
  }

  /// The sandbox's control API.
  Json control(std::string const& method, std::string const& path, std::string body = "") {
    std::optional<Result<Response>> answer;
    operator_world().http.send(
        {.method = method,
         .url = fmt::format("http://127.0.0.1:{}/sandbox/{}", ports.heroku, path),
         .body = std::move(body)},
        [&](Result<Response> got) { answer = std::move(got); });
    sim_->run_until([&] { return answer.has_value(); });
    if (!answer || !*answer || (*answer)->status >= 300) {
      ADD_FAILURE() << "the sandbox refuses " << method << " " << path;
      return {};
    }
    return (*answer)->body.empty() ? Json() : Json::parse((*answer)->body).value_or(Json());
  }

  void wait(Duration time) {
    bool over = false;
    operator_world().loop.after(time, [&] { over = true; });
    sim_->run_until([&] { return over; });
  }

  static inline std::string const example = LANDFALL_SOURCE "/examples/raxx";
  static inline std::string const world_file = example + "/world.yaml";
  static inline SandboxPorts const ports{.heroku = 5001, .github = 5002, .router = 5003};

  std::unique_ptr<SimWorld> sim_;
  std::string database_ =
      fresh_database(::testing::UnitTest::GetInstance()->current_test_info()->name());

 private:
  static Environment environment() {
    return {{"HEROKU_HOST", fmt::format("http://127.0.0.1:{}", ports.heroku)},
            {"HEROKU_API_KEY", "raxx-heroku-sre"},
            {"GITHUB_API_URL", fmt::format("http://127.0.0.1:{}", ports.github)},
            {"GITHUB_TOKEN", "raxx-github-kristerpher"}};
  }
  /// What the demo does, typed by hand.
  void heal() {
    ASSERT_EQ(landfall({"check"}).code, 1);
    for (char const* finding : {"environment-missing", "duplicate-path"}) {
      Told const told = landfall({"fix", finding, "--apply"});
      ASSERT_EQ(told.code, 0) << told.out << told.err;
    }
    approve_soon("2", 600);
    for (char const* target : {"raptor/staging", "raptor/production"}) {
      Told const told = landfall({"deploy", target, "main", "--as", "sre-agent"});
      ASSERT_EQ(told.code, 0) << told.out << told.err;
    }
    Told const told = landfall({"check"});
    ASSERT_EQ(told.code, 0) << told.out << told.err;
  }
  /// A reviewer who looks every second whether the deploy waits.
  void approve_soon(std::string const& deploy, int tries) {
    sim_->process("kristerpher").loop.after(1s, [this, deploy, tries] {
      bool const approved =
          landfall({"approve", deploy, "--as", "kristerpher"}, "kristerpher").code == 0;
      if (!approved && tries > 0) approve_soon(deploy, tries - 1);
    });
  }

  std::unique_ptr<Sandbox> sandbox_;
};

}  // namespace landfall
