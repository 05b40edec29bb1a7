// Names that GitHub compares without regard to case: keys of a mapping, ids of steps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "workflow/schema_grammar.h"

namespace landfall::grammar {

/// Do two texts differ in the case of ASCII letters at most.
bool same_name(std::string_view a, std::string_view b);

/// A set of names, each with a number. Few are compared one by one on the stack, many lie in a hash
/// table.
class NameSet {
 public:
  struct Entry {
    std::uint32_t hash;
    std::uint32_t number;
    yaml::Node const* node;  ///< whose text is the name
  };

  /// `most` names will be added.
  explicit NameSet(std::size_t most);

  /// Adds the name, unless it is there already: then the one that is.
  Entry const* add(Entry entry);
  /// nullptr if there is none.
  Entry const* find(std::string_view name, std::uint32_t hash) const;

 private:
  static constexpr std::size_t few = 24;

  std::size_t slot_of(std::string_view name, std::uint32_t hash) const;

  std::array<Entry, few> few_;
  std::size_t count_ = 0;
  std::vector<Entry> slots_;  ///< empty while there are few
};

}  // namespace landfall::grammar
