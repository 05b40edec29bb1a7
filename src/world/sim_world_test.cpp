#include "world/sim_world.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace landfall {
namespace {

Instant const start = from_epoch_seconds(1'776'841'200);

struct SimWorldTest : testing::Test {
  std::unique_ptr<SimWorld> sim = SimWorld::create(start, 1, {{"NAME", "value"}, {"EMPTY", ""}});
  std::vector<std::string> seen;

  void note(std::string text) { seen.push_back(std::move(text)); }
  void drain() {
    EXPECT_FALSE(sim->run_until([] { return false; }));
  }
  HttpDone noting(std::string name) {
    return [this, name = std::move(name)](Result<Response> result) {
      note(name + " " +
           (result ? std::to_string(result->status) + " " + result->body : result.error().code));
    };
  }
  static Handler echo() {
    return [](Request request, Respond respond) {
      respond({.status = 200, .body = request.method + " " + request.url + " " + request.body});
    };
  }
};

using Seen = std::vector<std::string>;

TEST_F(SimWorldTest, work_runs_by_time_and_ties_in_order_of_asking) {
  World const world = sim->process("a");
  World const other = sim->process("b");
  world.loop.at(start + 2s, [&] { note("late"); });
  other.loop.at(start + 1s, [&] { note("first"); });
  world.loop.at(start + 1s, [&] { note("second"); });
  TimerId const never = other.loop.after(1s, [&] { note("never"); });
  world.loop.at(start - 1h, [&] { note("overdue"); });
  other.loop.cancel(never);
  other.loop.cancel(999);
  drain();
  EXPECT_EQ(seen, (Seen{"overdue", "first", "second", "late"}));
  EXPECT_EQ(world.now(), start + 2s);
  EXPECT_EQ(sim->events(), 4U);
}

TEST_F(SimWorldTest, a_cancelled_timer_does_not_move_the_clock) {
  World const world = sim->process("a");
  world.loop.cancel(world.loop.after(1h, [] {}));
  drain();
  EXPECT_EQ(world.now(), start);
}

TEST_F(SimWorldTest, run_ends_by_stop_and_only_for_the_process_that_stopped) {
  World const world = sim->process("a");
  World const other = sim->process("b");
  world.loop.after(1s, [&] { other.loop.stop(); });
  world.loop.after(2s, [&] { world.loop.stop(); });
  world.loop.after(3s, [&] { note("after"); });
  world.loop.run();
  EXPECT_EQ(world.now(), start + 2s);
  EXPECT_TRUE(seen.empty());
}

TEST_F(SimWorldTest, run_until_keeps_its_budget_of_events) {
  World const world = sim->process("a");
  for (int i = 0; i < 5; ++i) world.loop.post([&] { note("x"); });
  EXPECT_FALSE(sim->run_until([] { return false; }, 3));
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_TRUE(sim->run_until([&] { return seen.size() == 4; }));
}

TEST_F(SimWorldTest, variables_come_from_the_environment_and_empty_is_unset) {
  World const world = sim->process("a");
  EXPECT_EQ(world.variable("NAME"), "value");
  EXPECT_EQ(world.variable("EMPTY"), std::nullopt);
  EXPECT_EQ(world.variable("OTHER"), std::nullopt);
}

TEST_F(SimWorldTest, a_request_reaches_the_handler_of_its_port) {
  World const server = sim->process("server");
  World const client = sim->process("client");
  Request got;
  ASSERT_TRUE(server.server.listen(8080, [&](Request request, Respond respond) {
    got = request;
    respond({.status = 201, .headers = {{"X-Y", "z"}}, .body = "made"});
  }));
  std::optional<Response> answer;
  client.http.send({.method = "POST",
                    .url = "http://api.sandbox.localhost:8080/apps?x=1#part",
                    .headers = {{"Accept", "text/plain"}},
                    .body = "in"},
                   [&](Result<Response> result) { answer = result.value_or(Response{}); });
  EXPECT_FALSE(answer);
  drain();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "made");
  EXPECT_EQ(answer->headers.find("x-y"), "z");
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.url, "/apps?x=1");
  EXPECT_EQ(got.body, "in");
  EXPECT_EQ(got.headers.find("host"), "api.sandbox.localhost:8080");
  EXPECT_EQ(got.headers.find("accept"), "text/plain");
  EXPECT_EQ(got.peer, "127.0.0.1");
}

TEST_F(SimWorldTest, exchanges_that_fail_say_how) {
  World const world = sim->process("a");
  std::vector<Respond> kept;
  auto const listen = [&](int port, Handler handler) {
    ASSERT_TRUE(world.server.listen(port, std::move(handler), 10));
  };
  listen(1001, [](Request, Respond) {});
  listen(1002, [&](Request, Respond respond) { kept.push_back(std::move(respond)); });
  listen(1003, [](Request, Respond respond) { respond({.status = 200, .body = "12345678901"}); });
  listen(1004, [](Request, Respond respond) {
    respond({.status = 302, .headers = {{"Location", "/again"}}});
  });
  struct Row {
    Request request;
    char const* want;
  };
  Row const table[]{
      {{.url = "http://localhost:1"}, "connect"},
      {{.url = "http://example.com/"}, "dns"},
      {{.url = "http://localhost:1001/"}, "truncated"},
      {{.url = "http://127.0.0.1:1002/"}, "timeout"},
      {{.url = "http://127.0.0.1:1003/", .body_max = 10}, "too_large"},
      {{.url = "http://127.0.0.1:1003/", .body_max = 11}, "200 12345678901"},
      {{.method = "HEAD", .url = "http://127.0.0.1:1003/", .body_max = 10}, "200 "},
      {{.url = "http://127.0.0.1:1003/", .body = "12345678901"}, "413 "},
      {{.url = "http://127.0.0.1:1004/"}, "302 "},
      {{.url = "http://127.0.0.1:1004/", .redirects = Redirects::follow}, "protocol"},
      {{.url = "https://127.0.0.1:1004/"}, "tls"},
      {{.url = "ftp://127.0.0.1/"}, "protocol"},
      {{.url = "/path"}, "protocol"},
      {{.url = ""}, "protocol"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.request.url);
    seen.clear();
    world.http.send(row.request, noting("got"));
    drain();
    EXPECT_EQ(seen, Seen{std::string("got ") + row.want});
  }
  // An answer that comes after the client gave up, and one that dies after that, harm nobody.
  ASSERT_EQ(kept.size(), 1U);
  kept[0]({.status = 200});
  kept.clear();
  drain();
}

TEST_F(SimWorldTest, a_timeout_passes_in_virtual_time) {
  World const world = sim->process("a");
  std::vector<Respond> kept;
  ASSERT_TRUE(world.server.listen(
      1000, [&](Request, Respond respond) { kept.push_back(std::move(respond)); }));
  world.http.send({.url = "http://localhost:1000/", .timeout = 7s}, noting("got"));
  ASSERT_TRUE(sim->run_until([&] { return !seen.empty(); }));
  EXPECT_EQ(seen, Seen{"got timeout"});
  EXPECT_EQ(world.now(), start + 7s);
}

TEST_F(SimWorldTest, redirects_are_followed_with_credentials_only_to_the_same_host) {
  World const world = sim->process("a");
  Handler const show = [](Request request, Respond respond) {
    respond(
        {.status = 200,
         .body = request.method + request.url + request.headers.value_or("Authorization", "-")});
  };
  ASSERT_TRUE(world.server.listen(2000, show));
  ASSERT_TRUE(world.server.listen(2001, [&](Request request, Respond respond) {
    if (request.url == "/here") return show(std::move(request), std::move(respond));
    bool const away = request.url == "/away";
    respond({.status = away ? 307 : 303,
             .headers = {{"Location", away ? "http://other.localhost:2000/x" : "here"}}});
  }));
  for (std::string const path : {"/away", "/near"}) {
    world.http.send({.method = "POST",
                     .url = "http://localhost:2001" + path,
                     .headers = {{"Authorization", "t"}},
                     .redirects = Redirects::follow},
                    noting(path));
  }
  drain();
  EXPECT_EQ(seen, (Seen{"/away 200 POST/x-", "/near 200 GET/heret"}));
}

TEST_F(SimWorldTest, ports_are_exclusive_and_zero_takes_a_free_one) {
  World const world = sim->process("a");
  Result<int> const first = world.server.listen(0, echo());
  Result<int> const second = world.server.listen(0, echo());
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  Result<int> const taken = sim->process("b").server.listen(*first, echo());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, "in_use");
  EXPECT_FALSE(world.server.listen(70000, echo()));
  EXPECT_FALSE(world.server.listen(-1, echo()));
}

TEST_F(SimWorldTest, kill_takes_all_that_a_process_asked_for) {
  World const victim = sim->process("victim");
  World const other = sim->process("other");
  sim->program("child", [this](SimProgram program) {
    program.world.loop.after(1min, [this] { note("child lives"); });
  });
  std::vector<Respond> kept;
  ASSERT_TRUE(victim.server.listen(
      3000, [&](Request, Respond respond) { kept.push_back(std::move(respond)); }));
  ASSERT_TRUE(other.server.listen(3001, echo()));
  victim.loop.after(1min, [&] { note("timer lives"); });
  victim.http.send({.url = "http://localhost:3001/"}, noting("victim's"));
  other.http.send({.url = "http://localhost:3000/"}, noting("other's"));
  ASSERT_TRUE(victim.processes.start({.arguments = {"child"}}, {}, [&](Exit) { note("exit"); }));
  ASSERT_TRUE(sim->run_until([&] { return !kept.empty(); }));
  sim->kill("victim");
  sim->kill("victim");
  sim->kill("nobody");
  drain();
  EXPECT_EQ(seen, Seen{"other's truncated"});
  other.http.send({.url = "http://localhost:3000/"}, noting("later"));
  drain();
  EXPECT_EQ(seen.back(), "later connect");
  // The name can live again, on the same port.
  ASSERT_TRUE(sim->process("victim").server.listen(3000, echo()));
  other.http.send({.url = "http://localhost:3000/"}, noting("again"));
  drain();
  EXPECT_EQ(seen.back(), "again 200 GET / ");
}

TEST_F(SimWorldTest, programs_print_lines_listen_and_exit) {
  World const world = sim->process("a");
  sim->program("serve", [](SimProgram program) {
    EXPECT_EQ(program.world.variable("PORT"), "4000");
    program.print("starting\nhalf ");
    program.print("a line\nrest");
    program.listen(4000, [program](Request, Respond respond) {
      respond({.status = 200, .body = "up"});
      program.world.loop.after(1s, [program] { program.exit(3); });
    });
  });
  Result<ProcessId> const started = world.processes.start(
      {.arguments = {"node", "serve.js"}, .environment = {{"PORT", "4000"}}},
      [&](std::string_view line) { note("out " + std::string(line)); },
      [&](Exit exit) { note("exit " + std::to_string(exit.code)); });
  ASSERT_TRUE(started);
  ASSERT_TRUE(sim->run_until([&] { return seen.size() == 2; }));
  world.http.send({.url = "http://localhost:4000/"}, noting("got"));
  drain();
  world.http.send({.url = "http://localhost:4000/"}, noting("got"));
  world.processes.signal(*started, Signal::kill);
  drain();
  EXPECT_EQ(seen, (Seen{"out starting", "out half a line", "got 200 up", "out rest", "exit 3",
                        "got connect"}));
}

TEST_F(SimWorldTest, signals_end_a_program_and_its_own_children) {
  World const world = sim->process("a");
  sim->program("parent", [this](SimProgram program) {
    World& own = program.world;
    ASSERT_TRUE(own.processes.start({.arguments = {"leaf"}}, {}, [this](Exit) { note("never"); }));
  });
  sim->program("leaf", [this](SimProgram program) {
    program.world.loop.after(1s, [this, program] {
      note("never");
      program.print("never\n");
    });
  });
  struct Row {
    Signal signal;
    char const* want;
  };
  for (Row const& row : {Row{Signal::terminate, "143/15"}, Row{Signal::kill, "137/9"}}) {
    seen.clear();
    Result<ProcessId> const started = world.processes.start(
        {.arguments = {"parent"}}, {},
        [&](Exit exit) { note(std::to_string(exit.code) + "/" + std::to_string(exit.signal)); });
    ASSERT_TRUE(started);
    world.loop.after(500ms, [&] { world.processes.signal(*started, row.signal); });
    drain();
    EXPECT_EQ(seen, Seen{row.want});
  }
}

TEST_F(SimWorldTest, a_program_that_nobody_told_of_is_missing) {
  World const world = sim->process("a");
  Result<ProcessId> const missing = world.processes.start({.arguments = {"nothing"}}, {}, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_FALSE(world.processes.start({}, {}, {}));
  sim->program("nothing", [&](SimProgram) { note("old"); });
  sim->program("nothing", [&](SimProgram) { note("new"); });
  EXPECT_TRUE(world.processes.start({.arguments = {"nothing"}}, {}, {}));
  drain();
  EXPECT_EQ(seen, Seen{"new"});
}

TEST_F(SimWorldTest, an_answer_may_outlive_its_world) {
  std::vector<Respond> kept;
  World const world = sim->process("a");
  ASSERT_TRUE(world.server.listen(
      5000, [&](Request, Respond respond) { kept.push_back(std::move(respond)); }));
  world.http.send({.url = "http://localhost:5000/"}, noting("never"));
  ASSERT_TRUE(sim->run_until([&] { return !kept.empty(); }));
  sim.reset();
  kept[0]({.status = 200});
  EXPECT_TRUE(seen.empty());
}

/// A busy little world with faults, as one text.
std::string history(std::uint64_t seed) {
  std::unique_ptr<SimWorld> const sim = SimWorld::create(start, seed);
  sim->network_faults(400ms, 0.3);
  World const server = sim->process("server");
  World const client = sim->process("client");
  std::string text;
  int served = 0;
  EXPECT_TRUE(server.server.listen(6000, [&](Request, Respond respond) {
    ++served;
    server.loop.after(Duration(server.random.below(300)),
                      [kept = std::move(respond)]() mutable { kept({.status = 200}); });
  }));
  for (int i = 0; i < 60; ++i) {
    client.http.send({.url = "http://localhost:6000/", .timeout = 500ms},
                     [&text, &client, i](Result<Response> result) {
                       text += std::to_string(i) + "@" +
                               std::to_string((client.now() - start).count()) +
                               (result ? "ok" : result.error().code) + " ";
                     });
  }
  sim->run_until([] { return false; });
  return text + std::to_string(served) + " " + client.random.uuid();
}

TEST(SimWorld, the_same_seed_gives_the_same_history) {
  EXPECT_EQ(history(7), history(7));
  EXPECT_NE(history(7), history(8));
  for (char const* fault : {"ok", "connect", "timeout", "truncated"})
    EXPECT_NE(history(7).find(fault), std::string::npos) << fault;
}

TEST(SimWorld, a_killed_client_s_request_arrives_or_not_by_seed) {
  int arrived = 0;
  for (std::uint64_t seed = 0; seed < 32; ++seed) {
    std::unique_ptr<SimWorld> const sim = SimWorld::create(start, seed);
    ASSERT_TRUE(sim->process("server").server.listen(
        7000, [&](Request, Respond respond) { ++arrived, respond({.status = 200}); }));
    sim->process("client").http.send({.url = "http://localhost:7000/"},
                                     [](Result<Response>) { FAIL() << "heard after death"; });
    sim->kill("client");
    sim->run_until([] { return false; });
  }
  EXPECT_GT(arrived, 4);
  EXPECT_LT(arrived, 28);
}

}  // namespace
}  // namespace landfall
