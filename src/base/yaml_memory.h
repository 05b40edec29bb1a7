// The memory of libyaml, which asks malloc for some 700 blocks a file and gives all back when its
// parser ends. In a release they are handed out one behind the other (docs/decisions/013).
#pragma once

#include <cstddef>

namespace landfall::yaml {

/// While one lives, the blocks of this thread's libyaml lie in it, as long as there is room; the
/// others come from malloc. Blocks must not outlive it.
class ScannerMemory {
 public:
  ScannerMemory();
  ~ScannerMemory();
  ScannerMemory(ScannerMemory const&) = delete;
  ScannerMemory& operator=(ScannerMemory const&) = delete;

  /// nullptr if there is no room.
  void* allocate(std::size_t bytes);
  bool holds(void const* block) const;
  static std::size_t size_of(void const* block);
  /// Makes a block longer or shorter where it stands, which only the last one can be.
  bool resize(void* block, std::size_t bytes);
  /// Only the last block's room is used again.
  void release(void* block);

 private:
  std::size_t begin_of(void const* block) const;

  ScannerMemory* outer_;
  std::size_t used_ = 0;
  std::size_t last_ = 0;  ///< where the last block begins
  // Enough for libyaml's own buffers and 30 KB of usual YAML. On the stack, and not cleared.
  alignas(std::max_align_t) std::byte room_[256 << 10];
};

}  // namespace landfall::yaml

// What libyaml calls in a release for what it knows as malloc and so on.
extern "C" {
void* landfall_yaml_malloc(std::size_t bytes);
void* landfall_yaml_realloc(void* block, std::size_t bytes);
void landfall_yaml_free(void* block);
char* landfall_yaml_strdup(char const* text);
}
