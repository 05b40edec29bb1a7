#include <gtest/gtest.h>

#include "deploy/deploy_fixture.h"
#include "deploy/gates.h"

namespace landfall {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

struct Reviewing : testing::Test, test::DeployFixture {
  std::int64_t id = 0;
  std::optional<Result<DeployState>> end;
  std::unique_ptr<Deployment> work;

  /// Brings a deploy to where it waits for approval.
  void wait_for_approval(std::string requester = "carol") {
    Result<std::int64_t> asked = request("main", std::move(requester));
    ASSERT_TRUE(asked);
    id = *asked;
    work = deployment(id, "deployer");
    work->start([this](Result<DeployState> state) { end = std::move(state); });
    ASSERT_TRUE(sim->run_until(
        [&] { return holds(journal(id), "approval waiting") || end.has_value(); }, 10'000));
    ASSERT_FALSE(end);
  }
  Result<> review(std::string reviewer, ReviewAnswer answer = ReviewAnswer::approved) {
    return review_deploy(store, intent, id, reviewer, answer, "because",
                         sim->process("reviewer").now());
  }
  DeployRow ended() {
    EXPECT_TRUE(sim->run_until([&] { return end.has_value(); }, 200'000));
    return *read_deploy(store, id);
  }
};

TEST_F(Reviewing, nothing_is_built_before_the_approval) {
  wait_for_approval();
  sim->run_until([] { return false; }, 500);
  EXPECT_EQ(platforms.count("POST"), 0);
  EXPECT_EQ(read_deploy(store, id)->state, DeployState::approval);
  ASSERT_TRUE(review("alice"));
  EXPECT_EQ(ended().state, DeployState::verified);
  EXPECT_TRUE(holds(journal(id), "approval done: approved by alice"));
}

TEST_F(Reviewing, only_declared_reviewers_count_and_never_who_asked) {
  wait_for_approval("bob");
  Result<> stranger = review("mallory");
  ASSERT_FALSE(stranger);
  EXPECT_TRUE(holds(stranger.error().text, "not a reviewer")) << stranger.error().text;
  Result<> himself = review("bob");
  ASSERT_FALSE(himself);
  EXPECT_TRUE(holds(himself.error().text, "may not review it")) << himself.error().text;
  EXPECT_FALSE(review("BOB")) << "GitHub's names have no case";
  EXPECT_TRUE(review("Alice"));
  EXPECT_EQ(ended().state, DeployState::verified);
}

TEST_F(Reviewing, who_asked_may_approve_where_that_is_declared) {
  target().deploy.approval.self_approval = true;
  wait_for_approval("bob");
  EXPECT_TRUE(review("bob"));
  EXPECT_EQ(ended().state, DeployState::verified);
}

TEST_F(Reviewing, one_person_twice_is_one_approval) {
  target().deploy.approval.minimum = 2;
  wait_for_approval();
  ASSERT_TRUE(review("alice"));
  Result<> twice = review("alice");
  ASSERT_FALSE(twice);
  EXPECT_TRUE(holds(twice.error().text, "already"));
  EXPECT_FALSE(review("ALICE"));
  sim->run_until([] { return false; }, 200);
  EXPECT_EQ(read_deploy(store, id)->state, DeployState::approval);
  ASSERT_TRUE(review("bob"));
  EXPECT_EQ(ended().state, DeployState::verified);
}

TEST_F(Reviewing, a_rejection_refuses_it_in_the_reviewer_s_words) {
  wait_for_approval();
  ASSERT_TRUE(review("alice", ReviewAnswer::rejected));
  DeployRow const row = ended();
  EXPECT_EQ(row.state, DeployState::refused);
  EXPECT_EQ(row.reason, "rejected by alice: because");
  EXPECT_FALSE(review("bob")) << "it waits no more";
  EXPECT_EQ(platforms.count("POST"), 0);
}

TEST_F(Reviewing, who_asked_may_withdraw_reviewer_or_not) {
  for (char const* requester : {"carol", "bob"}) {
    wait_for_approval(requester);
    ASSERT_TRUE(review(requester, ReviewAnswer::rejected)) << requester;
    DeployRow const row = ended();
    EXPECT_EQ(row.state, DeployState::refused);
    EXPECT_EQ(row.reason, fmt::format("withdrawn by {}: because", requester));
    end.reset();
  }
  wait_for_approval("carol");
  EXPECT_FALSE(review("mallory", ReviewAnswer::rejected)) << "neither reviewer nor requester";
  EXPECT_EQ(platforms.count("POST"), 0);
}

TEST_F(Reviewing, what_nobody_could_ever_approve_is_refused_at_preflight) {
  struct Row {
    std::vector<std::string> reviewers;
    int minimum;
    bool self;
    bool refused;
  };
  Row const table[]{{{"carol"}, 1, false, true},           {{"Carol", "alice"}, 2, false, true},
                    {{"alice", "ALICE"}, 2, false, true},  {{"carol"}, 1, true, false},
                    {{"carol", "alice"}, 1, false, false}, {{}, 1, false, false}};
  for (Row const& row : table) {
    target().deploy.approval.reviewers = row.reviewers;
    target().deploy.approval.minimum = row.minimum;
    target().deploy.approval.self_approval = row.self;
    EXPECT_EQ(approval_fault(target(), "carol").has_value(), row.refused);
  }
  target().deploy.approval = {};
  target().deploy.approval.reviewers = {"carol"};
  DeployRow const row = run();
  EXPECT_EQ(row.state, DeployState::refused);
  EXPECT_TRUE(holds(row.reason, "nobody could ever approve it")) << row.reason;
  EXPECT_TRUE(holds(row.reason, "carol may not approve their own deploy")) << row.reason;
  EXPECT_FALSE(holds(journal(row.id), "approval started")) << journal(row.id);
}

TEST_F(Reviewing, an_approval_can_be_taken_back_while_others_are_awaited) {
  target().deploy.approval.minimum = 2;
  wait_for_approval();
  ASSERT_TRUE(review("alice"));
  ASSERT_TRUE(review("alice", ReviewAnswer::rejected));
  EXPECT_EQ(ended().state, DeployState::refused);
}

TEST_F(Reviewing, a_request_that_nobody_answers_expires) {
  target().deploy.approval.expires = 30min;
  wait_for_approval();
  DeployRow const row = ended();
  EXPECT_EQ(row.state, DeployState::refused);
  EXPECT_TRUE(holds(row.reason, "expired")) << row.reason;
  EXPECT_GE(*row.ended_at - row.created_at, 30min);
  EXPECT_LT(*row.ended_at - row.created_at, 31min);
}

TEST_F(Reviewing, the_wait_timer_runs_from_the_last_approval) {
  target().deploy.approval.wait = 10min;
  wait_for_approval();
  ASSERT_TRUE(review("alice"));
  Instant const approved = sim->process("reviewer").now();
  DeployRow const row = ended();
  EXPECT_EQ(row.state, DeployState::verified);
  EXPECT_GE(*first_entry_at(store, id, "source", "started"), std::optional(approved + 10min - 1s));
}

TEST_F(Reviewing, a_plan_that_changed_can_not_be_approved) {
  wait_for_approval();
  target().deploy.smoke->command = "true";
  Result<> changed = review("alice");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, "plan_changed");
  DeployRow const row = ended();
  EXPECT_EQ(row.state, DeployState::refused);
  EXPECT_TRUE(holds(row.reason, "plan has changed")) << row.reason;
}

TEST_F(Reviewing, an_approval_of_another_plan_does_not_count) {
  wait_for_approval();
  ASSERT_TRUE(store.put("approval", {{"deploy_id", id},
                                     {"reviewer", "alice"},
                                     {"answer", "approved"},
                                     {"comment", ""},
                                     {"plan_hash", "of another commit"},
                                     {"at", epoch_seconds(test::start)}}));
  sim->run_until([] { return false; }, 500);
  EXPECT_EQ(read_deploy(store, id)->state, DeployState::approval);
  EXPECT_EQ(platforms.count("POST"), 0);
}

TEST_F(Reviewing, a_freeze_lets_nobody_approve_but_anybody_reject) {
  intent.freezes.push_back({test::start + 1min, test::start + 2h, "end of year"});
  wait_for_approval();
  sim->run_until([&] { return sim->process("reviewer").now() > test::start + 2min; });
  Result<> frozen = review("alice");
  ASSERT_FALSE(frozen);
  EXPECT_EQ(frozen.error().code, "frozen");
  EXPECT_TRUE(holds(frozen.error().text, "end of year"));
  EXPECT_TRUE(review("alice", ReviewAnswer::rejected));
}

TEST_F(Reviewing, a_deploy_that_does_not_wait_can_not_be_reviewed) {
  Result<std::int64_t> asked = request();
  ASSERT_TRUE(asked);
  id = *asked;
  Result<> early = review("alice");
  ASSERT_FALSE(early);
  EXPECT_TRUE(holds(early.error().text, "does not wait")) << early.error().text;
  id = 4711;
  EXPECT_EQ(review("alice").error().kind, ErrorKind::missing);
}

TEST_F(Reviewing, requests_that_make_no_sense_are_refused) {
  Random random(1);
  struct Row {
    DeployRequest request;
    char const* text;
  };
  Row const table[]{
      {{"shop/prodution", "main", "carol"}, "did you mean 'shop/production'"},
      {{"", "main", "carol"}, "no target ''"},
      {{"shop/production", "", "carol"}, "needs a branch"},
      {{"shop/production", " ", "carol"}, "needs a branch"},
      {{"shop/production", "main", ""}, "needs the name"},
  };
  for (Row const& row : table) {
    Result<std::int64_t> const number =
        request_deploy(store, intent, row.request, random, test::start);
    ASSERT_FALSE(number) << row.text;
    EXPECT_EQ(number.error().kind, ErrorKind::usage);
    EXPECT_TRUE(holds(number.error().text, row.text)) << number.error().text;
  }
  target().deploy.driver = "github-actions";
  EXPECT_EQ(request().error().kind, ErrorKind::config);
}

TEST_F(Reviewing, a_second_request_goes_on_with_the_unfinished_one) {
  Result<std::int64_t> first = request();
  ASSERT_TRUE(first);
  EXPECT_EQ(*request(), *first);
  EXPECT_EQ(*request("main", "dave"), *first) << "whoever asks";
  EXPECT_EQ(read_deploy(store, *first)->requester, "carol");
  EXPECT_NE(*request("v1"), *first);
}

TEST_F(Reviewing, the_hash_binds_target_commit_and_gates) {
  std::vector<std::string> const gates{"a", "b"};
  std::string const hash = plan_hash("t", "c", gates);
  EXPECT_EQ(hash.size(), 64U);
  EXPECT_EQ(hash, plan_hash("t", "c", gates));
  EXPECT_NE(hash, plan_hash("u", "c", gates));
  EXPECT_NE(hash, plan_hash("t", "d", gates));
  EXPECT_NE(hash, plan_hash("t", "c", {"a"}));
  EXPECT_NE(gate_sentences(intent, target(), true), gate_sentences(intent, target(), false))
      << "the agreed end of a first deploy is part of what is approved";
}

TEST(Gates, an_environment_is_judged_by_what_is_declared) {
  struct Row {
    char const* name;
    EnvironmentIntent declared;
    EnvironmentSeen seen;
    char const* fault;  ///< "": none
  };
  Row const table[]{
      {"nothing declared", {.name = "p"}, {}, ""},
      {"as declared",
       {.name = "p", .reviewers = {"alice"}, .branches = {"main"}},
       {.reviewers = {"Alice"}, .branch_policy = "custom", .branches = {"main"}},
       ""},
      {"no reviewer",
       {.name = "p", .reviewers = {"alice"}},
       {},
       "does not require the reviewer alice"},
      {"another reviewer", {.name = "p", .reviewers = {"alice"}}, {.reviewers = {"bob"}}, "alice"},
      {"all branches", {.name = "p", .branches = {"main"}}, {}, "admits all branches"},
      {"one branch too many",
       {.name = "p", .branches = {"main"}},
       {.branch_policy = "custom", .branches = {"main", "feature/*"}},
       "also admits the branch feature/*"},
      {"protected ones", {.name = "p", .branches = {"main"}}, {.branch_policy = "protected"}, ""},
      {"too short a wait", {.name = "p", .wait_timer = 10min}, {.wait_timer = 5}, "waits 5 min"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    std::optional<std::string> const fault = environment_fault(row.declared, row.seen);
    EXPECT_EQ(fault.has_value(), std::string_view(row.fault) != "");
    if (fault) {
      EXPECT_TRUE(holds(*fault, row.fault)) << *fault;
    }
  }
}

TEST(Gates, a_freeze_holds_from_its_first_to_before_its_last_instant) {
  Intent intent;
  intent.freezes.push_back({test::start, test::start + 1h, "x"});
  EXPECT_EQ(freeze_at(intent, test::start - 1ms), nullptr);
  EXPECT_NE(freeze_at(intent, test::start), nullptr);
  EXPECT_NE(freeze_at(intent, test::start + 59min), nullptr);
  EXPECT_EQ(freeze_at(intent, test::start + 1h), nullptr);
}

}  // namespace
}  // namespace landfall
