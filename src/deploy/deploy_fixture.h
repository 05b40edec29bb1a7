// For tests: a simulated world with the fake platforms, a reviewer and a deployer.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "deploy/deploy.h"
#include "deploy/fake_platforms.h"
#include "deploy/journal.h"
#include "facts/store_fixture.h"
#include "world/sim_world.h"

namespace landfall {
inline void PrintTo(DeployState state, std::ostream* out) {
  *out << to_word(state);
}
}  // namespace landfall

namespace landfall::test {

inline Instant const start = from_epoch_seconds(1'777'566'600);  // 2026-04-30 16:30 UTC

struct DeployFixture {
  std::unique_ptr<SimWorld> sim =
      SimWorld::create(start, 7, {{"PATH", "/usr/bin:/bin"}, {"SECRET", "x"}});
  Store store = test_store();
  World platform_world = sim->process("platforms");
  FakePlatforms platforms{platform_world};
  Platforms access{{platforms.url(platforms.heroku_port), Secret("h")},
                   {platforms.url(platforms.github_port), Secret("g")}};
  Intent intent;
  std::vector<std::string> told;
  std::vector<std::pair<std::string, std::string>> smoke_environment;
  int smoke_exit = 0;
  Duration smoke_takes = 2s;
  bool smoke_ignores_time = false;

  DeployFixture() {
    Target target;
    target.name = "shop/production";
    target.service = "shop";
    target.environment = "production";
    target.app = "shop";
    target.repository = "acme/shop";
    target.health = {.path = "/health", .commit = "commit", .times = 3, .interval = 5s};
    target.gate =
        EnvironmentIntent{.name = "production", .reviewers = {"alice"}, .branches = {"main"}};
    target.deploy.smoke = Smoke{.command = "sh smoke.sh", .timeout = 1min};
    target.deploy.approval.reviewers = {"alice", "bob"};
    target.deploy.timeout = 5min;
    intent.targets.push_back(std::move(target));
    sim->program("smoke.sh", [this](SimProgram program) {
      smoke_environment = program.command.environment;
      program.print("1 test ran");
      if (smoke_ignores_time) return;
      program.world.loop.after(smoke_takes, [this, exit = program.exit] { exit(smoke_exit); });
    });
  }

  Target& target() { return intent.targets[0]; }

  Result<std::int64_t> request(std::string ref = "main", std::string requester = "carol") {
    World world = sim->process("deployer");
    return request_deploy(store, intent, {"shop/production", std::move(ref), std::move(requester)},
                          world.random, world.now());
  }

  /// A person who approves whatever waits, a second after it asks.
  void let_approve(std::string reviewer) {
    World world = sim->process("reviewer");
    world.loop.after(1s, [this, reviewer] {
      for (std::int64_t id = 1; read_deploy(store, id); ++id) {
        if (read_deploy(store, id)->state != DeployState::approval) continue;
        [[maybe_unused]] auto const answer =
            review_deploy(store, intent, id, reviewer, ReviewAnswer::approved, "",
                          sim->process("reviewer").now());
      }
      if (!over) let_approve(reviewer);
    });
  }

  std::unique_ptr<Deployment> deployment(std::int64_t id, std::string holder, bool wait = false) {
    Deployment::Options options{.holder = holder, .wait = wait};
    options.tell = [this](DeployEvent const& event) {
      told.push_back(fmt::format("{} {}: {}", to_word(event.state), event.outcome, event.text));
    };
    return std::make_unique<Deployment>(sim->process(holder), store, intent, access, id,
                                        std::move(options));
  }

  /// Works on the deploy until an end.
  Result<DeployState> finish(std::int64_t id, std::string holder = "deployer", bool wait = false) {
    std::optional<Result<DeployState>> result;
    auto work = deployment(id, std::move(holder), wait);
    work->start([&](Result<DeployState> end) { result = std::move(end); });
    bool const ended = sim->run_until([&] { return result.has_value(); }, 200'000);
    EXPECT_TRUE(ended) << "it never came to an end";
    if (!ended) return fail(ErrorKind::data, "no end");
    return *result;
  }

  /// Asks for main, has alice approve, and works until the end.
  DeployRow run() {
    over = false;
    Result<std::int64_t> id = request();
    EXPECT_TRUE(id) << (id ? "" : id.error().text);
    let_approve("alice");
    Result<DeployState> state = finish(*id);
    EXPECT_TRUE(state) << (state ? "" : state.error().text);
    over = true;
    return *read_deploy(store, *id);
  }

  std::string journal(std::int64_t id) {
    std::string text;
    auto const rows =
        store.database().query("SELECT * FROM deploy_step WHERE deploy_id = ? ORDER BY id", {id});
    for (sql::Row const& row : *rows)
      text += fmt::format("{} {}: {}\n", row.text("step"), row.text("outcome"), row.text("detail"));
    return text;
  }

  bool over = false;
};

}  // namespace landfall::test
