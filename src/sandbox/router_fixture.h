// Both sides of the router in bytes: clients, and a dyno that says what the test wants.
#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {

class RouterBytesTest : public SandboxTest {
 protected:
  /// One end of a connection, as the test holds it.
  struct Link {
    std::unique_ptr<Stream> stream;
    std::string got;
    std::string end;  ///< "end" or the error's code
    int drained = 0;
  };

  void SetUp() override {
    SandboxTest::SetUp();
    sim_->program("python3 app.py", [this](SimProgram program) {
      int port = 0;
      for (auto const& [name, value] : program.command.environment) {
        if (name == "PORT") port = std::stoi(value);
      }
      if (stubborn_) program.on_terminate([] {});
      auto const listening = program.world.streams.listen(
          port, [this](std::unique_ptr<Stream> stream) { dyno_accepts(std::move(stream)); });
      EXPECT_TRUE(listening);
    });
  }
  void TearDown() override {
    clients_.clear();
    dynos_.clear();
    sandbox_.reset();
  }

  void dyno_accepts(std::unique_ptr<Stream> stream) {
    dynos_.push_back(std::make_unique<Link>());
    Link* const link = dynos_.back().get();
    link->stream = std::move(stream);
    link->stream->start(
        {.bytes =
             [this, link](std::string_view bytes) {
               link->got += bytes;
               if (answer_) answer_(*link);
             },
         .drained = [link] { ++link->drained; },
         .ended = [link](Result<> how) { link->end = how ? "end" : how.error().code; }});
  }

  /// A sandbox whose app is up, and in whose dyno nobody has asked anything yet.
  void start_app() {
    start();
    wait(1s);
    dynos_.clear();
    events_.clear();
  }

  Link& connect() {
    clients_.push_back(std::make_unique<Link>());
    Link* const link = clients_.back().get();
    sim_->process("client").streams.connect(
        sandbox_->ports().router, 1s, [link](Result<std::unique_ptr<Stream>> stream) {
          ASSERT_TRUE(stream);
          link->stream = *std::move(stream);
          link->stream->start(
              {.bytes = [link](std::string_view bytes) { link->got += bytes; },
               .drained = [link] { ++link->drained; },
               .ended = [link](Result<> how) { link->end = how ? "end" : how.error().code; }});
        });
    settle();
    return *link;
  }
  /// Sends, and lets what follows at once happen.
  void send_bytes(Link& link, std::string_view bytes) {
    link.stream->write(bytes);
    settle();
  }
  void settle() { wait(1ms); }

  static std::string get(std::string const& target = "/", std::string const& fields = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host_ + "\r\n" + fields + "\r\n";
  }
  static std::string post(std::string const& fields) {
    return "POST /in HTTP/1.1\r\nHost: " + host_ + "\r\n" + fields + "\r\n";
  }
  /// The value of a field in a head; "-" if there is none.
  static std::string field(std::string const& head, std::string const& name) {
    for (std::string const& line : lines_of(head.substr(0, head.find("\r\n\r\n")))) {
      if (line.starts_with(name + ": ")) return line.substr(name.size() + 2);
    }
    return "-";
  }
  static std::string body(std::string const& message) {
    std::size_t const end = message.find("\r\n\r\n");
    return end == std::string::npos ? "(no head)" : message.substr(end + 4);
  }

  static inline std::string const host_ = "full-app-123456.localhost";
  bool stubborn_ = false;  ///< the dyno does not end when it is told to
  std::function<void(Link&)> answer_;
  std::vector<std::unique_ptr<Link>> dynos_;
  std::vector<std::unique_ptr<Link>> clients_;
};

}  // namespace landfall
