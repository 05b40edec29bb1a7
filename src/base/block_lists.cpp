#include "base/block_lists.h"

// A sanitizer or a debugger wants to see each block, so only a release has these.
#ifdef LANDFALL_BLOCK_LISTS

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

// A thread's blocks are lost when it ends; ours live as long as the process.
constinit thread_local landfall::BlockLists blocks;

[[gnu::noinline]] void* from_malloc(std::size_t bytes) {
  while (true) {
    if (void* const block = std::malloc(bytes)) return block;
    std::new_handler const handler = std::get_new_handler();
    // The language demands it; `new (std::nothrow)` catches it.
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

}  // namespace

void* operator new(std::size_t bytes) {
  if (void* const block = blocks.take(bytes)) [[likely]]
    return block;
  return from_malloc(landfall::BlockLists::rounded(bytes));
}

void operator delete(void* block, std::size_t bytes) noexcept {
  if (block == nullptr || blocks.keep(block, bytes)) [[likely]]
    return;
  std::free(block);
}

void operator delete(void* block) noexcept {
  operator delete(block, block == nullptr ? 0 : malloc_usable_size(block));
}

#endif
