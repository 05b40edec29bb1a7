// The watcher over the incident's world in simulated time: what fires when, who is told, and what
// becomes of it when the watcher is killed.
#include <fmt/core.h>

#include <algorithm>

#include "base/archive.h"
#include "sandbox/sandbox.h"
#include "sim/incident_world.h"
#include "watch/watch.h"

namespace landfall {
namespace {

constexpr char const* world_text = R"(
clock: 2026-05-01T12:00:00Z
users: {ada: {id: 11, name: Ada, email: ada@shop.example}}
tokens:
  heroku-ada: {service: heroku, user: ada}
  github-ada: {service: github, user: ada, role: admin}
heroku:
  build_takes: 10s
  apps:
    shop: {created_at: 2026-05-01T11:59:30Z, owner: ada}
github:
  repositories:
    acme/shop:
      created_at: 2026-04-01T00:00:00Z
      commits: [{at: 2026-04-03T00:00:00Z, by: ada, title: One, folder: app}]
)";

// The second port of a simulated machine.
constexpr char const* github_url = "http://127.0.0.1:20001";

constexpr char const* intent_text = R"(
organisation: Acme
repository: acme/shop
alerts:
  receivers:
    hook: {{kind: webhook, url: "{}/hook"}}
    issues: {{kind: github-issue, repository: acme/shop}}
  heartbeat: "{}/alive"
  routes: [{{severity: [SEV-1, SEV-2], to: [hook, issues]}}]
services:
  shop:
    environments:
      production: {{app: shop, grace: 10m}}
)";

class WatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sim_ = SimWorld::create(*parse_instant("2026-05-01T12:00:00Z"), 5,
                            {{"GITHUB_TOKEN", "github-ada"}, {"GITHUB_API_URL", github_url}});
    sim_->program("web", [](SimProgram program) {
      for (auto const& [name, value] : program.command.environment)
        if (name == "PORT")
          program.listen(static_cast<int>(*parse_integer(value)), [](Request, Respond respond) {
            respond({.status = 200, .body = "fine"});
          });
    });
    World const host = sim_->process("sandbox");
    ASSERT_TRUE(host.files.write("/world/app/Procfile", "web: web\n"));
    auto sandbox = Sandbox::start(host, {world_text, "world.yaml", "/world"}, {"/scratch"});
    ASSERT_TRUE(sandbox) << sandbox.error().text;
    sandbox_ = *std::move(sandbox);
    ASSERT_EQ(github_url, fmt::format("http://127.0.0.1:{}", sandbox_->ports().github));
    auto const port =
        sim_->process("receiver").server.listen(0, [this](Request const& request, Respond respond) {
          if (request.url == "/alive") ++beats_;
          if (auto const body = Json::parse(request.body); body && request.url == "/hook")
            told_.push_back(fmt::format("{} {} {}", *body->text("kind"), *body->text("severity"),
                                        *body->text("check")));
          respond({.status = 200});
        });
    std::string const url = fmt::format("http://127.0.0.1:{}", *port);
    auto intent = parse_intent(fmt::format(intent_text, url, url), "landfall.yaml");
    ASSERT_TRUE(intent) << intent.error().text;
    intent_ = *std::move(intent);
    path_ = fresh_database("watch");
    begin();
  }
  void TearDown() override {
    end();
    sandbox_.reset();
  }

  void begin() {
    make_watch();
    ASSERT_TRUE(watch_->start());
  }
  void make_watch() {
    auto store = Store::open(path_);
    ASSERT_TRUE(store) << store.error().text;
    store_.emplace(*std::move(store));
    SandboxPorts const ports = sandbox_->ports();
    Platforms const platforms{
        {fmt::format("http://127.0.0.1:{}", ports.heroku), Secret("heroku-ada")},
        {fmt::format("http://127.0.0.1:{}", ports.github), Secret("github-ada")}};
    watch_ = std::make_unique<Watch>(
        sim_->process("landfall"), *store_, intent_, platforms, WatchIntervals{},
        [this](std::string_view line) { log_ += fmt::format("{}\n", line); });
  }
  void end() {
    watch_.reset();
    store_.reset();
  }
  void kill() {
    sim_->kill("landfall");
    end();
  }
  void pass(Duration time) {
    World const clock = sim_->process("clock");
    bool over = false;
    clock.loop.after(time, [&] { over = true; });
    sim_->run_until([&] { return over; });
  }
  Json heroku(std::string const& method, std::string const& path, std::string const& body = "") {
    Request request{.method = method,
                    .url = fmt::format("http://127.0.0.1:{}{}", sandbox_->ports().heroku, path),
                    .body = body};
    request.headers.set("Authorization", "Bearer heroku-ada");
    request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    request.headers.set("Content-Type", "application/json");
    std::optional<Response> answer;
    sim_->process("client").http.send(std::move(request), [&](Result<Response> got) {
      answer = got ? *std::move(got) : Response{};
    });
    sim_->run_until([&] { return answer.has_value(); });
    EXPECT_LT(answer->status, 300) << answer->body;
    return Json::parse(answer->body).value_or(Json());
  }
  void put(std::string const& url, std::string const& bytes) {
    bool done = false;
    sim_->process("client").http.send({.method = "PUT", .url = url, .body = bytes},
                                      [&](Result<Response> const& answer) {
                                        EXPECT_TRUE(answer && answer->status == 200);
                                        done = true;
                                      });
    sim_->run_until([&] { return done; });
  }
  void deploy() {
    Json const source = heroku("POST", "/sources");
    put(source.text("source_blob.put_url").value_or(""),
        *pack({{.path = "Procfile", .content = "web: web\n"}}));
    heroku("POST", "/apps/shop/builds",
           fmt::format(R"({{"source_blob":{{"url":"{}","version":"{}"}}}})",
                       source.text("source_blob.get_url").value_or(""), std::string(40, 'a')));
  }
  /// "open SEV-1 shop/production: Never deployed..." of each issue of the repository.
  std::vector<std::string> issues() {
    Request request{.url = fmt::format("{}/repos/acme/shop/issues?state=all", github_url)};
    request.headers.set("Authorization", "Bearer github-ada");
    request.headers.set("User-Agent", "test");
    std::vector<std::string> list;
    bool done = false;
    sim_->process("client").http.send(std::move(request), [&](Result<Response> const& answer) {
      auto const json = Json::parse(answer->body);
      for (Json const& issue : json->as_array())
        list.push_back(*issue.text("state") + " " + *issue.text("title"));
      done = true;
    });
    sim_->run_until([&] { return done; });
    return list;
  }
  std::string told() const { return join(told_, ", "); }
  std::string answer(std::string const& path) {
    return answer_watch(*store_, watch_->state(), {.url = path}, sim_->process("landfall").now())
        .body;
  }

  std::unique_ptr<SimWorld> sim_;
  std::unique_ptr<Sandbox> sandbox_;
  Intent intent_;
  std::string path_;
  std::optional<Store> store_;
  std::unique_ptr<Watch> watch_;
  std::vector<std::string> told_;
  std::string log_;
  int beats_ = 0;
};

TEST_F(WatchTest, an_app_created_empty_calls_and_is_quiet_after_the_deploy) {
  pass(1min);
  EXPECT_EQ(told(), "") << log_;
  EXPECT_NE(log_.find("pending SEV-2 shop/production no-running-dynos"), std::string::npos) << log_;
  EXPECT_EQ(answer("/readyz"), "ready\n");
  pass(3min + 29s);
  EXPECT_EQ(told().find("no-running-dynos"), std::string::npos) << log_;
  pass(5s);
  EXPECT_NE(told().find("firing SEV-2 no-running-dynos"), std::string::npos) << told() << log_;
  EXPECT_EQ(told().find("never-deployed"), std::string::npos) << "within its grace";
  pass(5min);
  EXPECT_NE(told().find("firing SEV-1 never-deployed"), std::string::npos) << told() << log_;
  EXPECT_NE(answer("/metrics").find("landfall_alerts{state=\"firing\",severity=\"SEV-1\"} "),
            std::string::npos);
  deploy();
  pass(5min);
  EXPECT_NE(told().find("resolved SEV-2 no-running-dynos"), std::string::npos) << told() << log_;
  EXPECT_NE(told().find("resolved SEV-1 never-deployed"), std::string::npos) << told();
  EXPECT_GT(beats_, 10);
}

TEST_F(WatchTest, an_alert_is_one_issue_that_is_closed_when_it_is_over) {
  pass(25min);
  std::vector<std::string> issues = this->issues();
  ASSERT_EQ(issues.size(), 3U) << join(issues, "\n") << log_;
  for (std::string const& issue : issues) EXPECT_TRUE(issue.starts_with("open SEV-")) << issue;
  kill();
  begin();
  deploy();
  pass(10min);
  issues = this->issues();
  ASSERT_EQ(issues.size(), 3U) << join(issues, "\n") << log_;
  for (std::string const& issue : issues) EXPECT_TRUE(issue.starts_with("closed SEV-")) << issue;
}

TEST_F(WatchTest, a_config_release_of_a_healthy_app_calls_nobody) {
  deploy();
  pass(5min);
  std::string const before = told();
  heroku("PATCH", "/apps/shop/config-vars", R"({"COLOUR":"red"})");
  pass(30min);
  EXPECT_EQ(told(), before) << log_;
  EXPECT_EQ(answer("/healthz"), "ok\n");
}

TEST_F(WatchTest, a_single_round_tells_before_it_ends) {
  kill();
  pass(10min);
  make_watch();
  std::optional<Result<>> end;
  watch_->once([&](Result<> result) { end = std::move(result); });
  sim_->run_until([&] { return end.has_value(); });
  ASSERT_TRUE(end && *end);
  EXPECT_NE(told().find("firing SEV-2 no-running-dynos"), std::string::npos) << told() << log_;
}

TEST_F(WatchTest, kills_at_random_lose_no_alert_and_double_none) {
  Random random(11);
  for (int i = 0; i < 200; ++i) {
    pass(Duration(static_cast<std::int64_t>(random.next() % 20'000)));
    kill();
    begin();
  }
  pass(20min);
  std::vector<std::string> sorted = told_;
  std::sort(sorted.begin(), sorted.end());
  // A kill between an answer and its being kept brings the message again, under the same key.
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  EXPECT_EQ(std::count(sorted.begin(), sorted.end(), "firing SEV-2 no-running-dynos"), 1) << told();
  EXPECT_EQ(std::count(sorted.begin(), sorted.end(), "firing SEV-1 never-deployed"), 1) << told();
  auto const open = open_alerts(*store_);
  ASSERT_TRUE(open);
  std::vector<std::string> prints;
  for (Alert const& alert : *open) prints.push_back(alert.fingerprint);
  std::sort(prints.begin(), prints.end());
  EXPECT_EQ(std::unique(prints.begin(), prints.end()), prints.end()) << "one alert per cause";
}

}  // namespace
}  // namespace landfall
