// The small blocks of memory that a thread gave back, kept by size for when it asks again. malloc
// keeps seven of each size at hand and sorts the others into its heap, which a file's thousands of
// strings and nodes pay for. In a release `new` and `delete` ask here first (docs/decisions/010).
#pragma once

#include <array>
#include <cstddef>

namespace landfall {

class BlockLists {
 public:
  /// Larger blocks are malloc's alone.
  static constexpr std::size_t small_max = 1032;

  /// What to ask malloc for instead of `bytes`, so that any block of that size serves the next
  /// one to ask for as much: as glibc rounds it, so nothing is lost.
  static constexpr std::size_t rounded(std::size_t bytes) {
    return bytes > small_max ? bytes : list_of(bytes) * step + spare;
  }

  /// A block of at least so many bytes, nullptr if none is kept.
  void* take(std::size_t bytes) {
    if (bytes > small_max) return nullptr;
    List& list = lists_[list_of(bytes)];
    Block* const block = list.first;
    if (block == nullptr) return nullptr;
    list.first = block->next;
    list.bytes -= rounded(bytes);
    return block;
  }

  /// Keeps a block that holds `rounded(bytes)` at least; false if there are enough of its size.
  bool keep(void* memory, std::size_t bytes) {
    if (bytes > small_max) return false;
    List& list = lists_[list_of(bytes)];
    if (list.bytes >= list_max) return false;
    auto* const block = static_cast<Block*>(memory);
    block->next = list.first;
    list.first = block;
    list.bytes += rounded(bytes);
    return true;
  }

 private:
  struct Block {
    Block* next;
  };
  struct List {
    Block* first = nullptr;
    std::size_t bytes = 0;
  };
  static constexpr std::size_t step = 16;
  static constexpr std::size_t spare = 8;            ///< glibc's blocks hold 24, 40, 56... bytes
  static constexpr std::size_t list_max = 64 << 10;  ///< so all lists keep 4 MB at most

  static constexpr std::size_t list_of(std::size_t bytes) {
    return bytes <= step + spare ? 1 : (bytes + step - spare - 1) / step;
  }

  std::array<List, small_max / step + 1> lists_;
};

}  // namespace landfall
