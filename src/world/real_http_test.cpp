#include "world/real_http_fixture.h"

namespace landfall {
namespace {

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

}  // namespace
}  // namespace landfall
