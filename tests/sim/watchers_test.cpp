// Several watchers on one store in simulated time: they are killed, stopped and continued, and come
// and go at random; what people are told is the same as if one had watched all the time.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/archive.h"
#include "sandbox/sandbox.h"
#include "sim/incident_world.h"
#include "sim/pausable.h"
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
    shop: {created_at: 2026-05-01T11:51:30Z, owner: ada}
    blog: {created_at: 2026-05-01T11:40:00Z, owner: ada}
github:
  repositories:
    acme/shop:
      created_at: 2026-04-01T00:00:00Z
      commits: [{at: 2026-04-03T00:00:00Z, by: ada, title: One, folder: app}]
)";

constexpr char const* intent_text = R"(
organisation: Acme
repository: acme/shop
alerts:
  receivers:
    hook: {{kind: webhook, url: "{0}/hook"}}
    other: {{kind: webhook, url: "{0}/other"}}
  heartbeat: "{0}/alive"
  routes: [{{severity: [SEV-1, SEV-2], to: [hook, other]}}]
services:
  shop:
    environments:
      production: {{app: shop, grace: 10m}}
  blog:
    environments:
      production: {{app: blog, grace: 10m}}
)";

constexpr std::array all_checks{"health-failing", "never-deployed", "no-running-dynos"};

constexpr Duration lease = WatchIntervals{}.lease;

/// One process with its own connection to the store.
struct Watcher {
  Watcher(SimWorld& sim, std::string own_name) : name(std::move(own_name)), process(sim, name) {}
  std::string name;
  Pausable process;
  std::optional<Store> store;
  std::unique_ptr<Watch> watch;
};

class WatchersTest : public ::testing::Test {
 protected:
  void begin_world(std::uint64_t seed) {
    told_.clear();
    log_.clear();
    beats_ = 0;
    started_ = 0;
    sim_ = SimWorld::create(*parse_instant("2026-05-01T12:00:00Z"), seed,
                            {{"GITHUB_TOKEN", "github-ada"}});
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
    auto const port =
        sim_->process("receiver").server.listen(0, [this](Request const& request, Respond respond) {
          take(request, std::move(respond));
        });
    std::string const url = fmt::format("http://127.0.0.1:{}", *port);
    auto intent = parse_intent(fmt::format(intent_text, url), "landfall.yaml");
    ASSERT_TRUE(intent) << intent.error().text;
    intent_ = *std::move(intent);
    path_ = fresh_database("watchers");
    auto store = Store::open(path_);
    ASSERT_TRUE(store) << store.error().text;
    store_.emplace(*std::move(store));
  }
  void TearDown() override {
    watchers_.clear();
    store_.reset();
    sandbox_.reset();
  }

  void take(Request const& request, Respond respond) {
    if (request.url == "/alive") {
      ++beats_;
    } else if (auto const body = Json::parse(request.body)) {
      told_.push_back({request.url, *body->text("key"), *body->text("kind"), *body->text("target"),
                       *body->text("check")});
    }
    respond({.status = 200});
  }

  Watcher& start() {
    watchers_.push_back(std::make_unique<Watcher>(*sim_, fmt::format("watcher {}", ++started_)));
    Watcher& mine = *watchers_.back();
    auto store = Store::open(path_);
    require(store.has_value(), "the store cannot be opened");
    mine.store.emplace(*std::move(store));
    SandboxPorts const ports = sandbox_->ports();
    Platforms const platforms{
        {fmt::format("http://127.0.0.1:{}", ports.heroku), Secret("heroku-ada")},
        {fmt::format("http://127.0.0.1:{}", ports.github), Secret("github-ada")}};
    mine.watch =
        std::make_unique<Watch>(mine.process.world(), *mine.store, intent_, platforms,
                                WatchIntervals{}, [this, name = mine.name](std::string_view line) {
                                  log_ += fmt::format("{} {}: {}\n", iso8601(now()), name, line);
                                });
    Result<> const started = mine.watch->start();
    EXPECT_TRUE(started) << (started ? "" : started.error().text);
    return mine;
  }
  void remove(Watcher const& watcher) {
    std::erase_if(watchers_, [&](auto const& each) { return each.get() == &watcher; });
  }
  void kill(Watcher& watcher) {
    log_ += fmt::format("{} {}: killed\n", iso8601(now()), watcher.name);
    sim_->kill(watcher.name);
    remove(watcher);
  }
  /// As by Ctrl-C.
  void end(Watcher& watcher) {
    bool ended = false;
    watcher.watch->end([&] { ended = true; });
    ASSERT_TRUE(sim_->run_until([&] { return ended; }));
    sim_->kill(watcher.name);
    remove(watcher);
  }

  Instant now() { return sim_->process("clock").now(); }
  void pass(Duration time) {
    bool over = false;
    sim_->process("clock").loop.after(time, [&] { over = true; });
    sim_->run_until([&] { return over; });
  }
  /// False if it does not come to that in half an hour.
  bool until(std::function<bool()> const& done) {
    Instant const latest = now() + 30min;
    while (!done() && now() < latest) pass(1s);
    return done();
  }

  Json heroku(std::string const& method, std::string const& path, std::string const& body) {
    Request request{.method = method,
                    .url = fmt::format("http://127.0.0.1:{}{}", sandbox_->ports().heroku, path),
                    .body = body};
    request.headers.set("Authorization", "Bearer heroku-ada");
    request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    request.headers.set("Content-Type", "application/json");
    return Json::parse(sent(std::move(request)).body).value_or(Json());
  }
  Response sent(Request request) {
    std::optional<Response> answer;
    sim_->process("client").http.send(std::move(request), [&](Result<Response> got) {
      answer = got ? *std::move(got) : Response{};
    });
    sim_->run_until([&] { return answer.has_value(); });
    EXPECT_TRUE(answer->status >= 200 && answer->status < 300) << answer->body;
    return *answer;
  }
  void deploy() {
    Json const source = heroku("POST", "/sources", "");
    sent({.method = "PUT",
          .url = source.text("source_blob.put_url").value_or(""),
          .body = *pack({{.path = "Procfile", .content = "web: web\n"}})});
    heroku("POST", "/apps/shop/builds",
           fmt::format(R"({{"source_blob":{{"url":"{}","version":"{}"}}}})",
                       source.text("source_blob.get_url").value_or(""), std::string(40, 'a')));
  }

  struct Heard {
    std::string receiver;
    std::string key;
    std::string kind;
    std::string target;
    std::string check;
    std::string what() const { return fmt::format("{} {} {}", kind, target, check); }
  };
  /// What a receiver that knows keys heard, in order.
  std::vector<std::string> heard(std::string const& receiver) const {
    std::vector<std::string> keys;
    std::vector<std::string> heard;
    for (Heard const& each : told_) {
      if (each.receiver != receiver) continue;
      if (std::find(keys.begin(), keys.end(), each.key) != keys.end()) continue;
      keys.push_back(each.key);
      heard.push_back(each.what());
    }
    return heard;
  }
  bool both_heard(std::string const& what) const {
    auto const has = [&](std::string const& receiver) {
      auto const all = heard(receiver);
      return std::find(all.begin(), all.end(), what) != all.end();
    };
    return has("/hook") && has("/other");
  }
  std::size_t doubled() const {
    std::size_t keys = 0;
    for (char const* receiver : {"/hook", "/other"}) keys += heard(receiver).size();
    return told_.size() - keys;
  }

  std::string rows(std::string const& sql) {
    std::string text;
    auto const all = store_->database().query(sql);
    if (!all) return all.error().text;
    for (sql::Row const& row : *all) {
      for (sql::Value const& value : row.values()) text += value.text() + "|";
      text += "\n";
    }
    return text;
  }
  std::int64_t number(std::string const& sql) {
    auto const all = store_->database().query(sql);
    return all && !all->empty() ? all->rows[0].values()[0].integer() : -1;
  }
  /// Each lease but those of watchers is with one who lives.
  bool all_is_held() {
    auto const sights = lease_sights(*store_);
    if (!sights) return false;
    std::vector<std::string> names;
    for (auto const& watcher : watchers_) names.push_back(watcher->watch->state().name);
    return std::all_of(sights->begin(), sights->end(), [&](auto const& entry) {
      return entry.first.starts_with("watcher ") ||
             (entry.second.is_alive(now()) &&
              std::find(names.begin(), names.end(), entry.second.holder) != names.end());
    });
  }
  Watcher& judge() {
    for (auto const& watcher : watchers_)
      if (watcher->watch->state().judges) return *watcher;
    require(false, "nobody judges");
    return *watchers_.front();
  }
  /// All that is kept but the leases themselves.
  std::string kept() {
    std::string text;
    for (Table const& table : tables())
      if (table.name != "lease")
        text += fmt::format("{}:\n{}", table.name,
                            rows(fmt::format("SELECT * FROM {} ORDER BY rowid", table.name)));
    return text;
  }

  /// The steps of each alert, such as "pending firing told".
  std::vector<std::string> steps() {
    std::map<std::int64_t, std::string> steps;
    auto const all = store_->database().query("SELECT alert_id, what FROM alert_event ORDER BY id");
    for (sql::Row const& row : *all) {
      std::string& line = steps[row.integer("alert_id")];
      line += (line.empty() ? "" : " ") + row.text("what");
    }
    std::vector<std::string> lines;
    for (auto const& [id, line] : steps) lines.push_back(line);
    return lines;
  }

  void a_random_deed(Random& random);
  void play(std::uint64_t seed);

  std::unique_ptr<SimWorld> sim_;
  std::unique_ptr<Sandbox> sandbox_;
  Intent intent_;
  std::string path_;
  std::optional<Store> store_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  std::vector<Heard> told_;
  std::string log_;
  int beats_ = 0;
  int started_ = 0;
};

TEST_F(WatchersTest, share_the_work_and_tell_each_change_once) {
  begin_world(1);
  for (int i = 0; i < 3; ++i) start();
  ASSERT_TRUE(until([&] { return both_heard("firing shop/production never-deployed"); })) << log_;
  EXPECT_TRUE(all_is_held()) << rows("SELECT * FROM lease");
  EXPECT_EQ(number("SELECT count(DISTINCT holder) FROM lease WHERE name LIKE 'app %'"), 2)
      << rows("SELECT * FROM lease");
  deploy();
  ASSERT_TRUE(until([&] { return both_heard("resolved shop/production never-deployed"); })) << log_;
  pass(1min);
  EXPECT_EQ(doubled(), 0U) << log_;
  EXPECT_GT(beats_, 2);
  // One who is not the judge answers for itself.
  for (auto const& watcher : watchers_)
    EXPECT_EQ(
        answer_watch(*watcher->store, watcher->watch->state(), {.url = "/readyz"}, now()).body,
        "ready\n");
}

TEST_F(WatchersTest, what_a_killed_one_did_is_taken_over_within_two_periods) {
  begin_world(2);
  start();
  start();
  ASSERT_TRUE(until([&] { return both_heard("firing shop/production never-deployed"); })) << log_;
  std::size_t const before = told_.size();
  kill(judge());
  EXPECT_FALSE(all_is_held());
  Instant const killed = now();
  pass(2 * lease);
  EXPECT_TRUE(all_is_held()) << rows("SELECT * FROM lease") << log_;
  EXPECT_GT(number("SELECT min(asked_at) FROM asked WHERE source = 'heroku.app'"),
            epoch_seconds(killed));
  EXPECT_TRUE(watchers_.front()->watch->state().looked.has_value()) << log_;
  deploy();
  ASSERT_TRUE(until([&] { return both_heard("resolved shop/production never-deployed"); })) << log_;
  EXPECT_EQ(doubled(), 0U) << "nothing was under way when it was killed";
  EXPECT_GT(told_.size(), before);
}

TEST_F(WatchersTest, what_is_given_back_is_taken_at_once) {
  begin_world(3);
  start();
  start();
  ASSERT_TRUE(until([&] { return both_heard("firing shop/production never-deployed"); })) << log_;
  std::size_t const had = judge().watch->state().leases.size();
  end(judge());
  EXPECT_EQ(number("SELECT count(*) FROM lease WHERE holder = ''"), static_cast<std::int64_t>(had))
      << rows("SELECT * FROM lease") << log_;
  pass(lease / 3 + 1s);
  EXPECT_TRUE(all_is_held()) << rows("SELECT * FROM lease") << log_;
  EXPECT_EQ(doubled(), 0U) << log_;
}

TEST_F(WatchersTest, one_that_stood_still_past_its_leases_writes_nothing_more) {
  begin_world(4);
  start();
  start();
  ASSERT_TRUE(until([&] { return both_heard("firing shop/production never-deployed"); })) << log_;
  // In the middle of its round: answers are on their way.
  Watcher& stopped = judge();
  std::uint64_t const rounds = stopped.watch->state().rounds;
  ASSERT_TRUE(until([&] { return stopped.watch->state().rounds > rounds; }));
  ASSERT_TRUE(until([&] { return epoch_seconds(now()) % 30 == 0; }));
  sim_->network_faults(400ms, 0);
  stopped.watch->state();
  pass(WatchIntervals{}.probes);
  stopped.process.pause();
  Instant const since = now();
  deploy();
  ASSERT_TRUE(until([&] { return both_heard("resolved shop/production never-deployed"); })) << log_;
  EXPECT_GT(now() - since, lease);
  std::string const before = kept();
  stopped.process.go_on();
  EXPECT_EQ(kept(), before) << log_;
  EXPECT_FALSE(stopped.watch->state().judges);
  EXPECT_NE(log_.find("lost to another watcher: "), std::string::npos) << log_;
  pass(5min);
  EXPECT_EQ(doubled(), 0U) << log_;
  EXPECT_TRUE(all_is_held()) << rows("SELECT * FROM lease");
}

TEST_F(WatchersTest, a_single_round_beside_one_that_lives_judges_and_tells_nothing) {
  begin_world(5);
  Watcher& lives = start();
  ASSERT_TRUE(until([&] { return both_heard("firing shop/production never-deployed"); })) << log_;
  auto store = Store::open(path_);
  ASSERT_TRUE(store);
  Watch once(sim_->process("once"), *store, intent_, {}, WatchIntervals{},
             [&](std::string_view line) { log_ += fmt::format("once: {}\n", line); });
  std::optional<Result<>> end;
  once.once([&](Result<> result) { end = std::move(result); });
  sim_->run_until([&] { return end.has_value(); });
  ASSERT_TRUE(end && *end);
  EXPECT_NE(log_.find("once: another watcher judges"), std::string::npos) << log_;
  EXPECT_TRUE(lives.watch->state().judges);
  EXPECT_EQ(doubled(), 0U) << log_;
}

void WatchersTest::a_random_deed(Random& random) {
  pass(Duration(static_cast<std::int64_t>(random.below(15'000))));
  Watcher& one = *watchers_.at(random.below(watchers_.size()));
  switch (random.below(4)) {
    case 0:
      kill(one);
      return;
    case 1:
      if (!one.process.is_paused()) end(one);
      return;
    case 2:
      one.process.is_paused() ? one.process.go_on() : one.process.pause();
      return;
    default:
      if (watchers_.size() < 3) start();
  }
}

/// Any number of watchers, whatever becomes of them, tell what one would tell.
void WatchersTest::play(std::uint64_t seed) {
  begin_world(seed);
  sim_->network_faults(300ms, 0);
  Random random(seed);
  std::size_t killed = 0;
  auto const disturb = [&] {
    for (int i = 0; i < 6; ++i) {
      std::size_t const living = watchers_.size();
      if (living == 0)
        start();
      else
        a_random_deed(random);
      if (watchers_.size() < living) ++killed;
    }
    for (auto const& watcher : watchers_)
      if (watcher->process.is_paused()) {
        // Whatever it was about to say, another may have said.
        ++killed;
        watcher->process.go_on();
      }
    if (watchers_.empty()) start();
  };
  start();
  start();
  disturb();
  for (char const* target : {"shop", "blog"})
    for (char const* check : all_checks)
      ASSERT_TRUE(until([&] {
        return both_heard(fmt::format("firing {}/production {}", target, check));
      })) << log_;
  deploy();
  disturb();
  for (char const* check : all_checks)
    ASSERT_TRUE(until([&] {
      return both_heard(fmt::format("resolved shop/production {}", check));
    })) << log_;
  ASSERT_TRUE(until([&] {
    return number("SELECT count(*) FROM notification WHERE state <> 'taken'") == 0;
  })) << log_;
  for (char const* receiver : {"/hook", "/other"}) {
    std::vector<std::string> all = heard(receiver);
    auto const place = [&](std::string const& what) {
      return std::find(all.begin(), all.end(), what) - all.begin();
    };
    for (char const* check : all_checks)
      EXPECT_LT(place(fmt::format("firing shop/production {}", check)),
                place(fmt::format("resolved shop/production {}", check)))
          << log_;
    // Three alerts of each app, and the ends of one app's.
    EXPECT_EQ(all.size(), 9U) << join(all, "\n") << log_;
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::unique(all.begin(), all.end()), all.end()) << join(all, "\n") << log_;
  }
  // A message that was under way to each receiver may come again, with its key.
  EXPECT_LE(doubled(), killed * 2) << log_;
  std::vector<std::string> lines = steps();
  // While the deployed app boots; it was over before anybody heard of it.
  std::erase(lines, "pending gone");
  std::sort(lines.begin(), lines.end());
  std::string const open = "pending firing told";
  std::string const over = open + " cleared resolved told";
  EXPECT_EQ(lines, (std::vector<std::string>{open, open, open, over, over, over})) << log_;
  ASSERT_TRUE(until([&] { return all_is_held(); })) << rows("SELECT * FROM lease") << log_;
  watchers_.clear();
  store_.reset();
  sandbox_.reset();
}

TEST_F(WatchersTest, killed_and_stopped_at_random_lose_no_alert_and_double_none) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(play(seed));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace landfall
