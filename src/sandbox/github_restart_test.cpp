// All that GitHub knows outlives the process.
#include "sandbox/data_folder_fixture.h"
#include "sandbox/github_world_fixture.h"

namespace landfall {
namespace {

class GitHubRestartTest : public HubTest {
 protected:
  void SetUp() override {
    data_ = folder_.path();
    HubTest::SetUp();
  }
  void TearDown() override { sandbox_.reset(); }

  DataFolder folder_;
};

TEST_F(GitHubRestartTest, what_a_client_was_told_is_there_after_a_kill) {
  made(repo + "/issues", R"({"title":"Kept","labels":["sev-1"]})");
  made(repo + "/git/refs", R"({"ref":"refs/heads/topic","sha":")" + head() + "\"}");
  commit("src/a.c", "topic");
  made(repo + "/pulls", R"({"title":"T","head":"topic","base":"main"})");
  made(repo + "/releases", R"({"tag_name":"v1"})");
  made(repo + "/statuses/" + head(), R"({"state":"success","context":"ci"})");
  made(repo + "/check-runs", R"({"name":"lint","head_sha":")" + head() + "\"}");
  made(repo + "/hooks", R"({"config":{"url":"http://127.0.0.1:1/","secret":"s"}})");
  made(repo + "/actions/variables", R"({"name":"REGION","value":"eu"})");
  ASSERT_EQ(dispatch().status, 204);
  wait(15s);
  std::string const run = run_path();
  commit("src/b.c");
  Texts const paths{"",
                    "/issues/1",
                    "/branches",
                    "/git/trees/topic?recursive=1",
                    "/pulls/2",
                    "/releases",
                    "/commits/main/status",
                    "/commits/main/check-runs",
                    "/hooks",
                    "/actions/variables",
                    "/actions/runs",
                    "/environments",
                    "/deployments",
                    "/actions/secrets/public-key"};
  std::vector<Json> before;
  for (std::string const& path : paths) before.push_back(get(repo + path));
  Json const pending = get(run + "/pending_deployments", "bob");
  sim_->kill("sandbox");
  sandbox_.reset();
  start("not: [read");
  for (std::size_t i = 0; i < paths.size(); ++i)
    EXPECT_EQ(get(repo + paths[i]), before[i]) << paths[i];
  EXPECT_EQ(get(run + "/pending_deployments", "bob"), pending);
  EXPECT_EQ(review(run, "approved", "bob").status, 200);
  wait(6min);
  EXPECT_EQ(*get(run).text("conclusion"), "success");
}

}  // namespace
}  // namespace landfall
