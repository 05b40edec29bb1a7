// The incident's world on this machine: real ports, real processes, real time.
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "base/archive.h"
#include "base/json.h"
#include "sandbox/sandbox.h"
#include "sandbox/world_file.h"

namespace landfall {
namespace {

class RealSandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto real = RealWorld::start({});
    ASSERT_TRUE(real) << real.error().text;
    real_ = std::move(*real);
    real_->set_clock(*parse_instant("2026-04-30T16:30:00Z"));
    folder_ = *world().files.temporary_folder("sandbox-test");
  }
  void TearDown() override {
    sandbox_.reset();
    if (!real_) return;
    EXPECT_TRUE(world().files.remove(folder_));
  }

  World world() { return real_->world(); }

  /// Runs the loop until the work calls its argument.
  void run(std::function<void(Work)> const& work) {
    bool late = false;
    TimerId const timer = world().loop.after(60s, [&] {
      late = true;
      world().loop.stop();
    });
    work([this] { world().loop.stop(); });
    world().loop.run();
    world().loop.cancel(timer);
    ASSERT_FALSE(late) << "no end within a minute";
  }

  Result<Response> send(Request request) {
    Result<Response> got;
    run([&](Work done) {
      world().http.send(std::move(request),
                        [&, end = std::move(done)](Result<Response> answer) mutable {
                          got = std::move(answer);
                          end();
                        });
    });
    return got;
  }

  Json heroku(std::string const& method, std::string const& path, std::string body = "") {
    Request request{.method = method,
                    .url = fmt::format("http://127.0.0.1:{}{}", sandbox_->ports().heroku, path),
                    .body = std::move(body)};
    request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    request.headers.set("Authorization", "Bearer raxx-heroku-sre");
    auto const got = send(std::move(request));
    EXPECT_TRUE(got) << got.error().text;
    return got ? Json::parse(got->body).value_or(Json()) : Json();
  }

  Result<Response> health(std::string const& app) {
    Request request{.url = *heroku("GET", "/apps/" + app).text("web_url") + "health"};
    request.timeout = 30s;
    return send(std::move(request));
  }

  void start() {
    std::string const example = LANDFALL_SOURCE "/examples/raxx";
    std::string const file = example + "/world.yaml";
    auto sandbox =
        Sandbox::start(world(), {*world().files.read(file), file, example}, {.scratch = folder_});
    ASSERT_TRUE(sandbox) << sandbox.error().text;
    sandbox_ = std::move(*sandbox);
    sandbox_->on_event([this](std::string_view line) { events_ += std::string(line) + "\n"; });
  }

  /// Uploads the example's repository and builds it on production.
  void deploy(std::string const& commit) {
    auto const tree = sandbox::read_folder(world().files, LANDFALL_SOURCE "/examples/raxx/repo");
    ASSERT_TRUE(tree) << tree.error().text;
    std::vector<ArchiveEntry> entries;
    for (auto const& [path, content] : *tree) {
      entries.push_back({"top/" + path, EntryKind::file, content.mode, content.content});
    }
    Json const source = heroku("POST", "/sources");
    auto const put =
        send({.method = "PUT", .url = *source.text("source_blob.put_url"), .body = *pack(entries)});
    ASSERT_TRUE(put) << put.error().text;
    ASSERT_EQ(put->status, 200);
    Json const made = heroku("POST", "/apps/raxx-api-prod/builds",
                             fmt::format(R"({{"source_blob":{{"url":"{}","version":"{}"}}}})",
                                         *source.text("source_blob.get_url"), commit));
    // The output ends with the build.
    auto const output = send({.url = *made.text("output_stream_url")});
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_NE(output->body.find("Released v8"), std::string::npos) << output->body;
  }

  std::unique_ptr<RealWorld> real_;
  std::unique_ptr<Sandbox> sandbox_;
  std::string folder_;
  std::string events_;
};

TEST_F(RealSandboxTest, the_incident_stands_is_mended_and_leaves_nothing_running) {
  start();
  auto const blank = health("raxx-api-prod");
  ASSERT_TRUE(blank) << blank.error().text;
  EXPECT_EQ(blank->status, 502);
  EXPECT_NE(blank->body.find("Welcome to your new app!"), std::string::npos);

  auto const staging = health("raxx-api-staging");
  ASSERT_TRUE(staging) << staging.error().text;
  EXPECT_EQ(staging->status, 200) << events_;
  EXPECT_EQ(*Json::parse(staging->body)->text("commit"),
            "3af5b0dc4aaec8597d6b377ff01fa9d479a50128");

  std::string const commit = "7e762b47311b55e025b7c301beba9d18540113d3";
  deploy(commit);
  auto const live = health("raxx-api-prod");
  ASSERT_TRUE(live) << live.error().text;
  EXPECT_EQ(live->status, 200) << events_;
  EXPECT_EQ(*Json::parse(live->body)->text("commit"), commit);
  EXPECT_EQ(*Json::parse(live->body)->text("status"), "ok");
  auto const guarded =
      send({.url = *heroku("GET", "/apps/raxx-api-prod").text("web_url") + "api/status"});
  EXPECT_EQ(guarded->status, 403);

  Json const state = *Json::parse(
      send({.url = fmt::format("http://127.0.0.1:{}/sandbox/state", sandbox_->ports().heroku)})
          ->body);
  std::vector<std::int64_t> ports;
  for (Json const& app : state.find("apps")->as_array()) {
    for (Json const& dyno : app.find("dynos")->as_array()) ports.push_back(*dyno.integer("port"));
  }
  EXPECT_EQ(ports.size(), 2U);
  run([&](Work done) { sandbox_->stop(true, std::move(done)); });
  for (std::int64_t const port : ports) {
    auto const gone = send({.url = fmt::format("http://127.0.0.1:{}/health", port)});
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, "connect");
  }
  EXPECT_EQ(world().files.list(folder_ + "/dynos")->size(), 0U);
}

}  // namespace
}  // namespace landfall
