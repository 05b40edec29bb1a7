// A world for GitHub's own resources: an organisation with a team, a repository whose workflow goes
// through a gate, and short words for tests.
#pragma once

#include "sandbox/sandbox_fixture.h"

namespace landfall {

/// Ada owns acme, bob is its member and in the team ops, eve is in nothing.
inline char const* const hub_world = R"(
clock: 2026-05-01T12:00:00Z
users:
  ada: {id: 11, name: Ada, email: ada@shop.example}
  bob: {id: 12, email: bob@shop.example}
  eve: {id: 13, email: eve@other.example}
tokens:
  ada: {service: github, user: ada, role: admin}
  bob: {service: github, user: bob, role: write}
  eve: {service: github, user: eve, role: admin}
  narrow: {service: github, user: ada, role: admin, repositories: [acme/other]}
  robot: {service: github, actions_of: acme/shop, role: write}
github:
  writes_a_minute: 0
  organizations:
    acme: {id: 900, plan: enterprise, owners: [ada], members: [bob], teams: {ops: {id: 901, members: [bob]}}}
    small: {id: 910, plan: team, owners: [ada]}
  repositories:
    acme/other: {created_at: 2026-04-01}
    acme/secret: {created_at: 2026-04-01, private: true, collaborators: {bob: read}}
    small/hidden: {created_at: 2026-04-01, private: true}
    acme/shop:
      id: 1000
      created_at: 2026-04-01T00:00:00Z
      collaborators: {bob: write}
      former_names: [acme/store]
      commits:
        - {at: 2026-04-02T00:00:00Z, by: ada, title: One, folder: hub}
        - {at: 2026-04-03T00:00:00Z, by: bob, title: Two, folder: hub}
      workflows:
        .github/workflows/gate.yml: {created_at: 2026-04-02, id: 70}
        .github/workflows/ci.yml:
          created_at: 2026-04-02
          id: 71
          outcomes:
            pull_request: {takes: 1m, jobs: [{name: test, conclusion: failure, log: it broke, steps: [{name: Run it, conclusion: failure}]}]}
            any: {takes: 1m}
      environments:
        production:
          created_at: 2026-04-03T00:00:00Z
          reviewers: [ada]
          team_reviewers: [ops]
          prevent_self_review: true
          wait_timer: 5
          branches: [main]
          tags: ['v*']
)";

inline char const* const gate_file = R"(name: Gate
run-name: To ${{ inputs.environment }}
on:
  workflow_dispatch:
    inputs:
      environment: {type: environment, required: true}
      level: {type: choice, options: [low, high], default: low}
      dry: {type: boolean}
  repository_dispatch: {types: [go]}
concurrency: {group: gate, cancel-in-progress: false}
jobs:
  check: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}
  deploy:
    needs: check
    runs-on: ubuntu-latest
    environment: {name: '${{ inputs.environment || ''staging'' }}', url: https://shop.example}
    steps: [{run: 'true'}]
  tell: {needs: [deploy], if: always(), runs-on: ubuntu-latest, steps: [{run: 'true'}]}
)";

inline char const* const ci_file = R"(name: CI
on:
  push: {branches: ['**', '!wip/**'], tags: ['v*'], paths-ignore: ['docs/**']}
  pull_request:
  release: {types: [published]}
  workflow_run: {workflows: [Gate], types: [completed]}
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}
)";

class HubTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    put("README.md", "# Shop\n");
    put(".github/workflows/gate.yml", gate_file);
    put(".github/workflows/ci.yml", ci_file);
    start(hub_world);
  }
  void put(std::string const& name, std::string_view content) {
    World world = sim_->process("files");
    auto const done =
        world.files.write("/tmp/no-such-folder-of-landfall/world/hub/" + name, content);
    ASSERT_TRUE(done) << done.error().text;
  }

  /// Asks as somebody, whose token is named after them.
  Response as(std::string const& who, std::string const& method, std::string const& path,
              std::string const& body = "") {
    return github(method, path, body, who);
  }
  Json get(std::string const& path, std::string const& who = "ada") {
    Response const got = as(who, "GET", path);
    EXPECT_EQ(got.status, 200) << path << " " << got.body.substr(0, 300);
    return json(got);
  }
  Json made(std::string const& path, std::string const& body, std::string const& who = "ada") {
    Response const got = as(who, "POST", path, body);
    EXPECT_EQ(got.status, 201) << path << " " << got.body.substr(0, 300);
    return json(got);
  }
  std::string message(Response const& response) {
    return json(response).text("message").value_or("");
  }

  /// Writes a file on a branch; the commit's sha.
  std::string commit(std::string const& path, std::string const& branch = "main",
                     std::string const& who = "ada", std::string const& title = "Change") {
    Json const body = Json::object(
        {{"message", title}, {"content", base64(path + branch + title)}, {"branch", branch}});
    Response const got = as(who, "PUT", repo + "/contents/" + path, body.dump());
    EXPECT_EQ(got.status, 201) << got.body.substr(0, 300);
    return json(got).text("commit.sha").value_or("");
  }
  std::string head(std::string const& branch = "main") {
    return *get(repo + "/branches/" + branch).text("commit.sha");
  }
  Json runs(std::string const& query = "") {
    return *get(repo + "/actions/runs" + (query.empty() ? filter_ : query)).find("workflow_runs");
  }
  /// "event status conclusion" of the runs, newest first.
  std::vector<std::string> told(std::string const& query = "") {
    std::vector<std::string> lines;
    Json const all = runs(query);
    for (Json const& run : all.as_array())
      lines.push_back(*run.text("event") + " " + *run.text("status") + " " +
                      run.text_or_null("conclusion")->value_or("-"));
    return lines;
  }
  std::string run_path(std::size_t index = 0) {
    return repo + "/actions/runs/" + std::to_string(*runs().as_array().at(index).integer("id"));
  }
  /// "name status conclusion" of a run's jobs.
  std::vector<std::string> jobs(std::string const& run) {
    std::vector<std::string> lines;
    Json const all = get(run + "/jobs");
    for (Json const& job : all.find("jobs")->as_array())
      lines.push_back(*job.text("name") + " " + *job.text("status") + " " +
                      job.text_or_null("conclusion")->value_or("-"));
    return lines;
  }
  Response dispatch(std::string const& inputs = R"({"environment":"production"})",
                    std::string const& ref = "main", std::string const& who = "ada") {
    return as(who, "POST", repo + "/actions/workflows/gate.yml/dispatches",
              R"({"ref":")" + ref + R"(","inputs":)" + inputs + "}");
  }
  std::int64_t environment_id(std::string const& name = "production") {
    return *get(repo + "/environments/" + name).integer("id");
  }
  Response review(std::string const& run, std::string const& state, std::string const& who) {
    return as(who, "POST", run + "/pending_deployments",
              fmt::format(R"({{"environment_ids":[{}],"state":"{}","comment":"seen"}})",
                          environment_id(), state));
  }

  using Texts = std::vector<std::string>;
  std::string const repo = "/repos/acme/shop";
  std::string filter_;  ///< of the runs that are looked at
};

}  // namespace landfall
