#include "sandbox/drains.h"

#include "sandbox/dynos_fixture.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

TEST(SyslogFrame, is_counted_in_bytes_as_logplex_does_it) {
  Instant const at = *parse_instant("2026-05-01T12:00:00.5Z");
  EXPECT_EQ(sandbox::syslog_frame({at, "app", "web.1", "gr\xC3\xBC\xC3\x9F"}),
            "64 <190>1 2026-05-01T12:00:00.500000+00:00 host app web.1 - gr\xC3\xBC\xC3\x9F\n");
  EXPECT_TRUE(sandbox::syslog_frame({at, "heroku", "router", "x"}).find("<158>1 ") < 4);
}

class DrainsTest : public DynosTest {
 protected:
  /// A drain's server that answers with these statuses in turn, then with the last of them.
  void serve(std::vector<int> statuses) {
    port_ = *sim_->process("drain").server.listen(
        0, [this, statuses = std::move(statuses)](Request request, Respond respond) {
          got_.push_back(std::move(request));
          respond({.status = statuses[std::min(got_.size(), statuses.size()) - 1]});
        });
  }
  void app_that_prints() {
    sim_->program("python3 app.py", [](SimProgram program) {
      program.listen(std::stoi(variable(program, "PORT")), [program](Request request,
                                                                     Respond respond) {
        int const lines =
            static_cast<int>(parse_integer(std::string_view(request.url).substr(1)).value_or(1));
        for (int i = 0; i < lines; ++i) program.print(fmt::format("line {}\n", i));
        respond({.status = 200});
      });
    });
  }
  std::string add_drain(std::string const& url) {
    Response const made =
        heroku("POST", "/apps/full-app/log-drains", Json::object({{"url", url}}).dump());
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made).text("token").value_or("");
  }
  std::string drain_url(std::string const& path = "/logs") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }
  void print(int lines) { router("full-app-123456.localhost", fmt::format("/{}", lines)); }

  /// The texts of an app's lines in all that came, in order; a batch that came twice counts once.
  Lines printed() {
    Lines texts;
    std::string last;
    for (Request const& request : got_) {
      if (request.headers.value_or("Logplex-Frame-Id", "") == last) continue;
      last = request.headers.value_or("Logplex-Frame-Id", "");
      for (std::string const& frame : lines_of(request.body)) {
        std::size_t const at = frame.find(" host app web.1 - ");
        if (at != std::string::npos) texts.push_back(frame.substr(at + 18));
      }
    }
    return texts;
  }

  int port_ = 0;
  std::vector<Request> got_;
};

TEST_F(DrainsTest, lines_are_posted_in_frames) {
  serve({204});
  app_that_prints();
  start();
  wait(1s);
  std::string const token = add_drain(drain_url());
  EXPECT_TRUE(token.starts_with("d."));
  print(2);
  wait(1s);
  ASSERT_FALSE(got_.empty());
  Request const& first = got_[0];
  EXPECT_EQ(first.method, "POST");
  EXPECT_EQ(first.url, "/logs");
  EXPECT_EQ(first.headers.value_or("Content-Type", ""), "application/logplex-1");
  EXPECT_EQ(first.headers.value_or("Logplex-Drain-Token", ""), token);
  EXPECT_EQ(first.headers.value_or("Logplex-Frame-Id", "").size(), 32U);
  EXPECT_TRUE(first.headers.value_or("User-Agent", "").starts_with("Logplex/v"));
  EXPECT_EQ(first.headers.value_or("Logplex-Msg-Count", ""),
            std::to_string(lines_of(first.body).size()));
  EXPECT_EQ(printed(), (Lines{"line 0", "line 1"}));
  // Each frame is as long as it says.
  std::string_view rest = first.body;
  while (!rest.empty()) {
    std::size_t const blank = rest.find(' ');
    auto const length = parse_integer(rest.substr(0, blank));
    ASSERT_TRUE(length);
    ASSERT_LE(blank + 1 + static_cast<std::size_t>(*length), rest.size());
    rest.remove_prefix(blank + 1 + static_cast<std::size_t>(*length));
  }
}

TEST_F(DrainsTest, a_batch_that_was_not_taken_is_sent_again_with_the_same_id) {
  serve({500, 503, 200});
  app_that_prints();
  start();
  wait(1s);
  add_drain(drain_url());
  print(1);
  wait(500ms);
  EXPECT_EQ(got_.size(), 1U);
  print(1);
  wait(10s);
  ASSERT_GE(got_.size(), 4U);
  EXPECT_EQ(got_[0].headers.value_or("Logplex-Frame-Id", ""),
            got_[2].headers.value_or("Logplex-Frame-Id", ""));
  EXPECT_EQ(got_[0].body, got_[2].body);
  EXPECT_NE(got_[2].headers.value_or("Logplex-Frame-Id", ""),
            got_[3].headers.value_or("Logplex-Frame-Id", ""));
  EXPECT_EQ(printed(), (Lines{"line 0", "line 0"}));
}

TEST_F(DrainsTest, what_waits_is_bounded_and_l10_says_what_was_dropped) {
  serve({500, 500, 500, 500, 500, 500, 500, 500, 200});
  app_that_prints();
  start();
  wait(1s);
  add_drain(drain_url());
  print(1);
  wait(1s);
  print(3000);
  wait(1h);
  std::string all;
  for (Request const& request : got_) all += request.body;
  std::size_t const at = all.find("<172>1 ");
  ASSERT_NE(at, std::string::npos);
  EXPECT_NE(all.find(" host heroku logplex - Error L10 (output buffer overflow): ", at),
            std::string::npos);
  Lines const lines = printed();
  EXPECT_LE(lines.size(), 1025U);
  EXPECT_GE(lines.size(), 1000U);
  EXPECT_EQ(lines.back(), "line 2999");
}

TEST_F(DrainsTest, a_server_that_refuses_a_batch_does_not_get_it_again) {
  serve({400, 200});
  app_that_prints();
  start();
  wait(1s);
  add_drain(drain_url());
  print(1);
  wait(1min);
  EXPECT_EQ(got_.size(), 1U);
  print(1);
  wait(1min);
  EXPECT_EQ(got_.size(), 2U);
}

TEST_F(DrainsTest, credentials_in_the_url_become_a_header) {
  serve({200});
  app_that_prints();
  start();
  wait(1s);
  add_drain(fmt::format("http://token:se%40cret@localhost:{}/x", port_));
  print(1);
  wait(1s);
  ASSERT_FALSE(got_.empty());
  EXPECT_EQ(got_[0].headers.value_or("Authorization", ""), "Basic " + base64("token:se@cret"));
}

TEST_F(DrainsTest, drains_elsewhere_are_sent_nothing) {
  start();
  wait(1s);
  add_drain("https://logs.example.com/x");
  wait(1s);
  EXPECT_NE(events_.find("is not on this machine"), std::string::npos) << events_;
  router("full-app-123456.localhost");
  wait(1min);
}

TEST_F(DrainsTest, a_drain_that_is_removed_gets_nothing_more) {
  serve({500});
  app_that_prints();
  start();
  wait(1s);
  std::string const token = add_drain(drain_url());
  print(1);
  wait(1s);
  std::size_t const before = got_.size();
  EXPECT_GE(before, 1U);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/log-drains/" + token).status, 200);
  wait(1h);
  EXPECT_LE(got_.size(), before + 1);
}

}  // namespace
}  // namespace landfall
