#include <gtest/gtest.h>

#include "audit/rule.h"

namespace landfall {
namespace {

constexpr std::string_view page_text = R"(---
title: A deploy that hides something
severity: SEV-3
seed: Summary; action item 3
---

Why it matters.

In two paragraphs.

## Fix

Do this:

```sh
heroku apps:info
```

## Bad

```yaml .github/workflows/a.yml
on: push  # <- first
jobs: {}   # <- second # <- third
```

```sh scripts/deploy.sh
heroku create || true # <- swallowed
```

## Bad: where a tag is missing

```yaml .github/workflows/a.yml
on: push
```

```refs
branch main
tag v1.0.0
file src/a b.py
```

## Good: quiet

```yaml .github/workflows/a.yml
on: push
```
)";

TEST(RulePage, has_its_front_matter_and_its_prose) {
  RulePage const page = read_rule_page("some-rule", page_text);
  EXPECT_EQ(page.id, "some-rule");
  EXPECT_EQ(page.title, "A deploy that hides something");
  EXPECT_EQ(page.severity, "SEV-3");
  EXPECT_EQ(page.seed, "Summary; action item 3");
  EXPECT_EQ(page.why, "Why it matters.\n\nIn two paragraphs.");
  EXPECT_EQ(page.fix, "Do this:\n\n```sh\nheroku apps:info\n```");
}

TEST(RulePage, has_examples_whose_marks_are_no_part_of_the_text) {
  RulePage const page = read_rule_page("some-rule", page_text);
  ASSERT_EQ(page.examples.size(), 3U);
  RuleExample const& first = page.examples[0];
  EXPECT_TRUE(first.bad);
  EXPECT_EQ(first.words, "");
  ASSERT_EQ(first.files.size(), 2U);
  EXPECT_EQ(first.files[0].path, ".github/workflows/a.yml");
  EXPECT_EQ(first.files[0].text, "on: push\njobs: {}\n");
  ASSERT_EQ(first.files[0].marks.size(), 3U);
  EXPECT_EQ(first.files[0].marks[0].line, 1U);
  EXPECT_EQ(first.files[0].marks[0].words, "first");
  EXPECT_EQ(first.files[0].marks[2].line, 2U);
  EXPECT_EQ(first.files[1].path, "scripts/deploy.sh");
  EXPECT_EQ(first.files[1].text, "heroku create || true\n");
  EXPECT_FALSE(first.refs);
}

TEST(RulePage, has_examples_with_git_refs) {
  RulePage const page = read_rule_page("some-rule", page_text);
  ASSERT_EQ(page.examples.size(), 3U);
  RuleExample const& second = page.examples[1];
  EXPECT_EQ(second.words, "where a tag is missing");
  ASSERT_TRUE(second.refs);
  EXPECT_EQ(second.refs->branches, std::vector<std::string>{"main"});
  EXPECT_EQ(second.refs->tags, std::vector<std::string>{"v1.0.0"});
  ASSERT_TRUE(second.refs->files);
  EXPECT_EQ(*second.refs->files, std::vector<std::string>{"src/a b.py"});
  EXPECT_FALSE(page.examples[2].bad);
}

TEST(RulePageDeathTest, a_malformed_page_is_a_bug_with_a_place) {
  struct Row {
    std::string_view text;
    char const* said;
  };
  Row const table[]{
      {"", "begins with ---"},
      {"title: x\n", "begins with ---"},
      {"---\nseverity: SEV-1\n---\nwhy\n## Fix\nfix\n", "has a title"},
      {"---\ntitle: x\nseverity: high\n---\nwhy\n## Fix\nfix\n", "SEV-1 to SEV-4"},
      {"---\ntitle: x\nseverity: SEV-5\n---\nwhy\n## Fix\nfix\n", "SEV-1 to SEV-4"},
      {"---\ntitle: x\nseverity: SEV-2\n---\nwhy\n", "has a fix"},
      {"---\ntitle: x\nseverity: SEV-2\n---\nwhy\n## Fix\nfix\n## Ugly\n", "Fix, Bad and Good"},
      {"---\ntitle: x\nseverity: SEV-2\n---\n## Fix\nfix\n## Bad\nwords\n", "example is its files"},
      {"---\ntitle: x\nseverity: SEV-2\n---\n## Fix\nfix\n## Bad\n```yaml a\n", "ends with"},
      {"---\ntitle: x\nseverity: SEV-2\n---\n## Fix\nfix\n## Bad\n```yaml\n```\n", "LANGUAGE PATH"},
      {"---\ntitle: x\nseverity: SEV-2\n---\n## Fix\nfix\n## Bad\n```refs\nhead x\n```\n",
       "refs are"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    EXPECT_DEATH(static_cast<void>(read_rule_page("some-rule", row.text)), row.said);
  }
}

TEST(RulePage, is_there_for_each_rule_and_read_once) {
  ASSERT_FALSE(rules().empty());
  for (Rule const& rule : rules()) {
    SCOPED_TRACE(rule.id);
    RulePage const& page = rule_page(rule.id);
    EXPECT_EQ(page.id, rule.id);
    EXPECT_EQ(&page, &rule_page(rule.id));
    EXPECT_NE(rule.file == nullptr, rule.repository == nullptr);
  }
}

}  // namespace
}  // namespace landfall
