// What the router passes on, byte by byte.
#include "sandbox/router_fixture.h"

namespace landfall {
namespace {

using RouterWireTest = RouterBytesTest;

TEST_F(RouterWireTest, a_dyno_sees_what_is_the_client_s_and_not_what_is_the_connection_s) {
  start_app();
  send_bytes(connect(),
             get("/a?b=c",
                 "Accept: x\r\nconnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
                 "TE: trailers\r\nTrailer: X\r\nProxy-Authorization: x\r\n"
                 "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
                 "X-Forwarded-Port: 1\r\nX-Request-Start: 1\r\nVia: 1.0 mine\r\n"
                 "X-Request-Id: 01234567-89ab-cdef-0123\r\nCookie: a=b\r\n"));
  ASSERT_EQ(dynos_.size(), 1U);
  std::string const& head = dynos_[0]->got;
  EXPECT_TRUE(head.starts_with("GET /a?b=c HTTP/1.1\r\nHost: " + host_ +
                               "\r\nAccept: x\r\nVia: 1.0 mine\r\nCookie: a=b\r\n"))
      << head;
  EXPECT_EQ(field(head, "X-Forwarded-For"), "1.2.3.4, 127.0.0.1");
  EXPECT_EQ(field(head, "X-Forwarded-Proto"), "http");
  EXPECT_EQ(field(head, "X-Forwarded-Port"), std::to_string(sandbox_->ports().router));
  EXPECT_EQ(field(head, "X-Request-Id"), "01234567-89ab-cdef-0123");
  EXPECT_EQ(field(head, "X-Request-Start").size(), 13U);
  EXPECT_NE(head.find("\r\nVia: 1.1 heroku-router\r\n"), std::string::npos);
  EXPECT_EQ(field(head, "Connection"), "keep-alive");
  for (char const* name : {"X-Hop", "Keep-Alive", "TE", "Trailer", "Proxy-Authorization"})
    EXPECT_EQ(field(head, name), "-") << name;
}

TEST_F(RouterWireTest, request_ids_that_are_none_are_replaced) {
  start_app();
  struct Row {
    std::string given;
    bool kept;
  };
  Row const table[]{{"", false},
                    {"short", false},
                    {std::string(19, 'a'), false},
                    {std::string(20, 'A') + "-9", true},
                    {std::string(200, 'z'), true},
                    {std::string(201, 'z'), false},
                    {std::string(30, 'a') + "_", false},
                    {"a b" + std::string(30, 'a'), false}};
  for (Row const& row : table) {
    SCOPED_TRACE(row.given);
    dynos_.clear();
    send_bytes(connect(), get("/", row.given.empty() ? "" : "X-Request-ID: " + row.given + "\r\n"));
    ASSERT_EQ(dynos_.size(), 1U);
    std::string const id = field(dynos_[0]->got, "X-Request-Id");
    EXPECT_EQ(id == row.given, row.kept) << id;
    EXPECT_TRUE(row.kept || (id.size() == 36 && id[14] == '4')) << id;
    EXPECT_EQ(dynos_[0]->got.find("X-Request-ID"), std::string::npos);
  }
}

TEST_F(RouterWireTest, answers_pass_in_every_framing) {
  std::string const http = "HTTP/1.1 200 OK\r\n";
  std::string const chunks = http + "Transfer-Encoding: chunked\r\n";
  struct Row {
    char const* name;
    std::string answer;
    bool closes;  ///< the dyno, after it
    std::string request;
    std::string want;  ///< of the body on the client's wire
    std::string framing;
    bool ends;  ///< the client's connection
  };
  std::string const one = "GET / HTTP/1.0\r\nHost: " + host_ + "\r\n";
  std::string const head = "HEAD / HTTP/1.1\r\nHost: " + host_ + "\r\n\r\n";
  Row const table[]{
      {"length", http + "Content-Length: 2\r\n\r\nhi", false, get(), "hi", "2", false},
      {"nothing", http + "Content-Length: 0\r\n\r\n", false, get(), "", "0", false},
      {"chunks", chunks + "\r\n2;x=y\r\nhi\r\n1\r\n!\r\n0\r\nX-T: t\r\n\r\n", false, get(),
       "2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n", "chunked", false},
      {"no chunks", chunks + "\r\n0\r\n\r\n", false, get(), "0\r\n\r\n", "chunked", false},
      {"to the end", http + "\r\nhi", true, get(), "2\r\nhi\r\n0\r\n\r\n", "chunked", false},
      {"old client", chunks + "\r\n2\r\nhi\r\n0\r\n\r\n", false, one + "\r\n", "hi", "-", true},
      {"old client that keeps", http + "Content-Length: 2\r\n\r\nhi", false,
       one + "Connection: keep-alive\r\n\r\n", "hi", "2", false},
      {"old client to the end", http + "\r\nhi", true, one + "Connection: keep-alive\r\n\r\n", "hi",
       "-", true},
      {"old dyno", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", true, get(), "hi", "2", false},
      {"client closes", http + "Content-Length: 2\r\n\r\nhi", false,
       get("/", "Connection: close\r\n"), "hi", "2", true},
      {"dyno closes", http + "Connection: close\r\nContent-Length: 2\r\n\r\nhi", true, get(), "hi",
       "2", false},
      {"head", http + "Content-Length: 20\r\n\r\n", false, head, "", "20", false},
      {"head of chunks", chunks + "\r\n", false, head, "", "chunked", false},
      {"204", "HTTP/1.1 204 No\r\n\r\n", false, get(), "", "-", false},
      {"304", "HTTP/1.1 304 No\r\nETag: x\r\nContent-Length: 9\r\n\r\n", false, get(), "", "9",
       false},
      {"interim",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\n" + http +
           "Content-Length: 2\r\n\r\nhi",
       false, get(), "hi", "2", false},
  };
  start_app();
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    answer_ = [&](Link& link) {
      link.stream->write(row.answer);
      if (row.closes) link.stream->finish();
    };
    Link& client = connect();
    send_bytes(client, row.request);
    EXPECT_TRUE(
        client.got.starts_with("HTTP/1.1 " + row.answer.substr(row.answer.rfind("HTTP/1.") + 9, 3)))
        << client.got;
    EXPECT_EQ(body(client.got), row.want);
    std::string const length = field(client.got, "Content-Length");
    EXPECT_EQ(length == "-" ? field(client.got, "Transfer-Encoding") : length, row.framing);
    EXPECT_EQ(field(client.got, "Connection"), row.ends ? "close" : "keep-alive");
    EXPECT_EQ(client.end, row.ends ? "end" : "");
    EXPECT_EQ(field(client.got, "Via"), "1.1 heroku-router");
    EXPECT_EQ(field(client.got, "X-T"), "-");
  }
  EXPECT_EQ(events_.find("code="), std::string::npos) << events_;
}

TEST_F(RouterWireTest, bodies_are_passed_on_as_they_come) {
  start_app();
  Link& client = connect();
  send_bytes(client, post("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n");
  ASSERT_EQ(dynos_.size(), 1U);
  Link& dyno = *dynos_[0];
  EXPECT_EQ(field(dyno.got, "Transfer-Encoding"), "chunked");
  EXPECT_EQ(body(dyno.got), "3\r\nabc\r\n");
  send_bytes(client, "2\r\nd");
  EXPECT_EQ(body(dyno.got), "3\r\nabc\r\n1\r\nd\r\n");
  // The answer may begin before the request has ended.
  send_bytes(dyno, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
  EXPECT_TRUE(client.got.ends_with("\r\n\r\n2\r\nhi\r\n")) << client.got;
  send_bytes(client, "e\r\n0\r\n\r\n");
  EXPECT_TRUE(dyno.got.ends_with("1\r\ne\r\n0\r\n\r\n")) << dyno.got;
  send_bytes(dyno, "1\r\n!\r\n0\r\n\r\n");
  EXPECT_TRUE(client.got.ends_with("2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n")) << client.got;
  // It began before the end of the request, so nothing may follow.
  EXPECT_EQ(field(client.got, "Connection"), "close");
  EXPECT_NE(events_.find("status=200 bytes=3 protocol=http"), std::string::npos) << events_;
}

TEST_F(RouterWireTest, requests_of_a_length_keep_it) {
  start_app();
  Link& client = connect();
  send_bytes(client, post("Content-Length: 5\r\n") + "ab");
  send_bytes(client, "cde");
  ASSERT_EQ(dynos_.size(), 1U);
  EXPECT_EQ(field(dynos_[0]->got, "Content-Length"), "5");
  EXPECT_EQ(body(dynos_[0]->got), "abcde");
}

TEST_F(RouterWireTest, connections_are_kept_on_both_sides) {
  answer_ = [](Link& link) {
    link.stream->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  };
  start_app();
  Link& client = connect();
  for (int i = 0; i < 5; ++i) {
    client.got.clear();
    send_bytes(client, get("/" + std::to_string(i)));
    EXPECT_EQ(body(client.got), "hi");
  }
  EXPECT_EQ(dynos_.size(), 1U);
  // Another client has the same connection to the dyno.
  send_bytes(connect(), get());
  EXPECT_EQ(dynos_.size(), 1U);
  EXPECT_NE(events_.find("connect=0ms"), std::string::npos);
}

TEST_F(RouterWireTest, requests_sent_ahead_are_answered_in_order) {
  start_app();
  Link& client = connect();
  send_bytes(client, get("/one") + get("/two") + post("Content-Length: 2\r\n") + "xyGET /rest");
  ASSERT_EQ(dynos_.size(), 1U);
  Link& dyno = *dynos_[0];
  EXPECT_EQ(dyno.got.find("/two"), std::string::npos);
  std::string const answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
  send_bytes(dyno, answer + "1");
  EXPECT_NE(dyno.got.find("GET /two"), std::string::npos);
  send_bytes(dyno, answer + "2");
  EXPECT_TRUE(dyno.got.ends_with("xy")) << dyno.got;
  send_bytes(dyno, answer + "3");
  std::size_t const two = client.got.find("\r\n\r\n2");
  EXPECT_LT(client.got.find("\r\n\r\n1"), two);
  EXPECT_LT(two, client.got.find("\r\n\r\n3"));
  EXPECT_EQ(client.end, "");
}

TEST_F(RouterWireTest, the_router_itself_lets_a_client_continue) {
  start_app();
  Link& client = connect();
  send_bytes(client, post("Expect: 100-continue\r\nContent-Length: 4\r\n"));
  EXPECT_EQ(client.got, "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_EQ(dynos_.size(), 1U);
  EXPECT_EQ(field(dynos_[0]->got, "Expect"), "-");
  send_bytes(client, "body");
  send_bytes(*dynos_[0],
             "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.got.find("HTTP/1.1 100", 5), std::string::npos) << client.got;
  EXPECT_NE(client.got.find("HTTP/1.1 200 OK\r\n"), std::string::npos);
  // An app that cannot answer does not get the body either.
  heroku("PATCH", "/apps/full-app", R"({"maintenance":true})");
  Link& other = connect();
  send_bytes(other, post("Expect: 100-continue\r\nContent-Length: 4\r\n"));
  EXPECT_TRUE(other.got.starts_with("HTTP/1.1 503 ")) << other.got;
  EXPECT_EQ(field(other.got, "Connection"), "close");
}

TEST_F(RouterWireTest, a_client_may_name_the_whole_url) {
  start_app();
  send_bytes(connect(), "GET http://" + host_ + ":80?q HTTP/1.1\r\nHost: other\r\n\r\n");
  ASSERT_EQ(dynos_.size(), 1U);
  EXPECT_TRUE(dynos_[0]->got.starts_with("GET /?q HTTP/1.1\r\nHost: " + host_ + ":80\r\n"))
      << dynos_[0]->got;
  EXPECT_EQ(dynos_[0]->got.find("other"), std::string::npos);
}

TEST_F(RouterWireTest, what_is_no_request_reaches_no_dyno) {
  start_app();
  std::string const head = "POST /a HTTP/1.1\r\nHost: " + host_ + "\r\n";
  struct Row {
    char const* name;
    std::string bytes;
    char const* want;
  };
  Row const table[]{
      {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400"},
      {"TLS", std::string("\x16\x03\x01\x02", 4), "HTTP/1.1 400"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
      {"two hosts", head + "Host: b\r\n\r\n", "HTTP/1.1 400"},
      {"host with a tab", "GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n", "HTTP/1.1 400"},
      {"host with a control character", "GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n", "HTTP/1.1 400"},
      {"tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"},
      {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"},
      {"bad length", head + "Content-Length: x\r\n\r\n", "HTTP/1.1 400"},
      {"two lengths", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400"},
      {"length and chunks",
       head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400"},
      {"another encoding", head + "Transfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 400"},
      {"encoding before chunks", head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 400"},
      {"encoding twice", head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
       "HTTP/1.1 400"},
      {"folded value", head + "X: a\r\n b\r\n\r\n", "HTTP/1.1 400"},
      {"blank before the colon", head + "Content-Length : 5\r\n\r\n", "HTTP/1.1 400"},
      {"bare line ends", "GET / HTTP/1.1\nHost: a\n\n\r\n\r\n", "HTTP/1.1 400"},
      {"NUL in a field", head + std::string("X: a\0b\r\n\r\n", 10), "HTTP/1.1 400"},
      {"long header", head + "X: " + std::string(70'000, 'x'), "HTTP/1.1 431"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Link& client = connect();
    send_bytes(client, row.bytes);
    EXPECT_TRUE(client.got.starts_with(row.want)) << client.got;
    EXPECT_EQ(field(client.got, "Connection"), "close");
    EXPECT_EQ(client.end, "end");
  }
  Link& bad_chunk = connect();
  send_bytes(bad_chunk, head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
  EXPECT_NE(bad_chunk.end, "");
  for (auto const& link : dynos_) EXPECT_EQ(link->got, "");
}

TEST_F(RouterWireTest, the_log_line_is_heroku_s) {
  answer_ = [](Link& link) {
    link.stream->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  };
  start_app();
  send_bytes(connect(), get("/a\"b?token=secret", "X-Request-Id: 01234567-89ab-cdef-0123\r\n"));
  EXPECT_NE(events_.find("router: at=info method=GET path=\"/a%22b\" host=" + host_ +
                         " request_id=01234567-89ab-cdef-0123 fwd=\"127.0.0.1\" dyno=web.1 "
                         "connect=0ms service=0ms status=200 bytes=2 protocol=http\n"),
            std::string::npos)
      << events_;
  // The app's own log is the app's business.
  std::string const session = heroku("POST", "/apps/full-app/log-sessions", R"({"lines":5})").body;
  std::string const url = *Json::parse(session)->text("logplex_url");
  EXPECT_NE(answer({.url = url})
                .body.find("heroku[router]: at=info method=GET path=\"/a%22b?token=secret\""),
            std::string::npos);
}

}  // namespace
}  // namespace landfall
