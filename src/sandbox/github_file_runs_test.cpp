// What a pushed workflow file makes of its runs: legs of a matrix, conditions, refusals.
#include "sandbox/github_world_fixture.h"

namespace landfall {
namespace {

class GitHubFileRunsTest : public HubTest {
 protected:
  /// Pushes the file; "name status conclusion" of its run's jobs when all is over.
  Texts jobs_of_file(std::string const& text) {
    Json body = Json::object({{"message", "Try"}, {"content", base64(text)}});
    if (!sha_.empty()) body.set("sha", sha_);
    Response const got =
        as("ada", "PUT", repo + "/contents/.github/workflows/try.yml", body.dump());
    EXPECT_LE(got.status, 201) << got.body.substr(0, 300);
    sha_ = json(got).text("content.sha").value_or("");
    wait(10min);
    run_ = get(repo + "/actions/workflows/try.yml/runs").find("workflow_runs")->as_array().at(0);
    return jobs(repo + "/actions/runs/" + std::to_string(*run_.integer("id")));
  }

  Json run_;
  std::string sha_;  ///< of the file that is there
};

TEST_F(GitHubFileRunsTest, each_leg_of_a_matrix_is_a_job_and_all_are_needed) {
  EXPECT_EQ(
      jobs_of_file(R"(on: push
jobs:
  build:
    strategy:
      matrix:
        os: [linux, mac]
        node: [20, 22]
        exclude: [{os: mac, node: 20}]
        include: [{os: linux, node: 22, extra: yes}]
    runs-on: x
    steps: [{run: x}]
  named:
    strategy: {matrix: {app: '${{ fromJSON(''["shop","api"]'') }}'}}
    name: Deploy ${{ matrix.app }}
    environment: ${{ matrix.app }}-eu
    runs-on: x
    steps: [{run: x}]
  after: {needs: build, runs-on: x, steps: [{run: x}]}
)"),
      (Texts{"build (linux, 20) completed success", "build (linux, 22, yes) completed success",
             "build (mac, 22) completed success", "Deploy shop completed success",
             "Deploy api completed success", "after completed success"}));
  EXPECT_EQ(get(repo + "/environments/api-eu").text("name").value_or(""), "api-eu");
}

TEST_F(GitHubFileRunsTest, an_if_decides_when_its_turn_has_come) {
  EXPECT_EQ(
      jobs_of_file(R"yaml(on: push
jobs:
  never: {if: github.ref == 'refs/heads/none', runs-on: x, steps: [{run: x}]}
  behind: {needs: never, runs-on: x, steps: [{run: x}]}
  anyway: {needs: behind, if: always(), runs-on: x, steps: [{run: x}]}
  asks: {needs: never, if: "!cancelled() && needs.never.result == 'skipped'", runs-on: x, steps: [{run: x}]}
  breaks: {if: "fromJSON('{')", runs-on: x, steps: [{run: x}]}
)yaml"),
      (Texts{"never completed skipped", "behind completed skipped", "anyway completed success",
             "asks completed success", "breaks completed failure"}));
  EXPECT_EQ(*run_.text("conclusion"), "failure");
}

TEST_F(GitHubFileRunsTest, a_file_that_github_refuses_fails_without_jobs) {
  std::string legs;
  for (int i = 0; i < 257; ++i) legs += std::to_string(i) + ",";
  std::string const files[]{
      "on: push\njobs: {a: {if: '((', runs-on: x, steps: [{run: x}]}}",
      "on: push\njobs: {a: {needs: b, runs-on: x, steps: [{run: x}]}}",
      "on: push\n",
      "on: push\njobs: {a: {strategy: {matrix: {n: [" + legs +
          "]}}, runs-on: x, steps: [{run: x}]}}",
  };
  for (std::string const& file : files) {
    SCOPED_TRACE(file);
    EXPECT_EQ(jobs_of_file(file), Texts{});
    EXPECT_EQ(*run_.text("conclusion"), "failure");
    EXPECT_EQ(*run_.text("name"), ".github/workflows/try.yml");
  }
}

TEST_F(GitHubFileRunsTest, a_schedule_starts_runs_by_the_clock_until_its_line_is_gone) {
  std::string const jobs_text =
      "jobs: {a: {if: github.event.schedule == '*/30 * * * *', runs-on: x, steps: [{run: x}]}}";
  jobs_of_file("on: {push: , schedule: [{cron: '*/30 * * * *'}, {cron: '0 0 30 2 *'}]}\n" +
               jobs_text);
  std::string const scheduled = "?event=schedule";
  std::size_t const before = runs(scheduled).as_array().size();
  wait(2h);
  Json const all = runs(scheduled);
  EXPECT_EQ(all.as_array().size(), before + 4);
  EXPECT_EQ(*all.as_array().at(0).text("head_branch"), "main");
  EXPECT_EQ(*all.as_array().at(0).text("conclusion"), "success");
  EXPECT_TRUE(all.as_array().at(0).text("created_at")->ends_with("0:00Z"));
  jobs_of_file("on: push\n" + jobs_text);
  std::size_t const last = runs(scheduled).as_array().size();
  wait(2h);
  EXPECT_EQ(runs(scheduled).as_array().size(), last);
}

}  // namespace
}  // namespace landfall
