// WebSockets and other upgrades: from the switch on the router carries bytes.
#include "sandbox/router_fixture.h"

namespace landfall {
namespace {

class RouterTunnelTest : public RouterBytesTest {
 protected:
  std::string const ask = get("/ws",
                              "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                              "Sec-WebSocket-Key: abc\r\n");
  std::string const switched =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: xyz\r\n\r\n";

  /// A client and a dyno that have switched.
  Link& open() {
    start_app();
    Link& client = connect();
    send_bytes(client, ask);
    send_bytes(*dynos_.at(0), switched);
    return client;
  }
};

TEST_F(RouterTunnelTest, both_sides_switch_and_bytes_pass_as_they_are) {
  Link& client = open();
  Link& dyno = *dynos_[0];
  EXPECT_EQ(field(dyno.got, "Upgrade"), "websocket");
  EXPECT_EQ(field(dyno.got, "Connection"), "Upgrade");
  EXPECT_EQ(field(dyno.got, "Sec-WebSocket-Key"), "abc");
  EXPECT_TRUE(client.got.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << client.got;
  EXPECT_EQ(field(client.got, "Upgrade"), "websocket");
  EXPECT_EQ(field(client.got, "Connection"), "Upgrade");
  EXPECT_EQ(field(client.got, "Sec-WebSocket-Accept"), "xyz");
  char const bytes[] = "\x81\x05hello\r\n\r\nGET / HTTP/1.1\r\n\0\xff";
  std::string const frame(bytes, sizeof bytes - 1);
  send_bytes(client, frame);
  EXPECT_TRUE(dyno.got.ends_with(frame));
  send_bytes(dyno, frame + frame);
  EXPECT_EQ(body(client.got), frame + frame);
}

TEST_F(RouterTunnelTest, what_comes_with_the_switch_belongs_to_the_tunnel) {
  start_app();
  Link& client = connect();
  send_bytes(client, ask + "early");
  Link& dyno = *dynos_.at(0);
  EXPECT_EQ(dyno.got.find("early"), std::string::npos);
  send_bytes(dyno, switched + "first");
  EXPECT_EQ(body(client.got), "first");
  EXPECT_TRUE(dyno.got.ends_with("\r\n\r\nearly")) << dyno.got;
}

TEST_F(RouterTunnelTest, either_side_may_end_first) {
  Link& client = open();
  Link& dyno = *dynos_[0];
  client.stream->finish();
  settle();
  EXPECT_EQ(dyno.end, "end");
  EXPECT_EQ(client.end, "");
  EXPECT_EQ(events_, "");
  send_bytes(dyno, "last words");
  EXPECT_EQ(body(client.got), "last words");
  dyno.stream->finish();
  settle();
  EXPECT_EQ(client.end, "end");
  EXPECT_NE(events_.find("at=info method=GET path=\"/ws\""), std::string::npos) << events_;
  EXPECT_NE(events_.find("status=101 bytes=10"), std::string::npos) << events_;
}

TEST_F(RouterTunnelTest, a_break_on_one_side_is_one_on_the_other) {
  Link& client = open();
  dynos_[0]->stream->pause(true);
  send_bytes(client, "unread");
  dynos_[0]->stream.reset();
  wait(10ms);
  EXPECT_NE(client.end, "");
}

TEST_F(RouterTunnelTest, silence_of_55_seconds_ends_it) {
  Link& client = open();
  for (int i = 0; i < 4; ++i) {
    wait(50s);
    send_bytes(i % 2 == 0 ? client : *dynos_[0], "ping");
  }
  EXPECT_EQ(client.end, "");
  wait(56s);
  EXPECT_EQ(client.end, "end");
  EXPECT_NE(events_.find("code=H15 desc=\"Idle connection\""), std::string::npos) << events_;
}

TEST_F(RouterTunnelTest, a_slow_reader_holds_up_its_writer) {
  Link& client = open();
  Link& dyno = *dynos_[0];
  std::string const part(100'000, 'x');
  client.stream->pause(true);
  for (int i = 0; i < 50; ++i) send_bytes(dyno, part);
  EXPECT_GT(dyno.stream->pending(), 4'000'000U);
  client.stream->pause(false);
  settle();
  EXPECT_EQ(body(client.got).size(), 5'000'000U);
  dyno.stream->pause(true);
  for (int i = 0; i < 50; ++i) send_bytes(client, part);
  EXPECT_GT(client.stream->pending(), 4'000'000U);
  dyno.stream->pause(false);
  settle();
  EXPECT_EQ(body(dyno.got).size(), 5'000'000U);
}

TEST_F(RouterTunnelTest, a_dyno_may_refuse_to_switch) {
  start_app();
  Link& client = connect();
  send_bytes(client, ask);
  send_bytes(*dynos_.at(0), "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(body(client.got), "no");
  client.got.clear();
  send_bytes(client, get());
  send_bytes(*dynos_.back(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
  EXPECT_EQ(body(client.got), "yes");
}

}  // namespace
}  // namespace landfall
