#include "sandbox/world_file.h"

#include <fstream>
#include <sstream>

#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

using sandbox::Tree;

Result<> load(std::string const& text) {
  sandbox::State state(1);
  auto const read = [](std::string const& folder) -> Result<Tree> {
    if (folder != "code") return fail(ErrorKind::missing, "no such folder");
    return Tree{{"Procfile", {"web: run\n"}}, {".github/workflows/deploy.yml", {"name: D\n"}}};
  };
  return sandbox::load_world(state, text, "world.yaml", read, *parse_instant("2026-05-01"));
}

std::string from_disk(std::string const& name) {
  std::ifstream file(LANDFALL_SOURCE "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Mistake {
  char const* name;
  std::string text;
  char const* want;
};

void expect_refusal(Mistake const& row) {
  SCOPED_TRACE(row.name);
  auto const got = load(row.text);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::config);
  EXPECT_TRUE(got.error().text.starts_with("world.yaml:")) << got.error().text;
  EXPECT_NE(got.error().text.find(row.want), std::string::npos) << got.error().text;
}

std::string const users = "users: {ada: {id: 1}}\n";
std::string const shop = users + "heroku:\n  apps:\n    shop:\n";
std::string const repository =
    users + "github:\n  repositories:\n    a/b:\n      created_at: 2026-01-01\n";

TEST(WorldFile, mistakes_at_the_top_name_their_place) {
  Mistake const table[]{
      {"not YAML", "a: [", "world.yaml:1:"},
      {"a list", "- a", "world.yaml:1:1: the world file: expected a mapping, found a sequence"},
      {"unknown key", "herokku: {}",
       "world.yaml:1:1: unknown key 'herokku' in the world file: did "
       "you mean 'heroku'?"},
      {"duplicate key", "users: {}\nusers: {}", "world.yaml:2:"},
      {"clock", "clock: yesterday", "world.yaml:1:8: clock of the world file"},
      {"clock without zone", "clock: 2026-05-01T12:00:00", "world.yaml:1:8"},
      {"token of nobody", "tokens: {x: {service: heroku, user: ada}}", "no user 'ada' is declared"},
      {"near user", users + "tokens: {x: {service: heroku, user: adda}}", "did you mean 'ada'?"},
      {"service", users + "tokens: {x: {service: gitlab, user: ada}}",
       "world.yaml:2:23: service of token: expected heroku or github"},
      {"role", users + "tokens: {x: {service: github, user: ada, role: root}}", "expected read"},
  };
  for (Mistake const& row : table) expect_refusal(row);
}

TEST(WorldFile, mistakes_in_apps_name_their_place) {
  Mistake const table[]{
      {"app key", shop + "      createdat: 2026-01-01", "did you mean 'created_at'?"},
      {"no creation", shop + "      owner: ada", "created_at of app 'shop': missing"},
      {"app in the future", shop + "      {created_at: 2027-01-01, owner: ada}",
       "after the sandbox"},
      {"app name", users + "heroku: {apps: {Shop: {created_at: 2026-01-01, owner: ada}}}",
       "'Shop' is no app name"},
      {"host", shop + "      {created_at: 2026-01-01, owner: ada, host: a.b}",
       "expected one label"},
      {"maintenance", shop + "      {created_at: 2026-01-01, owner: ada, maintenance: maybe}",
       "expected true or false"},
      {"release order",
       shop +
           "      created_at: 2026-01-01\n      owner: ada\n      releases:\n"
           "        - {at: 2026-01-02, description: a}\n        - {at: 2026-01-01, description: b}",
       "world.yaml:9:16: at of release 2 of app 'shop': before the release above it"},
      {"no folder",
       shop + "      created_at: 2026-01-01\n      owner: ada\n      releases:\n"
              "        - {at: 2026-01-02, description: a, code: {folder: none}}",
       "folder of code of release 1 of app 'shop': no such folder"},
      {"formation without code",
       shop + "      {created_at: 2026-01-01, owner: ada, formation: {web: 1}}",
       "declares no process type 'web'"},
      {"config value", shop + "      {created_at: 2026-01-01, owner: ada, config: {A: [1]}}",
       "config var A: expected a text, found a sequence"},
  };
  for (Mistake const& row : table) expect_refusal(row);
}

TEST(WorldFile, mistakes_in_repositories_and_faults_name_their_place) {
  Mistake const table[]{
      {"repository name", users + "github: {repositories: {shop: {created_at: 2026-01-01}}}",
       "expected owner/name"},
      {"sha", repository + "      commits: [{sha: abc, at: 2026-01-01, by: ada, title: x}]",
       "expected 40 digits"},
      {"tag", repository + "      tags: {v1: " + std::string(40, 'a') + "}",
       "no commit of this repository"},
      {"run", repository + "      runs: [{workflow: x.yml}]", "no workflow of this path"},
      {"environment",
       repository + "      environments: {x: {created_at: 2026-01-01, reviewers: [bob]}}",
       "no user 'bob' is declared"},
      {"protected", repository + "      protected: [main]", "no branch 'main'"},
      {"waiting for what is not there",
       repository + "      commits: [{sha: " + std::string(40, 'a') +
           ", at: 2026-01-01, by: ada, title: x}]\n"
           "      workflows: {x.yml: {created_at: 2026-01-01}}\n"
           "      runs: [{workflow: x.yml, sha: " +
           std::string(40, 'a') + ", at: 2026-01-02, waits_for: production}]",
       "no environment 'production' with reviewers"},
      {"organization", users + "github: {organizations: {acme: {plans: team}}}",
       "did you mean 'plan'?"},
      {"variable", repository + "      variables: {A: [1]}", "variable A: expected a text"},
      {"fault kind", "faults: [{service: heroku, kind: flood}]", "expected one of status, latency"},
      {"fault status", "faults: [{service: heroku, kind: status, status: 20}]", "from 200 to 599"},
      {"fault chance", "faults: [{service: heroku, kind: drop, probability: 2}]", "from 0 to 1"},
  };
  for (Mistake const& row : table) expect_refusal(row);
}

TEST(WorldFile, a_token_is_not_repeated_in_errors) {
  auto const got = load("tokens: {hunter2: {service: heroku, user: ada}}");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().text.find("hunter2"), std::string::npos);
}

TEST(WorldFile, nothing_at_all_is_an_empty_world) {
  EXPECT_TRUE(load("{}"));
  EXPECT_TRUE(load("users:\nheroku:\n"));
}

TEST(WorldFile, tells_its_clock) {
  EXPECT_EQ(**clock_of_world_file("clock: 2026-04-30T16:30:00Z", "w"),
            *parse_instant("2026-04-30T16:30:00Z"));
  EXPECT_FALSE(clock_of_world_file("users: {}", "w")->has_value());
  EXPECT_FALSE(clock_of_world_file("clock: [1]", "w"));
  EXPECT_FALSE(clock_of_world_file("{", "w"));
}

TEST(WorldFile, the_manuals_example_is_a_world) {
  std::string const manual = from_disk("docs/world-file.md");
  std::string const fence = "```yaml\n# A complete world";
  std::size_t const begin = manual.find(fence);
  ASSERT_NE(begin, std::string::npos);
  std::size_t const end = manual.find("```", begin + fence.size());
  auto const got = load(manual.substr(begin + 8, end - begin - 8));
  EXPECT_TRUE(got) << got.error().text;
}

using RaxxWorldTest = SandboxTest;

TEST_F(RaxxWorldTest, is_the_incident) {
  std::string const folder = LANDFALL_SOURCE "/examples/raxx";
  std::string const text = from_disk("examples/raxx/world.yaml");
  auto const clock = clock_of_world_file(text, "world.yaml");
  ASSERT_TRUE(clock && *clock);
  sim_ = SimWorld::create(**clock, 1, {});
  serve_web();
  auto sandbox = Sandbox::start(sim_->process("sandbox"), {text, folder + "/world.yaml", folder},
                                {.scratch = "/tmp/no-such-folder-of-landfall/state"});
  ASSERT_TRUE(sandbox) << sandbox.error().text;
  sandbox_ = std::move(*sandbox);
  wait(1s);
  std::string const key = "raxx-heroku-sre";
  Json const releases = json(heroku("GET", "/apps/raxx-api-prod/releases", "", key));
  ASSERT_EQ(releases.as_array().size(), 7U);
  for (Json const& release : releases.as_array()) EXPECT_TRUE(release.find("slug")->is_null());
  EXPECT_EQ(*releases.as_array()[0].text("created_at"), "2026-04-22T06:53:00Z");
  EXPECT_EQ(*releases.as_array()[6].text("description"), "Set STATUS_WORKER_URL config vars");
  EXPECT_EQ(json(heroku("GET", "/apps/raxx-api-prod/dynos", "", key)).as_array().size(), 0U);
  EXPECT_EQ(router("raxx-api-prod-a60a19e5efbf.localhost", "/health").status, 502);
  EXPECT_EQ(router("raxx-api-staging-3f51c2d07b94.localhost", "/health").status, 200);
  std::string const repo = "/repos/MooseQuest/TradeMasterAPI";
  std::string const token = "raxx-github-sre";
  EXPECT_EQ(github("GET", repo + "/environments/production", "", token).status, 404);
  EXPECT_EQ(github("GET", repo + "/environments/staging", "", token).status, 200);
  EXPECT_EQ(json(github("GET", repo + "/git/matching-refs/tags/v", "", token)).as_array().size(),
            0U);
  EXPECT_EQ(json(github("GET", repo + "/tags", "", token)).as_array().size(), 2U);
  auto const runs = [&](std::string const& query) {
    return *json(github("GET", repo + "/actions/" + query, "", token)).integer("total_count");
  };
  EXPECT_EQ(runs("workflows/deploy.yml/runs"), 5);
  EXPECT_EQ(runs("workflows/deploy.yml/runs?status=failure"), 5);
  EXPECT_EQ(runs("workflows/deploy-heroku.yml/runs"), 0);
  EXPECT_EQ(runs("workflows"), 2);
}

}  // namespace
}  // namespace landfall
