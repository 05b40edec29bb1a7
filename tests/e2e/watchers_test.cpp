// Two real watchers on one store, and kill -9 of one of them again and again: the other takes over,
// and a receiver that knows keys hears each change once. The store is an SQLite file, or lies on
// the server that tests/postgres/with_server.py started.
#include <algorithm>
#include <map>
#include <set>

#include "e2e/program.h"
#include "facts/lease.h"
#include "facts/store_fixture.h"

namespace landfall {
namespace {

class WatchersProgram : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    copy_example();
    auto const port = world().server.listen(0, [this](Request const& request, Respond respond) {
      if (auto const body = Json::parse(request.body))
        told_.push_back({body->text("key").value_or(""), body->text("kind").value_or(""),
                         body->text("check").value_or(""), body->text("incident").value_or("")});
      respond({.status = 200});
    });
    ASSERT_TRUE(port);
    std::string const file = directory_ + "/landfall.yaml";
    // Rules for branches would reject what the example's other workflow is triggered by.
    std::string const text =
        replace_all(*world().files.read(file), "          branches: [main]\n", "") +
        fmt::format(
            "\nalerts:\n  resolve_after: 1s\n  receivers:\n"
            "    hook: {{kind: webhook, url: \"http://127.0.0.1:{}\"}}\n"
            "  routes: [{{to: [hook]}}]\n",
            *port);
    ASSERT_TRUE(world().files.write(file, text));
    place_ = test_server().empty() ? folder_ + "/shared.db" : test_place();
    start_sandbox();
    auto store = Store::open(place_);
    ASSERT_TRUE(store) << store.error().text;
    store_.emplace(*std::move(store));
  }
  void TearDown() override {
    store_.reset();
    ProgramTest::TearDown();
  }

  Running watch() {
    Running watcher = start({"watch", "--store", place_, "--port", "0", "--lease", "3s",
                             "--probe-every", "2s", "--ask-every", "5s", "--github-every", "2s"});
    EXPECT_TRUE(until([&] { return watcher->says("this is landfall-") || watcher->exit; }));
    EXPECT_FALSE(watcher->exit) << watcher->text();
    return watcher;
  }
  /// Its name among the watchers.
  static std::string name_of(Child const& watcher) {
    std::string const text = watcher.text();
    std::size_t const at = text.find("this is ");
    return at == std::string::npos ? "" : text.substr(at + 8, text.find(',', at) - at - 8);
  }
  LeaseSights leases() { return lease_sights(*store_).value_or(LeaseSights{}); }
  bool judges(Child const& watcher) {
    LeaseSights const all = leases();
    auto const found = all.find("judgement");
    return found != all.end() && found->second.holder == name_of(watcher);
  }
  /// Is all that is shared with those who live, and one of the two apps with each of two.
  bool is_held_by(std::vector<Running> const& watchers) {
    LeaseSights const all = leases();
    std::set<std::string> living;
    for (Running const& watcher : watchers) living.insert(name_of(*watcher));
    std::set<std::string> asking;
    for (auto const& [name, sight] : all) {
      if (!name.starts_with("watcher ") && !living.contains(sight.holder)) return false;
      if (name.starts_with("app ")) asking.insert(sight.holder);
    }
    return all.contains("judgement") && asking.size() == living.size();
  }

  void github(char const* method, std::string const& path, std::string const& body = "") {
    Request request{
        .method = method,
        .url = fmt::format("{}/repos/MooseQuest/TradeMasterAPI/environments/production{}",
                           variable("GITHUB_API_URL"), path),
        .body = body};
    request.headers.set("Authorization", "Bearer raxx-github-kristerpher");
    request.headers.set("User-Agent", "test");
    std::optional<Result<Response>> answer;
    world().http.send(std::move(request), [&](Result<Response> got) { answer = std::move(got); });
    ASSERT_TRUE(until([&] { return answer.has_value(); }));
    ASSERT_TRUE(*answer && (*answer)->status < 300) << (*answer ? (*answer)->body : "");
  }
  /// The gate that landfall.yaml declares here.
  void make_gate() { github("PUT", "", R"({"reviewers": [{"type": "User", "id": 4107713}]})"); }
  void remove_gate() { github("DELETE", ""); }
  /// So many alerts of the gate were told so.
  std::size_t heard(std::string const& kind) const {
    std::vector<std::string> keys;
    for (Heard const& each : told_)
      if (each.kind == kind && each.check.starts_with("environment-"))
        keys.push_back(each.incident);
    std::sort(keys.begin(), keys.end());
    return static_cast<std::size_t>(std::unique(keys.begin(), keys.end()) - keys.begin());
  }
  std::size_t doubled() const {
    std::map<std::string, std::size_t> keys;
    for (Heard const& each : told_) ++keys[each.key];
    return told_.size() - keys.size();
  }
  std::string all_told() const {
    std::string text;
    for (Heard const& each : told_)
      text += fmt::format("{} {} {}\n", each.kind, each.check, each.key);
    return text;
  }

  struct Heard {
    std::string key;
    std::string kind;
    std::string check;
    std::string incident;
  };
  std::string place_;
  std::optional<Store> store_;
  std::vector<Heard> told_;
};

TEST_F(WatchersProgram, killed_at_random_are_taken_over_and_nothing_is_lost_or_doubled) {
  std::vector<Running> watchers{watch(), watch()};
  ASSERT_TRUE(until([&] { return is_held_by(watchers) && heard("firing") == 1; }))
      << watchers[0]->text() << "\n---\n"
      << watchers[1]->text();
  Random random(3);
  std::size_t killed = 0;
  for (std::size_t turn = 1; turn <= 3; ++turn) {
    for (bool const broken : {false, true}) {
      SCOPED_TRACE(fmt::format("turn {}, {}", turn, broken ? "broken" : "mended"));
      ASSERT_NO_FATAL_FAILURE(broken ? remove_gate() : make_gate());
      // The one that judges, or the other, when it has said some lines more, or at once.
      bool const judge_dies = random.below(3) > 0;
      auto const victim = std::find_if(watchers.begin(), watchers.end(), [&](Running const& each) {
        return judges(*each) == judge_dies;
      });
      ASSERT_NE(victim, watchers.end());
      Running const dead = *victim;
      std::size_t const lines = dead->lines.size() + random.below(4);
      std::string const kind = broken ? "firing" : "resolved";
      std::size_t const count = broken ? turn + 1 : turn;
      ASSERT_TRUE(until([&] { return dead->lines.size() >= lines || heard(kind) == count; }))
          << dead->text();
      kill_now(*dead);
      ++killed;
      watchers.erase(victim);
      ASSERT_TRUE(until([&] { return dead->exit.has_value(); }));
      Running const alive = watchers.front();
      ASSERT_TRUE(until([&] { return heard(kind) == count; })) << alive->text() << all_told();
      EXPECT_TRUE(until([&] { return is_held_by(watchers); })) << alive->text();
      EXPECT_TRUE(until([&] { return alive->says("takes over from " + name_of(*dead)); }))
          << alive->text();
      watchers.push_back(watch());
      ASSERT_TRUE(until([&] { return is_held_by(watchers); }));
    }
  }
  EXPECT_EQ(heard("firing"), 4U) << all_told();
  EXPECT_EQ(heard("resolved"), 3U) << all_told();
  // One that was under way at a kill may come again, with its key.
  EXPECT_LE(doubled(), killed) << all_told();
  auto const twice = store_->database().query(
      "SELECT fingerprint FROM alert WHERE ended_at IS NULL GROUP BY fingerprint "
      "HAVING count(*) > 1");
  EXPECT_TRUE(twice && twice->empty());
  for (Running const& watcher : watchers) world().processes.signal(watcher->id, Signal::terminate);
  for (Running const& watcher : watchers) {
    EXPECT_TRUE(until([&] { return watcher->exit.has_value(); })) << watcher->text();
    EXPECT_EQ(watcher->code(), 0) << watcher->text();
    EXPECT_TRUE(watcher->says("has ended")) << watcher->text();
  }
  LeaseSights const all = leases();
  for (auto const& [name, sight] : all) EXPECT_EQ(sight.holder, "") << name;
}

}  // namespace
}  // namespace landfall
