#include "sandbox/dynos_fixture.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

std::string const host = "full-app-123456.localhost";
std::string const commit = "0123456789abcdef0123456789abcdef01234567";

TEST_F(DynosTest, a_dyno_logs_its_start_its_output_and_its_end) {
  sim_->program("python3 app.py", [](SimProgram program) {
    program.print("hello\n");
    program.world.loop.after(100ms, [program] {
      program.listen(std::stoi(variable(program, "PORT")),
                     [](Request, Respond respond) { respond({.status = 200}); });
    });
    program.world.loop.after(90s, [program] { program.exit(3); });
  });
  start();
  wait(89s);
  EXPECT_EQ(news("web.1"), (Lines{"Starting process with command `python3 app.py`", "hello",
                                  "State changed from starting to up"}));
  wait(1500ms);
  EXPECT_EQ(news("web.1", 3),
            (Lines{"Process exited with status 3", "State changed from up to crashed"}));
  wait(1s);
  EXPECT_EQ(news("web.1", 5), (Lines{"State changed from crashed to starting",
                                     "Starting process with command `python3 app.py`", "hello",
                                     "State changed from starting to up"}));
}

TEST_F(DynosTest, a_web_dyno_that_does_not_bind_is_killed_after_a_minute) {
  sim_->program("python3 app.py", [](SimProgram) {});
  start();
  wait(60500ms);
  EXPECT_EQ(news("web.1"),
            (Lines{"Starting process with command `python3 app.py`",
                   "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 "
                   "seconds of launch",
                   "Stopping process with SIGKILL", "Process exited with status 137",
                   "State changed from starting to crashed"}));
  EXPECT_EQ(shown(), "web.1 crashed v2");
}

TEST_F(DynosTest, a_dyno_that_ignores_the_term_signal_is_killed_after_half_a_minute) {
  sim_->program("python3 app.py", [](SimProgram program) {
    program.on_terminate([program] { program.print("not yet\n"); });
    program.listen(std::stoi(variable(program, "PORT")),
                   [](Request, Respond respond) { respond({.status = 200}); });
  });
  start();
  wait(1s);
  std::size_t const before = seen("web.1");
  scale("web", 0, "Basic");
  wait(29s);
  EXPECT_EQ(news("web.1", before), (Lines{"State changed from up to down",
                                          "Stopping all processes with SIGTERM", "not yet"}));
  EXPECT_EQ(shown(), "");
  wait(2s);
  EXPECT_EQ(news("web.1", before + 3),
            (Lines{"Error R12 (Exit timeout) -> At least one process failed to exit within 30 "
                   "seconds of SIGTERM",
                   "Stopping remaining processes with SIGKILL", "Process exited with status 137"}));
}

TEST_F(DynosTest, a_release_ends_the_cool_off_of_a_crashed_dyno) {
  int starts = 0;
  sim_->program("python3 app.py", [&](SimProgram program) {
    ++starts;
    program.exit(1);
  });
  start();
  wait(5min);
  EXPECT_EQ(starts, 2);
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"A":"1"})").status, 200);
  wait(5min);
  EXPECT_EQ(starts, 4);
  std::size_t const before = seen("web.1");
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos/web.1").status, 202);
  wait(100ms);
  Lines const lines = news("web.1", before);
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines[0], "Restarting");
  EXPECT_EQ(lines[1], "State changed from crashed to starting");
}

TEST_F(DynosTest, a_restart_starts_the_new_dyno_while_the_old_one_ends) {
  std::vector<std::string> order;
  sim_->program("python3 app.py", [&](SimProgram program) {
    order.push_back("start");
    program.on_terminate([&order, program] {
      order.push_back("term");
      program.world.loop.after(10s, [&order, program] {
        order.push_back("gone");
        program.exit(0);
      });
    });
    program.listen(std::stoi(variable(program, "PORT")),
                   [](Request, Respond respond) { respond({.status = 200}); });
  });
  start();
  wait(1s);
  std::size_t const before = seen("web.1");
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos").status, 202);
  wait(1s);
  EXPECT_EQ(router(host).status, 200);
  wait(10s);
  EXPECT_EQ(order, (std::vector<std::string>{"start", "term", "start", "gone"}));
  EXPECT_EQ(news("web.1", before),
            (Lines{"Restarting", "State changed from up to starting",
                   "Stopping all processes with SIGTERM",
                   "Starting process with command `python3 app.py`",
                   "State changed from starting to up", "Process exited with status 0"}));
}

TEST_F(DynosTest, dynos_are_cycled_once_a_day_and_a_restart_begins_a_new_day) {
  start();
  wait(1s);
  std::string const first = id_of("web.1");
  std::size_t const before = seen("web.1");
  wait(23h + 59min);
  EXPECT_EQ(id_of("web.1"), first);
  wait(1min + 216min);
  std::string const second = id_of("web.1");
  EXPECT_NE(second, first);
  EXPECT_EQ(shown(), "web.1 up v2");
  EXPECT_EQ(news("web.1", before)[0], "Cycling");
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos").status, 202);
  std::string const third = id_of("web.1");
  EXPECT_NE(third, second);
  wait(23h + 59min);
  EXPECT_EQ(id_of("web.1"), third);
}

TEST_F(DynosTest, eco_dynos_sleep_after_half_an_hour_and_wake_on_a_request) {
  start();
  scale("web", 1, "Eco");
  wait(20min);
  EXPECT_EQ(serving(), "v2");
  wait(29min);
  EXPECT_EQ(shown(), "web.1 up v2");
  std::size_t const before = seen("web.1");
  wait(2min);
  EXPECT_EQ(shown(), "web.1 idle v2");
  EXPECT_EQ(news("web.1", before),
            (Lines{"Idling", "State changed from up to down", "Stopping all processes with SIGTERM",
                   "Process exited with status 143"}));
  EXPECT_EQ(serving(), "v2");
  EXPECT_EQ(news("web.1", before + 4), (Lines{"Unidling", "State changed from down to starting",
                                              "Starting process with command `python3 app.py`",
                                              "State changed from starting to up"}));
  wait(10h);
  EXPECT_EQ(shown(), "web.1 idle v2");
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"A":"1"})").status, 200);
  wait(1s);
  EXPECT_EQ(shown(), "web.1 up v3");
}

TEST_F(DynosTest, other_sizes_do_not_sleep) {
  start();
  wait(5h);
  EXPECT_EQ(shown(), "web.1 up v2");
}

TEST_F(DynosTest, with_preboot_the_old_dynos_serve_for_three_minutes_more) {
  start();
  scale("web", 2, "Standard-1X");
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/features/preboot", R"({"enabled":true})").status, 200);
  wait(1min);
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"GREETING":"new"})").status, 200);
  wait(2min + 55s);
  EXPECT_EQ(shown(), "web.1 up v3, web.2 up v3");
  EXPECT_EQ(serving(), "v2");
  wait(10s);
  EXPECT_EQ(serving(), "v3");
  EXPECT_EQ(serving(), "v3");
}

TEST_F(DynosTest, preboot_keeps_the_old_dynos_while_the_new_ones_crash) {
  start();
  scale("web", 1, "Standard-1X");
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/features/preboot", R"({"enabled":true})").status, 200);
  wait(1min);
  sim_->program("python3 app.py", [](SimProgram program) { program.exit(1); });
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"A":"1"})").status, 200);
  wait(10min);
  EXPECT_EQ(shown(), "web.1 crashed v3");
  EXPECT_EQ(serving(), "v2");
  serve_web();
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"A":"2"})").status, 200);
  wait(2min);
  EXPECT_EQ(serving(), "v2");
  wait(2min);
  EXPECT_EQ(serving(), "v4");
  scale("web", 0, "Standard-1X");
  EXPECT_EQ(router(host).status, 503);
}

TEST_F(DynosTest, nothing_of_an_app_runs_when_it_is_destroyed) {
  int running = 0;
  sim_->program("python3 app.py", [&](SimProgram program) {
    ++running;
    program.on_terminate([&running, program] {
      --running;
      program.exit(0);
    });
    program.listen(std::stoi(variable(program, "PORT")),
                   [](Request, Respond respond) { respond({.status = 200}); });
  });
  start();
  scale("web", 2, "Standard-1X");
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/features/preboot", R"({"enabled":true})").status, 200);
  wait(1min);
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"A":"1"})").status, 200);
  wait(1min);
  EXPECT_EQ(running, 4);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app").status, 200);
  wait(1s);
  EXPECT_EQ(running, 0);
}

TEST_F(DynosTest, preboot_does_nothing_for_basic_dynos) {
  start();
  scale("web", 1, "Standard-1X");
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/features/preboot", R"({"enabled":true})").status, 200);
  scale("web", 1, "Basic");
  wait(1min);
  EXPECT_EQ(heroku("PATCH", "/apps/full-app/config-vars", R"({"A":"1"})").status, 200);
  wait(1s);
  EXPECT_EQ(serving(), "v3");
}

TEST_F(DynosTest, a_dyno_of_a_new_size_is_a_new_dyno) {
  start();
  wait(1s);
  std::string const first = id_of("web.1");
  scale("web", 1, "Standard-2X");
  wait(1s);
  EXPECT_NE(id_of("web.1"), first);
  EXPECT_EQ(shown(), "web.1 up v2");
}

TEST_F(DynosTest, a_process_has_heroku_s_variables) {
  std::map<std::string, std::string> variables;
  sim_->program("python3 app.py", [&](SimProgram program) {
    variables = {program.command.environment.begin(), program.command.environment.end()};
  });
  start();
  heroku("PATCH", "/apps/full-app/config-vars", R"({"GREETING":"hi","PORT":"1","DYNO":"x"})");
  wait(1s);
  EXPECT_EQ(variables["GREETING"], "hi");
  EXPECT_EQ(variables["DYNO"], "web.1");
  EXPECT_GE(std::stoi(variables["PORT"]), 20000);
  EXPECT_TRUE(variables["HOME"].ends_with("/app"));
  EXPECT_EQ(variables["HEROKU_APP_NAME"], "full-app");
  EXPECT_EQ(variables["HEROKU_RELEASE_VERSION"], "v3");
  EXPECT_EQ(variables["HEROKU_SLUG_COMMIT"], "3af5b0dc4aaec8597d6b377ff01fa9d479a50128");
  EXPECT_EQ(variables["HEROKU_DYNO_ID"], id_of("web.1"));
}

TEST_F(DynosTest, profiles_of_the_slug_are_read_before_the_process) {
  std::string script;
  sim_->program("python3 app.py",
                [&](SimProgram program) { script = program.command.arguments[2]; });
  start();
  std::vector<ArchiveEntry> const entries{
      {"Procfile", EntryKind::file, 0644, "web: python3 app.py --port $PORT\n"},
      {".profile.d/path.sh", EntryKind::file, 0644, "export A=1\n"}};
  build("empty-app", *pack(entries), commit);
  wait(1s);
  EXPECT_NE(script.find(". \"$profile\""), std::string::npos) << script;
  EXPECT_TRUE(script.ends_with("; python3 app.py --port $PORT")) << script;
  Lines const lines = log("empty-app", "heroku[web.1]: Starting process");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find("$PORT"), std::string::npos) << lines[0];
}

}  // namespace
}  // namespace landfall
