#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

using RouterTest = SandboxTest;

std::string const host = "full-app-123456.localhost";
std::string const commit = "0123456789abcdef0123456789abcdef01234567";

TEST_F(RouterTest, answers_for_apps_that_cannot) {
  start();
  struct Row {
    char const* name;
    std::string host;
    int status;
    char const* body;
  };
  std::string const blank =
      *json(heroku("GET", "/apps/empty-app/domains")).as_array()[0].text("hostname");
  Row const table[]{
      {"blank app", blank, 502, "<title>Heroku | Welcome to your new app!</title>"},
      {"unknown", "nobody.localhost", 404, "<title>No such app</title>"},
      {"the name without its hash", "full-app.localhost", 404, "No such app"},
      {"no host", "", 404, "No such app"},
      {"rubbish", "::::", 404, "No such app"},
      {"an address", "[::1]:80", 404, "No such app"},
      {"very long", std::string(10'000, 'a'), 404, "No such app"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Response const got = router(row.host);
    EXPECT_EQ(got.status, row.status);
    EXPECT_NE(got.body.find(row.body), std::string::npos) << got.body;
    EXPECT_TRUE(got.headers.value_or("Content-Type", "").starts_with("text/html"));
  }
  EXPECT_NE(events_.find("code=H81"), std::string::npos) << events_;
}

TEST_F(RouterTest, finds_an_app_by_all_its_names) {
  start();
  for (std::string const& name :
       {host, host + ":1234", std::string("FULL-APP-123456.LocalHost"), std::string("shop.example"),
        std::string("full-app-123456.herokuapp.com")}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(router(name).status, 200);
  }
}

TEST_F(RouterTest, waits_for_a_dyno_that_boots) {
  sim_->program("python3 app.py", [](SimProgram program) {
    program.world.loop.after(20s, [program] {
      int port = 0;
      for (auto const& [name, value] : program.command.environment) {
        if (name == "PORT") port = std::stoi(value);
      }
      program.listen(port, [](Request, Respond respond) { respond({.status = 200}); });
    });
  });
  start();
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/dynos")).as_array()[0].text("state"), "starting");
  EXPECT_EQ(router(host).status, 200);
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/dynos")).as_array()[0].text("state"), "up");
}

TEST_F(RouterTest, a_dyno_that_never_binds_crashes_after_a_minute) {
  int started = 0;
  sim_->program("python3 app.py", [&](SimProgram) { ++started; });
  start();
  EXPECT_EQ(router(host).status, 503);
  EXPECT_NE(events_.find("R10"), std::string::npos) << events_;
  // Restarted once at once, it is still booting when the queue's time is over.
  EXPECT_NE(events_.find("code=H20"), std::string::npos) << events_;
  EXPECT_EQ(started, 2);
}

TEST_F(RouterTest, a_crashed_app_answers_h10_and_is_started_again_later) {
  int started = 0;
  sim_->program("python3 app.py", [&](SimProgram program) {
    ++started;
    program.exit(1);
  });
  start();
  wait(10s);
  EXPECT_EQ(started, 2);
  Response const got = router(host);
  EXPECT_EQ(got.status, 503);
  EXPECT_NE(got.body.find("application-error.html"), std::string::npos);
  EXPECT_NE(events_.find("code=H10 desc=\"App crashed\""), std::string::npos) << events_;
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/dynos")).as_array()[0].text("state"), "crashed");
  wait(21min);
  EXPECT_EQ(started, 3);
  wait(41min);
  EXPECT_EQ(started, 4);
  serve_web();
  wait(24h);
  EXPECT_EQ(router(host).status, 200);
}

TEST_F(RouterTest, knows_maintenance_and_apps_without_web_dynos) {
  start();
  heroku("PATCH", "/apps/full-app", R"({"maintenance":true})");
  Response const closed = router(host);
  EXPECT_EQ(closed.status, 503);
  EXPECT_NE(closed.body.find("<title>Offline for Maintenance</title>"), std::string::npos);
  EXPECT_NE(events_.find("code=H80"), std::string::npos);
  heroku("PATCH", "/apps/full-app", R"({"maintenance":false})");
  EXPECT_EQ(router(host).status, 200);
  heroku("PATCH", "/apps/full-app/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  EXPECT_EQ(router(host).status, 503);
  EXPECT_NE(events_.find("code=H14"), std::string::npos);
  build("empty-app", source_archive("worker: python3 app.py\n"), commit);
  std::string const url = *json(heroku("GET", "/apps/empty-app")).text("web_url");
  EXPECT_EQ(answer({.url = url}).status, 503);
}

TEST_F(RouterTest, tells_why_a_dyno_gave_no_answer) {
  // What the app does with a request to a path.
  std::map<std::string, std::function<void(Respond)>> const paths{
      {"/close", [](Respond) {}},
      {"/never", [held = std::make_shared<std::vector<Respond>>()](
                     Respond respond) { held->push_back(std::move(respond)); }},
  };
  sim_->program("python3 app.py", [&](SimProgram program) {
    int port = 0;
    for (auto const& [name, value] : program.command.environment) {
      if (name == "PORT") port = std::stoi(value);
    }
    program.listen(port, [&](Request request, Respond respond) {
      auto const path = paths.find(request.url.substr(0, request.url.find('?')));
      if (path == paths.end()) return respond({.status = 200});
      path->second(std::move(respond));
    });
  });
  start();
  EXPECT_EQ(router(host, "/").status, 200);
  EXPECT_EQ(router(host, "/close").status, 503);
  EXPECT_NE(events_.find("code=H13"), std::string::npos) << events_;
  Instant const before = sim_->process("client").now();
  EXPECT_EQ(router(host, "/never?token=secret").status, 503);
  EXPECT_EQ(sim_->process("client").now() - before, Duration(30s));
  EXPECT_NE(events_.find("code=H12"), std::string::npos) << events_;
  EXPECT_EQ(events_.find("secret"), std::string::npos) << events_;
}

TEST_F(RouterTest, spreads_requests_over_all_web_dynos) {
  std::map<std::string, int> served;
  sim_->program("python3 app.py", [&](SimProgram program) {
    std::map<std::string, std::string> variables(program.command.environment.begin(),
                                                 program.command.environment.end());
    program.listen(std::stoi(variables["PORT"]),
                   [&served, name = variables["DYNO"]](Request request, Respond respond) {
                     if (request.method == "GET") ++served[name];
                     respond({.status = 200});
                   });
  });
  start();
  heroku("PATCH", "/apps/full-app/formation",
         R"({"updates":[{"type":"web","quantity":2,"size":"Standard-1X"}]})");
  wait(1s);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(router(host).status, 200);
  EXPECT_EQ(served, (std::map<std::string, int>{{"web.1", 5}, {"web.2", 5}}));
}

TEST_F(RouterTest, a_restart_gives_a_new_dyno_of_the_same_name) {
  start();
  wait(1s);
  Json const before = json(heroku("GET", "/apps/full-app/dynos")).as_array()[0];
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos").status, 202);
  wait(1s);
  Json const after = json(heroku("GET", "/apps/full-app/dynos")).as_array()[0];
  EXPECT_EQ(*after.text("name"), "web.1");
  EXPECT_EQ(*after.text("state"), "up");
  EXPECT_NE(*after.text("id"), *before.text("id"));
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos/web.9").status, 404);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos/web.1").status, 202);
  wait(1s);
  EXPECT_EQ(router(host).status, 200);
}

TEST_F(RouterTest, stop_ends_all_dynos_and_removes_their_files) {
  start();
  wait(1s);
  std::string const dynos = "/tmp/no-such-folder-of-landfall/state/dynos";
  Files& files = sim_->process("files").files;
  EXPECT_EQ(files.list(dynos)->size(), 1U);
  bool stopped = false;
  sandbox_->stop(false, [&] { stopped = true; });
  EXPECT_TRUE(sim_->run_until([&] { return stopped; }));
  EXPECT_EQ(files.list(dynos)->size(), 0U);
  bool again = false;
  sandbox_->stop(true, [&] { again = true; });
  EXPECT_TRUE(sim_->run_until([&] { return again; }));
}

TEST_F(RouterTest, nothing_happens_after_its_end) {
  start();
  Json const made = json(heroku("POST", "/apps/empty-app/builds",
                                R"({"source_blob":{"url":"http://127.0.0.1:1/x"}})"));
  EXPECT_EQ(*made.text("status"), "pending");
  sandbox_.reset();
  wait(48h);
}

}  // namespace
}  // namespace landfall
