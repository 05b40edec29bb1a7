// What GitHub's converter asks beyond the grammar: needs, ids, cron, inputs, filters, names of
// actions and workflows; and files that use every key there is.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "workflow/schema.h"

namespace landfall {
namespace {

using Kind = SchemaProblem::Kind;

std::vector<SchemaProblem> judged(std::string const& text) {
  auto const document = yaml::read(text);
  EXPECT_TRUE(document) << document.error().text;
  return document ? judge_workflow(document->root(), text) : std::vector<SchemaProblem>();
}

std::string first_line(std::string const& text) {
  std::vector<SchemaProblem> const problems = judged(text);
  if (problems.empty()) return "";
  SchemaProblem const& each = problems[0];
  std::string line = fmt::format("{}:{} {}", each.begin.line, each.begin.column, each.text);
  if (problems.size() > 1) line += fmt::format(" and {} more", problems.size() - 1);
  return each.hint.empty() ? line : line + " (" + each.hint + ")";
}

struct Row {
  std::string text;
  std::string want;
  Kind kind = Kind::invalid;
};

void expect_rows(std::vector<Row> const& rows) {
  for (Row const& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(first_line(row.text), row.want);
    if (row.want.empty()) continue;
    std::vector<SchemaProblem> const problems = judged(row.text);
    ASSERT_FALSE(problems.empty());
    EXPECT_EQ(problems[0].kind, row.kind);
    EXPECT_EQ(is_refused(problems), row.kind != Kind::doubtful);
  }
}

std::string job(std::string_view id, std::string_view needs = "[]") {
  return fmt::format("  {}: {{needs: {}, runs-on: x, steps: [{{run: x}}]}}\n", id, needs);
}

std::string with_jobs(std::string const& jobs) {
  return "on: push\njobs:\n" + jobs;
}

std::string with_on(std::string_view on) {
  return std::string(on) + "\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n";
}

std::string with_steps(std::string_view steps) {
  return "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + std::string(steps);
}

TEST(SchemaNeeds, every_job_that_is_waited_for_is_there_and_none_waits_for_itself) {
  expect_rows({
      {with_jobs(job("a") + job("b", "a") + job("c", "[a, b]") + job("d", "A")), ""},
      {with_jobs(job("build") + job("deploy", "[biuld]")),
       "4:20 job 'deploy' needs 'biuld': there is no such job (did you mean 'build'?)",
       Kind::needs_unknown},
      {with_jobs(job("a") + job("b", "\"${{ 'x' }}\"")),
       "4:14 job 'b' needs 'x': there is no such job", Kind::needs_unknown},
      {with_jobs(job("a", "a")),
       "3:14 job 'a' waits for itself: 'a' needs 'a' (take one of these needs away)",
       Kind::needs_cycle},
      {with_jobs(job("r") + job("a", "[r, c]") + job("b", "a") + job("c", "b") + job("d", "c")),
       "4:18 job 'a' waits for itself: 'a' needs 'c', which needs 'b', which needs 'a' (take one "
       "of "
       "these needs away)",
       Kind::needs_cycle},
  });
}

TEST(SchemaNeeds, a_thousand_jobs_in_one_circle_are_one_problem) {
  std::string jobs;
  for (int i = 0; i < 1000; ++i)
    jobs += job(fmt::format("j{}", i), fmt::format("j{}", (i + 1) % 1000));
  std::vector<SchemaProblem> const problems = judged(with_jobs(jobs));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].kind, Kind::needs_cycle);
  EXPECT_LT(problems[0].text.size(), 500U);
}

TEST(SchemaIds, names_of_jobs_and_steps_have_GitHubs_form) {
  std::string const form = "expected letters, digits, '-' and '_', the first a letter or '_'";
  expect_rows({
      {with_jobs(job("_a-1")), ""},
      {with_jobs(job("1a")), "3:3 job id '1a': " + form},
      {with_jobs(job("a.b")), "3:3 job id 'a.b': " + form},
      {with_jobs(job("__a")), "3:3 job id '__a': names that begin with '__' are GitHub's own"},
      {with_jobs(job(std::string(100, 'a'))),
       "3:3 job id '" + std::string(60, 'a') +
           "...': expected less than 100 characters, found 100"},
      {with_steps("      - {id: a b, run: x}\n"), "6:14 step id 'a b': " + form},
      {with_steps("      - {id: a, run: x}\n      - {id: A, run: x}\n"),
       "7:14 step id 'A' stands a second time: it is in line 6 already"},
      {with_steps(
           "      - {id: a, run: x, background: true}\n      - wait: a\n      - cancel: b\n"),
       "8:17 'cancel' of step 3 of job 'a': expected the id of a step above, found 'b'"},
      {with_steps("      - parallel:\n          - {run: x, background: true}\n"),
       "7:22 key 'background' cannot stand in a step of 'parallel'"},
  });
}

TEST(SchemaUses, an_action_or_a_called_workflow_has_one_of_its_forms) {
  for (std::string_view const uses :
       {"actions/checkout@v4", "a/b/c/d@main", "./", "./.github/actions/x", "docker://alpine:3"})
    EXPECT_EQ(first_line(with_steps(fmt::format("      - uses: {}\n", uses))), "") << uses;
  for (std::string_view const uses : {"checkout@v4", "actions/checkout@", "actions/checkout",
                                      "../x", "a/b@c@d", "docker://", "/b@v1"})
    EXPECT_EQ(judged(with_steps(fmt::format("      - uses: {}\n", uses))).size(), 1U) << uses;
  std::string const call = "on: push\njobs:\n  a:\n    uses: ";
  for (std::string_view const uses :
       {"./.github/workflows/a.yml", "o/r/.github/workflows/a.yaml@v1",
        "$/.github/workflows/a.yml"})
    EXPECT_EQ(first_line(call + std::string(uses) + "\n"), "") << uses;
  expect_rows({
      {call + "./.github/workflows/a.yml@v1\n",
       "4:11 'uses' of job 'a': a workflow of the same repository has no version: expected no '@', "
       "found './.github/workflows/a.yml@v1'"},
      {call + "o/r/.github/workflows/a.yml\n",
       "4:11 'uses' of job 'a': expected owner/repository/.github/workflows/FILE@REF or "
       "./.github/workflows/FILE, found 'o/r/.github/workflows/a.yml'"},
      {call + "./.github/workflows/b/a.yml\n",
       "4:11 'uses' of job 'a': expected a file directly in .github/workflows, found "
       "'./.github/workflows/b/a.yml'"},
      {call + "./.github/workflows/a.txt\n",
       "4:11 'uses' of job 'a': expected a file that ends in .yml or .yaml, found "
       "'./.github/workflows/a.txt'"},
  });
}

TEST(SchemaCron, five_fields_of_numbers_names_ranges_and_steps) {
  auto const on = [](std::string_view cron) {
    return with_on(fmt::format("on: {{schedule: [{{cron: '{}'}}]}}", cron));
  };
  for (std::string_view const cron : {"*/15 * * * *", "0 3 * * 1-5", "5,35 0-6/2 1 JAN,mar-DEC SUN",
                                      "0  0 1 1 6", "59 23 31 12 0"})
    EXPECT_EQ(first_line(on(cron)), "") << cron;
  for (std::string_view const cron :
       {"0 0 * *", "0 0 * * * *", "60 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *",
        "0 0 * * 7", "@daily", "0 0 ? * *", "0 0 L * *", "*/0 * * * *", "5-1 * * * *", "a * * * *",
        "0 0 * * mond", "1, * * * *", "*/5/2 * * * *", "-1 * * * *", "0 0 * jan-feb-mar *",
        " 0 0 1 1 1"})
    EXPECT_EQ(judged(on(cron)).size(), 1U) << cron;
  expect_rows({
      {on("0 0 * * 7"),
       "1:24 'cron' of item 1 of event 'schedule': day of the week: expected 0 to 6 (or sun to "
       "sat), `*`, a range or a list of these, found '7'"},
      {on("0 0 * *"),
       "1:24 'cron' of item 1 of event 'schedule': expected five fields (minute hour day month "
       "weekday), found '0 0 * *'"},
      {on("*/2 * * * *"),
       "1:24 'cron' of item 1 of event 'schedule' asks for a run after 2 minutes (GitHub starts "
       "one "
       "every 5 minutes at most)",
       Kind::doubtful},
      {on("0,58 * * * *"),
       "1:24 'cron' of item 1 of event 'schedule' asks for a run after 2 minutes (GitHub starts "
       "one "
       "every 5 minutes at most)",
       Kind::doubtful},
  });
}

TEST(SchemaEvents, filters_exclude_each_other_and_need_something_to_match) {
  expect_rows({
      {with_on("on: {push: {branches: [a], tags-ignore: [b], paths: [\"!c\", d]}}"), ""},
      {with_on("on: {push: {branches: [a], branches-ignore: [b]}}"),
       "1:28 'branches' and 'branches-ignore' in event 'push': expected one of them (a pattern "
       "with "
       "'!' in 'branches' leaves names out)"},
      {with_on("on: {pull_request: {paths-ignore: b, paths: [a]}}"),
       "1:38 'paths' and 'paths-ignore' in event 'pull_request': expected one of them (a pattern "
       "with '!' in 'paths' leaves names out)"},
      {with_on("on: {push: {branches: [\"!a\", \"!b\"]}}"),
       "1:13 'branches' of event 'push' has patterns with '!' only: nothing matches (put '**' "
       "before "
       "them, or use 'branches-ignore')",
       Kind::doubtful},
  });
}

TEST(SchemaEvents, inputs_have_options_and_defaults_of_their_type) {
  auto const input = [](std::string_view keys, std::string_view event = "workflow_dispatch") {
    return with_on(fmt::format("on: {{{}: {{inputs: {{i: {{{}}}}}}}}}", event, keys));
  };
  std::string many = "on:\n  workflow_dispatch:\n    inputs:\n";
  for (int i = 0; i < 26; ++i) many += fmt::format("      i{}: {{}}\n", i);
  expect_rows({
      {input("type: choice, options: [a, b], default: a"), ""},
      {input("default: 5, type: string"), ""},
      {input("default: 'false', type: boolean"), ""},
      {input("type: number, default: 1", "workflow_call"), ""},
      {input("type: choice"),
       "1:35 'i' of 'inputs' of event 'workflow_dispatch' is a choice: expected 'options', found "
       "none"},
      {input("options: [a]"),
       "1:35 'i' of 'inputs' of event 'workflow_dispatch' has 'options', but its type is 'string' "
       "(options need `type: choice`)"},
      {input("type: boolean, default: maybe"),
       "1:63 'default' of 'i' of 'inputs' of event 'workflow_dispatch': expected true or false, "
       "found 'maybe'"},
      {input("type: choice, options: [a], default: b"),
       "1:76 'default' of 'i' of 'inputs' of event 'workflow_dispatch': expected one of its "
       "options, "
       "found 'b' (GitHub refuses a run with a value that is no option)",
       Kind::doubtful},
      {input("default: a", "workflow_call"),
       "1:31 'i' of 'inputs' of event 'workflow_call': expected a key 'type', found none"},
      {with_on(many), "3:5 'inputs' of event 'workflow_dispatch': expected at most 25, found 26"},
  });
}

TEST(SchemaJobs, a_matrix_that_makes_no_jobs_or_too_many_is_doubtful) {
  auto const matrix = [](std::string_view keys) {
    return fmt::format(
        "on: push\njobs:\n  a:\n    runs-on: x\n    strategy: {{matrix: {{{}}}}}\n"
        "    steps: [{{run: x}}]\n",
        keys);
  };
  std::string const ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
  std::string const twenty = ten.substr(0, ten.size() - 1) + ", a, b, c, d, e, f, g, h, i, j]";
  expect_rows({
      {matrix("a: " + ten + ", b: " + ten), ""},
      {matrix("a: " + ten + ", b: " + ten + ", c: " + ten),
       "5:16 'matrix' of 'strategy' of job 'a' makes 1000 jobs: expected at most 256, "
       "so GitHub fails the run before any of them starts",
       Kind::doubtful},
      {matrix("a: " + twenty + ", b: " + twenty + ", exclude: [{a: 1}, {b: 2}]"),
       "5:16 'matrix' of 'strategy' of job 'a' makes 361 jobs: expected at most 256, "
       "so GitHub fails the run before any of them starts",
       Kind::doubtful},
      {matrix("a: [1, 2], b: " + twenty + ", c: " + ten + ", exclude: [{a: 1}]"), ""},
      {matrix("a: " + twenty + ", b: " + twenty + ", exclude: [{a: 1, d: 2}, '${{ vars.x }}']"),
       ""},
      {matrix("a: []"),
       "5:25 'a' of 'matrix' of 'strategy' of job 'a': expected at least one value, found none "
       "(the "
       "job fails when it is to start)",
       Kind::doubtful},
      {"on: push\njobs: {a: {runs-on: {group: my/g}, steps: [{run: x}]}}\n",
       "2:29 'group' of 'runs-on' of job 'a': expected NAME, organization/NAME or enterprise/NAME, "
       "found 'my/g'"},
  });
}

}  // namespace
}  // namespace landfall
