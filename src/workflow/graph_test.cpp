#include "workflow/graph.h"

#include <fmt/core.h>

#include "workflow/graph_fixture.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view file = ".github/workflows/w.yml";

/// Jobs below `jobs:`, under the given events.
std::string workflow(std::string_view on, std::string_view jobs) {
  return "on:\n" + std::string(on) + "jobs:\n" + std::string(jobs);
}

/// A job that deploys the app, with further keys.
std::string job(std::string_view id, std::string_view keys, std::string_view app) {
  return "  " + std::string(id) + ":\n    runs-on: x\n" + std::string(keys) +
         "    steps:\n      - run: git push https://git.heroku.com/" + std::string(app) +
         ".git HEAD:main\n";
}

struct Row {
  char const* name;
  std::string text;
  Lines want;
};

void expect_rows(std::vector<Row> const& rows) {
  for (Row const& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(lines_of_paths({{std::string(file), row.text}}, std::string(file)), row.want);
  }
}

std::string const push_main = "  push: {branches: [main]}\n";
std::string const dispatch =
    "  workflow_dispatch:\n    inputs:\n      where: {type: choice, options: [staging, "
    "production]}\n";

TEST(Graph, a_condition_leaves_the_refs_and_inputs_that_lead_on) {
  expect_rows({
      {"no condition", workflow(push_main, job("d", "", "shop")), {"push branch [main]: d > shop"}},
      {"a tag of a push of both",
       workflow("  push: {branches: [main], tags: ['v*']}\n",
                job("d", "    if: startsWith(github.ref, 'refs/tags/')\n", "shop")),
       {"push tag [v*]: d > shop"}},
      {"one choice",
       workflow(dispatch, job("d", "    if: inputs.where == 'production'\n", "shop")),
       {"workflow_dispatch {where=production}: d > shop"}},
      {"a target made of a choice",
       workflow(dispatch, job("d", "", "shop-${{ inputs.where }}")),
       {"workflow_dispatch {where=production}: d > shop-production",
        "workflow_dispatch {where=staging}: d > shop-staging"}},
      {"a successful upstream",
       workflow("  workflow_run: {workflows: [CI]}\n",
                job("d", "    if: github.event.workflow_run.conclusion == 'success'\n", "shop")),
       {"workflow_run branch {event.workflow_run.conclusion=success}: d > shop"}},
  });
}

TEST(Graph, what_cannot_be_taken_says_why_and_where) {
  expect_rows({
      {"an event that it never is",
       workflow(push_main, job("d", "    if: github.event_name == 'release'\n", "shop")),
       {"push branch [main]: d > shop, impossible; 6: its `if` is false here: github.event_name == "
        "'release'"}},
      {"only the manual way",
       workflow(push_main + dispatch, job("d", "    if: github.event_name == 'push'\n", "shop")),
       {"push branch [main]: d > shop",
        "workflow_dispatch: d > shop, impossible; 9: its `if` is false here: github.event_name == "
        "'push'"}},
      {"a needed job is skipped",
       workflow(push_main,
                "  t:\n    runs-on: x\n    if: github.event_name == 'pull_request'\n"
                "    steps: [{run: make}]\n" +
                    job("d", "    needs: t\n", "shop")),
       {"push branch [main]: d > shop, impossible; 6: job 't', which it needs, is skipped: its "
        "`if` "
        "is false here: github.event_name == 'pull_request'"}},
      {"a job far above is skipped, though the one between runs",
       workflow(push_main,
                "  t:\n    runs-on: x\n    if: false\n    steps: [{run: make}]\n"
                "  b:\n    runs-on: x\n    needs: t\n    if: always()\n"
                "    steps: [{run: make}]\n" +
                    job("d", "    needs: b\n", "shop")),
       {"push branch [main]: d > shop, impossible; 6: job 't', far above it, is skipped, and so "
        "the "
        "success() that every job without a status function has is false: its `if` is false here: "
        "false"}},
      {"a step's own condition",
       workflow(push_main,
                "  d:\n    runs-on: x\n    steps:\n      - if: github.ref == "
                "'refs/heads/release'\n        run: git push "
                "https://git.heroku.com/shop.git main\n"),
       {"push branch [main]: d > shop, impossible; 7: its `if` is false here: github.ref == "
        "'refs/heads/release'"}},
      {"filters that let nothing through",
       workflow("  push: {branches: ['!main']}\n", job("d", "", "shop")),
       {"push: d > shop, impossible; 2: the event's filters let no branch or tag through"}},
  });
}

TEST(Graph, a_payload_that_the_event_does_not_have_is_null) {
  expect_rows({
      {"a comment on a push",
       workflow(push_main, job("d", "    if: github.event.comment.body == '/deploy'\n", "shop")),
       {"push branch [main]: d > shop, impossible; 6: its `if` is false here: "
        "github.event.comment.body == '/deploy'"}},
      {"a comment on a comment",
       workflow("  issue_comment:\n",
                job("d", "    if: github.event.comment.body == '/deploy'\n", "shop")),
       {"issue_comment branch: d > shop, undecided; 6: depends on github.event.comment.body"}},
      {"a pull request of a review",
       workflow("  pull_request_review:\n",
                job("d", "    if: github.event.pull_request.draft\n", "shop")),
       {"pull_request_review branch: d > shop, undecided; 6: depends on "
        "github.event.pull_request.draft"}},
  });
}

TEST(Graph, what_a_run_alone_tells_leaves_a_path_undecided_with_its_names) {
  expect_rows({
      {"a variable",
       workflow(push_main, job("d", "    if: vars.ON == 'yes'\n", "shop")),
       {"push branch [main]: d > shop, undecided; 6: depends on vars.ON"}},
      {"after a failure only",
       workflow(push_main, "  t: {runs-on: x, steps: [{run: make}]}\n" +
                               job("d", "    needs: t\n    if: failure()\n", "shop")),
       {"push branch [main]: d > shop, undecided; 8: only after something before it failed or was "
        "cancelled: failure(); ships over t"}},
      {"success of a needed job is what a path supposes",
       workflow(push_main,
                "  t: {runs-on: x, steps: [{run: make}]}\n" +
                    job("d", "    needs: t\n    if: needs.t.result == 'success'\n", "shop")),
       {"push branch [main]: d > shop"}},
      {"always ships over red tests",
       workflow(push_main, "  t: {runs-on: x, steps: [{run: make}]}\n" +
                               job("d", "    needs: t\n    if: always()\n", "shop")),
       {"push branch [main]: d > shop; ships over t"}},
      {"always, but not after red tests",
       workflow(
           push_main,
           "  t: {runs-on: x, steps: [{run: make}]}\n" +
               job("d", "    needs: t\n    if: always() && needs.t.result == 'success'\n", "shop")),
       {"push branch [main]: d > shop"}},
  });
}

TEST(Graph, targets_are_resolved_through_matrix_env_and_outputs) {
  expect_rows({
      {"a matrix made by an expression",
       workflow(push_main, job("d",
                               "    strategy:\n      matrix:\n        app: ${{ "
                               "fromJSON('[\"one\",\"two\"]') }}\n",
                               "${{ matrix.app }}")),
       {"push branch [main]: d > one", "push branch [main]: d > two"}},
      {"env of the workflow",
       "env: {APP: shop}\n" + workflow(push_main, job("d", "", "${APP}")),
       {"push branch [main]: d > shop"}},
      {"a variable written by a step before",
       workflow(push_main,
                "  d:\n    runs-on: x\n    steps:\n"
                "      - run: echo \"APP=shop\" >> \"$GITHUB_ENV\"\n"
                "      - run: git push https://git.heroku.com/$APP.git main\n"),
       {"push branch [main]: d > shop"}},
      {"an output of a needed job",
       workflow(push_main,
                "  p:\n    runs-on: x\n    outputs: {app: '${{ steps.s.outputs.app }}'}\n"
                "    steps:\n      - id: s\n        run: echo app=shop >> $GITHUB_OUTPUT\n" +
                    job("d", "    needs: p\n", "${{ needs.p.outputs.app }}")),
       {"push branch [main]: d > shop"}},
      {"a secret stays the expression that it is",
       workflow(push_main, job("d", "    environment: production\n", "${{ secrets.APP }}")),
       {"push branch [main]: d > ? ${{ secrets.APP }} in production"}},
      {"an input that the event does not have",
       workflow(push_main, job("d", "    environment: shop-${{ inputs.where }}\n", "shop")),
       {"push branch [main]: d > shop in shop- (nameless environment)"}},
  });
}

TEST(Graph, tags_of_the_metadata_action_name_its_images) {
  auto const target = [](std::string_view images, std::string_view tags) {
    Texts const files{
        {std::string(file),
         workflow(
             "  push:\n",
             fmt::format("  a:\n    runs-on: x\n    env: {{OWNER: acme}}\n    steps:\n"
                         "      - {{id: Meta, uses: docker/metadata-action@v5, with: {{images: "
                         "{}}}}}\n"
                         "      - {{uses: docker/build-push-action@v6, with: {{push: true, "
                         "tags: '{}'}}}}\n",
                         images, tags))}};
    return lines_of_paths(files, std::string(file)).at(0);
  };
  std::string_view const tags = "${{ steps.meta.outputs.tags }}";
  EXPECT_EQ(target("acme/shop", tags), "push: a > acme/shop");
  EXPECT_EQ(target("\"ghcr.io/${{ env.OWNER }}/shop\\nacme/shop\"", tags),
            "push: a > ghcr.io/acme/shop");
  EXPECT_EQ(target("\"name=acme/shop,enable=true\"", tags), "push: a > acme/shop");
  EXPECT_EQ(target("\"${{ vars.IMAGE }}\"", tags), "push: a > ? ${{ vars.IMAGE }}");
  EXPECT_EQ(target("acme/shop", "${{ steps.other.outputs.tags }}"),
            "push: a > ? ${{ steps.other.outputs.tags }}");
  EXPECT_EQ(target("acme/shop", "${{ fromJSON(steps.meta.outputs.json).tags[0] }}"),
            "push: a > ? ${{ fromJSON(steps.meta.outputs.json).tags[0] }}");
}

TEST(Graph, a_called_workflow_gets_its_inputs_and_its_callers_event) {
  Texts const files{
      {std::string(file),
       workflow(push_main + dispatch,
                "  call:\n    uses: ./.github/workflows/called.yml\n    with: {app: shop, live: "
                "true}\n"
                "  skip:\n    if: github.event_name == 'release'\n    uses: "
                "./.github/workflows/called.yml\n    with: {app: other}\n")},
      {".github/workflows/called.yml",
       workflow("  workflow_call:\n    inputs:\n      app: {type: string}\n      live: {type: "
                "boolean}\n",
                job("d",
                    "    if: github.event_name == 'push' && inputs.live\n    environment: "
                    "${{ inputs.app }}-env\n",
                    "${{ inputs.app }}"))}};
  EXPECT_EQ(lines_of_paths(files, std::string(file)),
            (Lines{"push branch [main]: call > d > shop in shop-env",
                   "push branch [main]: skip > d > other in other-env, impossible; 11: its `if` is "
                   "false here: github.event_name == 'release'",
                   "workflow_dispatch: call > d > shop in shop-env, impossible; 9: its `if` is "
                   "false here: github.event_name == 'push' && inputs.live",
                   "workflow_dispatch: skip > d > other in other-env, impossible; 11: its `if` is "
                   "false here: github.event_name == 'release'"}));
}

TEST(Graph, a_called_workflow_gives_its_outputs_back) {
  Texts const files{
      {std::string(file),
       workflow("  push:\n",
                "  pick: {uses: ./.github/workflows/pick.yml, with: {stage: prod}}\n"
                "  ship:\n    needs: pick\n    if: needs.pick.outputs.go == 'yes'\n"
                "    runs-on: x\n    environment: ${{ needs.pick.outputs.stage }}\n"
                "    steps: [{run: \"heroku container:release web -a shop-${{ "
                "needs.pick.outputs.Stage }}\"}]\n"
                "  open:\n    needs: pick\n    if: needs.pick.outputs.secret\n    runs-on: x\n"
                "    steps: [{run: heroku container:release web -a shop-open}]\n"
                "  shut:\n    needs: pick\n    if: needs.pick.outputs.go == 'no'\n"
                "    runs-on: x\n"
                "    steps: [{run: heroku container:release web -a shop-shut}]\n")},
      {".github/workflows/pick.yml",
       workflow(
           "  workflow_call:\n    inputs: {stage: {type: string}}\n    outputs:\n"
           "      stage: {value: '${{ jobs.inner.outputs.stage }}'}\n"
           "      go: {value: \"${{ jobs.inner.outputs.stage == 'prod' && 'yes' || 'no' }}\"}\n"
           "      secret: {value: '${{ jobs.inner.outputs.secret }}'}\n",
           "  inner:\n    runs-on: x\n    outputs:\n"
           "      stage: ${{ steps.s.outputs.stage }}\n"
           "      secret: ${{ vars.GO }}\n"
           "    steps:\n      - id: s\n"
           "        run: echo \"stage=${{ inputs.stage }}\" >> $GITHUB_OUTPUT\n")}};
  EXPECT_EQ(lines_of_paths(files, std::string(file)),
            (Lines{"push: ship > shop-prod in prod",
                   "push: open > shop-open, undecided; 13: depends on needs.pick.outputs.secret",
                   "push: shut > shop-shut, impossible; 18: its `if` is false here: "
                   "needs.pick.outputs.go == 'no'"}));
}

TEST(Graph, a_workflow_that_calls_itself_ends) {
  Texts const files{{std::string(file), workflow("  push:\n  workflow_call:\n",
                                                 "  again: {uses: ./.github/workflows/w.yml}\n" +
                                                     job("d", "", "shop"))}};
  EXPECT_EQ(lines_of_paths(files, std::string(file)).size(), 2u);
}

TEST(Graph, a_composite_action_and_a_script_are_followed) {
  Texts const files{
      {std::string(file),
       workflow(push_main,
                "  d:\n    runs-on: x\n    steps:\n      - uses: ./.github/actions/ship\n"
                "        with: {app: shop}\n      - run: ./bin/ship.sh second\n")},
      {".github/actions/ship/action.yml",
       "inputs: {app: {required: true}}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n"
       "      run: |\n        heroku git:remote -a ${{ inputs.app }}\n        git push heroku "
       "main\n"},
      {"bin/ship.sh", "#!/bin/sh\nset -e\ngit push https://git.heroku.com/$1.git main\n"}};
  SmallRepository repository(files);
  std::vector<Path> const& paths = repository.paths(std::string(file));
  ASSERT_EQ(paths.size(), 2u);
  EXPECT_EQ(paths[0].target + " " + paths[1].target, "second shop");
  EXPECT_EQ(paths[1].place.file, ".github/actions/ship/action.yml");
  EXPECT_EQ(paths[1].place.begin.line, 8u);
  EXPECT_EQ(paths[0].place.file, "bin/ship.sh");
  EXPECT_EQ(paths[0].place.begin.line, 3u);
}

TEST(Graph, a_schedule_comes_with_the_default_branch_where_it_is_known) {
  std::string const text =
      workflow("  schedule: [{cron: '0 4 * * *'}]\n",
               job("d", "    if: github.ref == 'refs/heads/release'\n", "shop"));
  Texts const files{{std::string(file), text}};
  EXPECT_EQ(
      lines_of_paths(files, std::string(file), {.default_branch = "main"}),
      (Lines{"schedule branch: d > shop, impossible; 6: its `if` is false here: github.ref == "
             "'refs/heads/release'"}));
  EXPECT_EQ(lines_of_paths(files, std::string(file), {.default_branch = "release"}),
            (Lines{"schedule branch: d > shop"}));
}

}  // namespace
}  // namespace landfall
