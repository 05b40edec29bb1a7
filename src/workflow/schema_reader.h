// GitHub's strict reader: walks a tree by a grammar. What it refuses is what
// templates/template-reader.js of @actions/workflow-parser refuses.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "workflow/schema_expression.h"
#include "workflow/schema_grammar.h"
#include "workflow/schema_problems.h"

namespace landfall::grammar {

class StrictReader {
 public:
  StrictReader(Grammar const& grammar, Problems& problems)
      : grammar_(grammar), problems_(problems) {}

  /// Judges what stands at a spot. `contexts` are those that the places above it allow.
  void read(Spot const& spot, Index rule, std::uint32_t contexts = 0);

 private:
  /// A mapping that is being read: which of the grammar's mappings may still be meant, and which
  /// keys were seen.
  struct Walk;

  void read_scalar(Spot const& spot, Rule const& rule, std::uint32_t contexts);
  void read_expression(Spot const& spot, Rule const& rule, std::uint32_t contexts);
  void read_mapping(Spot const& spot, Rule const& rule, std::uint32_t contexts);
  void read_pair(Walk& walk, yaml::Pair const& pair);
  void read_expression_key(Walk& walk, yaml::Pair const& pair);
  void refuse_key(Walk& walk, yaml::Node const& key);
  void end_mapping(Walk const& walk);
  Property const* match(Walk& walk, Index key, yaml::Node const& node) const;
  void refuse(Spot const& spot, Rule const& rule);
  bool takes(Rule const& rule, yaml::Node const& node) const;
  bool takes_string(Rule const& rule, std::string_view text) const;
  Contexts names_of(std::uint32_t contexts);

  Grammar const& grammar_;
  Problems& problems_;
  std::uint32_t named_ = 0;  ///< the contexts whose names lie in names_
  std::size_t names_count_ = 0;
  std::array<std::string_view, 32> names_;
};

}  // namespace landfall::grammar
