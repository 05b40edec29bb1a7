// A sandbox of a small world, and real git as its client.
#pragma once

#include <sys/stat.h>

#include <cstdio>
#include <memory>

#include "e2e/program.h"

namespace landfall {

inline char const* const git_world = R"(
clock: 2026-05-01T12:00:00Z
users:
  ada: {id: 11, name: Ada, email: ada@shop.example}
  bob: {id: 12, name: Bob, email: bob@shop.example}
tokens:
  heroku-ada: {service: heroku, user: ada}
  heroku-bob: {service: heroku, user: bob}
  github-ada: {service: github, user: ada, role: admin}
  github-bob: {service: github, user: bob, role: write}
  github-reader: {service: github, user: bob, role: read}
heroku:
  build_takes: 0s
  buildpacks: {slow: pack}
  apps:
    shop: {created_at: 2026-04-22T06:53:00Z, owner: ada, features: [runtime-dyno-metadata]}
    slow: {created_at: 2026-04-22T06:53:00Z, owner: ada, buildpacks: [slow]}
    closed: {created_at: 2026-04-22T06:53:00Z, owner: ada, access: []}
github:
  repositories:
    acme/shop:
      created_at: 2026-04-01T00:00:00Z
      commits:
        - {sha: 1111111111111111111111111111111111111111, at: 2026-04-02T00:00:00Z, by: ada,
           title: Declared, folder: first}
        - {at: 2026-04-03T00:00:00Z, by: bob, title: Named by git, folder: second}
      tags: {v1: 1111111111111111111111111111111111111111}
      workflows:
        .github/workflows/deploy.yml:
          created_at: 2026-04-03T00:00:00Z
          on_push: {branches: [main, topic], conclusion: success, takes: 1s}
    acme/guarded:
      created_at: 2026-04-01T00:00:00Z
      commits: [{at: 2026-04-03T00:00:00Z, by: bob, title: One, folder: first}]
      protected: [main]
    acme/hidden:
      created_at: 2026-04-01T00:00:00Z
      private: true
      commits: [{at: 2026-04-03T00:00:00Z, by: bob, title: One, folder: first}]
    acme/kept: {created_at: 2026-04-01T00:00:00Z, archived: true}
)";

class GitTest : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    set("GIT_CONFIG_NOSYSTEM", "1");
    set("GIT_TERMINAL_PROMPT", "0");
    set("GIT_AUTHOR_NAME", "Ada");
    set("GIT_AUTHOR_EMAIL", "ada@shop.example");
    set("GIT_COMMITTER_NAME", "Ada");
    set("GIT_COMMITTER_EMAIL", "ada@shop.example");
    set("GIT_AUTHOR_DATE", "2026-05-01T12:00:00Z");
    set("GIT_COMMITTER_DATE", "2026-05-01T12:00:00Z");
    put("world.yaml", git_world);
    put("first/README.md", "one\n");
    put("second/README.md", "two\n");
    put("second/.github/workflows/deploy.yml", "name: Deploy\non: push\n");
    put("pack/bin/detect", "#!/bin/sh\ntest -e \"$1/Slowfile\" && echo Slow\n", 0755);
    // It waits until the test lets it go on.
    std::string const gate = folder_ + "/gate";
    ASSERT_EQ(::mkfifo(gate.c_str(), 0644), 0);
    gate_.reset(std::fopen(gate.c_str(), "r+"));
    ASSERT_TRUE(gate_);
    put("pack/bin/compile", "#!/bin/sh\necho first; read word < " + gate + "; echo third\n", 0755);
    sandbox_ = start({"sandbox", "--world", "world.yaml"});
    ASSERT_TRUE(until([&] { return sandbox_->says("Ctrl-C") || sandbox_->exit; }));
    ASSERT_FALSE(sandbox_->exit) << sandbox_->text();
    make_app("app");
  }

  void put(std::string const& name, std::string_view content, unsigned mode = 0644) {
    ASSERT_TRUE(world().files.write(folder_ + "/" + name, content, mode));
  }

  /// A repository whose app answers the commit that it was built from.
  void make_app(std::string const& name) {
    put(name + "/Procfile", "web: python3 app.py\n");
    put(name + "/app.py",
        "import http.server, os\n"
        "class Page(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        body = os.environ.get('HEROKU_SLUG_COMMIT', '-').encode()\n"
        "        self.send_response(200)\n"
        "        self.send_header('Content-Length', str(len(body)))\n"
        "        self.end_headers()\n"
        "        self.wfile.write(body)\n"
        "http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Page).serve_forever()\n");
    good_git(name, {"init", "-q", "-b", "main"});
    commit(name, "The first version");
  }
  /// Its next build says "first" and waits.
  void make_slow(std::string const& name) {
    put(name + "/Slowfile", "");
    commit(name, "Slow");
  }
  /// One waiting build goes on.
  void let_build_go_on() {
    std::fputs("on\n", gate_.get());
    std::fflush(gate_.get());
  }
  void commit(std::string const& name, std::string const& title) {
    good_git(name, {"add", "-A"});
    good_git(name, {"commit", "-q", "--allow-empty", "-m", title});
  }

  Child git(std::string const& name, std::vector<std::string> words, OnLine on_line = {}) {
    words.insert(words.begin(), {"git", "-C", folder_ + "/" + name});
    Running const child = start_command(std::move(words), std::move(on_line));
    EXPECT_TRUE(until([&] { return child->exit.has_value(); })) << child->text();
    return *child;
  }
  std::string good_git(std::string const& name, std::vector<std::string> words) {
    Child const child = git(name, std::move(words));
    EXPECT_EQ(child.code(), 0) << child.text() << "\n" << sandbox_->text();
    return child.text();
  }

  std::string port(std::string_view service) const {
    std::string const text = sandbox_->text();
    std::size_t const at = text.find("http://127.0.0.1:", text.find(service));
    std::size_t const end = text.find('\n', at);
    return text.substr(at + 17, end - at - 17);
  }
  std::string heroku(std::string const& app, std::string const& token = "heroku-ada") const {
    return fmt::format("http://heroku:{}@127.0.0.1:{}/{}.git", token, port("Heroku API"), app);
  }
  std::string github(std::string const& name, std::string const& token = "") const {
    return fmt::format("http://{}127.0.0.1:{}/{}", token.empty() ? "" : "x:" + token + "@",
                       port("GitHub API"), name);
  }

  Response get(std::string const& url, std::string const& token) {
    std::optional<Result<Response>> answer;
    Request request{.url = url};
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    request.headers.set("User-Agent", "test");
    if (token.starts_with("heroku"))
      request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    world().http.send(std::move(request), [&](Result<Response> got) { answer = std::move(got); });
    EXPECT_TRUE(until([&] { return answer.has_value(); }));
    EXPECT_TRUE(*answer) << answer->error().text;
    return *answer ? **answer : Response{};
  }
  Json heroku_api(std::string const& path) {
    return json(get(fmt::format("http://127.0.0.1:{}{}", port("Heroku API"), path), "heroku-ada"));
  }
  Json github_api(std::string const& path) {
    return json(get(fmt::format("http://127.0.0.1:{}{}", port("GitHub API"), path), "github-ada"));
  }
  static Json json(Response const& response) {
    auto const read = Json::parse(response.body);
    EXPECT_TRUE(read) << response.body;
    return read.value_or(Json());
  }

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  Running sandbox_;
  std::unique_ptr<std::FILE, Close> gate_;
};

}  // namespace landfall
