#include <gtest/gtest.h>

#include "deploy/deploy_fixture.h"
#include "deploy/step.h"

namespace landfall {
namespace {

using test::commit_new;
using test::commit_old;

struct Deploying : testing::Test, test::DeployFixture {};

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_F(Deploying, a_first_deploy_goes_through_all_gates_and_is_verified) {
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::verified) << row.reason << "\n" << journal(row.id);
  EXPECT_EQ(row.first, true);
  EXPECT_EQ(row.commit, commit_new);
  EXPECT_EQ(row.release, 3);
  EXPECT_EQ(row.before_release, 2);
  EXPECT_EQ(platforms.builds.size(), 1U);
  EXPECT_EQ(platforms.releases_made, 1);
  EXPECT_EQ(platforms.builds[0].version, commit_new);
  EXPECT_EQ(platforms.builds[0].mark, "landfall deploy " + row.token);
  std::string const text = journal(row.id);
  std::size_t at = 0;
  for (char const* step :
       {"preflight done", "freeze done", "smoke done", "approval done", "source done", "build done",
        "release done", "dynos done", "health done", "verified done"}) {
    std::size_t const found = text.find(step);
    EXPECT_NE(found, std::string::npos) << step << "\n" << text;
    EXPECT_GE(found, at) << step << " out of order\n" << text;
    at = found;
  }
}

TEST_F(Deploying, what_is_uploaded_is_the_source_without_its_top_folder) {
  run();
  ASSERT_EQ(platforms.uploads.size(), 1U);
  Result<std::vector<ArchiveEntry>> entries = unpack(platforms.uploads.begin()->second);
  ASSERT_TRUE(entries);
  std::vector<std::string> paths;
  for (ArchiveEntry const& entry : *entries) paths.push_back(entry.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"Procfile", "api/Procfile", "run"}));
}

TEST_F(Deploying, only_the_declared_folder_is_deployed) {
  target().path = "api";
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::verified) << row.reason;
  ASSERT_EQ(platforms.uploads.size(), 1U);
  Result<std::vector<ArchiveEntry>> entries = unpack(platforms.uploads.begin()->second);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().path, "Procfile");
  EXPECT_EQ(entries->front().content, "web: ./api\n");
}

TEST_F(Deploying, a_folder_that_is_not_there_refuses) {
  target().path = "backend";
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::refused);
  EXPECT_TRUE(holds(row.reason, "no folder 'backend'")) << row.reason;
}

TEST_F(Deploying, the_smoke_command_sees_only_what_it_needs) {
  run();
  std::vector<std::string> names;
  for (auto const& [name, value] : smoke_environment) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"PATH", "HOME", "LANG", "LANDFALL_TARGET",
                                             "LANDFALL_COMMIT"}));
  bool output = false;
  for (std::string const& line : told) output = output || line == "smoke output: 1 test ran";
  EXPECT_TRUE(output);
}

TEST_F(Deploying, signed_urls_are_neither_journalled_nor_kept_as_evidence) {
  DeployRow const row = run();
  EXPECT_FALSE(holds(journal(row.id), "signature=secret"));
  auto const rows = store.database().query("SELECT id, body FROM evidence");
  ASSERT_TRUE(rows);
  EXPECT_GT(rows->size(), 5U);
  for (sql::Row const& each : *rows) {
    Result<std::string> body = decompress(each.text("body"), 1 << 20);
    ASSERT_TRUE(body);
    EXPECT_FALSE(holds(*body, "signature=secret")) << *body;
  }
}

TEST_F(Deploying, each_refusal_names_its_reason_and_touches_nothing) {
  struct Row {
    char const* name;
    std::function<void(test::DeployFixture&)> set;
    char const* reason;
  };
  Row const table[]{
      {"no app", [](test::DeployFixture& f) { f.platforms.app_exists = false; },
       "looking at app shop"},
      {"archived", [](test::DeployFixture& f) { f.platforms.archived = true; }, "archived"},
      {"maintenance", [](test::DeployFixture& f) { f.platforms.maintenance = true; },
       "maintenance mode"},
      {"no environment", [](test::DeployFixture& f) { f.platforms.environment_exists = false; },
       "landfall fix environment-missing"},
      {"unprotected", [](test::DeployFixture& f) { f.platforms.environment_protected = false; },
       "landfall fix environment-unprotected"},
      {"no rights",
       [](test::DeployFixture& f) { f.platforms.refuse = [](Request const&) { return 403; }; },
       "could not be observed"},
      {"frozen",
       [](test::DeployFixture& f) {
         f.intent.freezes.push_back({test::start - 1h, test::start + 1h, "end of quarter"});
       },
       "end of quarter"},
      {"smoke", [](test::DeployFixture& f) { f.smoke_exit = 3; }, "exit code 3"},
      {"smoke hangs", [](test::DeployFixture& f) { f.smoke_ignores_time = true; },
       "was ended after 1 min"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    test::DeployFixture fresh;
    row.set(fresh);
    DeployRow const end = fresh.run();
    EXPECT_EQ(end.state, DeployState::refused) << end.reason;
    EXPECT_TRUE(holds(end.reason, row.reason)) << end.reason;
    EXPECT_TRUE(end.ended_at);
    EXPECT_EQ(fresh.platforms.builds.size(), 0U);
    EXPECT_EQ(fresh.platforms.count("POST"), 0);
    EXPECT_EQ(fresh.platforms.count("PATCH"), 0);
  }
}

TEST_F(Deploying, a_ref_that_is_not_there_refuses) {
  Result<std::int64_t> id = request("nonsense");
  ASSERT_TRUE(id);
  EXPECT_EQ(*finish(*id), DeployState::refused);
  EXPECT_TRUE(holds(read_deploy(store, *id)->reason, "resolving the ref"))
      << read_deploy(store, *id)->reason;
}

TEST_F(Deploying, a_freeze_that_begins_while_approval_is_awaited_refuses_at_the_start) {
  // The approval itself comes before the freeze; the wait timer ends in it.
  target().deploy.approval.wait = 10min;
  intent.freezes.push_back({test::start + 5min, test::start + 1h, "launch"});
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::refused);
  EXPECT_TRUE(holds(row.reason, "launch")) << row.reason;
  EXPECT_EQ(platforms.builds.size(), 0U);
}

TEST_F(Deploying, a_failed_build_ends_it_with_the_build_s_own_words) {
  platforms.build_result = "failed";
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::failed);
  EXPECT_TRUE(holds(row.reason, "No matching distribution for flaskk==3")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "nothing was released"));
  EXPECT_EQ(platforms.releases_made, 0);
}

TEST_F(Deploying, a_failed_release_phase_leaves_the_old_release_in_force) {
  platforms.deployed_before();
  platforms.release_result = "failed";
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::failed);
  EXPECT_TRUE(holds(row.reason, "release phase of v4 failed: v3 stays in force")) << row.reason;
  EXPECT_EQ(platforms.current(), 3);
}

TEST_F(Deploying, crashing_dynos_are_rolled_back_to_the_release_before) {
  platforms.deployed_before();
  platforms.dynos_crash = true;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::rolled_back) << journal(row.id);
  EXPECT_TRUE(holds(row.reason, "dynos crash")) << row.reason;
  EXPECT_EQ(platforms.current(), 5);
  EXPECT_EQ(platforms.releases[4].description, "Rollback to v3");
  EXPECT_EQ(platforms.count("POST /apps/shop/releases"), 1);
}

TEST_F(Deploying, a_first_deploy_that_fails_ends_in_maintenance_as_agreed) {
  platforms.unhealthy = true;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::rolled_back) << journal(row.id);
  EXPECT_TRUE(platforms.maintenance);
  EXPECT_TRUE(holds(row.reason, "maintenance mode is on")) << row.reason;
  EXPECT_EQ(platforms.count("POST /apps/shop/releases"), 0);
}

TEST_F(Deploying, after_a_failed_first_deploy_the_next_one_ends_the_maintenance) {
  platforms.unhealthy = true;
  DeployRow const bad = run();
  ASSERT_EQ(bad.state, DeployState::rolled_back);
  platforms.unhealthy = false;
  ASSERT_TRUE(lift_quarantine(store, bad.id, "alice", "the database was missing",
                              sim->process("reviewer").now()));
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::verified) << journal(row.id);
  EXPECT_EQ(row.first, true) << "the release that was rolled back is nothing to go back to";
  EXPECT_FALSE(platforms.maintenance);
}

TEST_F(Deploying, a_release_that_heroku_does_not_roll_back_to_is_held_for_a_person) {
  platforms.deployed_before();
  platforms.releases[2].eligible = false;
  platforms.unhealthy = true;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::held);
  EXPECT_TRUE(holds(row.reason, "not eligible")) << row.reason;
  EXPECT_EQ(platforms.current(), 4);
}

TEST_F(Deploying, a_release_by_somebody_else_in_between_is_held_and_not_rolled_back) {
  platforms.deployed_before();
  platforms.old_answers = 1000;
  platforms.before = [this](Request const& request) {
    if (request.url == "/health" && platforms.current() == 4 && platforms.old_answers == 990)
      platforms.release_out_of_band("Set FOO config vars");
  };
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::held) << journal(row.id);
  EXPECT_TRUE(holds(row.reason, "v5 followed v4")) << row.reason;
}

TEST_F(Deploying, answers_that_name_the_old_commit_do_not_count_and_do_not_fail) {
  platforms.deployed_before();
  platforms.old_answers = 7;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::verified) << journal(row.id);
  EXPECT_EQ(platforms.old_answers, 0);
}

TEST_F(Deploying, an_app_that_never_names_the_commit_is_rolled_back_in_time) {
  platforms.deployed_before();
  platforms.old_answers = 1'000'000;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::rolled_back);
  EXPECT_TRUE(holds(row.reason, "names commit " + commit_old)) << row.reason;
  EXPECT_LT(*row.ended_at - row.created_at, 7min);
}

TEST_F(Deploying, a_commit_that_is_live_and_healthy_is_verified_without_a_build) {
  DeployRow const first = run();
  ASSERT_EQ(first.state, DeployState::verified);
  DeployRow const second = run();
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.state, DeployState::verified);
  EXPECT_TRUE(holds(second.reason, "live already as v3")) << second.reason;
  EXPECT_EQ(second.release, 3);
  EXPECT_EQ(platforms.builds.size(), 1U);
}

TEST_F(Deploying, a_commit_that_is_live_but_ill_is_built_again) {
  ASSERT_EQ(run().state, DeployState::verified);
  platforms.old_answers = 1;  // one answer that does not prove it
  DeployRow const second = run();
  EXPECT_EQ(second.state, DeployState::verified) << journal(second.id);
  EXPECT_EQ(platforms.builds.size(), 2U);
}

TEST_F(Deploying, a_rolled_back_commit_is_quarantined_until_a_person_lifts_it) {
  platforms.deployed_before();
  platforms.unhealthy = true;
  DeployRow const bad = run();
  ASSERT_EQ(bad.state, DeployState::rolled_back) << bad.reason;
  Result<std::int64_t> by_commit = request(commit_new);
  ASSERT_FALSE(by_commit);
  EXPECT_EQ(by_commit.error().code, "quarantined");
  EXPECT_TRUE(holds(by_commit.error().text, "rolled back")) << by_commit.error().text;
  EXPECT_FALSE(request(commit_new.substr(0, 7)));
  DeployRow const by_branch = run();
  EXPECT_EQ(by_branch.state, DeployState::refused);
  EXPECT_TRUE(holds(by_branch.reason, "quarantined")) << by_branch.reason;
  EXPECT_FALSE(lift_quarantine(store, bad.id, "alice", " ", test::start));
  ASSERT_TRUE(lift_quarantine(store, bad.id, "alice", "it was the database", test::start));
  platforms.unhealthy = false;
  EXPECT_EQ(run().state, DeployState::verified);
}

TEST_F(Deploying, a_type_below_its_minimum_is_scaled_up) {
  target().processes["worker"] = 2;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::verified) << journal(row.id);
  EXPECT_EQ(platforms.formation["worker"], 2);
  EXPECT_EQ(platforms.formation["web"], 1);
  EXPECT_TRUE(holds(journal(row.id), "worker=2")) << journal(row.id);
  EXPECT_FALSE(holds(journal(row.id), "web=1"));
}

TEST_F(Deploying, a_lost_answer_to_the_build_does_not_build_twice) {
  bool lost = false;
  platforms.lose = [&](Request const& request) {
    bool const this_one = !lost && request.method == "POST" && request.url.ends_with("/builds");
    lost = lost || this_one;
    return this_one;
  };
  DeployRow const row = run();
  EXPECT_TRUE(lost);
  EXPECT_EQ(row.state, DeployState::verified) << journal(row.id);
  EXPECT_EQ(platforms.builds.size(), 1U);
  EXPECT_TRUE(holds(journal(row.id), "found build build-1")) << journal(row.id);
}

TEST_F(Deploying, a_build_that_never_arrived_is_posted_again_after_two_looks) {
  int refused = 0;
  platforms.refuse = [&](Request const& request) {
    bool const this_one =
        refused == 0 && request.method == "POST" && request.url.ends_with("/builds");
    refused += this_one ? 1 : 0;
    return this_one ? 502 : 0;
  };
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::verified) << journal(row.id);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(platforms.count("GET /apps/shop/builds"),
            platforms.count("GET /apps/shop/builds/") + 2);
  EXPECT_EQ(platforms.builds.size(), 1U);
}

TEST_F(Deploying, a_build_that_heroku_refuses_is_not_posted_again) {
  platforms.refuse = [&](Request const& request) {
    return request.method == "POST" && request.url.ends_with("/builds") ? 422 : 0;
  };
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::failed);
  EXPECT_TRUE(holds(row.reason, "Heroku refused the build")) << row.reason;
  EXPECT_EQ(platforms.count("POST /apps/shop/builds"), 1);
}

TEST_F(Deploying, a_lost_answer_to_the_rollback_does_not_roll_back_twice) {
  platforms.deployed_before();
  platforms.unhealthy = true;
  platforms.lose = [&](Request const& request) {
    return request.method == "POST" && request.url.ends_with("/releases");
  };
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::rolled_back) << journal(row.id);
  EXPECT_EQ(platforms.count("POST /apps/shop/releases"), 1);
}

TEST_F(Deploying, a_rollback_gives_the_old_release_its_dynos_back_and_proves_it) {
  platforms.deployed_before();
  platforms.formation["web"] = 2;  // more than declared
  platforms.no_web = true;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::rolled_back) << journal(row.id);
  EXPECT_TRUE(holds(row.reason, "scaling the dynos")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "v5 is in force")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "3 healthy answers in a row")) << row.reason;
  EXPECT_EQ(platforms.formation["web"], 2) << journal(row.id);
  EXPECT_EQ(platforms.count("POST /apps/shop/releases"), 1);
}

TEST_F(Deploying, a_rollback_that_leaves_production_down_is_held_and_says_so) {
  platforms.deployed_before();
  platforms.no_web = true;
  platforms.web_stays_away = true;
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::held) << journal(row.id);
  EXPECT_TRUE(row.reason.starts_with("ROLLED BACK to v3 (as v5), but scaling the dynos"))
      << row.reason;
  EXPECT_TRUE(holds(row.reason, "production is not healthy")) << row.reason;
  EXPECT_FALSE(request(commit_new)) << "its code was found bad: it is quarantined";
  EXPECT_TRUE(lift_quarantine(store, row.id, "alice", "the Procfile is mended", test::start));
}

TEST_F(Deploying, a_rollback_whose_health_is_not_proven_in_time_is_held) {
  platforms.deployed_before();
  platforms.dynos_crash = true;
  platforms.refuse = [&](Request const& request) { return request.url == "/health" ? 500 : 0; };
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::held) << journal(row.id);
  EXPECT_TRUE(row.reason.starts_with("ROLLED BACK to v3 (as v5), but ")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "500")) << row.reason;
  EXPECT_LT(*row.ended_at - row.created_at, 20min);
}

TEST_F(Deploying, a_rollback_that_heroku_never_does_ends_after_some_tries) {
  platforms.deployed_before();
  platforms.unhealthy = true;
  platforms.refuse = [&](Request const& request) {
    return request.method == "POST" && request.url.ends_with("/releases") ? 500 : 0;
  };
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::held) << journal(row.id);
  EXPECT_TRUE(row.reason.starts_with("ROLLBACK FAILED: ")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "; v4 is live and bad")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "500")) << row.reason;
  EXPECT_EQ(platforms.count("POST /apps/shop/releases"), rollback_posts_max);
  EXPECT_TRUE(holds(journal(row.id), "(try 1 of 5)")) << journal(row.id);
}

TEST_F(Deploying, a_rollback_that_heroku_refuses_ends_at_once) {
  platforms.deployed_before();
  platforms.unhealthy = true;
  platforms.refuse = [&](Request const& request) {
    return request.method == "POST" && request.url.ends_with("/releases") ? 422 : 0;
  };
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::held) << journal(row.id);
  EXPECT_TRUE(row.reason.starts_with("ROLLBACK FAILED: Heroku refused")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "; v4 is live and bad")) << row.reason;
  EXPECT_EQ(platforms.count("POST /apps/shop/releases"), 1);
}

TEST_F(Deploying, a_network_that_drops_answers_changes_nothing_but_the_time) {
  sim->network_faults(300ms, 0.1);
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::verified) << journal(row.id);
  EXPECT_EQ(platforms.builds.size(), 1U);
  EXPECT_EQ(platforms.releases_made, 1);
}

TEST_F(Deploying, an_end_is_told_after_it_is_written) {
  Result<std::int64_t> id = request();
  ASSERT_TRUE(id);
  let_approve("alice");
  bool written_before_told = true;
  Deployment::Options options{.holder = "deployer"};
  options.tell = [&](DeployEvent const& event) {
    if (event.outcome == "output" || event.outcome == "waiting") return;
    written_before_told = written_before_told && holds(journal(*id), event.text);
  };
  bool over_now = false;
  Deployment work(sim->process("deployer"), store, intent, access, *id, options);
  work.start([&](Result<DeployState>) { over_now = true; });
  EXPECT_TRUE(sim->run_until([&] { return over_now; }));
  over = true;
  EXPECT_TRUE(written_before_told);
}

TEST_F(Deploying, an_ended_deploy_is_not_worked_on_again) {
  DeployRow const row = run();
  std::size_t const calls = platforms.calls.size();
  EXPECT_EQ(*finish(row.id), DeployState::verified);
  EXPECT_EQ(platforms.calls.size(), calls);
}

TEST_F(Deploying, a_deploy_that_is_not_there_is_an_error) {
  Result<DeployState> end = finish(99);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::missing);
}

}  // namespace
}  // namespace landfall
