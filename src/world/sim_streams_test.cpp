// Streams and streamed answers of the simulated network, and HTTP between its two kinds of ends.
#include <gtest/gtest.h>

#include "world/sim_world.h"

namespace landfall {
namespace {

class SimStreamsTest : public testing::Test {
 protected:
  World server() { return sim->process("server"); }
  World client() { return sim->process("client"); }
  void settle() {
    sim->run_until([] { return false; });
  }
  void wait(Duration time) {
    bool over = false;
    client().loop.after(time, [&] { over = true; });
    sim->run_until([&] { return over; });
  }
  Stream::Events log_of(std::string& log) {
    return {.bytes = [&log](std::string_view bytes) { log += bytes; },
            .drained = [&log] { log += "[drained]"; },
            .ended = [&log](Result<> how) { log += how ? "[end]" : "[" + how.error().code + "]"; }};
  }
  void join() {
    Result<int> const port = server().streams.listen(0, [this](std::unique_ptr<Stream> stream) {
      far = std::move(stream);
      far->start(log_of(far_log));
    });
    ASSERT_TRUE(port);
    client().streams.connect(*port, 1s, [this](Result<std::unique_ptr<Stream>> stream) {
      ASSERT_TRUE(stream);
      near = *std::move(stream);
      near->start(log_of(near_log));
    });
    settle();
    ASSERT_TRUE(near && far);
  }
  Result<Response> exchange(Request request) {
    std::optional<Result<Response>> got;
    client().http.send(std::move(request),
                       [&](Result<Response> answer) { got = std::move(answer); });
    EXPECT_TRUE(sim->run_until([&] { return got.has_value(); }));
    return got ? *std::move(got) : Result<Response>(fail(ErrorKind::network, "nothing came"));
  }

  std::unique_ptr<SimWorld> sim = SimWorld::create(*parse_instant("2026-05-01T00:00:00Z"), 1);
  std::unique_ptr<Stream> near;
  std::unique_ptr<Stream> far;
  std::string near_log;
  std::string far_log;
};

TEST_F(SimStreamsTest, bytes_and_ends_pass_both_ways) {
  join();
  near->write("ping");
  near->finish();
  near->write("too late");
  settle();
  far->write("pong");
  settle();
  EXPECT_EQ(far_log, "ping[end]");
  EXPECT_EQ(near_log, "pong");
  far.reset();
  settle();
  EXPECT_EQ(near_log, "pong[end]");
}

TEST_F(SimStreamsTest, a_reader_that_pauses_makes_the_writer_wait) {
  join();
  far->pause(true);
  near->write(std::string(100'000, 'x'));
  settle();
  EXPECT_EQ(near->pending(), 100'000U - (64U << 10));
  EXPECT_EQ(near_log, "");
  far->pause(false);
  settle();
  EXPECT_EQ(near->pending(), 0U);
  EXPECT_EQ(near_log, "[drained]");
  EXPECT_EQ(far_log.size(), 100'000U);
}

TEST_F(SimStreamsTest, what_is_written_to_one_who_has_closed_breaks) {
  join();
  far.reset();
  settle();
  near->write("x");
  settle();
  EXPECT_EQ(near_log, "[end][broken]");
  join();
  near->write("unread");
  far->pause(true);
  settle();
  far.reset();
  near_log.clear();
  settle();
  EXPECT_EQ(near_log, "[broken]");
}

TEST_F(SimStreamsTest, a_process_that_is_killed_takes_its_ends_along) {
  join();
  sim->kill("server");
  near->write("x");
  settle();
  EXPECT_EQ(near_log, "[end][broken]");
  EXPECT_EQ(far_log, "");
}

TEST_F(SimStreamsTest, no_connection_is_told_with_its_reason) {
  std::string log;
  auto const connect = [&](int port) {
    Instant const before = client().now();
    client().streams.connect(port, 3s, [&](Result<std::unique_ptr<Stream>> stream) {
      log += (stream ? "connected" : stream.error().code) + " ";
      if (client().now() - before == Duration(3s)) log += "late ";
    });
    settle();
  };
  connect(1);
  EXPECT_EQ(log, "refused ");
  log.clear();
  sim->network_faults(0ms, 1);
  Result<int> const port = server().streams.listen(0, [&](std::unique_ptr<Stream> stream) {
    far = std::move(stream);
    far->start(log_of(far_log));
    far->write("answer");
  });
  for (int i = 0; i < 20; ++i) connect(*port);
  for (char const* what : {"refused ", "timeout late ", "connected "})
    EXPECT_NE(log.find(what), std::string::npos) << log;
  EXPECT_NE(far_log.find("[broken]"), std::string::npos) << far_log;
}

TEST_F(SimStreamsTest, a_client_of_values_can_ask_a_server_of_bytes) {
  std::string request;
  std::string answer;
  Result<int> const port = server().streams.listen(0, [&](std::unique_ptr<Stream> stream) {
    far = std::move(stream);
    far->start({.bytes = [&](std::string_view bytes) {
      request += bytes;
      if (!request.ends_with("\r\n\r\n") && !request.ends_with("body")) return;
      far->write(answer);
      if (answer.find("Length") == std::string::npos) far->finish();
    }});
  });
  std::string const url = "http://127.0.0.1:" + std::to_string(*port) + "/a?b";
  struct Row {
    char const* name;
    char const* method;
    std::string answer;
    int status;
    char const* body;  ///< or the error's code
  };
  Row const table[]{
      {"length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
      {"chunks", "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Length: "
       "1\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n",
       200, "hi"},
      {"to the end", "GET", "HTTP/1.1 404 No\r\n\r\ntext", 404, "text"},
      {"interim", "POST",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 "
       "Created\r\nContent-Length: 0\r\n\r\n",
       201, ""},
      {"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", 200, ""},
      {"rubbish", "GET", "hello\r\n\r\n", 0, "protocol"},
      {"cut off", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 0,
       "truncated"},
      {"no answer", "GET", "", 0, "truncated"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    request.clear();
    answer = row.answer;
    std::string const body = row.method == std::string("POST") ? "body" : "";
    Result<Response> const got =
        exchange({.method = row.method, .url = url, .headers = {{"X-One", "1"}}, .body = body});
    EXPECT_TRUE(request.starts_with(std::string(row.method) + " /a?b HTTP/1.1\r\nX-One: 1\r\n"))
        << request;
    if (row.status == 0) {
      ASSERT_FALSE(got);
      EXPECT_EQ(got.error().code, row.body);
      continue;
    }
    ASSERT_TRUE(got) << got.error().text;
    EXPECT_EQ(got->status, row.status);
    EXPECT_EQ(got->body, row.body);
  }
}

TEST_F(SimStreamsTest, a_client_of_bytes_can_ask_a_server_of_values) {
  Result<int> const port = server().server.listen(0, [](Request request, Respond respond) {
    respond({.status = 200, .body = request.method + request.url + request.body});
  });
  client().streams.connect(*port, 1s, [this](Result<std::unique_ptr<Stream>> stream) {
    near = *std::move(stream);
    near->start(log_of(near_log));
    near->write("GET /one HTTP/1.1\r\nHost: a\r\n\r\nPUT /two HTTP/1.1\r\nHost: ");
    near->write("a\r\nContent-Length: 1\r\n\r\nx");
  });
  wait(1s);
  EXPECT_NE(near_log.find("\r\n\r\nGET/oneHTTP/1.1 200 OK"), std::string::npos) << near_log;
  EXPECT_TRUE(near_log.ends_with("\r\n\r\nPUT/twox")) << near_log;
  wait(2min);
  EXPECT_TRUE(near_log.ends_with("[end]")) << near_log;
}

TEST_F(SimStreamsTest, a_streamed_answer_arrives_as_one_body) {
  std::shared_ptr<BodySink> kept;
  std::string log;
  Result<int> const port = server().server.listen(0, [&](Request request, Respond respond) {
    respond({.status = 200,
             .body = "a",
             .stream = [&, path = request.url](std::shared_ptr<BodySink> sink) {
               sink->on_drained([&] { log += "drained "; });
               sink->on_gone([&] { log += "gone "; });
               sink->write("b");
               if (path == "/drop") return;
               if (path == "/end") return sink->end();
               kept = std::move(sink);
               server().loop.after(5s, [&] {
                 kept->write("c");
                 kept->end();
                 kept->end();
               });
             }});
  });
  std::string const url = "http://127.0.0.1:" + std::to_string(*port);
  EXPECT_EQ(exchange({.url = url + "/end"})->body, "ab");
  EXPECT_EQ(exchange({.url = url + "/later"})->body, "abc");
  EXPECT_EQ(exchange({.url = url + "/drop"}).error().code, "truncated");
  EXPECT_EQ(exchange({.method = "HEAD", .url = url + "/end"})->body, "");
  EXPECT_EQ(exchange({.url = url + "/later", .body_max = 2}).error().code, "too_large");
  EXPECT_EQ(log.find("gone"), log.rfind("gone")) << log;
  log.clear();
  EXPECT_EQ(exchange({.url = url + "/later", .timeout = 2s}).error().code, "timeout");
  settle();
  EXPECT_NE(log.find("gone"), std::string::npos) << log;
}

}  // namespace
}  // namespace landfall
