// A sandbox in the simulated world, and short words for what tests do with it.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/archive.h"
#include "base/json.h"
#include "sandbox/github_schema_fixture.h"
#include "sandbox/heroku_schema_fixture.h"
#include "sandbox/sandbox.h"
#include "world/sim_world.h"

namespace landfall {

/// Two people, an app without code, an app with code, a repository with one workflow.
inline char const* const small_world = R"(
clock: 2026-05-01T12:00:00Z
users:
  ada: {id: 11, email: ada@shop.example}
  bob: {id: 12}
tokens:
  heroku-ada: {service: heroku, user: ada}
  heroku-bob: {service: heroku, user: bob}
  github-admin: {service: github, user: ada, role: admin}
  github-write: {service: github, user: bob, role: write}
  github-read: {service: github, user: bob, role: read}
heroku:
  build_takes: 1s
  apps:
    empty-app:
      created_at: 2026-04-22T06:53:00Z
      owner: ada
      features: [runtime-dyno-metadata]
      config: {GREETING: hello}
      releases:
        - {at: 2026-04-22T06:53:00Z, description: Initial release}
        - {at: 2026-04-22T06:54:00Z, description: Set GREETING config vars}
    full-app:
      created_at: 2026-04-10T10:00:00Z
      owner: ada
      host: full-app-123456
      domains: [shop.example]
      features: [runtime-dyno-metadata]
      formation: {web: 1}
      releases:
        - {at: 2026-04-10T10:00:00Z, description: Initial release}
        - at: 2026-04-15T08:00:00Z
          description: Deploy 3af5b0dc
          code: {folder: code, commit: 3af5b0dc4aaec8597d6b377ff01fa9d479a50128}
    private-app:
      created_at: 2026-04-10T10:00:00Z
      owner: ada
      access: []
github:
  repositories:
    acme/shop:
      created_at: 2026-04-01T00:00:00Z
      commits:
        - sha: 1111111111111111111111111111111111111111
          at: 2026-04-02T00:00:00Z
          by: ada
          title: One
          files: [a/b.txt]
        - sha: 2222222222222222222222222222222222222222
          at: 2026-04-03T00:00:00Z
          by: bob
          title: Two
          files: [Procfile]
          folder: code
      tags: {shop-v1: 1111111111111111111111111111111111111111}
      workflows:
        .github/workflows/deploy.yml:
          created_at: 2026-04-03T00:00:00Z
          on_push: {conclusion: failure, takes: 40s, jobs: [{name: deploy, conclusion: failure}]}
      runs:
        - workflow: .github/workflows/deploy.yml
          sha: 2222222222222222222222222222222222222222
          at: 2026-04-03T00:00:05Z
      environments:
        staging: {created_at: 2026-04-03T00:00:00Z}
      deployments:
        - environment: staging
          sha: 2222222222222222222222222222222222222222
          at: 2026-04-03T00:00:09Z
          state: failure
      secrets: {API_KEY: 2026-04-02T00:00:00Z}
)";

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sim_ = SimWorld::create(*parse_instant("2026-05-01T12:00:00Z"), 7, {{"PATH", "/usr/bin"}});
    World world = sim_->process("files");
    write(world, "Procfile", "web: python3 app.py\n");
    write(world, "app.py", "print('hello')\n");
    write(world, ".github/workflows/deploy.yml",
          "name: Deploy\non: push\njobs: {deploy: {runs-on: x, steps: [{run: x}]}}\n");
    serve_web();
  }

  /// The app of the tests: answers its commit, its greeting and its release.
  void serve_web() {
    sim_->program("python3 app.py", [](SimProgram program) {
      auto const variable = [environment = program.command.environment](std::string_view name) {
        for (auto const& [key, value] : environment) {
          if (key == name) return value;
        }
        return std::string("-");
      };
      program.listen(std::stoi(variable("PORT")), [variable](Request request, Respond respond) {
        Json const body = Json::object({{"path", request.url},
                                        {"commit", variable("HEROKU_SLUG_COMMIT")},
                                        {"release", variable("HEROKU_RELEASE_VERSION")},
                                        {"greeting", variable("GREETING")},
                                        {"for", request.headers.value_or("X-Forwarded-For", "")}});
        respond({.status = 200,
                 .headers = {{"Content-Type", "application/json"}},
                 .body = body.dump()});
      });
    });
  }

  static void write(World world, std::string const& name, std::string_view content) {
    auto const done =
        world.files.write("/tmp/no-such-folder-of-landfall/world/code/" + name, content);
    ASSERT_TRUE(done) << done.error().text;
  }

  void start(std::string const& text = small_world) {
    auto sandbox = Sandbox::start(
        sim_->process("sandbox"), {text, "world.yaml", "/tmp/no-such-folder-of-landfall/world"},
        {.scratch = "/tmp/no-such-folder-of-landfall/state", .data = data_});
    ASSERT_TRUE(sandbox) << sandbox.error().text;
    sandbox_ = std::move(*sandbox);
    sandbox_->on_event([this](std::string_view line) { events_ += std::string(line) + "\n"; });
  }

  /// Sends a request and waits for its end.
  Result<Response> send(Request request) {
    std::optional<Result<Response>> got;
    auto const url = parse_url(request.url);
    std::string const method = request.method;
    if (!request.headers.find("User-Agent")) request.headers.set("User-Agent", "test");
    sim_->process("client").http.send(std::move(request),
                                      [&](Result<Response> answer) { got = std::move(answer); });
    EXPECT_TRUE(sim_->run_until([&] { return got.has_value(); }));
    if (got && *got && url) judge(method, *url, **got);
    return got ? std::move(*got) : Result<Response>(fail(ErrorKind::network, "nothing came"));
  }

  /// Every answer of the Platform API is as Heroku's schema promises it.
  void judge(std::string const& method, Url const& url, Response const& response) const {
    if (sandbox_ && url.port == sandbox_->ports().github && !answers_are_spoiled_)
      for (std::string const& said : GitHubSchema::shared().complaints(method, url, response))
        ADD_FAILURE() << method << " " << url.path << " " << response.status << ": " << said;
    bool const is_api = sandbox_ && url.port == sandbox_->ports().heroku && is_platform_api(url);
    if (!is_api || answers_are_spoiled_) return;
    for (std::string const& said : HerokuSchema::shared().complaints(method, url, response)) {
      ADD_FAILURE() << method << " " << url.path << " " << response.status << ": " << said;
    }
  }

  Response answer(Request request) {
    auto got = send(std::move(request));
    EXPECT_TRUE(got) << got.error().text;
    return got ? *std::move(got) : Response{};
  }

  Response heroku(std::string const& method, std::string const& path, std::string body = "",
                  std::string const& token = "heroku-ada") {
    Request request{.method = method, .url = api(path), .body = std::move(body)};
    request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    request.headers.set("Authorization", "Bearer " + token);
    return answer(std::move(request));
  }

  Response github(std::string const& method, std::string const& path, std::string body = "",
                  std::string const& token = "github-admin") {
    Request request{.method = method, .url = hub(path), .body = std::move(body)};
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    return answer(std::move(request));
  }

  Response router(std::string const& host, std::string const& path = "/",
                  std::string const& method = "GET") {
    Request request{.method = method,
                    .url = fmt::format("http://127.0.0.1:{}{}", sandbox_->ports().router, path)};
    request.headers.set("Host", host);
    request.timeout = 120s;
    return answer(std::move(request));
  }

  std::string api(std::string const& path) const {
    return fmt::format("http://127.0.0.1:{}{}", sandbox_->ports().heroku, path);
  }
  std::string hub(std::string const& path) const {
    return fmt::format("http://127.0.0.1:{}{}", sandbox_->ports().github, path);
  }

  static Json json(Response const& response) {
    auto const parsed = Json::parse(response.body);
    EXPECT_TRUE(parsed) << response.body.substr(0, 200);
    return parsed ? *parsed : Json();
  }

  void wait(Duration duration) {
    bool over = false;
    sim_->process("client").loop.after(duration, [&] { over = true; });
    EXPECT_TRUE(sim_->run_until([&] { return over; }));
  }

  static std::string source_archive(std::string const& procfile = "web: python3 app.py\n") {
    std::vector<ArchiveEntry> entries{{"shop-1234567", EntryKind::directory, 0755, ""},
                                      {"shop-1234567/app.py", EntryKind::file, 0644, "run()\n"}};
    if (!procfile.empty()) {
      entries.push_back({"shop-1234567/Procfile", EntryKind::file, 0644, procfile});
    }
    return *pack(entries);
  }

  /// Uploads the archive and asks for a build of it on the app.
  Json begin_build(std::string const& app, std::string const& archive = source_archive(),
                   std::string const& version = "1234567") {
    Json const source = json(heroku("POST", "/sources"));
    std::string const put = source.text("source_blob.put_url").value_or("");
    EXPECT_EQ(answer({.method = "PUT", .url = put, .body = archive}).status, 200);
    Json const wanted = Json::object(
        {{"source_blob",
          Json::object({{"url", *source.text("source_blob.get_url")}, {"version", version}})}});
    Response const made = heroku("POST", "/apps/" + app + "/builds", wanted.dump());
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }
  /// The same, and waits until the build has ended.
  Json build(std::string const& app, std::string const& archive, std::string const& version) {
    Json const made = begin_build(app, archive, version);
    EXPECT_EQ(*made.text("status"), "pending");
    EXPECT_TRUE(made.find("release")->is_null());
    wait(2s);
    return json(heroku("GET", "/apps/" + app + "/builds/" + *made.text("id")));
  }

  std::unique_ptr<SimWorld> sim_;
  std::unique_ptr<Sandbox> sandbox_;
  std::string events_;
  std::string data_{};  ///< the folder of what outlives a restart; empty: nothing does
  bool answers_are_spoiled_ = false;  ///< by faults: no schema promises anything
};

}  // namespace landfall
