#include "base/yaml_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/yaml_events.h"
#include "base/yaml_fixture.h"
#include "base/yaml_text.h"

namespace landfall::yaml {
namespace {

/// What a reader makes of a text; nullopt where it refuses it.
template <class Reader>
std::optional<std::string> read_by(Reader const& reader, std::string_view text) {
  std::pmr::monotonic_buffer_resource arena;
  TreeBuilder tree(text, arena, {.bytes = 1 << 20, .nodes = 20'000});
  if (!reader(text, tree)) return std::nullopt;
  return shown_tree(tree.root());
}

std::optional<std::string> by_block(std::string_view text) {
  return read_by([](std::string_view all, TreeBuilder& tree) { return read_block(all, tree); },
                 text);
}

std::optional<std::string> by_events(std::string_view text) {
  return read_by(
      [](std::string_view all, TreeBuilder& tree) {
        read_events(all, tree);
        return !tree.problem().has_value();
      },
      text);
}

/// False where the quick reader leaves a text to libyaml; a failure where they disagree.
bool agrees(std::string const& text) {
  if (problem_of_bytes(text, is_ascii(text))) return false;
  auto const quick = by_block(text);
  if (!quick) return false;
  auto const slow = by_events(text);
  EXPECT_EQ(*quick, slow.value_or("libyaml refuses it")) << text;
  return true;
}

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  std::filesystem::path const root(LANDFALL_SOURCE);
  for (std::string_view const folder : {"tests/fuzz/corpus/yaml", "tests/fuzz/corpus/workflow",
                                        "examples/raxx", "grammar", "signatures"}) {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(root / folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (std::filesystem::path const& file : files) {
      std::ostringstream text;
      text << std::ifstream(file).rdbuf();
      texts.push_back(std::move(text).str());
    }
  }
  return texts;
}

TEST(YamlBlock, reads_itself_what_people_write) {
  for (std::string const text : {
           "a: 1\n",
           "- a\n- b\n",
           "---\na: 1\n",
           "# comment\n\n---\n# another\na: 1\n",
           "a:\n  b:\n    c: d\n  e: f\ng: h\n",
           "a:\n- b\n- c\nd: e\n",
           "a:\n  - b: 1\n    c: 2\n  -   d: 3\n      e: 4\n",
           "a:\n  -\n    b: 1\n  -\nc:\n",
           "- - a\n  - b\n- - c\n",
           "a:\nb:   \nc: # none\nd:\n  # none\n\ne: 1 # one\n",
           "a: 'it''s'\nb: \"x \\\"y\\\" \\\\ \\n\"\n'c': ''\n\"d\" : \"\"\n",
           "a: [b, 'c', \"d\", [e, f], {g: h, i: [j]}, ]\nk: {}\nl: [ ]\n",
           "a: http://x.test:80/y#z\nb c: d::e\nf:g: -h\n",
           "a: ${{ b }}\nc: !${{\n",
           "run: |\n  a\n   b\n\n  c\n\n\nnext: 1\n",
           "run: |-\n  a\n\nnext: |+\n  b\n\n\nlast: >-\n  c\n  d\n\n  e\n    f\n  g\n",
           "run: > # folded\n  a\n\tb\n",
           "run: |\n\n\n  a\nb: |\n   \nc: |\nd: |+\n\n",
           "- |\n  a\n- >\n  b\n  c\n- |2\n",
           "a: é\n\"ü\": [x]\nb: |\n  → ⚙️\nc: d\n",
           "  a: 1\n  b: 2\n",
           "a: b\n  \n   # deep comment\nc: d\n",
       }) {
    bool const has_left = text.find("!$") != std::string::npos ||
                          text.find("|2") != std::string::npos ||
                          text.find("\n\tb") != std::string::npos;
    EXPECT_EQ(agrees(text), !has_left) << text;
  }
}

TEST(YamlBlock, leaves_to_libyaml_what_is_rare_or_wrong) {
  for (std::string_view const text : {
           "",
           "\n",
           "# nothing\n",
           "a: 1",
           "a: 1\r\n",
           "\xEF\xBB\xBF"
           "a: 1\n",
           "a: &x 1\nb: *x\n",
           "a: !!str 1\n",
           "? a\n: b\n",
           "a: b\n c\n",
           "a: 'b\n  c'\n",
           "a: \"\\u00e9\"\n",
           "a:\tb\n",
           "\ta: b\n",
           "a: b\n  c: d\n",
           "a:\n   b: 1\n  c: 2\n",
           "a: b: c\n",
           "a: - b\n",
           "a: b\n- c\n",
           "- a\nb: c\n",
           "a: @b\n",
           "a: `b\n",
           "a: %b\n",
           "a: [b\n",
           "a: [b]c\n",
           "a: [b, c: d]\n",
           "a: [b,\n  c]\n",
           "a: 'b' c\n",
           "'a':b\n",
           "a: 1\na: 2\n",
           "a: 1\n---\nb: 2\n",
           "a: 1\n...\n",
           "a: |1\n  b\n",
           "a: |\n \t\n  b\n",
           "a: \x01\n",
           "a: \xC2\x85"
           "b\n",
           "a: \xE2\x80\xA8"
           "b\n",
           "a\n",
           "[a]: b\n",
       }) {
    auto const quick = by_block(text);
    // A lone scalar is a document; all others are left.
    EXPECT_EQ(quick.has_value(), text == "a\n") << text;
  }
}

TEST(YamlBlock, reads_the_corpora_as_libyaml_does) {
  std::size_t count = 0;
  for (std::string const& text : corpus()) count += agrees(text) ? 1 : 0;
  EXPECT_GT(count, 30U);
}

TEST(YamlBlock, reads_what_chance_makes_of_the_corpora_as_libyaml_does) {
  constexpr std::string_view bytes = "\n\n  --::##|>'\"[]{},&*!?\\ab1+-~\t\r%@.";
  std::uint64_t state = 7;
  auto const chance = [&state](std::size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33) % below;
  };
  std::size_t count = 0;
  for (std::string const& whole : corpus()) {
    std::size_t const begin = whole.find('\n', whole.size() < 1500 ? whole.size() : chance(1000));
    std::string const base = whole.substr(begin == std::string::npos ? 0 : begin + 1, 1500);
    for (int round = 0; round < 40 && !base.empty(); ++round) {
      std::string text = base;
      for (std::size_t change = 0; change < 1 + chance(3); ++change) {
        std::size_t const at = chance(text.size());
        std::size_t const kind = chance(4);
        if (kind == 0) text.erase(at, 1 + chance(6));
        if (kind == 1) text.insert(at, 1, bytes[chance(bytes.size())]);
        if (kind == 2) text.insert(at, text.substr(chance(text.size()), chance(40)));
        if (kind == 3) text[at] = bytes[chance(bytes.size())];
        if (text.empty()) text = "\n";
      }
      if (!text.ends_with('\n')) text += '\n';
      count += agrees(text) ? 1 : 0;
    }
  }
  EXPECT_GT(count, 1000U);
}

}  // namespace
}  // namespace landfall::yaml
