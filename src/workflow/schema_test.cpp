// What GitHub refuses in a workflow file or an action.yml, said at the exact place, and what it
// takes. The texts are whole files, or jobs and steps that are put into one.
#include "workflow/schema.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

/// "line:column-line:column text (hint)".
Lines lines_of_problems(std::vector<SchemaProblem> const& problems) {
  Lines lines;
  for (SchemaProblem const& each : problems) {
    lines.push_back(fmt::format("{}:{}-{}:{} {}", each.begin.line, each.begin.column, each.end.line,
                                each.end.column, each.text));
    if (!each.hint.empty()) lines.back() += " (" + each.hint + ")";
  }
  return lines;
}

std::vector<SchemaProblem> judged(std::string const& text) {
  auto const document = yaml::read(text);
  EXPECT_TRUE(document) << document.error().text;
  return document ? judge_workflow(document->root(), text) : std::vector<SchemaProblem>();
}

std::vector<SchemaProblem> judged_action(std::string const& text) {
  auto const document = yaml::read(text);
  EXPECT_TRUE(document) << document.error().text;
  return document ? judge_action(document->root(), text) : std::vector<SchemaProblem>();
}

/// A file whose other parts are right: its jobs begin in line 3, the keys of its job `a` in line 4.
std::string with_job(std::string_view keys) {
  return "on: push\njobs:\n  a:\n" + std::string(keys);
}

/// The steps begin in line 6.
std::string with_steps(std::string_view steps) {
  return with_job("    runs-on: x\n    steps:\n" + std::string(steps));
}

/// `on` begins in line 1.
std::string with_on(std::string_view on) {
  return std::string(on) + "jobs: {a: {runs-on: x, steps: [{run: x}]}}\n";
}

struct Row {
  std::string text;
  Lines want;
};

void expect_rows(std::vector<Row> const& rows) {
  for (Row const& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(lines_of_problems(judged(row.text)), row.want);
  }
}

TEST(Schema, keys_that_GitHub_does_not_know_are_named_with_what_was_meant_or_their_place) {
  expect_rows({
      {with_on("on:\n  push:\n    branch: main\n"),
       {"3:5-3:11 unknown key 'branch' in event 'push' (did you mean 'branches'?)"}},
      {with_on("on: push\nenvironment: production\n"),
       {"2:1-2:12 unknown key 'environment' in the file ('environment' belongs in a job)"}},
      {with_steps("      - run: x\n        environment: dev\n"),
       {"7:9-7:20 unknown key 'environment' in step 1 of job 'a' ('environment' belongs in a "
        "job)"}},
      {with_on("on: push\nsteps: []\ntimeout-minutes: 5\n"),
       {"2:1-2:6 unknown key 'steps' in the file ('steps' belongs in a job)",
        "3:1-3:16 unknown key 'timeout-minutes' in the file ('timeout-minutes' belongs in a job or "
        "a step)"}},
      {with_on("on: {pull_request: {tags: [v1]}}\n"),
       {"1:21-1:25 unknown key 'tags' in event 'pull_request' ('tags' belongs in event 'push')"}},
      {with_on("on: {release: {type: [published]}}\n"),
       {"1:16-1:20 unknown key 'type' in event 'release' (did you mean 'types'?)"}},
      {with_on("on: push\nx-steps: &a {b: c}\n"), {"2:1-2:8 unknown key 'x-steps' in the file"}},
      {with_on("on: push\nenv: &e {A: b}\ndefaults: {<<: *e}\n"),
       {"3:12-3:14 a merge key '<<' in 'defaults' (GitHub takes anchors and aliases, but merges no "
        "mappings: write the keys out)"}},
  });
}

TEST(Schema, keys_that_differ_by_case_only_are_one_key) {
  expect_rows({
      {with_on("on: push\nenv:\n  A: 1\n  a: 2\n"),
       {"4:3-4:4 key 'a' stands a second time in 'env': 'A' is in line 3 already (GitHub's keys do "
        "not differ by case)"}},
      {"on: push\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n  A: {runs-on: x, steps: [{run: "
       "x}]}\n",
       {"4:3-4:4 key 'A' stands a second time in 'jobs': 'a' is in line 3 already (GitHub's keys "
        "do "
        "not differ by case)"}},
  });
}

TEST(Schema, what_is_missing_is_said_where_it_is_missing) {
  expect_rows({
      {"", {"1:1-1:1 the file: expected a mapping, found nothing"}},
      {"name: x\n",
       {"1:1-1:5 the file: expected a key 'jobs', found none",
        "1:1-1:5 the file: expected a key 'on', found none"}},
      {"on: push\njobs:\n", {"2:1-2:5 'jobs': expected a mapping, found nothing"}},
      {"on: push\njobs: {}\n", {"2:1-2:5 'jobs': expected at least one, found none"}},
      {with_on("on: []\n"), {"1:1-1:3 'on': expected at least one event, found none"}},
      {with_job("    steps: [{run: x}]\n"),
       {"3:3-3:4 job 'a': expected a key 'runs-on', found none"}},
      {with_job("    name: x\n"),
       {"3:3-3:4 job 'a': expected 'runs-on' or 'uses', found none of them"}},
      {with_job("    runs-on: x\n"),
       {"3:3-3:4 job 'a': expected 'steps' with at least one, found none"}},
      {with_job("    runs-on: x\n    steps: []\n"),
       {"3:3-3:4 job 'a': expected 'steps' with at least one, found none"}},
      {with_steps("      - name: x\n"),
       {"6:9-6:13 step 1 of job 'a': expected 'run' or 'uses', found none of them"}},
      {with_job(
           "    runs-on: x\n    concurrency: {cancel-in-progress: true}\n    steps: [{run: x}]\n"),
       {"5:5-5:16 'concurrency' of job 'a': expected a key 'group', found none"}},
      {with_job("    runs-on: x\n    container: {options: x}\n    steps: [{run: x}]\n"),
       {"5:5-5:14 'container' of job 'a': expected a key 'image', found none"}},
  });
}

TEST(Schema, a_value_of_another_kind_says_what_was_expected_and_found) {
  expect_rows({
      {with_on("on: pusk\n"),
       {"1:5-1:9 'on': expected one of the 37 names that GitHub knows, a sequence or a mapping, "
        "found 'pusk' (did you mean 'push'?)"}},
      {with_on("on: {push: main}\n"),
       {"1:12-1:16 event 'push': expected a mapping or nothing, found 'main'"}},
      {with_on("on: {release: {types: publish}}\n"),
       {"1:23-1:30 'types' of event 'release': expected 'published', 'unpublished', 'created', "
        "'edited', 'deleted', 'prereleased', 'released' or a sequence, found 'publish' (did you "
        "mean 'published'?)"}},
      {with_on("on: push\npermissions: {contents: admin}\n"),
       {"2:25-2:30 'contents' of 'permissions': expected 'read', 'write' or 'none', found "
        "'admin'"}},
      {with_job("    runs-on:\n    steps: [{run: x}]\n"),
       {"4:5-4:12 'runs-on' of job 'a': expected a string, a sequence or a mapping, found "
        "nothing"}},
      {with_job("    runs-on: x\n    timeout-minutes: '5'\n    continue-on-error: yes\n"
                "    steps: [{run: x}]\n"),
       {"5:22-5:25 'timeout-minutes' of job 'a': expected a number, found '5' (take the quotes "
        "away)",
        "6:24-6:27 'continue-on-error' of job 'a': expected true or false, found 'yes' (write "
        "true)"}},
      {with_job("    runs-on: x\n    strategy: {matrix: {node: 20}}\n    steps: [{run: x}]\n"),
       {"5:31-5:33 'node' of 'matrix' of 'strategy' of job 'a': expected a sequence, found '20'"}},
      {with_steps("      - run: [a]\n"),
       {"6:14-6:17 'run' of step 1 of job 'a': expected a string, found a sequence"}},
      {with_on("on: push\nenv: {'': x}\n"),
       {"2:7-2:9 a key of 'env': expected a name, found nothing"}},
  });
}

TEST(Schema, keys_of_two_kinds_of_job_or_step_exclude_each_other) {
  expect_rows({
      {with_steps("      - uses: a/b@v1\n        run: x\n"),
       {"7:9-7:12 key 'run' cannot stand beside 'uses' in step 1 of job 'a' (keep one of them)"}},
      {with_job("    uses: ./.github/workflows/x.yml\n    environment: dev\n"),
       {"5:5-5:16 key 'environment' cannot stand beside 'uses' in job 'a' (keep one of them)"}},
  });
}

TEST(Schema, an_expression_is_judged_for_its_place_and_found_in_its_scalar) {
  expect_rows({
      {with_on("on: push\nname: x ${{ github.ref }}\n"),
       {"2:7-2:26 'name': expected a plain value, found an expression (GitHub evaluates no `${{ "
        "}}` "
        "here)"}},
      {with_on("on: push\nenv:\n  A: ${{ insert }}\n"),
       {"3:6-3:19 'A' of 'env': expected a value, found the directive 'insert' (it stands for the "
        "keys of another mapping: write it as a key)"}},
      {with_on("on: push\ndefaults:\n  ${{ github.ref }}: x\n"),
       {"3:3-3:20 a key of 'defaults': expected a name, found an expression"}},
  });
  struct Place {
    std::string text;
    std::string want;
  };
  // What is wrong is the judge of expressions' to say; where, is ours.
  Place const places[]{
      {with_steps(
           "      - run: |\n          echo a\n            ${{ secrets.a }} ${{ nothing.b }}\n"),
       "8:34-8:41"},
      {with_steps("      - run: >-\n          echo a\n          ${{ nothing.b }}\n"), "8:15-8:22"},
      {with_steps("      - run: \"a\\tb\\u00e9 ${{ nothing.b }}\"\n"), "6:30-6:37"},
      {with_steps("      - run: 'it''s\n\n          ${{ nothing.b }}'\n"), "8:15-8:22"},
      {with_steps("      - run: a\n          b ${{ nothing.b }}\n"), "7:17-7:24"},
      {with_steps("      - run: x\n        if: always() && nothing.b\n"), "7:25-7:32"},
      {with_steps("      - run: x\n        env: {A: \"${{ nothing.b }}\"}\n"), "7:23-7:30"},
      {with_job("    runs-on: x\n    if: env.A\n    steps: [{run: x}]\n"), "5:9-5:12"},
      {with_job("    runs-on: ${{ secrets.A }}\n    steps: [{run: x}]\n"), "4:18-4:25"},
  };
  for (Place const& place : places) {
    SCOPED_TRACE(place.text);
    std::vector<SchemaProblem> const problems = judged(place.text);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].kind, SchemaProblem::Kind::expression);
    EXPECT_TRUE(lines_of_problems(problems)[0].starts_with(place.want + " "))
        << lines_of_problems(problems)[0];
  }
}

TEST(Schema, an_action_is_judged_by_what_the_runner_reads) {
  Row const rows[]{
      {"name: a\ndescription: b\nruns: {using: composite, steps: [{run: x}]}\n",
       {"3:35-3:38 step 1: expected a key 'shell', found none"}},
      {"name: a\ndescription: b\n", {"1:1-1:5 the file: expected a key 'runs', found none"}},
      {"name: a\ndescription: b\nruns: {using: node99, main: a.js}\n",
       {"3:15-3:21 'using' of 'runs': expected 'docker', 'node12', 'node16', 'node20', 'node24' or "
        "'composite', found 'node99' (did you mean 'node12'?)"}},
      {"name: a\ndescription: b\nruns:\n  using: composite\n  steps:\n    - uses: "
       "actions/checkout\n",
       {"6:13-6:29 'uses' of step 1: expected owner/repository@ref, ./path or docker://image, "
        "found "
        "'actions/checkout' (say which version: 'actions/checkout@REF')"}},
  };
  for (Row const& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(lines_of_problems(judged_action(row.text)), row.want);
    EXPECT_TRUE(is_refused(judged_action(row.text)));
  }
  std::string const without_description = "name: a\nruns: {using: node20, main: a.js}\n";
  EXPECT_EQ(judged_action(without_description).size(), 1U);
  EXPECT_FALSE(is_refused(judged_action(without_description)));
  EXPECT_TRUE(judged_action("name: a\ndescription: b\nbranding: {icon: activity, color: blue}\n"
                            "inputs: {a: {default: \"${{ github.token }}\", required: true}}\n"
                            "outputs: {o: {value: \"${{ steps.s.outputs.x }}\"}}\n"
                            "runs:\n  using: composite\n  steps:\n"
                            "    - {id: s, run: x, shell: bash, if: always()}\n")
                  .empty());
}

TEST(Schema, many_problems_are_told_in_order_and_not_without_end) {
  std::string text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n";
  for (int i = 0; i < 5000; ++i) text += fmt::format("      - {{rum: x, if: a.b, id: '{}'}}\n", i);
  std::vector<SchemaProblem> const problems = judged(text);
  ASSERT_EQ(problems.size(), 100U);
  for (std::size_t i = 1; i < problems.size(); ++i)
    EXPECT_LE(problems[i - 1].begin.byte, problems[i].begin.byte);
}

TEST(Schema, what_is_said_of_hostile_text_is_short) {
  std::string deep;
  for (int i = 0; i < 90; ++i) deep += "{" + std::string(200, 'k') + ": ";
  std::string const text = "on: push\n" + std::string(900, 'x') + ": a\nenv: " + deep + "[]" +
                           std::string(90, '}') + "\njobs: [" + std::string(90, '[') +
                           std::string(90, ']') + "]\n";
  std::vector<SchemaProblem> const problems = judged(text);
  ASSERT_GE(problems.size(), 3U);
  for (SchemaProblem const& problem : problems) {
    EXPECT_LT(problem.text.size(), 600U);
    EXPECT_LT(problem.hint.size(), 200U);
  }
}

TEST(Schema, an_alias_is_judged_where_it_stands) {
  std::string const text =
      "on: push\nenv: &e {A: x}\njobs:\n  a: &job\n    runs-on: x\n    env: *e\n    steps: [{run: "
      "x}]\n"
      "  b: *job\n  c:\n    runs-on: x\n    defaults: *e\n    steps: [{run: x}]\n";
  EXPECT_EQ(lines_of_problems(judged(text)),
            (Lines{"2:10-2:11 unknown key 'A' in 'defaults' of job 'c'"}));
}

}  // namespace
}  // namespace landfall
