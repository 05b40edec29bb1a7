#include "sandbox/dynos_fixture.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

class LogStreamTest : public DynosTest {
 protected:
  /// Opens the URL and reads what comes, for as long as this object lives.
  struct Reader {
    std::string bytes{};
    bool ended = false;
    std::unique_ptr<Stream> stream{};
  };
  std::unique_ptr<Reader> follow(std::string const& url, std::string const& more = "") {
    auto reader = std::make_unique<Reader>();
    Url const parsed = *parse_url(url);
    bool connected = false;
    sim_->process("client").streams.connect(parsed.port, 5s,
                                            [&](Result<std::unique_ptr<Stream>> stream) {
                                              ASSERT_TRUE(stream);
                                              reader->stream = *std::move(stream);
                                              connected = true;
                                            });
    EXPECT_TRUE(sim_->run_until([&] { return connected; }));
    Reader* const own = reader.get();
    own->stream->start({.bytes = [own](std::string_view bytes) { own->bytes += bytes; },
                        .ended = [own](Result<> const&) { own->ended = true; }});
    own->stream->write("GET " + parsed.path +
                       " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n" + more + "\r\n");
    wait(10ms);
    return reader;
  }

  /// The texts of the events that have come, without their times.
  static Lines events(Reader const& reader) {
    Lines texts;
    for (std::string const& line : lines_of(reader.bytes)) {
      if (line.starts_with("data: ")) texts.push_back(line.substr(6 + 33));
    }
    return texts;
  }

  /// An app that prints what its requests' paths say.
  void app_that_prints() {
    sim_->program("python3 app.py", [](SimProgram program) {
      program.listen(std::stoi(variable(program, "PORT")),
                     [program](Request request, Respond respond) {
                       program.print(request.url.substr(1) + "\n");
                       respond({.status = 200});
                     });
    });
  }
};

TEST_F(LogStreamTest, the_last_lines_come_as_events_and_the_answer_ends) {
  app_that_prints();
  start();
  wait(1s);
  Request request{.url = log_url("full-app", R"({"lines":2,"dyno":"web.1"})")};
  request.headers.set("Accept", "text/event-stream");
  Response const got = answer(std::move(request));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.headers.value_or("Content-Type", ""), "text/event-stream");
  Lines const lines = lines_of(got.body);
  ASSERT_EQ(lines.size(), 6U) << got.body;
  EXPECT_TRUE(lines[0].starts_with("id: ")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("data: 2026-05-01T12:00:0")) << lines[1];
  EXPECT_TRUE(
      lines[1].ends_with("000+00:00 heroku[web.1]: Starting process with command `python3 app.py`"))
      << lines[1];
  EXPECT_EQ(lines[2], "");
}

TEST_F(LogStreamTest, filters_by_source_and_dyno) {
  app_that_prints();
  start();
  wait(1s);
  router("full-app-123456.localhost", "/hello");
  EXPECT_EQ(log("full-app", "", R"({"source":"app","dyno":"web"})"), (Lines{"app[web.1]: hello"}));
  EXPECT_EQ(log("full-app", "", R"({"source":"heroku","dyno":"web.1"})").size(), 2U);
  EXPECT_TRUE(log("full-app", "", R"({"dyno":"worker"})").empty());
  EXPECT_TRUE(log("full-app", "", R"({"lines":0})").empty());
}

TEST_F(LogStreamTest, a_tail_goes_on_until_the_client_leaves) {
  app_that_prints();
  start();
  wait(1s);
  auto const reader =
      follow(log_url("full-app", R"({"lines":1,"tail":true,"dyno":"web","source":"app"})"));
  EXPECT_NE(reader->bytes.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_TRUE(events(*reader).empty());
  for (char const* path : {"/one", "/two"}) router("full-app-123456.localhost", path);
  wait(1s);
  EXPECT_EQ(events(*reader), (Lines{"app[web.1]: one", "app[web.1]: two"}));
  // A connection on which nothing comes is kept open by comments.
  std::size_t const before = reader->bytes.size();
  wait(1min);
  EXPECT_NE(reader->bytes.find(": heartbeat", before), std::string::npos);
  EXPECT_FALSE(reader->ended);
  reader->stream.reset();
  router("full-app-123456.localhost", "/three");
  wait(10min);
}

TEST_F(LogStreamTest, a_reader_that_lost_its_connection_goes_on_where_it_was) {
  app_that_prints();
  start();
  wait(1s);
  std::string const url =
      log_url("full-app", R"({"lines":1,"tail":true,"dyno":"web","source":"app"})");
  router("full-app-123456.localhost", "/one");
  auto const first = follow(url);
  EXPECT_EQ(events(*first), (Lines{"app[web.1]: one"}));
  std::size_t const at = first->bytes.rfind("id: ") + 4;
  std::string const last = first->bytes.substr(at, first->bytes.find('\n', at) - at);
  first->stream.reset();
  for (char const* path : {"/two", "/three"}) router("full-app-123456.localhost", path);
  auto const second = follow(url, "Last-Event-ID: " + last + "\r\n");
  EXPECT_EQ(events(*second), (Lines{"app[web.1]: two", "app[web.1]: three"}));
  for (char const* nonsense : {"-1", "x", "99999999999", ""}) {
    SCOPED_TRACE(nonsense);
    auto const third = follow(url, std::string("Last-Event-ID: ") + nonsense + "\r\n");
    EXPECT_EQ(events(*third), (Lines{"app[web.1]: three"}));
  }
}

TEST_F(LogStreamTest, a_slow_reader_is_told_what_it_missed) {
  sim_->program("python3 app.py", [](SimProgram program) {
    program.listen(std::stoi(variable(program, "PORT")), [program](Request, Respond respond) {
      for (int i = 0; i < 2000; ++i) {
        program.print(fmt::format("{} {}\n", i, std::string(1000, 'x')));
      }
      respond({.status = 200});
    });
  });
  start();
  wait(1s);
  auto const reader =
      follow(log_url("full-app", R"({"lines":1,"tail":true,"dyno":"web","source":"app"})"));
  reader->stream->pause(true);
  for (int i = 0; i < 2; ++i) router("full-app-123456.localhost");
  wait(1s);
  reader->stream->pause(false);
  wait(1s);
  std::string const all = join(events(*reader), "\n");
  EXPECT_NE(
      all.find("heroku[logplex]: Error L11 (tail buffer overflow): This tail session dropped"),
      std::string::npos);
  EXPECT_TRUE(all.ends_with("1999 " + std::string(1000, 'x')));
}

TEST_F(LogStreamTest, a_session_can_be_opened_for_five_minutes) {
  start();
  std::string const url = log_url("full-app", "{}");
  wait(4min);
  EXPECT_EQ(answer({.url = url}).status, 200);
  wait(2min);
  EXPECT_EQ(answer({.url = url}).status, 404);
  EXPECT_EQ(answer({.url = api("/logs/none")}).status, 404);
}

TEST_F(LogStreamTest, a_tail_ends_with_its_app) {
  start();
  wait(1s);
  auto const reader = follow(log_url("full-app", R"({"tail":true})"));
  EXPECT_EQ(heroku("DELETE", "/apps/full-app").status, 200);
  wait(1s);
  EXPECT_TRUE(reader->bytes.ends_with("0\r\n\r\n"))
      << reader->bytes.substr(reader->bytes.size() - 200);
}

}  // namespace
}  // namespace landfall
