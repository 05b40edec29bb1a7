// kill -9 of a deploy at each of its states, on real processes: the same command typed again brings
// it to the same end, and the platform saw one build and one release.
#include "e2e/program.h"

namespace landfall {
namespace {

class DeployKill : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    copy_example();
    sandbox_ = start_sandbox();
    Child const check = run({"check"});
    ASSERT_EQ(check.code(), 1) << check.text();
    Child const fix = run({"fix", "environment-missing", "--apply"});
    ASSERT_EQ(fix.code(), 0) << fix.text();
  }

  /// Runs the deploy and approves it when it waits. The line that begins with `last` is its last.
  Child deploy(std::string const& last = "") {
    bool killed = false;
    Running review;
    Running run;
    run = start({"deploy", "raptor/production", "main", "--as", "sre-agent"},
                [&](std::string_view line) {
                  if (killed) return;
                  killed = !last.empty() && trim(line).starts_with(last);
                  if (killed) return kill_now(*run);
                  std::string_view const hint = "landfall approve ";
                  std::size_t const at = line.find("answers with: " + std::string(hint));
                  if (at == std::string_view::npos) return;
                  auto const words = split(line.substr(line.find(hint) + hint.size()), ' ');
                  review = start({"approve", words[0], "--as", "kristerpher"});
                });
    EXPECT_TRUE(until([&] { return run->exit && (!review || review->exit); })) << run->text();
    EXPECT_EQ(review ? review->code() : 0, 0) << (review ? review->text() : "");
    EXPECT_EQ(killed, !last.empty()) << "never said '" << last << "':\n" << run->text();
    return *run;
  }

  Json query(std::string const& sql) { return run_json({"query", "--output", "json", sql}); }

  /// Builds of production that the platform was asked for and took, by its own record.
  int builds_taken() {
    std::optional<Result<Response>> answer;
    world().http.send({.url = variable("HEROKU_HOST") + "/sandbox/requests"},
                      [&](Result<Response> got) { answer = std::move(got); });
    EXPECT_TRUE(until([&] { return answer.has_value(); }));
    int taken = 0;
    Json const requests = Json::parse((*answer)->body).value_or(Json::array());
    for (Json const& one : requests.as_array())
      if (one.text("method").value_or("") == "POST" && one.integer("status").value_or(0) == 201 &&
          one.text("path").value_or("") == "/apps/raxx-api-prod/builds")
        ++taken;
    return taken;
  }

  void expect_one_release() {
    EXPECT_EQ(builds_taken(), 1);
    Child const check = run({"check"});
    // The staging app and the workflows are as they were.
    EXPECT_EQ(check.code(), 1) << check.text();
    EXPECT_TRUE(check.says("raptor/production  live")) << check.text();
    EXPECT_EQ(query("SELECT version, kind, status FROM current_release "
                    "WHERE app = 'raxx-api-prod' AND carries_code"),
              *Json::parse(R"([{"version":8,"kind":"deploy","status":"succeeded"}])"));
    EXPECT_EQ(query("SELECT count(*) AS n FROM current_release WHERE app = 'raxx-api-prod'"),
              *Json::parse(R"([{"n":8}])"));
    EXPECT_EQ(query("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM current_build "
                    "WHERE app = 'raxx-api-prod'"),
              *Json::parse(R"([{"n":1,"ids":1}])"));
    EXPECT_EQ(query("SELECT state, release FROM deploy"),
              *Json::parse(R"([{"state":"verified","release":8}])"));
  }

  void end_sandbox() {
    world().processes.signal(sandbox_->id, Signal::terminate);
    ASSERT_TRUE(until([&] { return sandbox_->exit.has_value(); })) << sandbox_->text();
    EXPECT_EQ(sandbox_->code(), 0) << sandbox_->text();
    EXPECT_TRUE(survivors().empty()) << join(survivors(), "\n");
    for (std::string const& left : *world().files.list(folder_ + "/tmp"))
      EXPECT_FALSE(left.starts_with("landfall-sandbox")) << left;
  }

  /// The dead process's lock holds for the rest of its lease: either that is waited out, or the
  /// person comes back when it is over.
  enum class Again { at_once, later };

  void expect_same_end_after_kill(std::string const& at, Again again = Again::later) {
    Child const dead = deploy(at);
    EXPECT_EQ(dead.exit->signal, SIGKILL) << dead.text();
    EXPECT_FALSE(dead.says("is verified")) << dead.text();
    if (again == Again::later) shift_clock(std::chrono::seconds(30));
    Child const second = deploy();
    EXPECT_EQ(second.code(), 0) << dead.text() << "\n--- killed\n" << second.text();
    EXPECT_TRUE(second.says("raptor/production is verified")) << second.text();
    expect_one_release();
    end_sandbox();
  }

  Running sandbox_;
};

TEST_F(DeployKill, in_preflight_ends_in_one_release) {
  expect_same_end_after_kill("preflight  started");
}
TEST_F(DeployKill, in_freeze_ends_in_one_release) {
  expect_same_end_after_kill("freeze     started");
}
TEST_F(DeployKill, in_smoke_ends_in_one_release) {
  expect_same_end_after_kill("smoke      started");
}
TEST_F(DeployKill, while_the_smoke_command_runs_ends_in_one_release) {
  expect_same_end_after_kill("smoke      output");
}
TEST_F(DeployKill, in_approval_ends_in_one_release) {
  expect_same_end_after_kill("approval   started");
}
TEST_F(DeployKill, in_source_ends_in_one_release) {
  expect_same_end_after_kill("source     started");
}
TEST_F(DeployKill, in_build_ends_in_one_release) {
  expect_same_end_after_kill("build      started", Again::at_once);
}
TEST_F(DeployKill, when_the_build_is_posted_ends_in_one_release) {
  expect_same_end_after_kill("build      waiting  POST");
}
TEST_F(DeployKill, in_release_ends_in_one_release) {
  expect_same_end_after_kill("release    started");
}
TEST_F(DeployKill, in_dynos_ends_in_one_release) {
  expect_same_end_after_kill("dynos      started");
}
TEST_F(DeployKill, in_health_ends_in_one_release) {
  expect_same_end_after_kill("health     started");
}

TEST_F(DeployKill, of_none_is_the_same_end) {
  Child const only = deploy();
  EXPECT_EQ(only.code(), 0) << only.text();
  expect_one_release();
  // Nothing is left to do: the commit is live, and that is proven anew.
  Child const again = deploy();
  EXPECT_EQ(again.code(), 0) << again.text();
  EXPECT_TRUE(again.says("nothing was built")) << again.text();
  EXPECT_EQ(builds_taken(), 1);
  end_sandbox();
}

TEST_F(DeployKill, of_the_sandbox_takes_its_dynos_along) {
  auto const dynos = [&] {
    std::vector<std::string> found;
    for (std::string const& one : survivors())
      if (one.find("/dynos/") != std::string::npos) found.push_back(one);
    return found;
  };
  ASSERT_FALSE(dynos().empty()) << join(survivors(), "\n");
  kill_now(*sandbox_);
  ASSERT_TRUE(until([&] { return sandbox_->exit.has_value(); }));
  EXPECT_TRUE(until([&] { return survivors().empty(); })) << join(survivors(), "\n");
}

}  // namespace
}  // namespace landfall
