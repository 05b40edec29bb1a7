// The pure half: what is decided in situations that are hard to bring about from outside.
#include "deploy/step.h"

#include <gtest/gtest.h>

#include <functional>

#include "deploy/deploy_fixture.h"

namespace landfall {
namespace {

Instant const t0 = test::start;

struct Given {
  Intent intent;
  Target target;
  DeployRow row;
  Seen seen;
  Duration since_build{0};
  Duration since_life{1h};
  std::string failure = "not healthy";

  Given() {
    target.name = "shop/production";
    target.deploy.timeout = 20min;
    row.commit = std::string(40, 'b');
    row.before_release = 7;
    row.release = 8;
    row.build_id = "b1";
    row.first = false;
  }
  Move next() const {
    return step({.intent = intent,
                 .target = target,
                 .row = row,
                 .seen = seen,
                 .build_started = t0,
                 .rollback_started = t0,
                 .failure = failure,
                 .life_started = t0 + since_build - since_life,
                 .now = t0 + since_build});
  }
};

ReleaseSeen release(std::int64_t version, std::string description, bool current, bool code = true) {
  ReleaseSeen seen;
  seen.version = version;
  seen.status = "succeeded";
  seen.description = std::move(description);
  seen.carries_code = code;
  seen.current = current;
  seen.eligible = true;
  return seen;
}

struct Case {
  char const* name;
  DeployState state;
  std::function<void(Given&)> set;
  Act act;
  DeployState to = DeployState::preflight;  ///< for enter and end
};

void expect_moves(std::vector<Case> const& table) {
  for (Case const& row : table) {
    SCOPED_TRACE(row.name);
    Given given;
    given.row.state = row.state;
    row.set(given);
    Move const move = given.next();
    EXPECT_EQ(static_cast<int>(move.act), static_cast<int>(row.act)) << move.text;
    if (row.act == Act::enter || row.act == Act::end) {
      EXPECT_EQ(move.state, row.to) << move.text;
    }
  }
}

TEST(Step, of_the_build_never_posts_what_may_be_there) {
  auto const no_build = [](Given& g) {
    g.row.build_id.reset();
    g.seen.formation_before.emplace();
  };
  expect_moves({
      {"fresh", DeployState::build, no_build, Act::post_build},
      {"formation not noted", DeployState::build, [](Given& g) { g.row.build_id.reset(); },
       Act::note_formation},
      {"resumed", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.resumed = true;
       },
       Act::find_build},
      {"resumed, absent once", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.resumed = true;
         g.seen.absent = 1;
       },
       Act::find_build},
      {"resumed, absent twice, no upload", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.resumed = true;
         g.seen.absent = 2;
       },
       Act::enter, DeployState::source},
      {"answer lost", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.posted = true;
       },
       Act::find_build},
      {"answer lost, absent twice", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.posted = true;
         g.seen.absent = 2;
         g.seen.has_source_url = true;
       },
       Act::post_build},
  });
}

TEST(Step, of_the_build_ends_in_time_with_what_is_known) {
  auto const no_build = [](Given& g) { g.row.build_id.reset(); };
  expect_moves({
      {"out of time, certainly absent", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.absent = 2;
         g.since_build = 21min;
       },
       Act::end, DeployState::failed},
      {"out of time, not looked for", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.posted = true;
         g.since_build = 21min;
       },
       Act::end, DeployState::held},
      {"out of time, but this life is young", DeployState::build,
       [&](Given& g) {
         no_build(g);
         g.seen.resumed = true;
         g.since_build = 2h;
         g.since_life = 1s;
       },
       Act::find_build},
      {"pending too long", DeployState::build,
       [](Given& g) {
         g.seen.build = BuildSeen{.id = "b1", .status = "pending"};
         g.since_build = 21min;
       },
       Act::end, DeployState::held},
  });
}

TEST(Step, of_the_release_waits_until_it_is_in_force) {
  auto const with = [](std::string status, bool current) {
    return [=](Given& g) {
      g.seen.build = BuildSeen{.id = "b1", .status = "succeeded", .release_id = "r8"};
      g.seen.release = release(8, "Deploy", current);
      g.seen.release->status = status;
    };
  };
  expect_moves({
      {"resumed", DeployState::release, [](Given&) {}, Act::ask_build},
      {"pending", DeployState::release, with("pending", false), Act::ask_release},
      {"succeeded, not in force", DeployState::release, with("succeeded", false), Act::ask_release},
      {"in force", DeployState::release, with("succeeded", true), Act::enter, DeployState::dynos},
      {"failed", DeployState::release, with("failed", false), Act::end, DeployState::failed},
      {"expired", DeployState::release, with("expired", false), Act::end, DeployState::failed},
      {"pending too long", DeployState::release,
       [&](Given& g) {
         with("pending", false)(g);
         g.since_build = 21min;
       },
       Act::end, DeployState::held},
      {"no rights any more", DeployState::release,
       [](Given& g) {
         g.seen.fatal = "unauthorized";
         g.seen.unsure = true;
       },
       Act::end, DeployState::held},
  });
}

std::function<void(Given&)> dynos(std::string state, std::int64_t version) {
  return [=](Given& g) {
    g.seen.formation = std::vector<FormationSeen>{{"web", 1}};
    g.seen.dynos = std::vector<DynoSeen>{{"web.1", "web", state, version}};
  };
}

TEST(Step, of_the_dynos_goes_back_only_for_a_reason) {
  expect_moves({
      {"up", DeployState::dynos, dynos("up", 8), Act::enter, DeployState::health},
      {"asleep", DeployState::dynos, dynos("idle", 8), Act::enter, DeployState::health},
      {"old ones still up", DeployState::dynos, dynos("up", 7), Act::ask_dynos},
      {"newer ones", DeployState::dynos, dynos("up", 9), Act::end, DeployState::held},
      {"crashed once", DeployState::dynos,
       [](Given& g) {
         dynos("crashed", 8)(g);
         g.seen.crashed = 1;
       },
       Act::ask_dynos},
      {"crashes", DeployState::dynos,
       [](Given& g) {
         dynos("crashed", 8)(g);
         g.seen.crashed = crashes_max;
       },
       Act::enter, DeployState::rollback},
      {"out of time", DeployState::dynos,
       [](Given& g) {
         dynos("starting", 8)(g);
         g.since_build = 21min;
       },
       Act::enter, DeployState::rollback},
      {"maintenance of ours", DeployState::dynos,
       [](Given& g) {
         dynos("up", 8)(g);
         g.seen.maintenance_is_ours = true;
       },
       Act::end_maintenance},
  });
}

TEST(Step, of_health_needs_both_witnesses) {
  expect_moves({
      {"resumed after a long pause", DeployState::health,
       [](Given& g) {
         g.seen.web_url = "http://x";
         g.since_build = 3h;
         g.since_life = 1s;
       },
       Act::probe},
      {"healthy but not confirmed", DeployState::health,
       [](Given& g) {
         g.seen.web_url = "http://x";
         g.seen.healthy = 3;
       },
       Act::ask_dynos},
      {"healthy, the platform disagrees", DeployState::health,
       [](Given& g) {
         dynos("crashed", 8)(g);
         g.seen.web_url = "x";
         g.seen.healthy = 3;
         g.seen.confirmed = true;
       },
       Act::ask_dynos},
      {"both witnesses", DeployState::health,
       [](Given& g) {
         dynos("up", 8)(g);
         g.seen.web_url = "x";
         g.seen.healthy = 3;
         g.seen.confirmed = true;
       },
       Act::end, DeployState::verified},
  });
}

TEST(Step, of_the_rollback_never_goes_back_twice_or_to_nothing) {
  auto const releases = [](std::vector<ReleaseSeen> list) {
    return [=](Given& g) { g.seen.releases = list; };
  };
  auto const usual = releases({release(7, "Deploy", false), release(8, "Deploy", true)});
  expect_moves({
      {"first look", DeployState::rollback, [](Given&) {}, Act::find_rollback},
      {"absent", DeployState::rollback,
       [&](Given& g) {
         usual(g);
         g.seen.absent = 1;
       },
       Act::post_rollback},
      {"resumed, absent once", DeployState::rollback,
       [&](Given& g) {
         usual(g);
         g.seen.absent = 1;
         g.seen.resumed = true;
       },
       Act::find_rollback},
      {"resumed, absent twice", DeployState::rollback,
       [&](Given& g) {
         usual(g);
         g.seen.absent = 2;
         g.seen.resumed = true;
       },
       Act::post_rollback},
      {"done", DeployState::rollback,
       releases({release(7, "Deploy", false), release(8, "Deploy", false),
                 release(9, "Rollback to v7", true)}),
       Act::ask_formation},
      {"somebody else released", DeployState::rollback,
       releases(
           {release(7, "Deploy", false), release(8, "Deploy", false), release(9, "Set X", true)}),
       Act::end, DeployState::held},
      {"no code before", DeployState::rollback,
       releases({release(7, "Set X", false, false), release(8, "Deploy", true)}), Act::end,
       DeployState::held},
      {"gone", DeployState::rollback, releases({release(8, "Deploy", true)}), Act::end,
       DeployState::held},
      {"first", DeployState::rollback, [](Given& g) { g.row.first = true; },
       Act::start_maintenance},
      {"first, done", DeployState::rollback,
       [](Given& g) {
         g.row.first = true;
         g.seen.maintenance_on = true;
       },
       Act::end, DeployState::rolled_back},
      {"refused", DeployState::rollback, [](Given& g) { g.seen.fatal = "forbidden"; }, Act::end,
       DeployState::held},
      {"out of time", DeployState::rollback,
       [&](Given& g) {
         usual(g);
         g.since_build = 11min;
       },
       Act::end, DeployState::held},
  });
}

TEST(Step, a_commit_is_named_in_full_or_by_seven_characters_or_more) {
  std::string const commit = "0123456789abcdef0123456789abcdef01234567";
  EXPECT_TRUE(names_commit(commit, commit));
  EXPECT_TRUE(names_commit("0123456", commit));
  EXPECT_FALSE(names_commit("012345", commit));
  EXPECT_FALSE(names_commit("", commit));
  EXPECT_FALSE(names_commit("1234567", commit));
  EXPECT_FALSE(names_commit(commit + "0", commit));
}

TEST(Step, every_state_has_a_word_that_leads_back_to_it) {
  for (int i = 0; i <= static_cast<int>(DeployState::held); ++i) {
    auto const state = static_cast<DeployState>(i);
    EXPECT_EQ(deploy_state_from(to_word(state)), state);
    EXPECT_EQ(is_end(state), state >= DeployState::verified);
  }
  EXPECT_FALSE(deploy_state_from("of a newer version"));
}

}  // namespace
}  // namespace landfall
