#include "world/real_http_fixture.h"

namespace landfall {
namespace {

/// What one end of a stream has seen.
struct Seen {
  std::string bytes;
  int drained = 0;
  std::vector<std::string> ends;  ///< "end" or the error's code
};

class RealStreamsTest : public RealHttpTest {
 protected:
  Stream::Events events(Seen& seen) {
    return {.bytes =
                [this, &seen](std::string_view bytes) {
                  seen.bytes += bytes;
                  look();
                },
            .drained =
                [this, &seen] {
                  ++seen.drained;
                  look();
                },
            .ended =
                [this, &seen](Result<> how) {
                  seen.ends.push_back(how ? "end" : how.error().code);
                  look();
                }};
  }
  int listen() {
    Result<int> const port = world().streams.listen(0, [this](std::unique_ptr<Stream> stream) {
      server = std::move(stream);
      server->start(events(at_server));
      look();
    });
    EXPECT_TRUE(port);
    return port.value_or(0);
  }
  /// Both ends of a connection.
  void join() {
    world().streams.connect(listen(), 1s, [this](Result<std::unique_ptr<Stream>> stream) {
      ASSERT_TRUE(stream) << stream.error().text;
      client = *std::move(stream);
      client->start(events(at_client));
      look();
    });
    run_until([this] { return client && server; });
  }
  void pass_time(Duration time) {
    bool over = false;
    world().loop.after(time, [&] {
      over = true;
      look();
    });
    run_until([&] { return over; });
  }
  void TearDown() override {
    client.reset();
    server.reset();
    RealHttpTest::TearDown();
  }

  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
  Seen at_client;
  Seen at_server;
};

using Ends = std::vector<std::string>;

TEST_F(RealStreamsTest, bytes_pass_both_ways_and_either_side_may_end_first) {
  join();
  client->write("ping");
  run_until([this] { return at_server.bytes == "ping"; });
  client->finish();
  client->write("too late");
  run_until([this] { return !at_server.ends.empty(); });
  EXPECT_EQ(at_server.ends, Ends{"end"});
  // The other direction is still open.
  server->write("pong");
  run_until([this] { return at_client.bytes == "pong"; });
  server->finish();
  run_until([this] { return !at_client.ends.empty(); });
  EXPECT_EQ(at_client.ends, Ends{"end"});
  EXPECT_EQ(at_server.bytes, "ping");
  pass_time(10ms);
  EXPECT_EQ(at_server.ends, Ends{"end"});
}

TEST_F(RealStreamsTest, a_slow_reader_makes_the_writer_wait) {
  join();
  server->pause(true);
  std::string bytes(16 << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 9);
  client->write(bytes);
  pass_time(30ms);
  EXPECT_GT(client->pending(), std::size_t{1} << 20);
  EXPECT_EQ(at_client.drained, 0);
  EXPECT_EQ(at_server.bytes, "");
  server->pause(false);
  run_until([&] { return at_client.drained > 0; });
  EXPECT_EQ(client->pending(), 0U);
  run_until([&] { return at_server.bytes.size() == bytes.size(); });
  EXPECT_TRUE(at_server.bytes == bytes);
  EXPECT_EQ(at_client.drained, 1);
}

TEST_F(RealStreamsTest, the_end_comes_after_what_was_queued) {
  join();
  server->pause(true);
  client->write(std::string(8 << 20, 'x'));
  client->finish();
  pass_time(20ms);
  EXPECT_TRUE(at_server.ends.empty());
  server->pause(false);
  run_until([&] { return !at_server.ends.empty(); });
  EXPECT_EQ(at_server.bytes.size(), std::size_t{8} << 20);
  EXPECT_EQ(at_server.ends, Ends{"end"});
}

TEST_F(RealStreamsTest, a_peer_that_closes_early_is_told_once_per_end_and_break) {
  join();
  client.reset();
  run_until([&] { return !at_server.ends.empty(); });
  EXPECT_EQ(at_server.ends, Ends{"end"});
  // It had closed, not just ended: what is written now breaks the connection.
  server->write("one");
  pass_time(5ms);
  server->write("two");
  run_until([&] { return at_server.ends.size() == 2; });
  EXPECT_EQ(at_server.ends, (Ends{"end", "broken"}));
  server->write("three");
  EXPECT_EQ(server->pending(), 0U);
  server->finish();
  pass_time(10ms);
  EXPECT_EQ(at_server.ends.size(), 2U);
}

TEST_F(RealStreamsTest, a_reset_is_told_even_to_one_who_does_not_read) {
  join();
  server->pause(true);
  server->write("unread");
  run_until([&] { return at_client.bytes == "unread"; });
  client->pause(true);
  server->write("never read");
  client->write("x");
  pass_time(5ms);
  client.reset();
  run_until([&] { return !at_server.ends.empty(); });
  EXPECT_EQ(at_server.ends, Ends{"broken"});
  EXPECT_EQ(at_server.bytes, "");
}

TEST_F(RealStreamsTest, both_ends_over_while_paused_costs_nothing_and_loses_nothing) {
  join();
  server->pause(true);
  server->finish();
  run_until([&] { return !at_client.ends.empty(); });
  client->write("last");
  client->finish();
  pass_time(10ms);
  EXPECT_EQ(at_server.bytes, "");
  server->pause(false);
  run_until([&] { return !at_server.ends.empty(); });
  EXPECT_EQ(at_server.bytes, "last");
  EXPECT_EQ(at_server.ends, Ends{"end"});
}

TEST_F(RealStreamsTest, an_end_may_be_destroyed_in_its_own_callbacks) {
  int const port = listen();
  for (int round = 0; round < 3; ++round) {
    bool gone = false;
    std::unique_ptr<Stream> own;
    auto const leave = [&] {
      own.reset();
      gone = true;
      look();
    };
    world().streams.connect(port, 1s, [&](Result<std::unique_ptr<Stream>> stream) {
      own = *std::move(stream);
      Stream::Events events;
      if (round == 0) events.bytes = [&](std::string_view) { leave(); };
      if (round == 1) events.ended = [&](Result<>) { leave(); };
      if (round == 2) events.drained = [&] { leave(); };
      own->start(std::move(events));
      if (round == 2) own->write(std::string(16 << 20, 'x'));
      look();
    });
    run_until([&] { return own && server; });
    if (round == 0) server->write("x");
    if (round == 1) server->finish();
    run_until([&] { return gone; });
    server.reset();
    at_server = {};
  }
}

TEST_F(RealStreamsTest, callbacks_can_be_replaced_while_they_run) {
  join();
  Seen second;
  client->start({.bytes = [&](std::string_view) {
    client->start(events(second));
    server->write("for the second");
  }});
  server->write("for the first");
  run_until([&] { return second.bytes == "for the second"; });
}

TEST_F(RealStreamsTest, no_connection_is_told_with_its_reason) {
  std::string code;
  int const free_port = [] {
    Descriptor const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    ::bind(socket.get(), any, size);
    ::getsockname(socket.get(), any, &size);
    return int{ntohs(address.sin_port)};
  }();
  for (int const port : {free_port, 0, -1, 70'000}) {
    SCOPED_TRACE(port);
    code.clear();
    world().streams.connect(port, 1s, [&](Result<std::unique_ptr<Stream>> stream) {
      code = stream ? "connected" : stream.error().code;
      look();
    });
    EXPECT_EQ(code, "");
    run_until([&] { return !code.empty(); });
    EXPECT_EQ(code, "refused");
  }
}

TEST_F(RealStreamsTest, a_connection_that_nobody_accepts_times_out) {
  Descriptor const full(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(full.get(), any, size), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  ::getsockname(full.get(), any, &size);
  std::vector<std::unique_ptr<Stream>> connected;
  std::vector<std::string> codes;
  for (int i = 0; i < 4; ++i) {
    world().streams.connect(ntohs(address.sin_port), 50ms,
                            [&](Result<std::unique_ptr<Stream>> stream) {
                              codes.push_back(stream ? "" : stream.error().code);
                              if (stream) connected.push_back(*std::move(stream));
                              look();
                            });
  }
  run_until([&] { return codes.size() == 4; });
  EXPECT_EQ(codes.back(), "timeout");
}

TEST_F(RealStreamsTest, a_port_is_listened_on_once) {
  int const port = listen();
  Result<int> const again = world().streams.listen(port, [](std::unique_ptr<Stream>) {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "in_use");
  EXPECT_FALSE(world().streams.listen(70'000, [](std::unique_ptr<Stream>) {}));
}

}  // namespace
}  // namespace landfall
