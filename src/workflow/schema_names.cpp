#include "workflow/schema_names.h"

#include <algorithm>

namespace landfall::grammar {
namespace {

char lower_of(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  return std::equal(a.begin(), a.end(), b.begin(),
                    [](char x, char y) { return lower_of(x) == lower_of(y); });
}

NameSet::NameSet(std::size_t most) {
  if (most <= few) return;
  std::size_t size = 64;
  while (size < most * 2) size *= 2;
  slots_.assign(size, {0, 0, nullptr});
}

std::size_t NameSet::slot_of(std::string_view name, std::uint32_t hash) const {
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot].node != nullptr; slot = (slot + 1) & (slots_.size() - 1))
    if (slots_[slot].hash == hash && same_name(slots_[slot].node->text, name)) break;
  return slot;
}

NameSet::Entry const* NameSet::add(Entry entry) {
  if (Entry const* known = find(entry.node->text, entry.hash)) return known;
  if (slots_.empty()) {
    few_[count_++] = entry;
  } else {
    slots_[slot_of(entry.node->text, entry.hash)] = entry;
  }
  return nullptr;
}

NameSet::Entry const* NameSet::find(std::string_view name, std::uint32_t hash) const {
  if (!slots_.empty()) {
    Entry const& entry = slots_[slot_of(name, hash)];
    return entry.node != nullptr ? &entry : nullptr;
  }
  for (std::size_t i = 0; i < count_; ++i)
    if (few_[i].hash == hash && same_name(few_[i].node->text, name)) return &few_[i];
  return nullptr;
}

}  // namespace landfall::grammar
