#include "world/real_http_fixture.h"

namespace landfall {
namespace {

TEST_F(RealHttpTest, a_request_that_acts_arrives_once_even_when_its_answer_is_lost) {
  for (char const* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    SCOPED_TRACE(method);
    int arrived = 0;
    int const port = serve([&](Request request, Respond respond) {
      if (request.method == "GET") return respond({.status = 200, .body = "kept"});
      ++arrived;
    });
    // The connection is kept, and libcurl would send again over a new one when it is found dead.
    ASSERT_TRUE(exchange({.url = at(port)}));
    auto const lost = exchange({.method = method, .url = at(port), .body = "x"});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, "truncated");
    EXPECT_EQ(arrived, 1);
  }
}

TEST_F(RealHttpTest, exchanges_that_fail_say_how) {
  std::vector<Respond> kept;
  int const drops = serve([](Request, Respond) {});
  int const stalls = serve([&](Request, Respond respond) { kept.push_back(std::move(respond)); });
  int const loops = serve([](Request, Respond respond) {
    respond({.status = 302, .headers = {{"Location", "/again"}}});
  });
  int const talks =
      serve([](Request, Respond respond) { respond({.status = 200, .body = "12345678901"}); });
  int closed = 0;
  {
    auto other = RealWorld::start({});
    closed = *(*other)->world().server.listen(0, echo());
  }
  struct Row {
    Request request;
    char const* want;
  };
  Row const table[]{
      {{.url = at(drops)}, "truncated"},
      {{.url = at(stalls), .timeout = 20ms}, "timeout"},
      {{.url = at(closed)}, "connect"},
      {{.url = at(loops), .redirects = Redirects::follow}, "protocol"},
      {{.url = at(talks), .body_max = 10}, "too_large"},
      {{.url = "https://127.0.0.1:" + std::to_string(talks)}, "tls"},
      {{.url = "http://no-such-host.invalid/"}, "dns"},
      {{.url = "file:///etc/passwd"}, "protocol"},
      {{.url = "/path"}, "protocol"},
      {{.method = "G ET", .url = at(talks)}, "protocol"},
      {{.url = at(talks), .headers = {{"X", "a\r\nY: b"}}}, "protocol"},
      {{.url = at(talks), .headers = {{"X: y\r\nZ", "a"}}}, "protocol"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.request.url);
    Result<Response> const answer = exchange(row.request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::network);
    EXPECT_EQ(answer.error().code, row.want) << answer.error().text;
  }
  // The client that timed out is gone: its answer reaches nobody and harms nobody.
  ASSERT_EQ(kept.size(), 1U);
  kept[0]({.status = 200, .body = std::string(1 << 20, 'x')});
  kept.clear();
  EXPECT_TRUE(exchange({.url = at(talks), .body_max = 11}));
}

TEST_F(RealHttpTest, redirects_are_reported_or_followed) {
  int const port = serve([](Request request, Respond respond) {
    if (request.url == "/end")
      return respond({.status = 200, .body = request.method + request.body});
    respond({.status = request.url == "/keep" ? 307 : 303, .headers = {{"Location", "/end"}}});
  });
  Request request{.method = "POST", .url = at(port), .body = "b"};
  EXPECT_EQ(exchange(request)->status, 303);
  request.redirects = Redirects::follow;
  Result<Response> const followed = exchange(request);
  ASSERT_TRUE(followed);
  EXPECT_EQ(followed->body, "GET");
  EXPECT_EQ(followed->url, at(port, "/end"));
  request.url = at(port, "/keep");
  EXPECT_EQ(exchange(request)->body, "POSTb");
}

TEST_F(RealHttpTest, packed_bodies_are_unpacked_unless_the_request_says_otherwise) {
  std::string const packed = pack({{.path = "name-inside", .content = "x"}}).value_or("");
  int const port = serve([&](Request, Respond respond) {
    respond({.status = 200, .headers = {{"Content-Encoding", "gzip"}}, .body = packed});
  });
  Result<Response> const plain = exchange({.url = at(port)});
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->body.starts_with("name-inside"));
  EXPECT_FALSE(plain->headers.find("Content-Encoding"));
  EXPECT_FALSE(plain->headers.find("Content-Length"));
  Result<Response> const raw =
      exchange({.url = at(port), .headers = {{"Accept-Encoding", "gzip"}}});
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->body, packed);
  // The limit is on what comes out of the packing.
  Result<Response> const bomb = exchange({.url = at(port), .body_max = packed.size() + 100});
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, "too_large");
}

/// A TLS server with a certificate of its own making, by OpenSSL's tool.
class RealTlsTest : public RealHttpTest {
 protected:
  void SetUp() override {
    RealHttpTest::SetUp();
    folder = *world().files.temporary_folder("landfall-test");
    std::string const script =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out "
        "cert "
        "-subj /CN=shop.localhost -addext subjectAltName=DNS:shop.localhost -days 2 2>/dev/null && "
        "exec openssl s_server -accept 127.0.0.1:0 -key key -cert cert -www";
    Result<ProcessId> const started = world().processes.start(
        {.arguments = {"sh", "-c", script},
         .directory = folder,
         .environment = {{"PATH", "/usr/bin:/bin"}}},
        [this](std::string_view line) {
          if (line.starts_with("ACCEPT ")) port = line.substr(line.rfind(':') + 1);
          look();
        },
        [this](Exit) {
          port = port.empty() ? "none" : port;
          look();
        });
    ASSERT_TRUE(started);
    run_until([this] { return !port.empty(); });
    ASSERT_NE(port, "none");
  }
  void TearDown() override {
    EXPECT_TRUE(world().files.remove(folder));
    RealHttpTest::TearDown();
  }

  std::string folder;
  std::string port;
};

TEST_F(RealTlsTest, only_a_certificate_that_is_trusted_and_of_that_name_is_taken) {
  Result<Response> const untrusted = exchange({.url = "https://shop.localhost:" + port + "/"});
  ASSERT_FALSE(untrusted);
  EXPECT_EQ(untrusted.error().code, "tls") << untrusted.error().text;
  auto trusting = RealWorld::start({{"SSL_CERT_FILE", folder + "/cert"}});
  ASSERT_TRUE(trusting);
  std::swap(real_, *trusting);
  Result<Response> const good = exchange({.url = "https://shop.localhost:" + port + "/"});
  Result<Response> const misnamed = exchange({.url = "https://other.localhost:" + port + "/"});
  std::swap(real_, *trusting);
  ASSERT_TRUE(good) << good.error().text;
  EXPECT_EQ(good->status, 200);
  EXPECT_GT(good->timings.tls, good->timings.connect);
  ASSERT_FALSE(misnamed);
  EXPECT_EQ(misnamed.error().code, "tls") << misnamed.error().text;
}

TEST_F(RealHttpTest, a_port_that_is_taken_is_an_error) {
  int const port = serve(echo());
  Result<int> const again = world().server.listen(port, echo());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "in_use");
  EXPECT_FALSE(world().server.listen(70'000, echo()));
}

TEST_F(RealHttpTest, the_world_may_end_with_exchanges_on_their_way) {
  std::vector<Respond> kept;
  int const port = serve([&](Request, Respond respond) {
    kept.push_back(std::move(respond));
    look();
  });
  world().http.send({.url = at(port)}, [](Result<Response>) { FAIL() << "heard after the end"; });
  run_until([&] { return !kept.empty(); });
  real_.reset();
  kept[0]({.status = 200});
}

TEST(RealProxy, is_taken_from_the_environment_but_never_for_loopback) {
  auto const proxy = RealWorld::start({});
  std::string seen;
  int const port = *(*proxy)->world().server.listen(0, [&](Request request, Respond respond) {
    seen += request.url + request.headers.value_or("Host", "") + ";";
    respond({.status = 200, .body = "by proxy"});
  });
  std::string const address = "http://127.0.0.1:" + std::to_string(port);
  auto const real = RealWorld::start({{"http_proxy", address}, {"no_proxy", "direct.invalid"}});
  ASSERT_TRUE(real);
  World const world = (*real)->world();
  struct Row {
    std::string url;
    char const* want;
  };
  Row const table[]{
      {"http://shop.invalid/a?b", "by proxy"},
      {"http://direct.invalid/", "dns"},
      {"http://x.localhost:1/", "connect"},
      {"http://127.0.0.1:1/", "connect"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.url);
    std::string got;
    world.http.send({.url = row.url}, [&](Result<Response> result) {
      got = result ? result->body : result.error().code;
      world.loop.post([&] { (*proxy)->world().loop.post([&] { (*proxy)->world().loop.stop(); }); });
      world.loop.post([&] { world.loop.stop(); });
    });
    std::jthread const client([&] { world.loop.run(); });
    (*proxy)->world().loop.run();
    EXPECT_EQ(got, row.want);
  }
  EXPECT_EQ(seen, "/a?bshop.invalid;");
}

}  // namespace
}  // namespace landfall
