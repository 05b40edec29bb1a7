#include "sandbox/dynos_fixture.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

class RendezvousTest : public DynosTest {
 protected:
  struct Client {
    std::string bytes{};
    std::vector<std::string> chunks{};
    bool ended = false;
    std::unique_ptr<Stream> stream{};
  };
  void run(std::string const& more = "") {
    Response const made =
        heroku("POST", "/apps/full-app/dynos",
               R"({"attach":true,"command":"bin/console","env":{"TERM":"xterm","COLUMNS":"99"})" +
                   more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    name_ = json(made).text("name").value_or("");
    url_ = json(made).text("attach_url").value_or("");
  }
  std::string secret() const { return url_.substr(url_.rfind('/') + 1); }
  std::unique_ptr<Client> connect() {
    auto client = std::make_unique<Client>();
    bool connected = false;
    sim_->process("client").streams.connect(sandbox_->ports().rendezvous, 5s,
                                            [&](Result<std::unique_ptr<Stream>> stream) {
                                              ASSERT_TRUE(stream);
                                              client->stream = *std::move(stream);
                                              connected = true;
                                            });
    EXPECT_TRUE(sim_->run_until([&] { return connected; }));
    Client* const own = client.get();
    own->stream->start({.bytes =
                            [own](std::string_view bytes) {
                              own->bytes += bytes;
                              own->chunks.emplace_back(bytes);
                            },
                        .ended = [own](Result<> const&) { own->ended = true; }});
    return client;
  }
  /// A console that answers each line and ends at the end of its input or on "exit".
  void console() {
    sim_->program("bin/console", [this](SimProgram program) {
      commands_.push_back(program.command);
      program.print("> ");
      program.input(
          [program](std::string_view bytes) {
            program.print(fmt::format("<{}>", bytes));
            if (bytes.find("exit") != std::string_view::npos) program.exit(0);
          },
          [program] {
            program.print("[end]");
            program.exit(0);
          });
    });
  }

  std::string name_;
  std::string url_;
  std::vector<Command> commands_;
};

TEST_F(RendezvousTest, joins_a_client_and_its_dyno) {
  console();
  start();
  run();
  EXPECT_EQ(url_,
            fmt::format("rendezvous://127.0.0.1:{}/{}", sandbox_->ports().rendezvous, secret()));
  wait(1s);
  EXPECT_TRUE(commands_.empty());
  auto const client = connect();
  client->stream->write(secret() + "\r\n");
  wait(1s);
  ASSERT_GE(client->chunks.size(), 2U);
  // The official client drops the first piece that comes.
  EXPECT_EQ(client->chunks[0], "rendezvous\r\n");
  EXPECT_EQ(client->bytes, "rendezvous\r\n> ");
  ASSERT_EQ(commands_.size(), 1U);
  EXPECT_TRUE(commands_[0].terminal);
  client->stream->write("hello");
  wait(1s);
  client->stream->write("exit");
  wait(1s);
  EXPECT_EQ(client->bytes, "rendezvous\r\n> <hello><exit>");
  EXPECT_TRUE(client->ended);
  EXPECT_EQ(news(name_), (Lines{"Awaiting client", "Starting process with command `bin/console`",
                                "State changed from starting to up", "Process exited with status 0",
                                "State changed from up to complete"}));
  EXPECT_EQ(shown(), "web.1 up v2");
}

TEST_F(RendezvousTest, input_that_comes_early_is_kept) {
  console();
  start();
  run();
  auto const client = connect();
  client->stream->write(secret() + "\r\nearly");
  wait(1s);
  EXPECT_EQ(client->bytes, "rendezvous\r\n> <early>");
}

TEST_F(RendezvousTest, without_a_terminal_the_end_of_transmission_ends_the_input) {
  console();
  start();
  run(R"(,"force_no_tty":true)");
  auto const client = connect();
  client->stream->write(secret() + "\r\n");
  wait(1s);
  ASSERT_EQ(commands_.size(), 1U);
  EXPECT_FALSE(commands_[0].terminal);
  EXPECT_TRUE(commands_[0].takes_input);
  client->stream->write("data");
  client->stream->write("\x04");
  wait(1s);
  EXPECT_EQ(client->bytes, "rendezvous\r\n> <data>[end]");
  EXPECT_TRUE(client->ended);
}

TEST_F(RendezvousTest, a_dyno_ends_with_its_client) {
  console();
  start();
  run();
  auto client = connect();
  client->stream->write(secret() + "\r\n");
  wait(1s);
  EXPECT_NE(shown().find("run."), std::string::npos);
  client.reset();
  wait(1s);
  EXPECT_EQ(shown(), "web.1 up v2");
  EXPECT_EQ(news(name_, 3),
            (Lines{"Client connection closed. Sending SIGHUP to all processes",
                   "Process exited with status 129", "State changed from up to complete"}));
}

TEST_F(RendezvousTest, a_client_ends_with_its_dyno) {
  console();
  start();
  run();
  auto const client = connect();
  client->stream->write(secret() + "\r\n");
  wait(1s);
  EXPECT_EQ(heroku("POST", "/apps/full-app/dynos/" + name_ + "/actions/stop").status, 202);
  wait(1s);
  EXPECT_TRUE(client->ended);
}

TEST_F(RendezvousTest, a_dyno_waits_a_minute_for_its_client) {
  console();
  start();
  run();
  wait(59s);
  EXPECT_NE(shown().find("run."), std::string::npos);
  wait(2s);
  EXPECT_EQ(shown(), "web.1 up v2");
  EXPECT_EQ(news(name_),
            (Lines{"Awaiting client", "Error R13 (Attach error) -> Failed to attach to process",
                   "State changed from starting to complete"}));
  auto const late = connect();
  late->stream->write(secret() + "\r\n");
  wait(1s);
  EXPECT_TRUE(late->ended);
  EXPECT_TRUE(commands_.empty());
}

TEST_F(RendezvousTest, refuses_whom_nobody_waits_for) {
  console();
  start();
  run();
  auto const first = connect();
  first->stream->write(secret() + "\r\n");
  wait(1s);
  struct Row {
    char const* name;
    std::string text;
  };
  Row const table[]{{"the same again", secret() + "\r\n"},
                    {"nothing", "\r\n"},
                    {"nonsense", "GET / HTTP/1.1\r\n"},
                    {"no end of line", std::string(100'000, 'a')}};
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    auto const client = connect();
    client->stream->write(row.text);
    wait(1s);
    EXPECT_TRUE(client->ended);
    EXPECT_EQ(client->bytes, "");
  }
  auto const silent = connect();
  wait(31s);
  EXPECT_TRUE(silent->ended);
  EXPECT_FALSE(first->ended);
}

TEST_F(RendezvousTest, much_output_arrives_whole) {
  sim_->program("bin/console", [](SimProgram program) {
    for (int i = 0; i < 100; ++i) program.print(std::string(100'000, 'x'));
    program.exit(0);
  });
  start();
  run();
  auto const client = connect();
  client->stream->write(secret() + "\r\n");
  wait(10s);
  EXPECT_EQ(client->bytes.size(), 12U + 10'000'000U);
  EXPECT_TRUE(client->ended);
}

}  // namespace
}  // namespace landfall
