#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <set>
#include <thread>

#include "base/archive.h"
#include "base/text.h"
#include "world/descriptor.h"
#include "world/real_test.h"

namespace landfall {
namespace {

/// A client of a few bytes on a thread of its own: what libcurl would never send.
class RealHttpTest : public RealTest {
 protected:
  static Descriptor dial(int port) {
    Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return client;
  }

  static std::string read_to_end(int client) {
    std::string text;
    char chunk[4096];
    ssize_t count = 0;
    while ((count = ::recv(client, chunk, sizeof chunk, 0)) > 0)
      text.append(chunk, static_cast<std::size_t>(count));
    return text;
  }

  /// Sends the bytes, and no more after them; returns all that the server says until it closes.
  std::string talk(int port, std::string const& bytes) {
    std::string text;
    std::jthread const client([&] {
      Descriptor const socket = dial(port);
      ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ::shutdown(socket.get(), SHUT_WR);
      text = read_to_end(socket.get());
      world().loop.post([this] { world().loop.stop(); });
    });
    world().loop.run();
    return text;
  }

  static Handler echo() {
    return [](Request request, Respond respond) {
      respond({.status = 200,
               .headers = {{"X-Method", request.method}, {"X-Target", request.url}},
               .body = std::move(request.body)});
    };
  }
  static std::string at(int port, std::string const& target = "/") {
    return "http://127.0.0.1:" + std::to_string(port) + target;
  }
};

TEST_F(RealHttpTest, a_request_and_its_answer_pass_unchanged) {
  Request got;
  int const port = serve([&](Request request, Respond respond) {
    got = request;
    respond({.status = 201,
             .headers = {{"X-Two", "a"}, {"X-Two", "b"}, {"X-Empty", ""}},
             .body = "hi"});
  });
  std::string const url = "http://api.sandbox.localhost:" + std::to_string(port) + "/a%20b?x=1&y";
  Result<Response> const answer = exchange(
      {.method = "PATCH", .url = url, .headers = {{"X-One", "1"}, {"X-None", ""}}, .body = "in"});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "hi");
  EXPECT_EQ(answer->url, url);
  EXPECT_EQ(answer->peer, "127.0.0.1");
  EXPECT_EQ(answer->version, "1.1");
  EXPECT_EQ(answer->headers.find("Content-Length"), "2");
  EXPECT_EQ(answer->headers.find("X-Empty"), "");
  int twos = 0;
  for (auto const& [name, value] : answer->headers) twos += name == "X-Two" ? 1 : 0;
  EXPECT_EQ(twos, 2);
  EXPECT_GT(answer->timings.total.count(), 0);
  EXPECT_GE(answer->timings.total, answer->timings.first_byte);
  EXPECT_EQ(got.method, "PATCH");
  EXPECT_EQ(got.url, "/a%20b?x=1&y");
  EXPECT_EQ(got.body, "in");
  EXPECT_EQ(got.peer, "127.0.0.1");
  EXPECT_EQ(got.headers.find("host"), "api.sandbox.localhost:" + std::to_string(port));
  EXPECT_EQ(got.headers.find("x-one"), "1");
  EXPECT_EQ(got.headers.find("x-none"), "");
  EXPECT_EQ(got.headers.find("content-length"), "2");
  EXPECT_FALSE(got.headers.find("content-type"));
  EXPECT_FALSE(got.headers.find("expect"));
}

TEST_F(RealHttpTest, every_method_arrives_as_it_was_sent) {
  int const port = serve(echo());
  for (char const* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"}) {
    for (char const* body : {"", "body"}) {
      SCOPED_TRACE(std::string(method) + body);
      Result<Response> const answer =
          exchange({.method = method, .url = at(port, "/x"), .body = body});
      ASSERT_TRUE(answer) << answer.error().text;
      EXPECT_EQ(answer->headers.find("X-Method"), method);
      EXPECT_EQ(answer->headers.find("X-Target"), "/x");
      EXPECT_EQ(answer->body, body);
    }
  }
}

TEST_F(RealHttpTest, the_date_is_the_loop_s) {
  real_->set_clock(*parse_instant("2026-04-30T16:30:00Z"));
  Result<Response> const answer = exchange({.url = at(serve(echo()))});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->headers.value_or("Date", "").starts_with("Thu, 30 Apr 2026 16:3"));
}

TEST_F(RealHttpTest, large_bodies_pass_both_ways) {
  int const port = serve(echo());
  std::string body(5 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>('a' + i % 26);
  Result<Response> const answer = exchange({.method = "POST", .url = at(port), .body = body});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_TRUE(answer->body == body);
}

TEST_F(RealHttpTest, many_requests_at_once_are_all_answered_later) {
  std::vector<Respond> kept;
  int const count = 400;
  int const port = serve([&](Request, Respond respond) {
    kept.push_back(std::move(respond));
    // The client has at most 150 on their way: they are answered in parts.
    if (kept.size() == 100) {
      for (Respond& answer : std::exchange(kept, {})) answer({.status = 200, .body = "late"});
    }
  });
  int answered = 0;
  for (int i = 0; i < count; ++i) {
    world().http.send({.url = at(port)}, [&](Result<Response> result) {
      EXPECT_TRUE(result && result->body == "late");
      ++answered;
      look();
    });
  }
  run_until([&] { return answered == count; });
  EXPECT_EQ(answered, count);
}

TEST_F(RealHttpTest, a_connection_is_kept_or_not_as_the_request_says) {
  int const port = serve(echo());
  ASSERT_TRUE(exchange({.url = at(port)}));
  Result<Response> const kept = exchange({.url = at(port)});
  Result<Response> const fresh = exchange({.url = at(port), .reuse = Reuse::never});
  ASSERT_TRUE(kept && fresh);
  EXPECT_EQ(kept->timings.connect.count(), 0);
  EXPECT_GT(fresh->timings.connect.count(), 0);
}

TEST_F(RealHttpTest, requests_sent_ahead_are_answered_in_order) {
  int const port = serve(echo());
  std::string const text = talk(port,
                                "GET /one HTTP/1.1\r\nHost: a\r\n\r\n"
                                "POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                                "GET /three HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  std::size_t const one = text.find("X-Target: /one");
  std::size_t const two = text.find("X-Target: /two");
  std::size_t const three = text.find("X-Target: /three");
  ASSERT_NE(three, std::string::npos) << text;
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(text.find("Connection: close"), std::string::npos);
}

TEST_F(RealHttpTest, requests_of_all_shapes_are_understood) {
  int const port = serve(echo());
  struct Row {
    char const* name;
    char const* bytes;
    char const* want;
  };
  Row const table[]{
      {"1.0 closes", "GET /a HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK"},
      {"chunked",
       "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
       "chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: t\r\n\r\n",
       "\r\n\r\nabcde"},
      {"the whole URL", "GET http://h.localhost/p?q HTTP/1.1\r\nHost: other\r\n\r\n",
       "X-Target: /p?q"},
      {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "X-Target: *"},
      {"blank lines first", "\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n", "X-Target: /a"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    std::string const text = talk(port, row.bytes);
    EXPECT_NE(text.find(row.want), std::string::npos) << text;
  }
}

TEST_F(RealHttpTest, what_is_no_request_is_refused) {
  int handled = 0;
  int const port =
      serve([&](Request, Respond respond) { ++handled, respond({.status = 200}); }, 10);
  std::string const head = "POST /a HTTP/1.1\r\nHost: a\r\n";
  struct Row {
    char const* name;
    std::string bytes;
    char const* want;
  };
  Row const table[]{
      {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400"},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8), "HTTP/1.1 400"},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
      {"two hosts", head + "Host: b\r\n\r\n", "HTTP/1.1 400"},
      {"no path", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"},
      {"tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"},
      {"bad length", head + "Content-Length: x\r\n\r\n", "HTTP/1.1 400"},
      {"negative length", head + "Content-Length: -1\r\n\r\n", "HTTP/1.1 400"},
      {"two lengths", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400"},
      {"length and chunks",
       head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400"},
      {"bad chunk", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400"},
      {"NUL in a field", head + std::string("X: a\0b\r\n\r\n", 10), "HTTP/1.1 400"},
      {"long header", head + "X: " + std::string(70'000, 'x') + "\r\n\r\n", "HTTP/1.1 431"},
      {"long chunk extension",
       head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(300'000, 'x') + "\r\n",
       "HTTP/1.1 400"},
      {"long body", head + "Content-Length: 11\r\n\r\n12345678901", "HTTP/1.1 413"},
      {"long chunked body",
       head + "Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n", "HTTP/1.1 413"},
      {"long body announced", head + "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n",
       "HTTP/1.1 413"},
      {"ends in the header", "GET / HT", ""},
      {"ends in the body", head + "Content-Length: 5\r\n\r\nab", ""},
      {"nothing", "", ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    std::string const text = talk(port, row.bytes);
    std::string_view const want = row.want;
    EXPECT_EQ(text.substr(0, want.empty() ? std::string::npos : want.size()), want);
    if (want.empty()) continue;
    EXPECT_NE(text.find("Connection: close\r\n"), std::string::npos) << text;
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(RealHttpTest, a_refused_client_hears_of_it_while_it_still_sends) {
  int const port = serve(echo(), 1000);
  Result<Response> const answer =
      exchange({.method = "POST", .url = at(port), .body = std::string(8 << 20, 'x')});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 413);
}

TEST_F(RealHttpTest, a_client_that_asks_is_told_to_continue) {
  int const port = serve(echo());
  std::string first;
  std::string rest;
  std::jthread const client([&] {
    Descriptor const socket = dial(port);
    std::string const head =
        "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-Continue\r\nContent-Length: "
        "4\r\n\r\n";
    ::send(socket.get(), head.data(), head.size(), MSG_NOSIGNAL);
    first.resize(25);
    ::recv(socket.get(), first.data(), first.size(), MSG_WAITALL);
    ::send(socket.get(), "body", 4, MSG_NOSIGNAL);
    rest = read_to_end(socket.get());
    world().loop.post([this] { world().loop.stop(); });
  });
  world().loop.run();
  EXPECT_EQ(first, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(rest.starts_with("HTTP/1.1 200 OK\r\n")) << rest;
  EXPECT_TRUE(rest.ends_with("\r\n\r\nbody")) << rest;
  // libcurl's own wait for it, with a body that does not fit into one read.
  Result<Response> const answer = exchange({.method = "POST",
                                            .url = at(port),
                                            .headers = {{"Expect", "100-continue"}},
                                            .body = std::string(1 << 20, 'x')});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), std::size_t{1} << 20);
}

TEST_F(RealHttpTest, a_connection_that_is_idle_for_75_seconds_is_closed) {
  std::vector<Respond> kept;
  int const port = serve([&](Request request, Respond respond) {
    if (request.url == "/slow") return kept.push_back(std::move(respond));
    respond({.status = 200});
    // After the answer is written, which counts as a sign of life.
    world().loop.post([this] { real_->set_clock(world().now() + 81s); });
  });
  std::string idle;
  std::string working;
  std::jthread const client([&] {
    Descriptor const slow = dial(port);
    Descriptor const quick = dial(port);
    std::string const rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
    ::send(slow.get(), ("GET /slow" + rest).data(), rest.size() + 9, MSG_NOSIGNAL);
    ::send(quick.get(), ("GET /quick" + rest).data(), rest.size() + 10, MSG_NOSIGNAL);
    idle = read_to_end(quick.get());
    world().loop.post([&] { kept.at(0)({.status = 200, .headers = {{"Connection", "close"}}}); });
    working = read_to_end(slow.get());
    world().loop.post([this] { world().loop.stop(); });
  });
  world().loop.run();
  EXPECT_TRUE(idle.starts_with("HTTP/1.1 200 OK")) << idle;
  EXPECT_TRUE(working.starts_with("HTTP/1.1 200 OK")) << working;
}

TEST_F(RealHttpTest, answers_without_a_body_have_none) {
  int const port = serve([](Request request, Respond respond) {
    auto const status = parse_integer(request.url.substr(1));
    respond({.status = static_cast<int>(*status), .body = "body"});
  });
  struct Row {
    char const* method;
    char const* target;
    char const* body;
    std::optional<std::string> length;
  };
  Row const table[]{
      {"GET", "/200", "body", "4"},      {"HEAD", "/200", "", "4"},
      {"GET", "/204", "", std::nullopt}, {"GET", "/304", "", std::nullopt},
      {"GET", "/500", "body", "4"},      {"GET", "/7", "body", "4"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(std::string(row.method) + row.target);
    Result<Response> const answer = exchange({.method = row.method, .url = at(port, row.target)});
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->body, row.body);
    EXPECT_EQ(answer->headers.find("Content-Length"), row.length);
  }
}

TEST_F(RealHttpTest, a_handler_cannot_break_the_framing) {
  int const port = serve([](Request, Respond respond) {
    respond({.status = 200,
             .headers = {{"X-Split", "a\r\nX-Evil: b"},
                         {"Bad Name", "x"},
                         {"Content-Length", "999"},
                         {"Transfer-Encoding", "chunked"},
                         {"X-Long", std::string(100'000, 'x')},
                         {"X-Good", "yes"}},
             .body = "body"});
  });
  Result<Response> const answer = exchange({.url = at(port)});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "body");
  for (char const* name : {"X-Split", "X-Evil", "Bad Name", "Transfer-Encoding", "X-Long"})
    EXPECT_FALSE(answer->headers.find(name)) << name;
  EXPECT_EQ(answer->headers.find("X-Good"), "yes");
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
