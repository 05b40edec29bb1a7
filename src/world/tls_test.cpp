// TLS as its clients see it: libcurl, OpenSSL's own client, and some that do not speak it.
#include "world/real_http_fixture.h"
#include "world/tls_identity.h"

namespace landfall {
namespace {

class TlsTest : public RealHttpTest {
 protected:
  void SetUp() override {
    Random random(1);
    auto made = make_local_authority(*parse_instant("2026-11-23T00:00:00Z"), random,
                                     {"git.sandbox.localhost"});
    ASSERT_TRUE(made) << made.error().text;
    authority = *std::move(made);
    folder = testing::TempDir() + "landfall-tls-" + std::to_string(::getpid());
    auto plain = RealWorld::start({});
    ASSERT_TRUE(plain);
    Files& files = (*plain)->world().files;
    ca_file = folder + "/ca.pem";
    ASSERT_TRUE(files.write(ca_file, authority.certificate_pem));
    plain->reset();
    restart({{"SSL_CERT_FILE", ca_file}});
  }
  void TearDown() override {
    EXPECT_TRUE(world().files.remove(folder));
    RealHttpTest::TearDown();
  }
  void restart(Environment environment) {
    real_.reset();
    auto started = RealWorld::start(std::move(environment));
    ASSERT_TRUE(started);
    real_ = *std::move(started);
  }
  int serve_tls(Handler handler) {
    Result<int> const port =
        world().server.listen(0, std::move(handler), 256 << 20, authority.server);
    EXPECT_TRUE(port) << port.error().text;
    return port.value_or(0);
  }
  /// Runs OpenSSL's client with that input and returns its output and exit code.
  std::pair<std::string, int> openssl_client(int port, std::string const& input) {
    std::string output;
    std::optional<Exit> ended;
    Command command{
        .arguments = {"openssl", "s_client", "-quiet", "-verify_return_error", "-CAfile", ca_file,
                      "-connect", "127.0.0.1:" + std::to_string(port)},
        .environment = {{"PATH", "/usr/bin:/bin"}}};
    command.output = Command::Output::bytes;
    command.takes_input = true;
    Result<ProcessId> const child = world().processes.start(
        std::move(command), [&](std::string_view bytes) { output += bytes; },
        [&](Exit exit) {
          ended = std::move(exit);
          look();
        });
    EXPECT_TRUE(child) << child.error().text;
    world().processes.write(*child, input);
    run_until([&] { return ended.has_value(); });
    return {output, ended->code};
  }

  LocalAuthority authority;
  std::string folder;
  std::string ca_file;
};

TEST_F(TlsTest, http_passes_inside_unchanged) {
  int const port = serve_tls(echo());
  std::string body(3 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>('a' + i % 26);
  for (std::string const host : {"localhost", "127.0.0.1", "git.sandbox.localhost"}) {
    SCOPED_TRACE(host);
    std::string const url = "https://" + host + ":" + std::to_string(port) + "/x";
    Result<Response> const answer = exchange({.method = "POST", .url = url, .body = body});
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->status, 200);
    EXPECT_TRUE(answer->body == body);
    EXPECT_GT(answer->timings.tls.count(), 0);
  }
}

TEST_F(TlsTest, a_client_without_the_authority_refuses_us) {
  restart({});
  Result<Response> const answer =
      exchange({.url = "https://localhost:" + std::to_string(serve_tls(echo()))});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "tls");
}

TEST_F(TlsTest, a_host_that_the_certificate_does_not_name_is_refused_by_the_client) {
  Result<Response> const answer =
      exchange({.url = "https://bank.localhost:" + std::to_string(serve_tls(echo()))});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "tls");
}

TEST_F(TlsTest, whoever_does_not_speak_tls_reaches_nobody) {
  int accepted = 0;
  Result<int> const port =
      world().streams.listen(0, [&](std::unique_ptr<Stream>) { ++accepted; }, authority.server);
  ASSERT_TRUE(port);
  for (std::string const& bytes :
       {std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), std::string("\x16\x03\x01\xff\xff", 5),
        std::string(100'000, '\0'), std::string()}) {
    std::string const answer = talk(*port, bytes);
    EXPECT_EQ(answer.find("HTTP"), std::string::npos);
  }
  EXPECT_EQ(accepted, 0);
}

TEST_F(TlsTest, a_handshake_that_never_ends_is_given_up) {
  Result<int> const port =
      world().streams.listen(0, [](std::unique_ptr<Stream>) { FAIL(); }, authority.server);
  ASSERT_TRUE(port);
  bool closed = false;
  std::jthread const client([&] {
    Descriptor const socket = dial(*port);
    world().loop.post(
        [this] { world().loop.after(50ms, [this] { real_->set_clock(world().now() + 11s); }); });
    closed = read_to_end(socket.get()).empty();
    world().loop.post([this] { world().loop.stop(); });
  });
  world().loop.run();
  EXPECT_TRUE(closed);
}

TEST_F(TlsTest, a_stream_hears_the_client_and_its_end) {
  std::unique_ptr<Stream> server;
  std::string heard;
  std::string how;
  Result<int> const port = world().streams.listen(
      0,
      [&](std::unique_ptr<Stream> stream) {
        server = std::move(stream);
        server->start({.bytes =
                           [&](std::string_view bytes) {
                             heard += bytes;
                             if (!heard.ends_with("\n")) return;
                             server->write("good bye\n");
                             server->finish();
                           },
                       .ended = [&](Result<> end) { how = end ? "end" : end.error().code; }});
      },
      authority.server);
  ASSERT_TRUE(port);
  auto const [output, code] = openssl_client(*port, "hello\n");
  EXPECT_EQ(output, "good bye\n");
  EXPECT_EQ(code, 0);
  EXPECT_EQ(heard, "hello\n");
}

TEST_F(TlsTest, megabytes_wait_for_a_slow_reader_of_a_stream) {
  std::unique_ptr<Stream> server;
  std::size_t queued = 0;
  int drained = 0;
  std::string const bytes(8 << 20, 'y');
  Result<int> const port = world().streams.listen(
      0,
      [&](std::unique_ptr<Stream> stream) {
        server = std::move(stream);
        server->start({.drained = [&] { ++drained; }});
        server->write(bytes);
        queued = server->pending();
        server->finish();
      },
      authority.server);
  ASSERT_TRUE(port);
  auto const [output, code] = openssl_client(*port, "");
  EXPECT_TRUE(output == bytes) << output.size();
  EXPECT_GT(queued, std::size_t{1} << 20);
  EXPECT_EQ(drained, 1);
}

TEST_F(TlsTest, a_connection_that_breaks_off_is_no_proper_end) {
  std::unique_ptr<Stream> server;
  std::string how;
  Result<int> const port = world().streams.listen(
      0,
      [&](std::unique_ptr<Stream> stream) {
        server = std::move(stream);
        server->start({.ended = [&](Result<> end) {
          how = end ? "end" : end.error().code;
          look();
        }});
        look();
      },
      authority.server);
  ASSERT_TRUE(port);
  Result<ProcessId> const child = world().processes.start(
      {.arguments = {"openssl", "s_client", "-connect", "127.0.0.1:" + std::to_string(*port)},
       .environment = {{"PATH", "/usr/bin:/bin"}},
       .takes_input = true},
      {}, {});
  ASSERT_TRUE(child);
  run_until([&] { return server != nullptr; });
  world().processes.signal(*child, Signal::kill);
  run_until([&] { return !how.empty(); });
  EXPECT_TRUE(how == "truncated" || how == "broken") << how;
}

TEST(LocalAuthority, rubbish_is_no_identity) {
  auto started = RealWorld::start({});
  ASSERT_TRUE(started);
  World const world = (*started)->world();
  Random random(7);
  auto const one = make_local_authority(*parse_instant("2026-11-23T00:00:00Z"), random);
  auto const other = make_local_authority(*parse_instant("1990-01-01T00:00:00Z"), random);
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->server.key_pem, other->server.key_pem);
  for (TlsIdentity const& identity :
       {TlsIdentity{}, TlsIdentity{"rubbish", "rubbish"},
        TlsIdentity{one->server.certificate_chain_pem, ""},
        TlsIdentity{one->server.certificate_chain_pem, other->server.key_pem}}) {
    Result<int> const port = world.streams.listen(0, [](std::unique_ptr<Stream>) {}, identity);
    ASSERT_FALSE(port);
    EXPECT_EQ(port.error().code, "tls");
  }
}

}  // namespace
}  // namespace landfall
