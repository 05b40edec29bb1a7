// What can go wrong between a client and a dyno, and what Heroku's router says of it.
#include "sandbox/router_fixture.h"

namespace landfall {
namespace {

class RouterFailureTest : public RouterBytesTest {
 protected:
  std::string const head = "HTTP/1.1 200 OK\r\n";

  /// The log's code and status: "H12 503".
  std::string logged() const {
    std::size_t const code = events_.rfind("code=");
    std::size_t const status = events_.rfind("status=");
    if (status == std::string::npos) return "";
    std::string const number = events_.substr(status + 7, 3);
    return code == std::string::npos ? number : events_.substr(code + 5, 3) + " " + number;
  }
  static std::string status(Link const& client) { return client.got.substr(0, 12); }
};

TEST_F(RouterFailureTest, bad_answers_have_a_code_each) {
  struct Row {
    char const* name;
    std::string answer;
    bool closes;
    char const* client;  ///< the start of what it gets
    char const* logged;
    char const* end;
  };
  Row const table[]{
      {"closed without an answer", "", true, "HTTP/1.1 503", "H13 503", ""},
      {"closed within the header", "HTTP/1.1 20", true, "HTTP/1.1 503", "H18 503", ""},
      {"rubbish", "hello\r\n\r\n", false, "HTTP/1.1 502", "H25 502", ""},
      {"another protocol", "SSH-2.0-OpenSSH\r\n\r\n", false, "HTTP/1.1 502", "H25 502", ""},
      {"oversized header", head + "X: " + std::string(70'000, 'x') + "\r\n\r\n", false,
       "HTTP/1.1 502", "H25 502", ""},
      {"bad length", head + "Content-Length: x\r\n\r\n", false, "HTTP/1.1 502", "H25 502", ""},
      {"another encoding", head + "Transfer-Encoding: gzip\r\n\r\n", false, "HTTP/1.1 502",
       "H25 502", ""},
      {"a switch that nobody asked for", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", false,
       "HTTP/1.1 502", "H25 502", ""},
      {"cut off within a length", head + "Content-Length: 5\r\n\r\nhi", true, "HTTP/1.1 200",
       "H18 503", "end"},
      {"cut off within chunks", head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhi", true,
       "HTTP/1.1 200", "H18 503", "end"},
      {"a bad chunk", head + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz\r\n", false,
       "HTTP/1.1 502", "H25 502", ""},
  };
  start_app();
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    events_.clear();
    answer_ = [&](Link& link) {
      if (!row.answer.empty()) link.stream->write(row.answer);
      if (row.closes) link.stream->finish();
    };
    Link& client = connect();
    send_bytes(client, get("/x"));
    EXPECT_TRUE(client.got.starts_with(row.client)) << client.got;
    EXPECT_EQ(logged(), row.logged) << events_;
    EXPECT_EQ(client.end, row.end);
    if (client.end.empty()) {
      EXPECT_NE(client.got.find("application-error.html"), std::string::npos) << client.got;
      // The connection to the client serves on.
      answer_ = [&](Link& link) { link.stream->write(head + "Content-Length: 0\r\n\r\n"); };
      client.got.clear();
      send_bytes(client, get("/y"));
      EXPECT_EQ(status(client), "HTTP/1.1 200");
    }
  }
}

TEST_F(RouterFailureTest, half_a_minute_is_waited_for_the_first_byte) {
  start_app();
  Link& client = connect();
  send_bytes(client, get());
  wait(29s + 990ms);
  EXPECT_EQ(client.got, "");
  wait(20ms);
  EXPECT_EQ(status(client), "HTTP/1.1 503");
  EXPECT_EQ(logged(), "H12 503");
  EXPECT_NE(events_.find("desc=\"Request timeout\" method=GET path=\"/\""), std::string::npos)
      << events_;
  EXPECT_NE(events_.find("dyno=web.1 connect=0ms service=30000ms status=503 bytes=0"),
            std::string::npos)
      << events_;
  EXPECT_EQ(dynos_[0]->end, "end");
}

TEST_F(RouterFailureTest, after_that_each_byte_gives_55_seconds) {
  start_app();
  Link& client = connect();
  send_bytes(client, get());
  wait(29s);
  send_bytes(*dynos_[0], head + "Transfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 3; ++i) {
    wait(54s);
    send_bytes(*dynos_[0], "1\r\nx\r\n");
  }
  EXPECT_EQ(client.end, "");
  wait(54s + 900ms);
  EXPECT_EQ(client.end, "");
  wait(200ms);
  EXPECT_EQ(client.end, "end");
  EXPECT_FALSE(client.got.ends_with("0\r\n\r\n"));
  EXPECT_EQ(logged(), "H15 503");
}

TEST_F(RouterFailureTest, a_client_that_leaves_has_a_status_of_its_own) {
  start_app();
  send_bytes(connect(), get());
  clients_.clear();
  wait(10ms);
  EXPECT_EQ(logged(), "H27 499");
  EXPECT_EQ(dynos_[0]->end, "end");
  events_.clear();
  send_bytes(connect(), get());
  send_bytes(*dynos_.back(), head + "Content-Length: 5\r\n\r\nhi");
  clients_.clear();
  wait(10ms);
  EXPECT_EQ(logged(), "H27 499");
}

TEST_F(RouterFailureTest, a_client_that_stops_sending_is_given_55_seconds) {
  start_app();
  Link& client = connect();
  send_bytes(client, post("Content-Length: 10\r\n") + "abc");
  wait(54s);
  send_bytes(client, "d");
  wait(54s);
  EXPECT_EQ(client.end, "");
  wait(2s);
  EXPECT_EQ(client.end, "end");
  EXPECT_EQ(logged(), "H28 499");
}

TEST_F(RouterFailureTest, an_upload_may_take_longer_than_an_answer) {
  start_app();
  Link& client = connect();
  send_bytes(client, post("Content-Length: 5\r\n"));
  for (int i = 0; i < 5; ++i) {
    wait(50s);
    send_bytes(client, "x");
  }
  wait(29s);
  send_bytes(*dynos_[0], head + "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(status(client), "HTTP/1.1 200");
}

TEST_F(RouterFailureTest, a_dyno_that_closes_within_the_request_is_interrupted) {
  answer_ = [](Link& link) { link.stream->finish(); };
  start_app();
  Link& client = connect();
  send_bytes(client, post("Content-Length: 10\r\n") + "abc");
  EXPECT_EQ(status(client), "HTTP/1.1 503");
  EXPECT_EQ(logged(), "H18 503");
  EXPECT_EQ(field(client.got, "Connection"), "close");
}

TEST_F(RouterFailureTest, dynos_that_cannot_be_reached_have_codes) {
  start_app();
  std::set<std::string> seen;
  for (int i = 0; i < 60; ++i) {
    Link& client = connect();
    events_.clear();
    sim_->network_faults(0ms, 1);
    client.stream->write(get());
    wait(40s);
    sim_->network_faults(0ms, 0);
    seen.insert(logged());
  }
  EXPECT_EQ(seen, (std::set<std::string>{"H12 503", "H19 503", "H21 503"})) << events_;
}

TEST_F(RouterFailureTest, a_kept_connection_that_the_dyno_closed_is_replaced_unseen) {
  answer_ = [this](Link& link) { link.stream->write(head + "Content-Length: 0\r\n\r\n"); };
  start_app();
  Link& client = connect();
  send_bytes(client, get());
  ASSERT_EQ(dynos_.size(), 1U);
  // It closes at the moment in which the next request is on its way.
  answer_ = [this](Link& link) {
    if (&link == dynos_[0].get()) return link.stream.reset();
    link.stream->write(head + "Content-Length: 0\r\n\r\n");
  };
  client.got.clear();
  send_bytes(client, get());
  EXPECT_EQ(status(client), "HTTP/1.1 200");
  EXPECT_EQ(dynos_.size(), 2U);
  EXPECT_EQ(events_.find("code="), std::string::npos) << events_;
}

TEST_F(RouterFailureTest, what_may_have_been_done_is_not_done_again) {
  answer_ = [this](Link& link) { link.stream->write(head + "Content-Length: 0\r\n\r\n"); };
  start_app();
  Link& client = connect();
  send_bytes(client, get());
  answer_ = [](Link& link) { link.stream->finish(); };
  client.got.clear();
  send_bytes(client, post("Content-Length: 2\r\n") + "ab");
  EXPECT_EQ(status(client), "HTTP/1.1 503");
  EXPECT_EQ(dynos_.size(), 1U);
  EXPECT_EQ(logged(), "H13 503");
  // Nor is it sent where the dyno might just be closing.
  answer_ = [this](Link& link) { link.stream->write(head + "Content-Length: 0\r\n\r\n"); };
  send_bytes(client, get());
  ASSERT_EQ(dynos_.size(), 2U);
  wait(3s);
  send_bytes(client, post("Content-Length: 2\r\n") + "ab");
  EXPECT_EQ(dynos_.size(), 3U);
}

TEST_F(RouterFailureTest, a_dyno_that_goes_is_left_at_once) {
  stubborn_ = true;
  answer_ = [this](Link& link) { link.stream->write(head + "Content-Length: 0\r\n\r\n"); };
  start_app();
  send_bytes(connect(), get());
  ASSERT_EQ(dynos_.size(), 1U);
  Link& old = *dynos_[0];
  EXPECT_EQ(old.end, "");
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/dynos/web.1").status, 202);
  wait(3s);
  EXPECT_EQ(old.end, "end");
}

TEST_F(RouterFailureTest, slow_clients_are_given_up) {
  start_app();
  Link& silent = connect();
  Link& dripping = connect();
  for (int i = 0; i < 4; ++i) {
    send_bytes(dripping, i == 0 ? "GET / HTTP/1.1\r\nX: " : "x");
    wait(9s);
  }
  EXPECT_EQ(dripping.end, "end");
  EXPECT_EQ(silent.end, "");
  wait(40s);
  EXPECT_EQ(silent.end, "end");
}

TEST_F(RouterFailureTest, whoever_does_not_read_holds_up_the_other_side_only) {
  start_app();
  Link& client = connect();
  client.stream->pause(true);
  send_bytes(client, get());
  Link& dyno = *dynos_[0];
  std::string const part(100'000, 'x');
  dyno.stream->write(head + "Content-Length: 10000000\r\n\r\n");
  for (int i = 0; i < 100; ++i) send_bytes(dyno, part);
  // All but what is on its way waits in the dyno.
  EXPECT_GT(dyno.stream->pending(), 9'000'000U);
  send_bytes(connect(), get("/other"));
  EXPECT_EQ(dynos_.size(), 2U);
  client.stream->pause(false);
  wait(1s);
  EXPECT_EQ(body(client.got).size(), 10'000'000U);
  EXPECT_GE(dyno.drained, 1);

  Link& uploader = connect();
  send_bytes(uploader, post("Content-Length: 10000000\r\n") + "x");
  Link& reader = *dynos_.back();
  reader.stream->pause(true);
  for (int i = 0; i < 100; ++i) send_bytes(uploader, i < 99 ? part : part.substr(1));
  EXPECT_GT(uploader.stream->pending(), 9'000'000U);
  reader.stream->pause(false);
  wait(1s);
  EXPECT_EQ(body(reader.got).size(), 10'000'000U);
}

TEST_F(RouterFailureTest, a_client_that_never_reads_is_given_up) {
  start_app();
  Link& client = connect();
  client.stream->pause(true);
  send_bytes(client, get());
  send_bytes(*dynos_[0], head + "Content-Length: 1000000\r\n\r\n" + std::string(900'000, 'x'));
  wait(56s);
  EXPECT_EQ(logged(), "H15 503");
  EXPECT_NE(dynos_[0]->end, "");
}

TEST_F(RouterFailureTest, faults_of_the_world_befall_the_router_too) {
  std::string const whole = head + "Content-Length: 8\r\n\r\n12345678";
  answer_ = [&](Link& link) { link.stream->write(whole); };
  start_app();
  auto const meet = [&](std::string const& fault) -> Link& {
    Request request{.method = "POST", .url = api("/sandbox/faults")};
    request.body = R"({"service":"router","times":1,)" + fault + "}";
    EXPECT_EQ(answer(std::move(request)).status, 201);
    dynos_.clear();
    Link& client = connect();
    send_bytes(client, get("/x"));
    return client;
  };
  Link& refused = meet(R"("kind":"status","status":500)");
  EXPECT_EQ(status(refused), "HTTP/1.1 500");
  EXPECT_EQ(dynos_.size(), 0U);
  Link& page = meet(R"("kind":"html")");
  EXPECT_NE(page.got.find("<title>Sign in</title>"), std::string::npos) << page.got;
  Link& dropped = meet(R"("kind":"drop")");
  EXPECT_EQ(dropped.got, "");
  EXPECT_NE(dropped.end, "");
  EXPECT_EQ(dynos_.size(), 0U);
  Link& lost = meet(R"("kind":"lost")");
  EXPECT_EQ(lost.got, "");
  EXPECT_NE(lost.end, "");
  EXPECT_EQ(dynos_.size(), 1U);
  Link& cut = meet(R"("kind":"truncate")");
  EXPECT_EQ(field(cut.got, "Content-Length"), "4");
  EXPECT_EQ(body(cut.got), "1234");
  Link& slow = meet(R"("kind":"latency","latency_ms":3000)");
  EXPECT_EQ(slow.got, "");
  wait(3s);
  EXPECT_EQ(body(slow.got), "12345678");
  Link& stalled = meet(R"("kind":"stall")");
  wait(5min);
  EXPECT_EQ(stalled.got, "");
  EXPECT_EQ(stalled.end, "");
}

}  // namespace
}  // namespace landfall
