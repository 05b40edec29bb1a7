#include "collect/secret_uses.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "collect/github.h"

namespace landfall {
namespace {

/// "JOB:LINE KIND NAME", with "?" where something stands in for it.
std::string shown(std::string_view text) {
  std::string lines;
  for (SecretUse const& use : secret_uses(text))
    lines += fmt::format("{}:{} {} {}{};", use.job, use.line, use.is_variable ? "var" : "secret",
                         use.name, use.required ? "" : "?");
  return lines;
}

TEST(SecretUses, stand_in_the_job_that_names_them) {
  EXPECT_EQ(shown(R"(on: push
env:
  ORG: ${{ vars.ORG }}
jobs:
  # secrets for all
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ secrets.TEST_KEY }}
  "deploy":
    env: {A: "${{ secrets.a_key }}", B: '${{secrets["B"]}}', C: "${{ secrets['c-key'] }}"}
    steps:
      - run: |
          deploy --token ${{ secrets.TOKEN }} # ${{ secrets.IN_SHELL_COMMENT }}
        env:
          X: ${{ format('{0}-{1}', vars.REGION, github.sha) }}
permissions: {}
)"),
            ":3 var ORG;test:9 secret TEST_KEY;deploy:11 secret A_KEY;deploy:11 secret C-KEY;"
            "deploy:14 secret TOKEN;deploy:14 secret IN_SHELL_COMMENT;deploy:16 var REGION;");
}

TEST(SecretUses, are_required_unless_something_stands_in_for_them) {
  struct Row {
    std::string_view expression, want;
  };
  Row const table[]{
      {"secrets.A", "secret A"},
      {" secrets . A ", "secret A"},
      {"SECRETS.a", "secret A"},
      {"secrets['A']", "secret A"},
      {"secrets[ 'A' ]", "secret A"},
      {"secrets.A || 'x'", "secret A?"},
      {"secrets.A || secrets.B", "secret A?;:1 secret B?"},
      {"secrets.A != ''", "secret A?"},
      {"!secrets.A", "secret A?"},
      {"vars.A == 'x' && 'y' || 'z'", "var A?"},
      {"contains(vars.A, 'x')", "var A?"},
      {"case(vars.A, 'x', 'y')", "var A?"},
      {"format('a || b {0}', secrets.A)", "secret A"},
      {"format('it''s {0}', secrets.A)", "secret A"},
      {"fromJSON(secrets.A).key", "secret A"},
      {"'secrets.A'", ""},
      {"github.secrets.A", ""},
      {"inputs.vars.A", ""},
      {"mysecrets.A", ""},
      {"secrets", ""},
      {"secrets.", ""},
      {"secrets[", ""},
      {"secrets['A", ""},
      {"secrets[format('{0}_KEY', inputs.x)]", ""},
      {"secrets['A' || 'B']", ""},
      {"toJSON(secrets)", ""},
      {"'}}' || secrets.A", "secret A?"},
      {"", ""},
  };
  for (Row const& row : table) {
    std::string const want = row.want.empty() ? "" : fmt::format(":1 {};", row.want);
    EXPECT_EQ(shown(fmt::format("x: ${{{{{}}}}}\n", row.expression)), want) << row.expression;
  }
}

TEST(SecretUses, of_conditions_may_be_missing) {
  EXPECT_EQ(shown("jobs:\n  a:\n    if: vars.ON\n    steps:\n      - if: vars.STEP == 'x'\n"
                  "        run: ${{ vars.RUN }}\n      - run: x\n        if: >-\n"
                  "          always() &&\n          secrets.BLOCK\n"
                  "      - if: ${{ vars.BRACES }}\n      - if: a &&\n          vars.NEXT_LINE\n"
                  "        run: vars.NOT_AN_EXPRESSION\n"),
            "a:3 var ON?;a:5 var STEP?;a:6 var RUN;a:10 secret BLOCK?;a:11 var BRACES?;"
            "a:13 var NEXT_LINE?;");
}

TEST(SecretUses, of_a_called_workflow_come_from_its_caller) {
  EXPECT_EQ(shown("on:\n  workflow_call:\njobs:\n  a:\n    env:\n      S: ${{ secrets.S }}\n"
                  "      V: ${{ vars.V }}\n"),
            "a:6 secret S?;a:7 var V;");
}

TEST(SecretUses, in_comments_are_none) {
  for (std::string_view const text :
       {"# ${{ secrets.A }}\n", "a: b # ${{ secrets.A }}\n",
        "jobs:\n  a:\n    #x\n  # ${{ vars.A }}\n", "a: 'b' # it's ${{ secrets.A }}\n",
        "a: \"\\\"\" # ${{ secrets.A }}\n"})
    EXPECT_EQ(shown(text), "") << text;
  EXPECT_EQ(shown("a: 'b # ${{ secrets.A }}'\n"), ":1 secret A;");
  EXPECT_EQ(shown("a: b#${{ secrets.A }}\n"), ":1 secret A;");
  EXPECT_EQ(shown("a: |\n  # ${{ secrets.A }}\nb: c # ${{ secrets.B }}\n"), ":2 secret A;");
  EXPECT_EQ(shown("- |-\n # ${{ secrets.A }}\n- >2\n    # ${{ secrets.B }}\n# ${{ secrets.C }}\n"),
            ":2 secret A;:4 secret B;");
}

TEST(SecretUses, span_lines_and_end_with_the_file) {
  EXPECT_EQ(shown("jobs:\r\n  a:\r\n    x: ${{\r\n      secrets\r\n      .A\r\n      }}\r\n"),
            "a:4 secret A;");
  EXPECT_EQ(shown("x: ${{ secrets.A"), "");
  EXPECT_EQ(shown("if: secrets.A"), ":1 secret A?;");
  EXPECT_EQ(shown("if:"), "");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("\n\n"), "");
  EXPECT_EQ(shown(std::string_view("\0${{ secrets.A }}\xff\n", 18)), "");  // no YAML
}

TEST(SecretUses, of_a_hostile_file_take_no_longer_than_its_length) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "${{";
  EXPECT_EQ(shown(text), "");
  text.clear();
  for (int i = 0; i < 50'000; ++i) text += "if: '\n- - - |\n";
  EXPECT_EQ(shown(text), "");
  EXPECT_EQ(shown(std::string(1 << 20, ' ')), "");
  EXPECT_EQ(shown("if: " + std::string(1 << 20, '\'')), "");
}

TEST(SecretUses, become_one_fact_a_job_and_name_with_the_line_that_needs_it) {
  auto const facts = secret_use_facts("a/b", "d.yml",
                                      "jobs:\n  a:\n    if: secrets.A\n    x: ${{ secrets.A }}\n"
                                      "    y: ${{ secrets.A }}\n  b:\n    x: ${{ secrets.A }}\n");
  ASSERT_EQ(facts.size(), 2U);
  std::string text;
  for (auto const& [column, value] : facts[0]) text += value.text() + "|";
  EXPECT_EQ(text, "a/b|d.yml|a|secret|A|4|1|");
}

}  // namespace
}  // namespace landfall
