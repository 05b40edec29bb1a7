// Answers whose end the handler does not know yet.
#include "world/real_http_fixture.h"

namespace landfall {
namespace {

class RealStreamAnswerTest : public RealHttpTest {
 protected:
  /// Keeps the sink of each answer; the body begins with "begin|".
  int serve_streams() {
    return serve([this](Request request, Respond respond) {
      respond({.status = 200,
               .headers = {{"Content-Type", "text/plain"}, {"X-Target", request.url}},
               .body = "begin|",
               .stream = [this](std::shared_ptr<BodySink> sink) {
                 sink->on_gone([this] {
                   ++gone;
                   look();
                 });
                 sinks.push_back(std::move(sink));
                 look();
               }});
    });
  }
  /// Sends the bytes from a thread, and calls back with its socket; ends the loop afterwards.
  void with_client(int port, std::string const& bytes, std::function<void(int)> const& use) {
    std::jthread const client([&] {
      Descriptor const socket = dial(port);
      ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      use(socket.get());
      world().loop.post([this] { world().loop.stop(); });
    });
    world().loop.run();
  }
  /// Reads until the text is there.
  static std::string read_until(int socket, std::string const& text) {
    std::string got;
    char chunk[4096];
    ssize_t count = 0;
    while (got.find(text) == std::string::npos &&
           (count = ::recv(socket, chunk, sizeof chunk, 0)) > 0)
      got.append(chunk, static_cast<std::size_t>(count));
    return got;
  }
  /// On the loop thread; a client waits here for what it says.
  void on_loop(std::function<void()> work) { world().loop.post(std::move(work)); }
  void TearDown() override {
    sinks.clear();
    RealHttpTest::TearDown();
  }

  std::vector<std::shared_ptr<BodySink>> sinks;
  int gone = 0;
};

std::string const ask = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(RealStreamAnswerTest, parts_arrive_as_they_are_written_and_the_connection_is_kept) {
  int const port = serve_streams();
  std::string first;
  std::string rest;
  with_client(port, ask, [&](int socket) {
    first = read_until(socket, "begin|\r\n");
    on_loop([this] { sinks[0]->write("one"); });
    first += read_until(socket, "one\r\n");
    on_loop([this] {
      sinks[0]->write("");
      sinks[0]->write("two");
      sinks[0]->end();
      sinks[0]->write("too late");
      sinks[0]->end();
    });
    rest = read_until(socket, "0\r\n\r\n");
    ::send(socket, ask.data(), ask.size(), MSG_NOSIGNAL);
    rest += read_until(socket, "begin|\r\n");
    on_loop([this] { sinks[1]->end(); });
    rest += read_until(socket, "0\r\n\r\n");
  });
  EXPECT_NE(first.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << first;
  EXPECT_EQ(first.find("Content-Length"), std::string::npos) << first;
  EXPECT_NE(first.find("\r\n\r\n6\r\nbegin|\r\n3\r\none\r\n"), std::string::npos) << first;
  EXPECT_TRUE(rest.starts_with("3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n")) << rest;
  EXPECT_EQ(gone, 0);
}

TEST_F(RealStreamAnswerTest, http_1_0_is_told_the_end_by_the_connection_s) {
  int const port = serve_streams();
  std::string text;
  with_client(port, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", [&](int socket) {
    text = read_until(socket, "begin|");
    on_loop([this] {
      sinks[0]->write("more");
      sinks[0]->end();
    });
    text += read_to_end(socket);
  });
  EXPECT_TRUE(text.starts_with("HTTP/1.0 200 OK\r\n")) << text;
  EXPECT_EQ(text.find("chunked"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\nbegin|more")) << text;
}

TEST_F(RealStreamAnswerTest, answers_without_a_body_stream_nothing) {
  int streamed = 0;
  int const port = serve([&](Request request, Respond respond) {
    respond({.status = request.url == "/204" ? 204 : 200,
             .body = "begin|",
             .stream = [&](std::shared_ptr<BodySink> sink) {
               ++streamed;
               sink->end();
             }});
  });
  Result<Response> const head = exchange({.method = "HEAD", .url = at(port, "/")});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.find("Transfer-Encoding"), "chunked");
  Result<Response> const nothing = exchange({.url = at(port, "/204")});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->body, "");
  EXPECT_EQ(streamed, 0);
  Result<Response> const whole = exchange({.url = at(port, "/")});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->body, "begin|");
  EXPECT_EQ(streamed, 1);
}

TEST_F(RealStreamAnswerTest, a_sink_that_is_dropped_breaks_the_answer_off) {
  int const port = serve([](Request, Respond respond) {
    respond({.status = 200, .stream = [](std::shared_ptr<BodySink> sink) { sink->write("part"); }});
  });
  Result<Response> const answer = exchange({.url = at(port)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "truncated");
}

TEST_F(RealStreamAnswerTest, a_slow_reader_is_waited_for) {
  std::size_t const total = 24 << 20;
  std::size_t written = 0;
  std::size_t most = 0;
  std::function<void()> more;
  int const port = serve([&](Request, Respond respond) {
    respond({.status = 200, .stream = [&](std::shared_ptr<BodySink> sink) {
               more = [&, sink] {
                 std::string const part(256 << 10, 'x');
                 while (written < total && sink->pending() == 0) {
                   sink->write(part);
                   written += part.size();
                   most = std::max(most, sink->pending());
                 }
                 if (written == total) sink->end();
               };
               sink->on_drained(more);
               more();
             }});
  });
  std::size_t got = 0;
  with_client(port, ask, [&](int socket) {
    std::string const head = read_until(socket, "\r\n\r\n");
    // Until the writer has stopped because nobody reads.
    std::size_t before = 0;
    for (int quiet = 0; quiet < 20; ++quiet) {
      let_loop_turn();
      if (std::exchange(before, written) != written) quiet = 0;
    }
    EXPECT_LT(before, total);
    ::shutdown(socket, SHUT_WR);
    got = head.size() + read_to_end(socket).size();
  });
  more = {};
  // A client that has said its last word counts as gone while an answer has no end.
  EXPECT_LT(got, total);
  EXPECT_LE(most, std::size_t{300} << 10);
}

TEST_F(RealStreamAnswerTest, all_of_a_large_stream_arrives) {
  std::size_t written = 0;
  std::function<void()> more;
  int const port = serve([&](Request, Respond respond) {
    respond({.status = 200, .stream = [&](std::shared_ptr<BodySink> sink) {
               more = [&, sink] {
                 for (; written < 200 && sink->pending() == 0; ++written)
                   sink->write(std::string(50'000, static_cast<char>('a' + written % 26)));
                 if (written == 200) sink->end();
               };
               sink->on_drained(more);
               more();
             }});
  });
  Result<Response> const answer = exchange({.url = at(port)});
  more = {};
  ASSERT_TRUE(answer) << answer.error().text;
  ASSERT_EQ(answer->body.size(), 10'000'000U);
  for (std::size_t i = 0; i < 200; ++i)
    ASSERT_EQ(answer->body[i * 50'000 + 7], static_cast<char>('a' + i % 26));
}

TEST_F(RealStreamAnswerTest, a_client_that_leaves_is_told_of_at_once) {
  int const port = serve_streams();
  std::jthread const client([&] {
    Descriptor const socket = dial(port);
    ::send(socket.get(), ask.data(), ask.size(), MSG_NOSIGNAL);
    read_until(socket.get(), "begin|");
  });
  run_until([this] { return gone == 1; });
  sinks[0]->write("nobody");
  sinks[0]->end();
  EXPECT_EQ(sinks[0]->pending(), 0U);
  // Whoever asks later is told later.
  sinks[0] = nullptr;
  EXPECT_EQ(gone, 1);
}

TEST_F(RealStreamAnswerTest, a_client_that_does_not_read_is_given_up) {
  int const port = serve_streams();
  std::promise<void> told;
  std::jthread const client([&] {
    Descriptor const socket = dial(port);
    ::send(socket.get(), ask.data(), ask.size(), MSG_NOSIGNAL);
    read_until(socket.get(), "begin|");
    on_loop([this] {
      sinks[0]->write(std::string(16 << 20, 'x'));
      // Two looks, over a minute apart, between which no byte has moved.
      real_->set_clock(world().now() + 6s);
      world().loop.after(20ms, [this] { real_->set_clock(world().now() + 90s); });
    });
    told.get_future().wait();
  });
  run_until([this] { return gone == 1; });
  told.set_value();
}

TEST_F(RealStreamAnswerTest, sinks_that_outlive_the_server_do_nothing) {
  int const port = serve_streams();
  std::jthread client([&] {
    Descriptor const socket = dial(port);
    ::send(socket.get(), ask.data(), ask.size(), MSG_NOSIGNAL);
    read_to_end(socket.get());
  });
  run_until([this] { return !sinks.empty(); });
  real_.reset();
  client.join();
  sinks[0]->write("x");
  EXPECT_EQ(sinks[0]->pending(), 0U);
  sinks[0]->end();
  EXPECT_EQ(gone, 0);
  SetUp();
}

}  // namespace
}  // namespace landfall
