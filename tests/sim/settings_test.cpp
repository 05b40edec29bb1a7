// A repository whose settings, not its files, keep deploys from arriving: asked of the sandbox by
// `landfall check`, judged, mended through the API, and judged again.
#include <algorithm>

#include "base/json.h"
#include "sandbox/sandbox.h"
#include "sim/incident_world.h"

namespace landfall {
namespace {

char const* const world_text = R"(
clock: 2026-04-30T16:30:00Z
users:
  ann: {id: 11}
  bob: {id: 12}
tokens:
  heroku-ann: {service: heroku, user: ann}
  github-ann: {service: github, user: ann, role: admin}
  github-bob: {service: github, user: bob, role: read}
heroku:
  apps:
    shop-prod:
      created_at: 2026-04-01T00:00:00Z
      owner: ann
      formation: {web: 1}
      releases:
        - {at: 2026-04-01T00:00:00Z, description: Initial release}
        - at: 2026-04-03T00:00:00Z
          description: Deploy 11111111
          code: {folder: code, commit: 1111111111111111111111111111111111111111}
github:
  organizations:
    acme: {plan: team}
  repositories:
    acme/shop:
      created_at: 2026-04-01T00:00:00Z
      private: true
      commits:
        - {sha: 1111111111111111111111111111111111111111, at: 2026-04-02, by: ann, title: One}
        - {sha: 2222222222222222222222222222222222222222, at: 2026-04-20, by: ann, title: Two, folder: code}
      workflows:
        .github/workflows/deploy.yml: {created_at: 2026-04-02}
        .github/workflows/nightly.yml: {created_at: 2026-04-02, id: 8, state: disabled_inactivity}
      runs:
        - workflow: .github/workflows/deploy.yml
          sha: 2222222222222222222222222222222222222222
          at: 2026-04-27T16:00:00Z
          conclusion: success
          waits_for: production
      environments:
        production: {created_at: 2026-04-02, reviewers: [ann], branches: [release/*]}
)";

char const* const deploy_text = R"(name: Deploy
on:
  push:
    branches: [main]
  workflow_dispatch:
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    env:
      REGION: ${{ vars.REGION }}
    steps:
      - uses: akhileshns/heroku-deploy@v3.14.15
        with:
          heroku_api_key: ${{ secrets.HEROKU_API_KEY }}
          heroku_app_name: shop-prod
          dontautocreate: true
)";

char const* const nightly_text = R"(name: Nightly
on:
  schedule:
    - cron: '0 3 * * *'
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - run: heroku container:release web --app shop-prod
)";

char const* const intent_text = R"(organisation: acme
repository: acme/shop
services:
  shop:
    owner: ann
    environments:
      production:
        app: shop-prod
        gate: {environment: production, reviewers: [ann]}
        health: {path: /health}
)";

class SettingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sim_ = incident_world(5, {{"HEROKU_HOST", "http://127.0.0.1:5001"},
                              {"HEROKU_API_KEY", "heroku-ann"},
                              {"GITHUB_API_URL", "http://127.0.0.1:5002"},
                              {"GITHUB_TOKEN_FILE", "/token"}});
    write("/world/code/Procfile", "web: python3 app.py\n");
    write("/world/code/app.py", "run()\n");
    write("/world/code/.github/workflows/deploy.yml", deploy_text);
    write("/world/code/.github/workflows/nightly.yml", nightly_text);
    write("/world/landfall.yaml", intent_text);
    auto sandbox =
        Sandbox::start(sim_->process("sandbox"), {world_text, "world.yaml", "/world"},
                       {.scratch = "/state"}, {.heroku = 5001, .github = 5002, .router = 5003});
    ASSERT_TRUE(sandbox) << sandbox.error().text;
    sandbox_ = *std::move(sandbox);
  }

  void write(std::string const& path, std::string_view text) {
    auto const written = sim_->process("files").files.write(path, text);
    ASSERT_TRUE(written) << written.error().text;
  }

  /// "CHECK: MESSAGE" of all that was found, or "CHECK?: REASON" of what could not be.
  std::vector<std::string> found(std::string const& token) {
    write("/token", token);
    Told const told = tell(*sim_, {"check", "--output", "json", "--config", "/world/landfall.yaml",
                                   "--store", database_});
    auto const json = Json::parse(told.out);
    EXPECT_TRUE(json) << told.out << told.err;
    std::vector<std::string> lines;
    if (!json || json->find("findings") == nullptr) return lines;
    for (Json const& finding : json->find("findings")->as_array()) {
      bool const unknown = *finding.text("state") == "unknown";
      lines.push_back(fmt::format("{}{}: {}", *finding.text("check"), unknown ? "?" : "",
                                  *finding.text("message")));
    }
    return lines;
  }

  Json github(std::string const& method, std::string const& path, std::string body = "") {
    Request request{.method = method,
                    .url = "http://127.0.0.1:5002/repos/acme/shop" + path,
                    .body = std::move(body)};
    request.headers.set("Authorization", "Bearer github-ann");
    request.headers.set("User-Agent", "ann");
    request.headers.set("User-Agent", "ann");
    std::optional<Result<Response>> answer;
    sim_->process("ann").http.send(std::move(request),
                                   [&](Result<Response> got) { answer = std::move(got); });
    sim_->run_until([&] { return answer.has_value(); });
    bool const good = answer && *answer && (*answer)->status < 300;
    EXPECT_TRUE(good) << method << " " << path;
    return good && !(*answer)->body.empty() ? *Json::parse((*answer)->body) : Json();
  }

  static bool has(std::vector<std::string> const& lines, std::string_view line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }
  static bool any_of(std::vector<std::string> const& lines, std::string_view check) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](std::string const& line) { return line.starts_with(check); });
  }

  std::unique_ptr<SimWorld> sim_;
  std::unique_ptr<Sandbox> sandbox_;
  std::string database_ =
      fresh_database(::testing::UnitTest::GetInstance()->current_test_info()->name());
};

char const* const on_file = ".github/workflows/deploy.yml";

TEST_F(SettingsTest, that_keep_deploys_from_arriving_are_found_and_mended) {
  std::vector<std::string> lines = found("github-ann");
  std::string const run = std::to_string(*github("GET", "/actions/runs?status=waiting")
                                              .find("workflow_runs")
                                              ->as_array()[0]
                                              .integer("id"));
  for (std::string const& line :
       {fmt::format("waiting-for-approval: run {} of {} (main at 22222222) waits for approval to "
                    "environment production: ann can approve; GitHub fails it after 30 days",
                    run, on_file),
        fmt::format("policy-rejects-trigger: {}:13 runs for branches main on push, and environment "
                    "production admits release/* only: the job fails at once",
                    on_file),
        fmt::format("undefined-secret: {}:15 takes secrets.HEROKU_API_KEY, which neither the "
                    "repository nor environment production defines",
                    on_file),
        fmt::format("undefined-variable: {}:11 takes vars.REGION, which neither the repository nor "
                    "environment production defines",
                    on_file),
        std::string(
            "protection-unavailable-on-plan: environment production of a private repository "
            "on the plan team stops nobody: required reviewers and wait timers are ignored"),
        std::string(
            "workflow-disabled: no event starts .github/workflows/nightly.yml, which deploys "
            "shop-prod: GitHub switched it off after 60 days without activity"),
        std::string(
            "production-behind: shop-prod runs 11111111, 1 commit and 18 days behind 22222222 on "
            "main")})
    EXPECT_TRUE(has(lines, line)) << line << "\n---\n" << fmt::format("{}", join(lines, "\n"));

  std::int64_t const environment = *github("GET", "/environments/production").integer("id");
  github("POST", "/actions/runs/" + run + "/pending_deployments",
         fmt::format(R"({{"environment_ids":[{}],"state":"approved","comment":"read"}})",
                     environment));
  github("PUT", "/actions/workflows/8/enable");
  github("POST", "/environments/production/deployment-branch-policies", R"({"name":"m*"})");
  lines = found("github-ann");
  for (char const* check : {"waiting-for-approval", "workflow-disabled", "policy-rejects-trigger"})
    EXPECT_FALSE(any_of(lines, check)) << check << "\n---\n" << join(lines, "\n");
  EXPECT_TRUE(any_of(lines, "undefined-secret: "));
}

TEST_F(SettingsTest, that_a_token_may_not_see_are_unknown_and_not_found) {
  std::vector<std::string> const lines = found("github-bob");
  for (char const* check :
       {"undefined-secret?: github.secrets: no permission",
        "undefined-variable?: github.variables: no permission",
        "protection-unavailable-on-plan?: github.plan: no permission",
        "waiting-for-approval: ", "policy-rejects-trigger: ", "workflow-disabled: "})
    EXPECT_TRUE(any_of(lines, check)) << check << "\n---\n" << join(lines, "\n");
  for (char const* check :
       {"undefined-secret: ", "undefined-variable: ", "protection-unavailable-on-plan: "})
    EXPECT_FALSE(any_of(lines, check)) << check;
}

}  // namespace
}  // namespace landfall
