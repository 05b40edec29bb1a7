#include "base/block_lists.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace landfall {
namespace {

using Memory = std::vector<std::byte>;

TEST(BlockLists, a_block_that_was_given_back_serves_whoever_asks_for_no_more) {
  BlockLists lists;
  Memory memory(BlockLists::rounded(50));
  EXPECT_EQ(lists.take(50), nullptr);
  EXPECT_TRUE(lists.keep(memory.data(), 50));
  EXPECT_EQ(lists.take(100), nullptr);
  EXPECT_EQ(lists.take(41), memory.data());
  EXPECT_EQ(lists.take(50), nullptr);
}

TEST(BlockLists, every_block_of_a_list_holds_what_any_of_its_takers_ask_for) {
  for (std::size_t kept = 0; kept <= BlockLists::small_max; ++kept) {
    for (std::size_t const asked : {kept, kept + 1, kept + 7, kept + 16}) {
      BlockLists lists;
      Memory memory(BlockLists::rounded(kept));
      ASSERT_GE(memory.size(), std::max(kept, sizeof(void*)));
      ASSERT_TRUE(lists.keep(memory.data(), kept));
      if (lists.take(asked) != nullptr) ASSERT_LE(asked, memory.size()) << kept;
    }
  }
}

TEST(BlockLists, a_block_that_says_its_whole_size_is_found_again) {
  // `delete` of an incomplete size asks malloc, which answers with all that the block holds.
  for (std::size_t bytes = 0; bytes <= BlockLists::small_max; ++bytes) {
    BlockLists lists;
    Memory memory(BlockLists::rounded(bytes));
    ASSERT_TRUE(lists.keep(memory.data(), memory.size()));
    ASSERT_EQ(lists.take(bytes), memory.data()) << bytes;
  }
}

TEST(BlockLists, the_last_block_comes_first_and_each_comes_once) {
  BlockLists lists;
  std::vector<Memory> memories(100, Memory(BlockLists::rounded(24)));
  for (Memory& memory : memories) ASSERT_TRUE(lists.keep(memory.data(), 24));
  EXPECT_EQ(lists.take(24), memories.back().data());
  std::set<void*> seen;
  while (void* const block = lists.take(24)) seen.insert(block);
  EXPECT_EQ(seen.size(), 99U);
}

TEST(BlockLists, large_blocks_and_more_than_64_kilobytes_of_a_size_are_not_kept) {
  BlockLists lists;
  Memory large(BlockLists::small_max + 1);
  EXPECT_EQ(BlockLists::rounded(large.size()), large.size());
  EXPECT_FALSE(lists.keep(large.data(), large.size()));
  EXPECT_EQ(lists.take(large.size()), nullptr);
  std::vector<Memory> memories(200, Memory(BlockLists::rounded(1000)));
  std::size_t kept = 0;
  for (Memory& memory : memories) kept += lists.keep(memory.data(), 1000) ? 1 : 0;
  EXPECT_EQ(kept, (64U << 10) / memories[0].size() + 1);
}

}  // namespace
}  // namespace landfall
