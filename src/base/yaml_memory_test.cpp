#include "base/yaml_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "base/yaml.h"

namespace landfall::yaml {
namespace {

TEST(YamlMemory, blocks_lie_behind_each_other_and_are_aligned) {
  ScannerMemory memory;
  auto* const first = static_cast<char*>(landfall_yaml_malloc(3));
  auto* const second = static_cast<char*>(landfall_yaml_malloc(0));
  auto* const third = static_cast<char*>(landfall_yaml_malloc(100));
  EXPECT_TRUE(memory.holds(first) && memory.holds(second) && memory.holds(third));
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  for (char const* block : {first, second, third})
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0u);
  std::memset(first, 'a', 3);
  std::memset(third, 'c', 100);
  EXPECT_EQ(std::string(first, 3), "aaa");
}

TEST(YamlMemory, the_last_block_grows_where_it_stands_and_others_move) {
  ScannerMemory memory;
  auto* const first = static_cast<char*>(landfall_yaml_strdup("first"));
  EXPECT_EQ(landfall_yaml_realloc(first, 1000), first);
  auto* const second = static_cast<char*>(landfall_yaml_realloc(nullptr, 10));
  auto* const moved = static_cast<char*>(landfall_yaml_realloc(first, 2000));
  EXPECT_GT(moved, second);
  EXPECT_STREQ(moved, "first");
  landfall_yaml_free(moved);
  EXPECT_EQ(landfall_yaml_malloc(1), moved);
  landfall_yaml_free(nullptr);
}

TEST(YamlMemory, what_has_no_room_comes_from_malloc) {
  ScannerMemory memory;
  auto* const block = static_cast<char*>(landfall_yaml_strdup("text"));
  auto* large = static_cast<char*>(landfall_yaml_realloc(block, 1 << 20));
  EXPECT_FALSE(memory.holds(large));
  EXPECT_STREQ(large, "text");
  large = static_cast<char*>(landfall_yaml_realloc(large, 2 << 20));
  EXPECT_STREQ(large, "text");
  landfall_yaml_free(large);
  EXPECT_EQ(memory.allocate(static_cast<std::size_t>(-1)), nullptr);
  std::size_t count = 0;
  while (memory.allocate(1000) != nullptr) ++count;
  EXPECT_GT(count, 200u);
  EXPECT_LT(count, 260u);
}

TEST(YamlMemory, without_a_scanner_all_comes_from_malloc_and_scanners_may_nest) {
  auto* const outside = static_cast<char*>(landfall_yaml_strdup("outside"));
  {
    ScannerMemory outer;
    {
      ScannerMemory inner;
      EXPECT_TRUE(inner.holds(landfall_yaml_malloc(8)));
      EXPECT_FALSE(inner.holds(outside));
    }
    EXPECT_TRUE(outer.holds(landfall_yaml_malloc(8)));
  }
  landfall_yaml_free(landfall_yaml_realloc(outside, 100));
}

/// A text with a wide character goes through libyaml's reader, one without does not.
TEST(YamlMemory, texts_read_in_place_are_what_the_reader_makes_of_them) {
  for (std::string const text : {"",
                                 "a",
                                 "a: b",
                                 "a:\tb\n",
                                 "- 'x''y'\n- \"\\u0041\"\r\n",
                                 "a: |\n  x\n\n y\n",
                                 "k: >-\n  a",
                                 "---\na\n...",
                                 "---",
                                 "--",
                                 "a: [b",
                                 "a: \"b",
                                 "\"\\",
                                 "%YAML 1.1\n--- x\n",
                                 "&a",
                                 "*a",
                                 "? a\n: b",
                                 "a: b\n...\n",
                                 "a\n---\nb\n",
                                 "[a, {b: c}]",
                                 "!<",
                                 "|",
                                 "a: |2",
                                 "\r",
                                 "\t"}) {
    SCOPED_TRACE(text);
    auto const in_place = read(text);
    // Behind a line break the comment is one in all of these that are whole.
    auto const copied = read("# \xC3\xA4\n" + text);
    ASSERT_EQ(in_place.has_value(), copied.has_value());
    if (!in_place) {
      EXPECT_EQ(in_place.error().text, copied.error().text);
      EXPECT_EQ(in_place.error().mark.line + 1, copied.error().mark.line);
      continue;
    }
    EXPECT_EQ(in_place->root().kind, copied->root().kind);
    EXPECT_EQ(in_place->root().text, copied->root().text);
    EXPECT_EQ(in_place->root().end.column, copied->root().end.column);
  }
}

TEST(YamlMemory, control_characters_are_refused_by_the_reader_still) {
  for (std::string const& text :
       {std::string("a: \x01"), std::string("a: \x7F"), std::string(1, '\0'),
        std::string("a\0b", 3), std::string("# \x1B")}) {
    auto const document = read(text);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().text, "not YAML: control characters are not allowed");
  }
}

}  // namespace
}  // namespace landfall::yaml
