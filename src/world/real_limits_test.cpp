// Clients that mean no good, or know no better.
#include "world/real_http_fixture.h"

namespace landfall {
namespace {

class RealLimitsTest : public RealHttpTest {
 protected:
  /// Connects, sends, moves the clock on, sends more; returns what the server says to the end.
  std::string outlast(int port, std::string const& first, Duration time, std::string const& more) {
    std::string text;
    std::jthread const client([&] {
      Descriptor const socket = dial(port);
      ::send(socket.get(), first.data(), first.size(), MSG_NOSIGNAL);
      // The server has to have seen the first bytes at the earlier time.
      let_loop_turn();
      world().loop.post([&] { real_->set_clock(world().now() + time); });
      let_loop_turn();
      ::send(socket.get(), more.data(), more.size(), MSG_NOSIGNAL);
      text = read_to_end(socket.get());
      world().loop.post([this] { world().loop.stop(); });
    });
    world().loop.run();
    return text;
  }
};

TEST_F(RealLimitsTest, a_header_that_never_ends_is_not_waited_for) {
  int const port = serve(echo());
  // One byte more counted as a sign of life once.
  EXPECT_EQ(outlast(port, "GET / HTTP/1.1\r\nHost: a\r\nX: ", 31s, "y"), "");
}

TEST_F(RealLimitsTest, a_body_may_be_slow_but_not_by_the_byte) {
  int const port = serve(echo());
  std::string const head =
      "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 200001\r\n\r\n";
  EXPECT_EQ(outlast(port, head + "x", 35s, "y"), "");
  std::string const slow = outlast(port, head + std::string(200'000, 'x'), 35s, "y");
  EXPECT_TRUE(slow.starts_with("HTTP/1.1 200")) << slow.substr(0, 100);
}

TEST_F(RealLimitsTest, thousands_of_idle_connections_are_bounded_and_others_are_served) {
  int const port = serve(echo());
  int const idle = 10'000;
  std::size_t open = 0;
  std::string served;
  std::jthread const client([&] {
    std::vector<Descriptor> sockets;
    for (int i = 0; i < idle; ++i) {
      sockets.push_back(dial(port));
      // Every other one has begun a header that it does not end.
      if (i % 2 == 0) ::send(sockets.back().get(), "GET / HT", 8, MSG_NOSIGNAL);
    }
    Descriptor const quick = dial(port);
    std::string const ask = "GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    ::send(quick.get(), ask.data(), ask.size(), MSG_NOSIGNAL);
    served = read_to_end(quick.get());
    char byte = 0;
    for (Descriptor const& socket : sockets)
      open += ::recv(socket.get(), &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN ? 1U : 0U;
    world().loop.post([this] { world().loop.stop(); });
  });
  world().loop.run();
  EXPECT_TRUE(served.starts_with("HTTP/1.1 200 OK")) << served;
  EXPECT_LE(open, 8'000U);
  EXPECT_GE(open, 7'000U);
}

TEST_F(RealLimitsTest, a_host_with_what_no_host_has_is_refused) {
  int const port = serve(echo());
  for (std::string const& host :
       {std::string("a\tb"), std::string("a b"), std::string("a\x7f"), std::string("a\x01"),
        std::string("\xc3\xa4"), std::string("a\0b", 3), std::string("a\rb")}) {
    SCOPED_TRACE(host);
    std::string const text = talk(port, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    EXPECT_TRUE(text.starts_with("HTTP/1.1 400")) << text;
  }
  for (char const* host : {"", "a", "a.b-c_d:80", "[::1]:80"}) {
    SCOPED_TRACE(host);
    std::string const text =
        talk(port, std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n");
    EXPECT_TRUE(text.starts_with("HTTP/1.1 200")) << text;
  }
}

TEST_F(RealLimitsTest, what_a_client_sends_ahead_of_a_slow_answer_is_bounded) {
  std::vector<Respond> kept;
  int const port = serve([&](Request, Respond respond) {
    kept.push_back(std::move(respond));
    look();
  });
  std::size_t sent = 0;
  std::jthread const client([&] {
    Descriptor const socket = dial(port);
    std::string const ask = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    ::send(socket.get(), ask.data(), ask.size(), MSG_NOSIGNAL);
    std::string const ahead(1 << 20, 'x');
    ssize_t count = 0;
    for (int tries = 0; tries < 20; ++tries) {
      while ((count = ::send(socket.get(), ahead.data(), ahead.size(),
                             MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
        sent += static_cast<std::size_t>(count);
      let_loop_turn();
    }
    world().loop.post([this] { world().loop.stop(); });
  });
  world().loop.run();
  // What the system's buffers hold; far from all that the client would send.
  EXPECT_LT(sent, std::size_t{16} << 20);
  EXPECT_EQ(kept.size(), 1U);
}

}  // namespace
}  // namespace landfall
