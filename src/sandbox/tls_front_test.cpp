#include "sandbox/tls_front.h"

#include <gtest/gtest.h>

#include "sandbox/dynos_fixture.h"

namespace landfall {
namespace {

class TlsFrontTest : public DynosTest {
 protected:
  struct Client {
    std::string bytes{};
    bool ended = false;
    std::unique_ptr<Stream> stream{};
  };
  std::unique_ptr<Client> connect(int port) {
    auto client = std::make_unique<Client>();
    bool connected = false;
    sim_->process("client").streams.connect(port, 5s, [&](Result<std::unique_ptr<Stream>> stream) {
      ASSERT_TRUE(stream);
      client->stream = *std::move(stream);
      connected = true;
    });
    EXPECT_TRUE(sim_->run_until([&] { return connected; }));
    Client* const own = client.get();
    own->stream->start({.bytes = [own](std::string_view bytes) { own->bytes += bytes; },
                        .ended = [own](Result<> const&) { own->ended = true; }});
    return client;
  }
};

TEST_F(TlsFrontTest, hands_on_what_both_sides_say_and_how_they_end) {
  start();
  World const world = sim_->process("landfall");
  std::unique_ptr<Stream> server;
  std::string heard;
  bool left = false;
  int const behind = *world.streams.listen(0, [&](std::unique_ptr<Stream> stream) {
    server = std::move(stream);
    server->start({.bytes = [&](std::string_view bytes) { heard += bytes; },
                   .ended = [&](Result<> const&) { left = true; }});
  });
  sandbox::TlsFront front(world);
  auto const port = front.listen(0, {}, behind);
  ASSERT_TRUE(port) << port.error().text;
  auto const client = connect(*port);
  std::string const much(1 << 20, 'x');
  client->stream->write("GET /" + much);
  wait(5s);
  ASSERT_TRUE(server);
  EXPECT_EQ(heard, "GET /" + much);
  server->write("200 " + much);
  wait(5s);
  EXPECT_EQ(client->bytes, "200 " + much);
  client->stream->finish();
  wait(1s);
  EXPECT_TRUE(left);
  EXPECT_FALSE(client->ended);
  server->write(" and more");
  server->finish();
  wait(1s);
  EXPECT_TRUE(client->bytes.ends_with(" and more"));
  EXPECT_TRUE(client->ended);
}

TEST_F(TlsFrontTest, closes_a_client_when_nobody_is_behind_it) {
  start();
  World const world = sim_->process("landfall");
  sandbox::TlsFront front(world);
  auto const port = front.listen(0, {}, 1);
  ASSERT_TRUE(port) << port.error().text;
  auto const client = connect(*port);
  wait(10s);
  EXPECT_TRUE(client->ended);
}

}  // namespace
}  // namespace landfall
