#include "base/yaml_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>

namespace landfall::yaml {
namespace {

// libyaml's functions for memory are told of no parser.
thread_local ScannerMemory* current = nullptr;

/// Before each block stands its size.
constexpr std::size_t head = alignof(std::max_align_t);

std::size_t rounded(std::size_t bytes) {
  return (bytes + head - 1) / head * head;
}

}  // namespace

ScannerMemory::ScannerMemory() : outer_(current) {
  current = this;
}

ScannerMemory::~ScannerMemory() {
  current = outer_;
}

void* ScannerMemory::allocate(std::size_t bytes) {
  if (bytes > sizeof room_ - head || used_ + head + rounded(bytes) > sizeof room_) return nullptr;
  last_ = used_ + head;
  std::memcpy(room_ + used_, &bytes, sizeof bytes);
  used_ = last_ + rounded(bytes);
  return room_ + last_;
}

bool ScannerMemory::holds(void const* block) const {
  auto const* const byte = static_cast<std::byte const*>(block);
  return std::less_equal<>()(room_, byte) && std::less<>()(byte, room_ + sizeof room_);
}

std::size_t ScannerMemory::size_of(void const* block) {
  std::size_t bytes = 0;
  std::memcpy(&bytes, static_cast<std::byte const*>(block) - head, sizeof bytes);
  return bytes;
}

bool ScannerMemory::resize(void* block, std::size_t bytes) {
  if (begin_of(block) != last_ || bytes > sizeof room_ || last_ + rounded(bytes) > sizeof room_)
    return false;
  std::memcpy(static_cast<std::byte*>(block) - head, &bytes, sizeof bytes);
  used_ = last_ + rounded(bytes);
  return true;
}

void ScannerMemory::release(void* block) {
  if (begin_of(block) == last_) used_ = last_ - head;
}

std::size_t ScannerMemory::begin_of(void const* block) const {
  return static_cast<std::size_t>(static_cast<std::byte const*>(block) - room_);
}

}  // namespace landfall::yaml

using landfall::yaml::current;
using landfall::yaml::ScannerMemory;

void* landfall_yaml_malloc(std::size_t bytes) {
  void* const block = current == nullptr ? nullptr : current->allocate(bytes);
  return block != nullptr ? block : std::malloc(bytes);
}

void* landfall_yaml_realloc(void* block, std::size_t bytes) {
  if (block == nullptr) return landfall_yaml_malloc(bytes);
  if (current == nullptr || !current->holds(block)) return std::realloc(block, bytes);
  if (current->resize(block, bytes)) return block;
  void* const moved = landfall_yaml_malloc(bytes);
  if (moved != nullptr) std::memcpy(moved, block, std::min(bytes, ScannerMemory::size_of(block)));
  return moved;
}

void landfall_yaml_free(void* block) {
  if (block == nullptr) return;
  if (current != nullptr && current->holds(block)) return current->release(block);
  std::free(block);
}

char* landfall_yaml_strdup(char const* text) {
  std::size_t const bytes = std::strlen(text) + 1;
  void* const copy = landfall_yaml_malloc(bytes);
  return copy == nullptr ? nullptr : static_cast<char*>(std::memcpy(copy, text, bytes));
}
