#include "workflow/edit.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace landfall {
namespace {

yaml::Document document(std::string_view text) {
  auto read = yaml::read(std::string(text));
  EXPECT_TRUE(read) << text;
  return std::move(*read);
}

std::string after(yaml::Document const& before, Result<TextEdit> const& edit) {
  return edit ? edited(before.text(), {*edit}) : "refused: " + edit.error().text;
}

struct Row {
  std::string_view name;
  std::string_view before;
  std::string_view place;  ///< a dotted path; digits are items
  std::string_view after;  ///< "" where it is refused
};

yaml::Node const* at(yaml::Node const& root, std::string_view path) {
  yaml::Node const* node = &root;
  for (std::string const& part : split(path, '.')) {
    if (node == nullptr || part.empty()) break;
    auto const number = parse_integer(part);
    node = number ? &node->items[static_cast<std::size_t>(*number)] : node->find(part);
  }
  return node;
}

/// Every row also with CRLF, and without a line end at its end.
template <class Change>
void expect_rows(std::span<Row const> rows, Change change) {
  for (Row const& row : rows) {
    for (bool const crlf : {false, true}) {
      SCOPED_TRACE(std::string(row.name) + (crlf ? ", CRLF" : ""));
      auto const ends = [&](std::string_view text) {
        return crlf ? replace_all(std::string(text), "\n", "\r\n") : std::string(text);
      };
      yaml::Document const before = document(ends(row.before));
      yaml::Node const* node = at(before.root(), row.place);
      ASSERT_NE(node, nullptr);
      std::string const got = after(before, change(before, *node));
      if (row.after.empty()) {
        EXPECT_TRUE(got.starts_with("refused: ")) << got;
      } else {
        EXPECT_EQ(got, ends(row.after));
      }
    }
  }
}

TEST(ReplaceScalar, keeps_the_quoting_of_the_scalar) {
  Row const rows[]{
      {"plain", "a: old # why\nb: 1\n", "a", "a: it's # why\nb: 1\n"},
      {"single quoted", "a: 'old' # why\n", "a", "a: 'it''s' # why\n"},
      {"double quoted", "a: \"old\"\n", "a", "a: \"it's\"\n"},
      {"in a list", "[old, b]\n", "0", "[it's, b]\n"},
      {"a block", "a: |-\n  old\n  older\n\n# next\nb: 1\n", "a",
       "a: |-\n  it's\n\n# next\nb: 1\n"},
      {"nothing at all", "a:\nb: 1\n", "a", "a: it's\nb: 1\n"},
      {"with an anchor", "a: &x old\nb: *x\n", "a", ""},
      {"an alias", "a: &x old\nb: *x\n", "b", ""},
      {"no scalar", "a: {b: 1}\n", "a", ""},
  };
  expect_rows(rows, [](yaml::Document const& before, yaml::Node const& node) {
    return replace_scalar(before, node, "it's");
  });
}

TEST(ReplaceScalar, quotes_what_would_mean_something_else) {
  struct Value {
    std::string_view value;
    std::string_view in_block;
    std::string_view in_flow;
  };
  Value const values[]{
      {"a b", "a b", "a b"},
      {"true", "true", "true"},
      {"a: b", "'a: b'", "'a: b'"},
      {"a #b", "'a #b'", "'a #b'"},
      {"a, b", "a, b", "'a, b'"},
      {"${{ x }}", "${{ x }}", "'${{ x }}'"},
      {"", "''", "''"},
      {"!x", "'!x'", "'!x'"},
      {"- x", "'- x'", "'- x'"},
      {"x:", "'x:'", "'x:'"},
      {"a\nb", "\"a\\nb\"", "\"a\\nb\""},
      {"a\tb\"\\", "\"a\\tb\\\"\\\\\"", "\"a\\tb\\\"\\\\\""},
      {"\x01", "\"\\x01\"", "\"\\x01\""},
  };
  for (Value const& row : values) {
    SCOPED_TRACE(row.value);
    yaml::Document const block = document("a: old\n");
    EXPECT_EQ(after(block, replace_scalar(block, *at(block.root(), "a"), row.value)),
              "a: " + std::string(row.in_block) + "\n");
    yaml::Document const flow = document("{a: old, b: 1}\n");
    EXPECT_EQ(after(flow, replace_scalar(flow, *at(flow.root(), "a"), row.value)),
              "{a: " + std::string(row.in_flow) + ", b: 1}\n");
  }
}

TEST(ReplaceInScalar, changes_the_part_alone) {
  struct PartRow {
    std::string_view before;
    std::string_view after;
  };
  PartRow const rows[]{
      {"run: curl -s x | grep y # why\n", "run: curl --fail -s x | jq y # why\n"},
      {"run: |\n  # first\n  curl -s x | grep y\n\n  done\n",
       "run: |\n  # first\n  curl --fail -s x | jq y\n\n  done\n"},
      {"run: >-\n  a b\n  curl -s x\n  | grep y\n",
       "run: >-\n  a b\n  curl --fail -s x\n  | jq y\n"},
      {"run: 'curl -s ''x'' | grep y'\n", "run: 'curl --fail -s ''x'' | jq y'\n"},
      {"run: \"curl -s \\\"x\\\" | grep y\"\n", "run: \"curl --fail -s \\\"x\\\" | jq y\"\n"},
  };
  for (PartRow const& row : rows) {
    SCOPED_TRACE(row.before);
    yaml::Document const before = document(row.before);
    yaml::Node const& run = *before.root().find("run");
    std::size_t const curl = run.text.find("curl");
    std::size_t const grep = run.text.find("grep");
    ScalarChange const changes[]{{curl + 4, curl + 4, " --fail"}, {grep, grep + 4, "jq"}};
    auto const edits = replace_in_scalar(before, run, changes);
    ASSERT_TRUE(edits) << edits.error().text;
    EXPECT_EQ(edited(before.text(), *edits), row.after);
  }
}

TEST(ReplaceInScalar, quotes_a_plain_scalar_when_it_must) {
  yaml::Document const before = document("run: echo a # why\n");
  yaml::Node const& run = *before.root().find("run");
  ScalarChange const change{5, 6, "b: c"};
  auto const edits = replace_in_scalar(before, run, std::span(&change, 1));
  ASSERT_TRUE(edits) << edits.error().text;
  EXPECT_EQ(edited(before.text(), *edits), "run: 'echo b: c' # why\n");
}

TEST(SetKey, replaces_a_value_or_adds_a_line) {
  Row const rows[]{
      {"replaced", "with:\n  a: 1\n  flag: 'false' # why\n  b: 2\n", "with",
       "with:\n  a: 1\n  flag: 'true' # why\n  b: 2\n"},
      {"added", "with:\n  a: 1 # one\n\n# next\nb: 2\n", "with",
       "with:\n  a: 1 # one\n  flag: true\n\n# next\nb: 2\n"},
      {"at the end of a file", "with:\n    a: 1", "with", "with:\n    a: 1\n    flag: true"},
      {"behind a script", "with:\n  a: |\n    x\n\nb: 2\n", "with",
       "with:\n  a: |\n    x\n  flag: true\n\nb: 2\n"},
      {"in braces", "with: { a: 1, b: [2] } # why\n", "with",
       "with: { a: 1, b: [2], flag: true } # why\n"},
      {"of an item", "- uses: x\n- y\n", "0", "- uses: x\n  flag: true\n- y\n"},
      {"an alias", "a: &x {b: 1}\nwith: *x\n", "with", ""},
      {"what an alias elsewhere shares", "with: &x\n  b: 1\na: *x\n", "with", ""},
      {"empty", "with: {}\n", "with", ""},
      {"no mapping", "with: [a]\n", "with", ""},
  };
  expect_rows(rows, [](yaml::Document const& before, yaml::Node const& node) {
    return set_key(before, node, "flag", "true");
  });
}

TEST(InsertPairs, puts_lines_before_a_key) {
  std::string const lines[]{"env:", "  KEY: ${{ secrets.KEY }}"};
  Row const first[]{
      {"behind a dash", "steps:\n  - run: x\n    id: y\n", "steps.0",
       "steps:\n  - env:\n      KEY: ${{ secrets.KEY }}\n    run: x\n    id: y\n"},
      {"in a mapping", "a:\n  run: x\n", "a",
       "a:\n  env:\n    KEY: ${{ secrets.KEY }}\n  run: x\n"},
      {"in braces", "a: {run: x}\n", "a", ""},
  };
  expect_rows(first, [&](yaml::Document const& before, yaml::Node const& node) {
    return insert_pairs(before, node, 0, lines);
  });
  Row const second[]{
      {"comments stay with what they stand above",
       "steps:\n  - name: y # z\n    # runs\n    run: |\n      x\n", "steps.0",
       "steps:\n  - name: y # z\n    env:\n      KEY: ${{ secrets.KEY }}\n    # runs\n    run: |\n"
       "      x\n"},
      {"behind the last", "steps:\n  - run: |\n      x\n\n  - run: y\n", "steps.0",
       "steps:\n  - run: |\n      x\n    env:\n      KEY: ${{ secrets.KEY }}\n\n  - run: y\n"},
  };
  expect_rows(second, [&](yaml::Document const& before, yaml::Node const& node) {
    return insert_pairs(before, node, 1, lines);
  });
}

TEST(RemovePair, takes_its_lines_and_no_others) {
  Row const rows[]{
      {"in the middle", "a: 1\n# gone?\nflag: true # why\nb: 2\n", "", "a: 1\n# gone?\nb: 2\n"},
      {"the last", "a: 1\nflag: true", "", "a: 1\n"},
      {"behind a dash", "- flag: true # why\n  run: x # y\n- z\n", "0", "- run: x # y\n- z\n"},
      {"a comment that would go too", "- flag: true\n  # how\n  run: x\n", "0", ""},
      {"in braces", "a: {b: 1, flag: true, c: 2}\n", "a", "a: {b: 1, c: 2}\n"},
      {"first in braces", "a: {flag: true, c: 2}\n", "a", "a: {c: 2}\n"},
      {"a block", "flag: |\n  x\n\n  y\n\nb: 2\n", "", "\nb: 2\n"},
      {"the only one", "flag: true\n", "", ""},
      {"none", "a: 1\nb: 2\n", "", ""},
  };
  expect_rows(rows, [](yaml::Document const& before, yaml::Node const& node) {
    return remove_pair(before, node, "flag");
  });
}

TEST(InsertItem, stands_before_another_as_items_here_do) {
  std::string const lines[]{"name: Install", "run: curl"};
  Row const rows[]{
      {"close together", "steps:\n  - a\n  # the second\n  - b\nc: 1\n", "steps",
       "steps:\n  - a\n  - name: Install\n    run: curl\n  # the second\n  - b\nc: 1\n"},
      {"parted", "steps:\n- a\n\n- b\n\n- c\n", "steps",
       "steps:\n- a\n\n- name: Install\n  run: curl\n\n- b\n\n- c\n"},
      {"wide dashes", "steps:\n  -   a\n  -   b\n", "steps",
       "steps:\n  -   a\n  -   name: Install\n      run: curl\n  -   b\n"},
      {"behind the last", "steps:\n  - run: |\n      x\n\nc: 1\n", "steps",
       "steps:\n  - run: |\n      x\n  - name: Install\n    run: curl\n\nc: 1\n"},
      {"at the end of a file", "steps:\n- a", "steps", "steps:\n- a\n- name: Install\n  run: curl"},
      {"in brackets", "steps: [a, b]\n", "steps", ""},
      {"a dash behind a dash", "- - a\n  - b\n", "0",
       "- - a\n  - name: Install\n    run: curl\n  - b\n"},
  };
  expect_rows(rows, [&](yaml::Document const& before, yaml::Node const& node) {
    return insert_item(before, node, 1, lines);
  });
  yaml::Document const before = document("steps:\n  # one\n  - a\n\n  - b\n");
  EXPECT_EQ(after(before, insert_item(before, *at(before.root(), "steps"), 0, lines)),
            "steps:\n  - name: Install\n    run: curl\n\n  # one\n  - a\n\n  - b\n");
}

TEST(RemoveItem, takes_its_lines_and_no_others) {
  Row const rows[]{
      {"in the middle", "- a\n# about b\n- b # gone\n# about c\n- c\n", "",
       "- a\n# about c\n- c\n"},
      {"parted", "- a\n\n- b:\n    c\n\n- d\n", "", "- a\n\n- d\n"},
      {"the last", "- a\n- b\n", "", "- a\n"},
      {"in brackets", "x: [a, b, c]\n", "x", "x: [a, c]\n"},
      {"the only one", "- a\n", "", ""},
  };
  expect_rows(rows, [](yaml::Document const& before, yaml::Node const& node) {
    return remove_item(before, node, 1);
  });
}

TEST(Edited, puts_edits_in_order) {
  EXPECT_EQ(edited("abcdef", {{4, 5, "E"}, {1, 2, ""}, {1, 1, "x"}, {6, 6, "!"}}), "axcdEf!");
  EXPECT_EQ(edited("abcdef", {{1, 1, "x"}, {1, 1, "y"}, {1, 2, "B"}}), "axyBcdef");
  EXPECT_EQ(edited("", {}), "");
}

TEST(EditedDeathTest, does_not_guess_what_overlapping_edits_mean) {
  EXPECT_DEATH(static_cast<void>(edited("abc", {{0, 2, ""}, {1, 3, ""}})), "overlap");
  EXPECT_DEATH(static_cast<void>(edited("abc", {{0, 4, ""}})), "leave");
}

}  // namespace
}  // namespace landfall
