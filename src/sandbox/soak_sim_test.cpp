// A thousand deploys in simulated time, while dynos crash, answers get lost, builds and release
// phases fail, and the sandbox is killed at random and started again from its data. After each step
// the state is consistent. LANDFALL_SOAK_DEPLOYS and LANDFALL_SOAK_SEED choose another number and
// another run.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

char const* const soak_world = R"(
clock: 2026-05-01T12:00:00Z
users: {ada: {id: 11, email: ada@shop.example}}
tokens: {heroku-ada: {service: heroku, user: ada}}
heroku:
  build_takes: 1s
  apps:
    one: {created_at: 2026-04-22T06:53:00Z, owner: ada, features: [runtime-dyno-metadata]}
    two: {created_at: 2026-04-22T06:53:00Z, owner: ada, features: [runtime-dyno-metadata]}
    three: {created_at: 2026-04-22T06:53:00Z, owner: ada, features: [runtime-dyno-metadata]}
    four: {created_at: 2026-04-22T06:53:00Z, owner: ada, features: [runtime-dyno-metadata, preboot]}
faults:
  - {service: heroku, kind: drop, probability: 0.02}
  - {service: heroku, kind: lost, probability: 0.02}
  - {service: heroku, kind: status, status: 503, probability: 0.02}
  - {service: heroku, kind: truncate, method: GET, probability: 0.01}
  - {service: heroku, kind: latency, latency: 2s, probability: 0.02}
)";

std::uint64_t setting(char const* name, std::uint64_t fallback) {
  Environment const own = RealWorld::environment();
  auto const found = own.find(name);
  return found == own.end() ? fallback : std::stoull(found->second);
}

/// What clients were told of an app; it must stay so.
struct Told {
  std::map<std::int64_t, std::string> releases;  ///< ids by version
  std::map<std::string, std::string> ended;      ///< by the id of a release: how it ended
  std::set<std::string> built;                   ///< releases of builds that succeeded
  /// After an answer that got lost either may be true.
  std::set<std::int64_t> quantities{1};
  std::set<std::string> values{""};  ///< of the config var A
};

/// What an app's parts were while its releases stood still.
struct Seen {
  Json current;
  Json formation;
  Json dynos;
  Json config;
};

std::string value_of(Json const& config) {
  Json const* const value = config.find("A");
  return value == nullptr ? "" : value->as_string();
}

class SoakSimTest : public SandboxTest {
 protected:
  SoakSimTest() : random_(setting("LANDFALL_SOAK_SEED", 11)) { answers_are_spoiled_ = true; }

  void SetUp() override {
    SandboxTest::SetUp();
    real_ = *RealWorld::start({});
    data_ = *real_->world().files.temporary_folder("landfall-soak");
    sim_->program("migrate well", [random = &random_](SimProgram program) {
      program.world.loop.after(std::chrono::seconds(random->below(20)),
                               [program] { program.exit(0); });
    });
    sim_->program("migrate badly", [](SimProgram program) {
      program.world.loop.after(3s, [program] { program.exit(1); });
    });
    start(soak_world);
    plan_kill();
  }
  void TearDown() override {
    sandbox_.reset();
    EXPECT_TRUE(real_->world().files.remove(data_));
  }

  void plan_kill() { kill_at_ = sim_->events() + 100 + random_.below(4000); }
  void kill_and_start() {
    sim_->kill("sandbox");
    sandbox_.reset();
    events_.clear();
    ++kills_;
    plan_kill();
    start("not: [read");
  }

  /// Runs until the condition holds, over the ends of sandboxes.
  void run(std::function<bool()> const& done) {
    while (!done() && !HasFatalFailure()) {
      bool const more = sim_->run_until([&] { return done() || sim_->events() >= kill_at_; });
      if (done()) return;
      ASSERT_TRUE(more) << "nothing is left to do";
      kill_and_start();
    }
  }
  void pass(Duration duration) {
    bool over = false;
    sim_->process("client").loop.after(duration, [&] { over = true; });
    run([&] { return over; });
  }

  /// A request that may fail in any way; nullopt: no answer.
  std::optional<Response> ask(Request request) {
    if (!sandbox_) return std::nullopt;  // it did not start, which has been told
    request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    request.headers.set("Authorization", "Bearer heroku-ada");
    std::optional<Result<Response>> got;
    sim_->process("client").http.send(std::move(request),
                                      [&](Result<Response> answer) { got = std::move(answer); });
    run([&] { return got.has_value(); });
    if (!got || !*got) return std::nullopt;
    return std::move(**got);
  }
  std::optional<Response> ask(std::string const& method, std::string const& path,
                              Json const& body = {}, std::string const& range = "") {
    Request request{.method = method};
    if (!sandbox_) return std::nullopt;
    request.url = api(path);
    if (!body.is_null()) request.body = body.dump();
    if (!range.empty()) request.headers.set("Range", range);
    return ask(std::move(request));
  }
  static std::optional<Json> good(std::optional<Response> const& response) {
    if (!response || response->status < 200 || response->status > 299) return std::nullopt;
    auto body = Json::parse(response->body);
    return body ? std::optional(*std::move(body)) : std::nullopt;
  }
  /// Asked until it is answered.
  Json read(std::string const& path, std::string const& range = "") {
    for (int i = 0; i < 50 && !HasFatalFailure(); ++i) {
      if (auto answer = good(ask("GET", path, {}, range))) return *std::move(answer);
    }
    ADD_FAILURE() << "no answer to GET " << path;
    return Json::array();
  }
  Json all_releases(std::string const& app) {
    return read("/apps/" + app + "/releases", "version ..; max=1000");
  }
  /// Those that may still change.
  Json newest_releases(std::string const& app) {
    return read("/apps/" + app + "/releases", "version ..; order=desc, max=20");
  }
  /// URLs name the port of the sandbox that made them.
  std::string moved(std::string const& url) { return api(url.substr(url.find('/', 8))); }

  void deploy(std::string const& app);
  void follow(std::string const& app, std::string const& build);
  std::string procfile();
  void act(std::string const& app);
  void set_variable(std::string const& app);
  void scale(std::string const& app);
  void roll_back(std::string const& app);
  void look(std::string const& app);
  void look_at_releases(std::string const& app, Json const& releases);
  void look_at_dynos(std::string const& app, Seen const& seen);
  void look_at_router(std::string const& app, Json const& current);
  void look_at_rest(std::string const& app);

  Random random_;
  std::unique_ptr<RealWorld> real_;
  std::uint64_t kill_at_ = UINT64_MAX;
  int kills_ = 0;
  std::uint64_t deploys_ = 0;
  std::uint64_t succeeded_ = 0;
  std::uint64_t failed_phases_ = 0;
  std::uint64_t rollbacks_ = 0;
  std::uint64_t routed_ = 0;
  bool at_rest_ = false;
  std::map<std::string, Told> told_;
};

/// Now and then one without process types, whose build fails.
std::string SoakSimTest::procfile() {
  std::string const web = fmt::format("web: python3 app.py {}\n", deploys_);
  switch (random_.below(10)) {
    case 0:
      return "";
    case 1:
    case 2:
      return web + "release: migrate well\n";
    case 3:
      return web + "release: migrate badly\n";
    default:
      return web;
  }
}

void SoakSimTest::deploy(std::string const& app) {
  auto const source = good(ask("POST", "/sources"));
  if (!source) return;
  ++deploys_;
  auto const put = ask({.method = "PUT",
                        .url = moved(*source->text("source_blob.put_url")),
                        .body = source_archive(procfile())});
  if (!put || put->status != 200) return;
  Json const wanted = Json::object(
      {{"source_blob", Json::object({{"url", moved(*source->text("source_blob.get_url"))},
                                     {"version", std::to_string(deploys_)}})}});
  auto const made = good(ask("POST", "/apps/" + app + "/builds", wanted));
  if (made && random_.below(4) > 0) follow(app, *made->text("id"));
}

void SoakSimTest::follow(std::string const& app, std::string const& id) {
  for (int i = 0; i < 30; ++i) {
    pass(1s);
    Json const build = read("/apps/" + app + "/builds/" + id);
    if (HasFailure()) return;
    if (*build.text("status") == "pending") continue;
    bool const has_release = !build.find("release")->is_null();
    EXPECT_EQ(has_release, *build.text("status") == "succeeded");
    if (!has_release) return;
    ++succeeded_;
    told_[app].built.insert(*build.text("release.id"));
    return;
  }
  ADD_FAILURE() << app
                << ": a build does not end: " << read("/apps/" + app + "/builds/" + id).dump();
}

void SoakSimTest::act(std::string const& app) {
  switch (random_.below(7)) {
    case 0:
      return set_variable(app);
    case 1:
      return scale(app);
    case 2:
      ask("DELETE", "/apps/" + app + "/dynos");
      return;
    case 3:
      ask("POST", "/sandbox/apps/" + app + "/dynos/web.1/crash");
      return;
    case 4:
      return roll_back(app);
    case 5:
      return kill_and_start();
    default:
      pass(std::chrono::minutes(random_.below(600)));
  }
}

void SoakSimTest::set_variable(std::string const& app) {
  std::string const value = std::to_string(random_.below(1000));
  auto const done = ask("PATCH", "/apps/" + app + "/config-vars", Json::object({{"A", value}}));
  if (good(done)) told_[app].values.clear();
  told_[app].values.insert(value);
}

void SoakSimTest::scale(std::string const& app) {
  auto const quantity = static_cast<std::int64_t>(random_.below(3));
  auto const done =
      ask("PATCH", "/apps/" + app + "/formation/web", Json::object({{"quantity", quantity}}));
  if (done && done->status == 404) return;  // no code yet
  if (good(done)) told_[app].quantities.clear();
  told_[app].quantities.insert(quantity);
}

void SoakSimTest::roll_back(std::string const& app) {
  auto const& releases = told_[app].releases;
  if (releases.empty()) return;
  auto const back = std::min<std::uint64_t>(releases.size(), 1 + random_.below(4));
  auto const target = std::prev(releases.end(), static_cast<std::ptrdiff_t>(back));
  // It comes with the config that was in force then.
  std::string const version = "/releases/" + std::to_string(target->first);
  std::string const value = value_of(read("/apps/" + app + version + "/config-vars"));
  auto const made =
      good(ask("POST", "/apps/" + app + "/releases", Json::object({{"release", target->second}})));
  if (made) told_[app].values.clear();
  told_[app].values.insert(value);
  if (!made) return;
  ++rollbacks_;
  told_[app].releases[*made->integer("version")] = *made->text("id");
}

void SoakSimTest::look_at_releases(std::string const& app, Json const& releases) {
  Told& told = told_[app];
  std::map<std::int64_t, std::string> there;
  std::set<std::string> ids;
  std::int64_t newest_good = 0;
  for (Json const& release : releases.as_array()) {
    std::int64_t const version = *release.integer("version");
    std::string const id = *release.text("id");
    EXPECT_EQ(version, static_cast<std::int64_t>(there.size()) + 1);
    EXPECT_TRUE(ids.insert(id).second) << id;
    there[version] = id;
    std::string const status = *release.text("status");
    if (status == "succeeded") newest_good = version;
    if (status == "pending") continue;
    auto const [ended, is_new] = told.ended.emplace(id, status);
    EXPECT_EQ(ended->second, status) << "v" << version;
    if (is_new && status == "failed") ++failed_phases_;
  }
  for (Json const& release : releases.as_array())
    EXPECT_EQ(*release.boolean("current"), *release.integer("version") == newest_good);
  for (auto const& [version, id] : told.releases) EXPECT_EQ(there[version], id) << "v" << version;
  for (std::string const& id : told.built) EXPECT_TRUE(ids.contains(id)) << id;
  told.releases = std::move(there);
}

Json current_of(Json const& releases) {
  for (Json const& release : releases.as_array())
    if (*release.boolean("current")) return release;
  return {};
}

void SoakSimTest::look_at_dynos(std::string const& app, Seen const& seen) {
  Told& told = told_[app];
  std::int64_t wanted = 0;
  for (Json const& one : seen.formation.as_array()) {
    if (*one.text("type") != "web") continue;
    wanted = *one.integer("quantity");
    EXPECT_TRUE(told.quantities.contains(wanted)) << wanted;
    told.quantities = {wanted};
  }
  EXPECT_EQ(seen.formation.as_array().empty(), seen.current.find("slug")->is_null());
  std::int64_t there = 0;
  for (Json const& dyno : seen.dynos.as_array()) {
    if (*dyno.text("type") != "web") continue;
    ++there;
    EXPECT_EQ(*dyno.text("release.id"), *seen.current.text("id")) << *dyno.text("name");
    EXPECT_NE(*dyno.text("state"), "down");
  }
  EXPECT_EQ(there, wanted);
  std::string const text = value_of(seen.config);
  EXPECT_TRUE(told.values.contains(text)) << text;
  told.values = {text};
}

/// The process that answers is one of the release in force.
void SoakSimTest::look_at_router(std::string const& app, Json const& current) {
  Json const shown = read("/apps/" + app);
  if (HasFatalFailure()) return;
  std::string const url = *shown.text("web_url");
  std::string const host = url.substr(7, url.find_first_of(":/", 7) - 7);
  Request request{.url = fmt::format("http://127.0.0.1:{}/", sandbox_->ports().router)};
  request.headers.set("Host", host);
  auto const answer = good(ask(std::move(request)));
  if (!answer) return;  // it boots, or is scaled to none
  ++routed_;
  Json const now = current_of(newest_releases(app));
  if (now != current) return;
  EXPECT_EQ(*answer->text("release"), fmt::format("v{}", *current.integer("version")));
}

/// All that is promised of an app at any time.
void SoakSimTest::look(std::string const& app) {
  SCOPED_TRACE(fmt::format("{} after {} deploys and {} kills", app, deploys_, kills_));
  for (int i = 0; i < 20 && !HasFailure(); ++i) {
    Json const newest = newest_releases(app);
    Json const releases = all_releases(app);
    Seen const seen{.current = current_of(releases),
                    .formation = read("/apps/" + app + "/formation"),
                    .dynos = read("/apps/" + app + "/dynos"),
                    .config = read("/apps/" + app + "/config-vars")};
    if (HasFailure()) return;
    look_at_releases(app, releases);
    // A build or a release phase may have ended between two questions: then all is asked again.
    if (newest_releases(app) != newest) continue;
    look_at_dynos(app, seen);
    // With preboot the old dynos serve for a while.
    if (app != "four" || at_rest_) look_at_router(app, seen.current);
    return;
  }
  if (!HasFailure()) ADD_FAILURE() << "its releases never stand still";
}

/// Nothing goes wrong any more, and what was under way has come to its end.
void SoakSimTest::look_at_rest(std::string const& app) {
  at_rest_ = true;
  std::uint64_t const routed = routed_;
  look(app);
  Json const releases = all_releases(app);
  for (Json const& release : releases.as_array()) EXPECT_NE(*release.text("status"), "pending");
  Json const builds = read("/apps/" + app + "/builds");
  for (Json const& build : builds.as_array()) EXPECT_NE(*build.text("status"), "pending");
  Json const dynos = read("/apps/" + app + "/dynos");
  for (Json const& dyno : dynos.as_array()) EXPECT_EQ(*dyno.text("state"), "up");
  EXPECT_EQ(routed_ - routed, dynos.as_array().empty() ? 0U : 1U);
}

TEST_F(SoakSimTest, no_release_is_lost_and_the_one_in_force_is_what_runs) {
  std::uint64_t const wanted = setting("LANDFALL_SOAK_DEPLOYS", 1000);
  std::string const apps[] = {"one", "two", "three", "four"};
  Instant const began = sim_->process("client").now();
  while (deploys_ < wanted && !HasFailure()) {
    std::string const& app = apps[random_.below(std::size(apps))];
    if (random_.below(3) == 0) {
      act(app);
    } else {
      deploy(app);
    }
    look(app);
  }
  ASSERT_FALSE(HasFailure());
  kill_and_start();
  kill_at_ = UINT64_MAX;
  ASSERT_EQ(answer({.method = "DELETE", .url = api("/sandbox/faults")}).status, 204);
  pass(2h);
  for (std::string const& app : apps) look_at_rest(app);
  EXPECT_GT(succeeded_, wanted / 3);
  EXPECT_GT(failed_phases_, wanted / 50);
  EXPECT_GT(rollbacks_, wanted / 100);
  EXPECT_GT(routed_, wanted / 4);
  EXPECT_GT(static_cast<std::uint64_t>(kills_), wanted / 50);
  fmt::print(
      "{} deploys: {} succeeded, {} failed release phases, {} rollbacks, {} kills, {} events, {}\n",
      deploys_, succeeded_, failed_phases_, rollbacks_, kills_, sim_->events(),
      human(sim_->process("client").now() - began));
}

}  // namespace
}  // namespace landfall
