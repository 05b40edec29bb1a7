// The router on real ports, before a dyno that is a server of this process.
#include <gtest/gtest.h>

#include "sandbox/router.h"

namespace landfall {
namespace {

class RealRouterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto real = RealWorld::start({});
    ASSERT_TRUE(real) << real.error().text;
    real_ = *std::move(real);
    router_ = std::make_unique<sandbox::Router>(
        world(), state_, [this](std::string_view line) { lines_.emplace_back(line); },
        [](sandbox::App&) {});
    auto const port = router_->listen(0);
    ASSERT_TRUE(port);
    port_ = state_.ports.router = *port;
  }
  void TearDown() override {
    router_.reset();
    real_.reset();
  }

  World world() { return real_->world(); }

  /// An app whose one dyno answers by the handler.
  void add_app(std::string const& name, Handler handler) {
    auto const port = world().server.listen(0, std::move(handler));
    ASSERT_TRUE(port);
    sandbox::App& app = state_.heroku.apps[name];
    app.id = name + "-id";
    app.name = name;
    app.host = name;
    app.releases.push_back({.id = "release", .version = 3, .slug = "slug"});
    app.formation["web"] = {.type = "web", .quantity = 1};
    app.dynos.push_back({.id = name + "-dyno",
                         .name = "web.1",
                         .type = "web",
                         .state = sandbox::DynoState::up,
                         .port = *port});
  }

  Request request(std::string const& name, std::string const& path = "/") const {
    Request made{.url = "http://127.0.0.1:" + std::to_string(port_) + path};
    made.headers.set("Host", name + ".localhost");
    return made;
  }

  Result<Response> exchange(Request made) {
    std::optional<Result<Response>> answer;
    world().http.send(std::move(made), [&](Result<Response> result) {
      answer.emplace(std::move(result));
      world().loop.stop();
    });
    while (!answer) world().loop.run();
    return *std::move(answer);
  }

  static Handler echo() {
    return [](Request asked, Respond respond) {
      respond({.status = 200,
               .headers = {{"X-Target", asked.url},
                           {"X-Length", asked.headers.value_or("Content-Length", "none")}},
               .body = std::move(asked.body)});
    };
  }

  std::unique_ptr<RealWorld> real_;
  sandbox::State state_{1};
  std::unique_ptr<sandbox::Router> router_;
  std::vector<std::string> lines_;
  int port_ = 0;
};

TEST_F(RealRouterTest, large_bodies_pass_both_ways) {
  add_app("echo", echo());
  std::string body(15 << 20, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 2654435761U >> 13);
  Request chunked = request("echo", "/x?y");
  chunked.method = "POST";
  chunked.body = body;
  chunked.headers.set("Expect", "100-continue");
  Result<Response> const one = exchange(chunked);
  ASSERT_TRUE(one) << one.error().text;
  EXPECT_EQ(one->status, 200);
  EXPECT_EQ(one->headers.find("X-Target"), "/x?y");
  EXPECT_TRUE(one->body == body);
  chunked.headers.set("Transfer-Encoding", "chunked");
  Result<Response> const other = exchange(std::move(chunked));
  ASSERT_TRUE(other) << other.error().text;
  EXPECT_EQ(other->headers.find("X-Length"), "none");
  EXPECT_TRUE(other->body == body);
}

TEST_F(RealRouterTest, many_clients_at_once_are_all_answered) {
  std::vector<Respond> kept;
  add_app("slow", [&](Request asked, Respond respond) {
    if (asked.url != "/wait") return respond({.status = 200, .body = asked.url});
    kept.push_back(std::move(respond));
    if (kept.size() < 50) return;
    for (Respond& one : std::exchange(kept, {})) one({.status = 201, .body = "late"});
  });
  int answered = 0;
  int const count = 600;
  for (int i = 0; i < count; ++i) {
    std::string const path = i % 2 == 0 ? "/wait" : "/" + std::to_string(i);
    world().http.send(request("slow", path), [&, path](Result<Response> result) {
      EXPECT_TRUE(result && result->body == (path == "/wait" ? "late" : path));
      if (++answered == count) world().loop.stop();
    });
  }
  world().loop.run();
  EXPECT_EQ(answered, count);
  EXPECT_EQ(lines_.size(), 600U);
  EXPECT_EQ(state_.heroku.apps.at("slow").logged, 600U);
}

TEST_F(RealRouterTest, an_answer_reaches_the_client_while_it_is_made) {
  std::shared_ptr<BodySink> kept;
  add_app("stream", [&](Request, Respond respond) {
    respond({.status = 200, .stream = [&](std::shared_ptr<BodySink> sink) {
               kept = std::move(sink);
               kept->write("first");
             }});
  });
  std::string got;
  std::unique_ptr<Stream> client;
  world().streams.connect(port_, 1s, [&](Result<std::unique_ptr<Stream>> stream) {
    client = *std::move(stream);
    client->start({.bytes = [&](std::string_view bytes) {
      got += bytes;
      if (kept && got.ends_with("\r\n5\r\nfirst\r\n")) {
        kept->write("second");
        std::exchange(kept, nullptr)->end();
      }
      if (got.ends_with("0\r\n\r\n")) world().loop.stop();
    }});
    client->write("GET / HTTP/1.1\r\nHost: stream.localhost\r\n\r\n");
  });
  world().loop.run();
  EXPECT_TRUE(got.ends_with("\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n")) << got;
}

TEST_F(RealRouterTest, thousands_of_idle_clients_are_bounded_and_others_are_served) {
  add_app("echo", echo());
  std::size_t const idle = 9'000;
  std::size_t const most = 8'000;
  std::vector<std::unique_ptr<Stream>> clients;
  std::size_t closed = 0;
  std::string served;
  auto const look = [&] {
    if (clients.size() > idle && !served.empty() && closed >= idle - most) world().loop.stop();
  };
  std::function<void()> const dial = [&] {
    world().streams.connect(port_, 60s, [&](Result<std::unique_ptr<Stream>> stream) {
      ASSERT_TRUE(stream) << stream.error().text;
      bool const asks = clients.size() == idle;
      Stream& client = *clients.emplace_back(*std::move(stream));
      client.start({.bytes =
                        [&, asks](std::string_view bytes) {
                          if (asks) served += bytes;
                        },
                    .ended =
                        [&, asks](Result<>) {
                          if (!asks) ++closed;
                          look();
                        }});
      if (asks) {
        client.write("GET /q HTTP/1.1\r\nHost: echo.localhost\r\nConnection: close\r\n\r\n");
      } else {
        if (clients.size() % 2 == 0) client.write("GET / HT");
        dial();
      }
    });
  };
  dial();
  world().loop.run();
  EXPECT_TRUE(served.starts_with("HTTP/1.1 200 OK")) << served;
  EXPECT_GE(closed, idle - most);
  EXPECT_LE(closed, 2'000U);
}

TEST_F(RealRouterTest, a_dyno_that_does_not_listen_is_told_so) {
  add_app("gone", echo());
  state_.heroku.apps.at("gone").dynos[0].port = 1;
  Result<Response> const answer = exchange(request("gone"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_NE(lines_[0].find("code=H21 desc=\"Backend connection refused\""), std::string::npos);
}

TEST_F(RealRouterTest, nothing_happens_after_its_end) {
  std::vector<Respond> kept;
  add_app("slow", [&](Request, Respond respond) {
    kept.push_back(std::move(respond));
    world().loop.stop();
  });
  std::optional<Result<Response>> answer;
  world().http.send(request("slow"), [&](Result<Response> result) {
    answer.emplace(std::move(result));
    world().loop.stop();
  });
  world().loop.run();
  ASSERT_EQ(kept.size(), 1U);
  router_.reset();
  kept[0]({.status = 200});
  while (!answer) world().loop.run();
  EXPECT_FALSE(*answer);
}

}  // namespace
}  // namespace landfall
