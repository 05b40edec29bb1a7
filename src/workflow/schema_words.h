// What the grammar's problems say: what was expected, where a key belongs, which one was meant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/schema_grammar.h"
#include "workflow/schema_problems.h"

namespace landfall::grammar {

/// "did you mean 'build'?" where a name is near enough in spelling, else "". A word of one or two
/// letters is near to everything, and so to nothing.
std::string meant(std::string_view word, std::vector<std::string> const& names);

/// "a string or a mapping", "'read', 'write' or 'none'", "one of 37 names".
std::string expected(Grammar const& grammar, Rule const& rule);

/// What to do about a scalar that a rule does not take: the constant that was meant, the quotes
/// that make a number a string. "" if nothing is near.
std::string value_hint(Grammar const& grammar, Rule const& rule, yaml::Node const& node);

/// What to do about a key that none of these mappings has: the one that was meant, or the place
/// where it belongs.
std::string key_hint(Grammar const& grammar, std::span<Index const> mappings, std::string_view key);

/// "'run' or 'uses'": the keys that tell these mappings apart.
std::string telling_keys(Grammar const& grammar, std::span<Index const> mappings);

}  // namespace landfall::grammar
