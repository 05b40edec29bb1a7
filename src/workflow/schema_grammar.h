// The shape of GitHub's published grammar as constant tables; tools/grammar_tables.cpp writes them
// from grammar/*.json while landfall is built, so that nothing is read when it starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace landfall::grammar {

using Index = std::uint16_t;
constexpr Index none = 0xFFFF;

/// Which scalars a rule takes, as bits.
enum Scalars : std::uint8_t {
  takes_null = 1,
  takes_boolean = 2,
  takes_number = 4,
  takes_text = 8,            ///< any string, and so any scalar
  takes_nonempty_text = 16,  ///< any but the empty one
};

struct Property {
  Index key = 0;  ///< its place in Grammar::keys
  Index rule = 0;
};

/// A mapping: properties sorted by key, and perhaps others ("loose" ones) of one rule.
struct Mapping {
  std::string_view name;
  Index first = 0;  ///< of Grammar::properties
  Index count = 0;
  Index first_required = 0;  ///< of Grammar::required, keys that must be there
  Index required = 0;
  Index loose_rule = none;
  bool empty_key = false;  ///< may a loose key be empty
};

/// What may stand at one place, with one-of definitions already spread out.
struct Rule {
  std::string_view name;
  std::uint32_t contexts = 0;  ///< bits of Grammar::contexts that it adds to those above it
  std::uint8_t scalars = 0;
  bool condition = false;  ///< an expression that needs no braces
  Index first_constant = 0;
  Index constants = 0;
  Index first_mapping = 0;
  Index mappings = 0;
  Index item = none;  ///< the rule of a sequence's items
};

/// One-of definitions name at most so many mappings.
constexpr std::size_t most_mappings = 8;

struct Grammar {
  std::span<Rule const> rules;
  std::span<Mapping const> mappings;
  std::span<Property const> properties;
  std::span<Index const> required;
  std::span<std::string_view const> keys;
  std::span<std::string_view const> constants;
  std::span<Index const> mapping_lists;
  std::span<std::string_view const> contexts;
  std::span<Index const> slots;  ///< a hash table of keys; its size is a power of two
  Index strict_root = 0;
  Index loose_root = 0;  ///< what the runner reads by, where GitHub publishes it; else the same
  Index any = 0;         ///< the rule under which everything may stand
};

/// The grammar of .github/workflows/*.yml and of action.yml.
Grammar const& workflow_grammar();
Grammar const& action_grammar();

/// Keys that differ in case only have the same hash.
constexpr std::uint32_t key_hash(std::string_view key) {
  std::uint32_t hash = 2166136261U;
  for (char const c : key) hash = (hash ^ (static_cast<unsigned char>(c) | 0x20U)) * 16777619U;
  return hash ^ (hash >> 15U);
}

/// The place of a key in Grammar::keys, `none` if the grammar has no such key.
inline Index key_index(Grammar const& grammar, std::string_view key, std::uint32_t hash) {
  std::size_t const mask = grammar.slots.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    Index const index = grammar.slots[slot];
    if (index == none || grammar.keys[index] == key) return index;
  }
}

/// The property of a mapping with that key, nullptr if it has none.
inline Property const* find_property(Grammar const& grammar, Mapping const& mapping, Index key) {
  std::size_t low = mapping.first;
  std::size_t high = low + mapping.count;
  std::size_t const end = high;
  while (low < high) {
    std::size_t const middle = (low + high) / 2;
    if (grammar.properties[middle].key < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < end && grammar.properties[low].key == key ? &grammar.properties[low] : nullptr;
}

}  // namespace landfall::grammar
