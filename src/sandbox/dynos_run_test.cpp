#include "sandbox/dynos_fixture.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

class DynosRunTest : public DynosTest {
 protected:
  /// The name of a new one-off dyno.
  std::string run(std::string const& body) {
    Response const made = heroku("POST", "/apps/full-app/dynos", body);
    EXPECT_EQ(made.status, 201) << made.body;
    attach_url_ = json(made).text("attach_url").value_or("");
    return json(made).text("name").value_or("");
  }
  void program_that_prints() {
    sim_->program("bin/report", [](SimProgram program) {
      program.print("working\n");
      program.world.loop.after(10s, [program] { program.exit(2); });
    });
  }

  std::string attach_url_;
};

TEST_F(DynosRunTest, a_detached_dyno_runs_logs_and_is_gone) {
  program_that_prints();
  start();
  std::string const name = run(R"({"command":"bin/report --all"})");
  EXPECT_TRUE(name.starts_with("run."));
  wait(1s);
  EXPECT_EQ(shown(), name + " up v2, web.1 up v2");
  EXPECT_EQ(news(name), (Lines{"Starting process with command `bin/report --all`",
                               "State changed from starting to up", "working"}));
  wait(10s);
  EXPECT_EQ(shown(), "web.1 up v2");
  EXPECT_EQ(news(name, 3),
            (Lines{"Process exited with status 2", "State changed from up to complete"}));
}

TEST_F(DynosRunTest, a_one_off_dyno_ends_with_its_time_or_by_request) {
  sim_->program("bin/worker", [](SimProgram) {});
  start();
  std::string const short_lived = run(R"({"command":"bin/worker","time_to_live":600})");
  std::string const stopped = run(R"({"command":"bin/worker"})");
  std::string const restarted = run(R"({"command":"bin/worker"})");
  std::string const left = run(R"({"command":"bin/worker"})");
  wait(599s);
  EXPECT_NE(shown().find(short_lived + " up"), std::string::npos) << shown();
  wait(2s);
  EXPECT_EQ(shown().find(short_lived), std::string::npos) << shown();
  EXPECT_EQ(heroku("POST", "/apps/full-app/dynos/" + stopped + "/actions/stop").status, 202);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos/" + restarted).status, 202);
  wait(1s);
  EXPECT_EQ(news(stopped, 2),
            (Lines{"Stopping all processes with SIGTERM", "Process exited with status 143",
                   "State changed from up to complete"}));
  EXPECT_EQ(news(restarted, 2), news(stopped, 2));
  EXPECT_EQ(shown(), left + " up v2, web.1 up v2");
  wait(24h);
  EXPECT_EQ(shown(), "web.1 up v2");
}

TEST_F(DynosRunTest, a_release_does_not_touch_one_off_dynos) {
  sim_->program("bin/worker", [](SimProgram) {});
  start();
  std::string const name = run(R"({"command":"bin/worker"})");
  wait(1s);
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"A":"1"})").status, 200);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos").status, 202);
  wait(1s);
  EXPECT_EQ(shown(), name + " up v2, web.1 up v3");
}

TEST_F(DynosRunTest, a_command_that_cannot_start_is_complete_at_once) {
  start();
  std::string const name = run(R"({"command":"no/such/program"})");
  wait(1s);
  EXPECT_EQ(shown(), "web.1 up v2");
  EXPECT_EQ(news(name), (Lines{"Starting process with command `no/such/program`",
                               "State changed from starting to complete"}));
}

TEST_F(DynosRunTest, the_release_phase_is_a_dyno_with_a_stream) {
  sim_->program("bin/migrate", [](SimProgram program) {
    program.print("migrating " + variable(program, "DYNO").substr(0, 8) + "\n");
    program.world.loop.after(5s, [program] { program.exit(0); });
  });
  start();
  Json const built =
      build("full-app", source_archive("web: python3 app.py\nrelease: bin/migrate\n"),
            "0123456789abcdef0123456789abcdef01234567");
  EXPECT_EQ(*built.text("status"), "succeeded");
  Json const release = json(heroku("GET", "/apps/full-app/releases/3"));
  EXPECT_EQ(*release.text("status"), "pending");
  EXPECT_NE(shown().find("release."), std::string::npos) << shown();
  EXPECT_EQ(answer({.url = *release.text("output_stream_url")}).body, "migrating release.\n");
  wait(1s);
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/releases/3")).text("status"), "succeeded");
  EXPECT_EQ(shown(), "web.1 up v3");
  Lines const lines = log("full-app", "[release.");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_TRUE(lines[0].ends_with("Starting process with command `bin/migrate`"));
  EXPECT_TRUE(lines[2].starts_with("app[release.")) << lines[2];
  EXPECT_TRUE(lines[4].ends_with("State changed from up to complete")) << lines[4];
}

TEST_F(DynosRunTest, a_release_phase_that_fails_or_takes_too_long_leaves_the_old_release) {
  sim_->program("bin/fails", [](SimProgram program) { program.exit(1); });
  sim_->program("bin/hangs", [](SimProgram) {});
  start();
  build("full-app", source_archive("web: python3 app.py\nrelease: bin/fails\n"), "1234567");
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/releases/3")).text("status"), "failed");
  EXPECT_EQ(serving(), "v2");
  build("full-app", source_archive("web: python3 app.py\nrelease: bin/hangs\n"), "1234568");
  wait(59min);
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/releases/4")).text("status"), "pending");
  wait(2min);
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/releases/4")).text("status"), "failed");
  EXPECT_EQ(serving(), "v2");
}

}  // namespace
}  // namespace landfall
