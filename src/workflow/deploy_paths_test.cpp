#include "workflow/deploy_paths.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "workflow/deploy_paths_fixture.h"

namespace landfall {
namespace {

constexpr std::string_view deploy_yml = R"(name: Deploy
on:
  push:
    branches: [main]
    tags: ['v*']
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
  deploy-staging:
    needs: test
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    environment: staging
    steps:
      - uses: actions/checkout@v4
      - name: Deploy
        uses: akhileshns/heroku-deploy@v3.12.14
        with:
          heroku_api_key: ${{ secrets.HEROKU_API_KEY }}
          heroku_app_name: raxx-api-staging
          heroku_email: ops@example.com
      - run: curl -s https://raxx-api-staging.example.com/health
  deploy-prod:
    needs: test
    if: startsWith(github.ref, 'refs/tags/v')
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: akhileshns/heroku-deploy@v3.12.14
        with:
          heroku_api_key: ${{ secrets.HEROKU_API_KEY }}
          heroku_app_name: raxx-api-prod
          heroku_email: ops@example.com
)";

constexpr std::string_view deploy_heroku_yml = R"(name: Deploy to Heroku
on:
  workflow_dispatch:
    inputs:
      environment:
        type: choice
        options: [staging, production]
        required: true
      ref:
        type: string
        default: main
jobs:
  freeze-check:
    runs-on: ubuntu-latest
    steps:
      - run: curl -fsS https://status.example.com/freeze
  smoke-gate:
    needs: freeze-check
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {ref: "${{ inputs.ref }}"}
      - run: make smoke
  deploy:
    needs: [freeze-check, smoke-gate]
    runs-on: ubuntu-latest
    environment: ${{ inputs.environment }}
    steps:
      - uses: actions/checkout@v4
      - uses: akhileshns/heroku-deploy@v3.14.15
        with:
          heroku_api_key: ${{ secrets.HEROKU_API_KEY }}
          heroku_app_name: raxx-api-${{ inputs.environment == 'production' && 'prod' || 'staging' }}
          heroku_email: ops@example.com
          dontautocreate: true
  health-check:
    needs: deploy
    runs-on: ubuntu-latest
    steps:
      - run: |
          for i in 1 2 3 4 5; do
            curl -fsS "https://$HOST/health" && exit 0
            sleep 10
          done
          exit 1
)";

TEST(DeployPaths, of_a_workflow_that_pushes_and_tags) {
  EXPECT_EQ(paths_of(deploy_yml),
            (Lines{"push branch [main] deploy-staging.2 -> raxx-api-staging by "
                   "akhileshns/heroku-deploy in staging creates checked",
                   "push tag [v*] deploy-prod.2 -> raxx-api-prod by akhileshns/heroku-deploy "
                   "creates"}));
  auto const paths = heroku_paths(deploy_yml, "w.yml");
  EXPECT_EQ(paths->at(0).line, 19u);
  EXPECT_EQ(paths->at(1).line, 32u);
}

TEST(DeployPaths, of_a_workflow_that_is_dispatched_with_a_choice) {
  EXPECT_EQ(paths_of(deploy_heroku_yml),
            (Lines{"workflow_dispatch [] deploy.2 -> raxx-api-prod by akhileshns/heroku-deploy in "
                   "production no-create checked",
                   "workflow_dispatch [] deploy.2 -> raxx-api-staging by akhileshns/heroku-deploy "
                   "in staging no-create checked"}));
}

TEST(DeployPaths, follow_the_event_and_its_filters) {
  struct Row {
    std::string_view on;
    Lines ways;
  };
  Row const table[]{
      {"push", {"push []"}},
      {"[push, workflow_dispatch]", {"push []", "workflow_dispatch []"}},
      {"{push: null, schedule: [{cron: '0 0 * * *'}]}", {"push []", "schedule branch []"}},
      {"{push: {branches: [main]}}", {"push branch [main]"}},
      {"{push: {branches: main}}", {"push branch [main]"}},
      {"{push: {tags: ['v*']}}", {"push tag [v*]"}},
      {"{push: {branches: [main, 'r/**'], tags: ['v*']}}",
       {"push branch [main r/**]", "push tag [v*]"}},
      {"{push: {branches-ignore: [main]}}", {"push branch [** !main]"}},
      {"{push: {tags-ignore: ['**']}}", {"push tag [** !**]"}},
      {"{push: {paths: [src/**]}}", {"push []"}},
      {"{release: {types: [published]}}", {"release tag []"}},
      {"{pull_request: {branches: [main]}}", {"pull_request branch [main]"}},
      {"{workflow_run: {workflows: [CI], types: [completed]}}", {"workflow_run branch []"}},
      {"{workflow_call: null}", {"workflow_call []"}},
      {"{deployment: null}", {"deployment []"}},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.on);
    Lines wanted;
    for (std::string const& way : row.ways) wanted.push_back(way + " d.1 -> an-app by git push");
    EXPECT_EQ(paths_of(workflow(row.on, "", push_heroku)), wanted);
  }
}

TEST(DeployPaths, follow_the_condition_of_the_job) {
  struct Row {
    std::string_view on;
    std::string_view condition;
    Lines ways;
  };
  std::string_view const both = "{push: {branches: [main, develop], tags: ['v*']}}";
  Row const table[]{
      {"push", "github.ref == 'refs/heads/main'", {"push branch [main]"}},
      {"push", "github.ref_name == 'main'", {"push branch [main]", "push tag [main]"}},
      {"push", "github.ref != 'refs/heads/main'", {"push branch [** !main]", "push tag []"}},
      {"push", "startsWith(github.ref, 'refs/tags/v')", {"push tag [v**]"}},
      {"push", "startsWith(github.ref, 'refs/tags/')", {"push tag []"}},
      {"push", "!startsWith(github.ref, 'refs/tags/')", {"push branch []"}},
      {"push", "contains(github.ref, 'refs/tags/')", {"push []"}},
      {"push",
       "github.ref != 'refs/heads/a' && github.ref != 'refs/heads/b'",
       {"push branch [** !a !b]", "push tag []"}},
      {"push", "github.ref_type == 'tag'", {"push tag []"}},
      {"push", "${{ github.ref_type == 'tag' }}", {"push tag []"}},
      {"push", "${{ github.ref_type == 'tag' }} && false", {"push []"}},
      {"push",
       "github.ref == 'refs/heads/a' || startsWith(github.ref, 'refs/heads/r/')",
       {"push branch [r/** a]"}},
      {"push",
       "startsWith(github.ref, 'refs/heads/r/') && github.ref != 'refs/heads/r/1'",
       {"push branch [r/** !r/1]"}},
      {"push",
       "contains(fromJSON('[\"refs/heads/a\", \"refs/heads/b\"]'), github.ref)",
       {"push branch [a b]"}},
      {both, "github.ref == 'refs/heads/develop'", {"push branch [develop]"}},
      {both, "github.ref == 'refs/heads/other'", {}},
      {both, "github.ref == 'REFS/HEADS/MAIN'", {"push branch [main]"}},
      {both, "startsWith(github.ref, 'refs/tags/v')", {"push tag [v*]"}},
      {both, "startsWith(github.ref, 'refs/tags/release-')", {}},
      {both, "startsWith(github.ref, 'refs/tags/v2')", {"push tag [v2*]"}},
      {"{push: {tags: ['v*']}}", "github.ref == 'refs/heads/main'", {}},
      {"{push: {branches: ['**', '!wip/**']}}",
       "github.ref != 'refs/heads/main'",
       {"push branch [** !wip/** !main]"}},
      {"{push: {branches: ['**', '!wip/**']}}", "github.ref == 'refs/heads/wip/1'", {}},
      {"[push, pull_request]", "github.event_name == 'push'", {"push []"}},
      {"[push, pull_request]", "github.event_name != 'pull_request'", {"push []"}},
      {"[push, pull_request]", "github.ref == 'refs/heads/main'", {"push branch [main]"}},
      {"[push, schedule]",
       "github.ref == 'refs/heads/main'",
       {"push branch [main]", "schedule branch []"}},
      {"workflow_dispatch", "github.ref == 'refs/heads/main'", {"workflow_dispatch branch [main]"}},
      {"workflow_dispatch", "github.event.workflow_run.conclusion == 'success'", {}},
      {"workflow_run",
       "github.event.workflow_run.conclusion == 'success'",
       {"workflow_run branch []"}},
      {"push", "false", {}},
      {"push", "${{ false }}", {}},
      {"push", "always()", {"push []"}},
      {"push", "failure()", {}},
      {"push", "success() && vars.DEPLOY == 'true'", {"push []"}},
      {"push", "vars.DEPLOY == 'true' && false", {}},
      {"push", "vars.DEPLOY == 'true' || true", {"push []"}},
      {"push", "inputs.force", {}},
      {"push", "github.actor == 'dependabot[bot]'", {"push []"}},
      {"workflow_call", "github.event_name == 'push'", {"workflow_call []"}},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(std::string(row.on) + " if " + std::string(row.condition));
    Lines wanted;
    for (std::string const& way : row.ways) wanted.push_back(way + " d.1 -> an-app by git push");
    std::string const quoted = replace_all(std::string(row.condition), "'", "''");
    EXPECT_EQ(paths_of(workflow(row.on, "    if: '" + quoted + "'\n", push_heroku)), wanted);
  }
}

TEST(DeployPaths, a_job_below_a_skipped_one_is_skipped_unless_it_asks_for_the_status) {
  std::string const begin =
      "on: push\njobs:\n  a: {if: false, runs-on: x, steps: [{run: x}]}\n"
      "  b: {needs: a, if: always(), runs-on: x, steps: [{run: x}]}\n";
  std::string const steps = "    runs-on: x\n    steps:\n" + std::string(push_heroku);
  Lines const reached{"push [] d.1 -> an-app by git push"};
  EXPECT_EQ(paths_of(begin + "  d:\n    needs: a\n" + steps), Lines{});
  // success() looks at all ancestors, not at the parent alone.
  EXPECT_EQ(paths_of(begin + "  d:\n    needs: b\n" + steps), Lines{});
  EXPECT_EQ(paths_of(begin + "  d:\n    needs: b\n    if: vars.X\n" + steps), Lines{});
  EXPECT_EQ(paths_of(begin + "  d:\n    needs: b\n    if: '!cancelled()'\n" + steps), reached);
  EXPECT_EQ(paths_of(begin + "  d:\n    needs: a\n    if: always()\n" + steps), reached);
  EXPECT_EQ(
      paths_of(begin + "  d:\n    needs: a\n    if: always() && needs.a.result == 'success'\n" +
               steps),
      Lines{});
  EXPECT_EQ(
      paths_of(begin + "  d:\n    needs: a\n    if: always() && needs.a.result == 'skipped'\n" +
               steps),
      reached);
  EXPECT_EQ(paths_of(begin + "  d:\n" + steps), reached);
}

TEST(DeployPaths, inputs_decide_jobs_and_steps) {
  std::string const text = R"(on:
  workflow_dispatch:
    inputs:
      where: {type: choice, options: [staging, production]}
      dry: {type: boolean}
  push: {branches: [main]}
jobs:
  production:
    if: github.event.inputs.where == 'production' && !inputs.dry
    runs-on: x
    environment: {name: "${{ inputs.where }}", url: https://x}
    steps:
      - run: git push https://git.heroku.com/shop-prod.git HEAD:main
  staging:
    if: github.event_name == 'push' || inputs.where == 'staging'
    runs-on: x
    steps:
      - if: github.event.inputs.dry != 'true'
        run: git push https://git.heroku.com/shop-staging.git HEAD:main
      - if: inputs.dry == true && github.event_name == 'push'
        run: git push https://git.heroku.com/never.git HEAD:main
)";
  EXPECT_EQ(paths_of(text),
            (Lines{"workflow_dispatch [] production.1 -> shop-prod by git push in production",
                   "workflow_dispatch [] staging.1 -> shop-staging by git push",
                   "push branch [main] staging.1 -> shop-staging by git push"}));
}

TEST(DeployPaths, what_github_refuses_is_an_error_with_its_place) {
  struct Row {
    std::string_view text;
    std::string_view error;
  };
  Row const table[]{
      {"", "w.yml:1:1: the file: expected a mapping, found nothing"},
      {"- a\n", "w.yml:1:1: the file: expected a mapping, found a sequence"},
      {"jobs: {}\n", "w.yml:1:1: 'jobs': expected at least one, found none"},
      {"on: push\n", "w.yml:1:1: the file: expected a key 'jobs', found none"},
      {"on: push\njobs: {}\n", "w.yml:2:1: 'jobs': expected at least one, found none"},
      {"on: push\njobs: [a]\n", "w.yml:2:7: 'jobs': expected a mapping, found a sequence"},
      {"on: []\njobs: {a: {steps: []}}\n",
       "w.yml:1:1: 'on': expected at least one event, found none"},
      {"on:\njobs: {a: {steps: []}}\n",
       "w.yml:1:1: 'on': expected one of the 37 names that GitHub knows, a sequence or a mapping, "
       "found nothing"},
      {"true: push\njobs: {}\n", "w.yml:1:1: the file: expected a key 'on', found none"},
      {"on: {push: {branch: [main]}}\njobs: {a: {steps: []}}\n",
       "w.yml:1:13: unknown key 'branch' in event 'push'; did you mean 'branches'?"},
      {"on: {push: {branches: [a], branches-ignore: [b]}}\njobs: {a: {steps: []}}\n",
       "w.yml:1:28: 'branches' and 'branches-ignore' in event 'push': expected one of them; a "
       "pattern with '!' in 'branches' leaves names out"},
      {"on: push\njobs: {a: {steps: [], need: b}}\n",
       "w.yml:2:23: unknown key 'need' in job 'a'; did you mean 'needs'?"},
      {"on: push\njobs: {a: {steps: [], needs: b}}\n",
       "w.yml:2:8: job 'a': expected a key 'runs-on', found none"},
      {"on: push\njobs:\n  a: {steps: [], needs: b}\n  b: {steps: [], needs: [a]}\n",
       "w.yml:3:3: job 'a': expected a key 'runs-on', found none"},
      {"on: push\njobs: {a: {runs-on: x}}\n",
       "w.yml:2:8: job 'a': expected 'steps' with at least one, found none"},
      {"on: push\njobs: {a: {steps: [x]}}\n",
       "w.yml:2:8: job 'a': expected a key 'runs-on', found none"},
      {"on: push\njobs: {a: {steps: []}, A: {steps: []}}\n",
       "w.yml:2:8: job 'a': expected a key 'runs-on', found none"},
      {"on: push\njobs:\n  a: &x {steps: []}\n  b: {<<: *x}\n",
       "w.yml:3:3: job 'a': expected a key 'runs-on', found none"},
      {"on: push\njobs: {a: {steps: []}}\n---\n",
       "w.yml:3:1: a second document: expected one only"},
      {"on: [push\n",
       "w.yml:2:1: not YAML: did not find expected ',' or ']' (while parsing a flow sequence)"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    auto const paths = heroku_paths(row.text, "w.yml");
    ASSERT_FALSE(paths);
    EXPECT_EQ(paths.error().text, row.error);
    EXPECT_EQ(paths.error().kind, ErrorKind::data);
  }
}

TEST(DeployPaths, odd_but_valid_files_are_read) {
  EXPECT_EQ(paths_of("on: push\njobs: {a: {uses: ./.github/workflows/b.yml}}\n"), Lines{});
  EXPECT_EQ(paths_of("'on': push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"), Lines{});
}

TEST(DeployPaths, an_alias_is_followed) {
  EXPECT_EQ(paths_of("on: push\njobs:\n  a:\n    runs-on: x\n    steps: &s\n      - run: git push "
                     "https://git.heroku.com/an-app.git\n  b:\n    runs-on: x\n    steps: *s\n"),
            (Lines{"push [] a.1 -> an-app by git push", "push [] b.1 -> an-app by git push"}));
}

TEST(DeployPaths, too_many_combinations_are_an_error) {
  std::string text = "on:\n  workflow_dispatch:\n    inputs:\n      i: {type: choice, options: [";
  for (int i = 0; i < 60; ++i) text += "o" + std::to_string(i) + ", ";
  text += "z]}\njobs:\n  d:\n    runs-on: x\n    strategy:\n      matrix:\n        a: [";
  for (int i = 0; i < 250; ++i) text += std::to_string(i) + ", ";
  text += "0]\n    steps:\n";
  for (int i = 0; i < 100; ++i)
    text += "      - run: git push https://git.heroku.com/${{ inputs.i }}.git\n";
  auto const paths = heroku_paths(text, "w.yml");
  ASSERT_FALSE(paths);
  EXPECT_NE(paths.error().text.find("too many combinations"), std::string::npos);
}

TEST(DeployPaths, hostile_text_ends_in_a_path_or_an_error) {
  std::string const deep(5000, '(');
  for (std::string const& text :
       {deep, "!" + std::string(20000, '!'), std::string(20000, '['), "a" + std::string(9000, '.'),
        std::string("${{"), std::string("'"), std::string("x["), std::string("f(,"),
        std::string("\x01\x02"), std::string("1e"), std::string("$(("), std::string("${"),
        std::string("`"), std::string("<<"), std::string("a <<E\nb"), "$(" + deep,
        std::string("\\")}) {
    std::string const safe =
        replace_all(replace_all(replace_all(text, "\\", "\\\\"), "\n", "\\n"), "\"", "\\\"");
    std::string const quoted =
        "\"" + replace_all(replace_all(safe, "\x01", "\\x01"), "\x02", "\\x02") + "\"";
    SCOPED_TRACE(quoted.substr(0, 60));
    std::string const run = "      - run: " + quoted + "\n" + std::string(push_heroku);
    for (std::string const& file :
         {workflow("push", "    if: " + quoted + "\n", push_heroku), workflow("push", "", run),
          workflow("push", "    env: {A: " + quoted + "}\n", push_heroku)}) {
      auto const paths = heroku_paths(file, "w.yml");
      bool const leads = paths && !paths->empty() && paths->back().app == "an-app";
      bool const is_refused = !paths && paths.error().text.starts_with("w.yml:");
      EXPECT_TRUE(leads || is_refused) << (paths ? "no path" : paths.error().text);
    }
  }
}

TEST(DeployPaths, every_beginning_of_a_file_is_read_or_refused) {
  for (std::string_view const text : {deploy_yml, deploy_heroku_yml}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      auto const paths = heroku_paths(text.substr(0, i), "w.yml");
      if (!paths) {
        EXPECT_TRUE(paths.error().text.starts_with("w.yml:")) << paths.error().text;
      }
    }
  }
}

TEST(HerokuPaths, lead_through_called_workflows_and_scripts_where_files_can_be_read) {
  std::string_view const caller =
      "on:\n  push: {branches: [main]}\njobs:\n  ship:\n    strategy: {matrix: {n: [1, 2]}}\n"
      "    uses: ./.github/workflows/call.yml\n    with: {app: shop-prod}\n"
      "  script:\n    runs-on: x\n    steps: [{run: ./ship.sh}]\n";
  ReadText const read = [](std::string_view path) -> std::optional<std::string> {
    if (path == "ship.sh") return "heroku container:release web -a shop-script\n";
    if (path != ".github/workflows/call.yml") return std::nullopt;
    return "on:\n  workflow_call:\n    inputs: {app: {type: string}}\njobs:\n  deploy:\n"
           "    runs-on: x\n    environment: production\n    steps:\n      - run: a\n"
           "      - run: heroku container:release web -a ${{ inputs.app }}\n";
  };
  auto const paths = heroku_paths(caller, "w.yml", read);
  ASSERT_TRUE(paths) << paths.error().text;
  ASSERT_EQ(paths->size(), 2U);
  DeployPath const& called = (*paths)[0].job == "ship" ? (*paths)[0] : (*paths)[1];
  EXPECT_EQ(called.job, "ship");
  EXPECT_EQ(called.app, "shop-prod");
  EXPECT_EQ(called.line, 6U);
  EXPECT_EQ(called.step, 2);
  EXPECT_EQ(called.environment, "production");
  auto const alone = heroku_paths(caller, "w.yml");
  ASSERT_TRUE(alone);
  EXPECT_TRUE(alone->empty());
}

}  // namespace
}  // namespace landfall
