// Files that use every key, kind of value and place of an expression that GitHub knows: nothing is
// wrong with them, and each line is there for something that could be refused by mistake.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "workflow/schema.h"

namespace landfall {
namespace {

constexpr std::string_view every_key = R"yaml(name: All
description: x
run-name: Run ${{ github.ref }} by ${{ inputs.who }}
on:
  branch_protection_rule: {types: [created, edited]}
  check_run: {types: completed}
  check_suite:
  create:
  delete:
  deployment:
  deployment_status:
  discussion: {types: [answered]}
  discussion_comment: {types: [created]}
  fork:
  gollum:
  image_version: {types: [ready], names: ["a*"], versions: 1.*}
  issue_comment: {types: [created]}
  issues: {types: [opened, typed]}
  label: {types: [created]}
  merge_group: {types: [checks_requested], branches: [main]}
  milestone: {types: [closed]}
  page_build:
  public:
  pull_request: {types: [opened, synchronize], branches-ignore: [a, "b/**"], paths: ["src/**", "!src/x"]}
  pull_request_review: {types: [submitted]}
  pull_request_review_comment: {types: [created]}
  pull_request_target: {branches: main}
  push:
    branches: [main, "release/**"]
    tags-ignore: [v0*]
    paths-ignore:
      - "**.md"
  registry_package: {types: [published]}
  release: {types: [published]}
  repository_dispatch: {types: [go]}
  schedule:
    - cron: "*/15 3-5,7 1 JAN-MAR/2 mon-fri"
    - cron: "0 0 * * 0"
      timezone: Europe/London
  status:
  watch: {types: [started]}
  workflow_call:
    inputs:
      a: {type: string, required: true, description: x}
      b: {type: number, default: 5}
      c: {type: boolean, default: true}
    outputs:
      o: {description: d, value: "${{ jobs.build.outputs.x }}"}
    secrets:
      s: {required: true, description: x}
      t:
  workflow_dispatch:
    inputs:
      who: {description: Who, required: true, type: string, default: me}
      level: {type: choice, options: [a, b], default: a}
      dry: {type: boolean, default: false}
      env: {type: environment}
      n: {type: number, default: 3}
  workflow_run:
    workflows: [CI, "Rel*"]
    types: [completed]
    branches: [main]
permissions:
  actions: read
  contents: write
  id-token: write
  models: read
  packages: none
env:
  A: ${{ secrets.A }}
  B: 5
  C: true
  D:
defaults:
  run:
    shell: bash
    working-directory: a
concurrency:
  group: ${{ github.workflow }}
  cancel-in-progress: ${{ github.ref != 'x' }}
  queue: single
jobs:
  build:
    name: Build ${{ matrix.os }}
    if: github.event_name == 'push' && !failure()
    runs-on: ${{ matrix.os }}
    timeout-minutes: 10
    cancel-timeout-minutes: 5
    continue-on-error: ${{ matrix.x == 1 }}
    permissions: read-all
    strategy:
      fail-fast: false
      max-parallel: 2
      matrix:
        os: [ubuntu-latest, macos-latest]
        x: ${{ fromJSON('[1]') }}
        include:
          - os: windows-latest
            y: {a: [1, null, true]}
        exclude:
          - os: macos-latest
            x: 1
    container:
      image: node:20
      credentials: {username: a, password: "${{ secrets.P }}"}
      env: {A: b}
      ports: [80, "8080:80"]
      volumes: [a:/b]
      options: --cpus 1
    services:
      db:
        image: postgres
        env: {P: x}
        ports: [5432:5432]
        options: --health-cmd x
        entrypoint: a
        command: b
      cache: redis:7
    env:
      X: ${{ needs.a }}
    outputs:
      x: ${{ steps.one.outputs.x }}
    defaults:
      run:
        shell: pwsh
        working-directory: ${{ matrix.os }}
    snapshot:
      image-name: x
      version: 1.*
      if: ${{ github.ref == 'refs/heads/main' }}
    steps:
      - name: One ${{ env.A }}
        id: one
        if: ${{ always() && hashFiles('x') != '' }}
        uses: actions/checkout@v4
        with:
          ref: ${{ github.ref }}
          n: 5
        env: {Z: "${{ runner.os }}"}
        timeout-minutes: 5
        continue-on-error: true
      - run: |
          echo ${{ github.sha }}
          echo $X
        shell: bash
        working-directory: ${{ github.workspace }}
        continue-on-error: ${{ matrix.x == 2 }}
        timeout-minutes: ${{ matrix.x }}
      - uses: docker://alpine:3
      - uses: ./local
  call:
    needs: build
    if: success('build')
    uses: ./.github/workflows/x.yml
    with: {a: 1, b: "${{ needs.build.outputs.x }}", c: true}
    secrets: inherit
    permissions: {contents: read}
    concurrency: a-${{ github.ref }}
    strategy: {matrix: {a: [1, 2]}}
  call2:
    name: x
    needs: [build, call]
    uses: o/r/.github/workflows/y.yaml@v1
    secrets: {a: "${{ secrets.X }}", b: 1}
  deploy:
    needs: [call2]
    runs-on: {group: org/g, labels: [a, b]}
    environment:
      name: production
      url: ${{ steps.x.outputs.url }}
      deployment: false
    concurrency: {group: x, cancel-in-progress: false}
    steps:
      - run: x
)yaml";

constexpr std::string_view forms = R"yaml(on: [push, pull_request, workflow_dispatch]
permissions: {}
concurrency: x
jobs:
  _a-1:
    runs-on: [self-hosted, linux]
    environment: dev
    container: node:20
    snapshot: img
    permissions: write-all
    strategy:
      matrix: ${{ fromJSON(github.event.x) }}
    steps:
      - id: a
        run: x
        background: true
      - id: b
        uses: a/b@v1
        background: true
      - wait: a
        name: w
      - wait: [a, b]
        continue-on-error: true
      - wait-all:
      - wait-all: true
        id: w2
      - cancel: a
      - parallel:
          - run: a
          - uses: a/b@v1
            id: q
  b:
    runs-on: {labels: x}
    strategy: ${{ fromJSON(needs.x) }}
    needs: _a-1
    steps:
      - run: x
        env:
          ${{ insert }}: ${{ matrix.env }}
          ${{ github.ref }}: x
          A: b
)yaml";

constexpr std::string_view aliases = R"yaml(on: push
defaults: &d
  run: {shell: bash}
env: &e
  A: &v b
  B: *v
jobs:
  a: &job
    runs-on: ubuntu-latest
    env: *e
    defaults: *d
    steps: &s
      - &c {uses: actions/checkout@v4}
      - run: "a ${{ 'lit' }}"
        if: "true"
      - name: 'multi
          ${{ github.ref }}
          line'
        run: >-
          folded ${{ env.A }}

          x
        if: |
          github.ref == 'x' ||
            contains(github.ref, 'y')
  b: *job
  c:
    runs-on: x
    steps: *s
)yaml";

TEST(SchemaFiles, nothing_is_wrong_with_files_that_use_all_there_is) {
  for (std::string_view const file : {every_key, forms, aliases}) {
    std::string const text(file);
    auto const document = yaml::read(text);
    ASSERT_TRUE(document) << document.error().text;
    for (SchemaProblem const& problem : judge_workflow(document->root(), text))
      ADD_FAILURE() << fmt::format("{}:{}: {} ({})", problem.begin.line, problem.begin.column,
                                   problem.text, problem.hint);
  }
}

/// The keys that may be misspelt without being refused as unknown there, in order.
void find_free(yaml::Node const& node, std::string const& text, std::vector<std::string>& free) {
  for (yaml::Node const& item : node.items) find_free(item, text, free);
  for (yaml::Pair const& pair : node.pairs) {
    std::string wrong = text;
    wrong.insert(pair.key.end.byte, "-zz");
    auto const document = yaml::read(wrong);
    ASSERT_TRUE(document) << document.error().text;
    std::vector<SchemaProblem> const problems = judge_workflow(document->root(), wrong);
    bool const is_refused =
        std::any_of(problems.begin(), problems.end(), [&](SchemaProblem const& problem) {
          return problem.begin == pair.key.begin && problem.text.starts_with("unknown key");
        });
    if (!is_refused) free.emplace_back(pair.key.text);
    find_free(pair.value, text, free);
  }
}

TEST(SchemaFiles, every_key_but_the_free_ones_is_refused_when_it_is_misspelt) {
  std::string const text(every_key);
  auto const document = yaml::read(text);
  ASSERT_TRUE(document);
  std::vector<std::string> free;
  find_free(document->root(), text, free);
  // Names of inputs, outputs, secrets, variables, jobs, services and axes, and the two keys of a
  // matrix, which would be axes.
  EXPECT_EQ(join(free, " "),
            "a b c o s t who level dry env n A B C D build os x include os y a exclude os x A db P "
            "cache X x ref n Z call a b c a call2 a b deploy");
}

}  // namespace
}  // namespace landfall
