// The expressions in a file's scalars, judged for the place where they stand.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "workflow/schema_problems.h"

namespace landfall::grammar {

using Contexts = std::span<std::string_view const>;

/// Where the first `${{` stands, npos if none does.
std::size_t find_expression(std::string_view text);

/// Judges all `${{ }}` of a scalar. False where one of them is wrong, which is then noted.
bool judge_expressions(yaml::Node const& node, Contexts contexts, Problems& problems);

/// The same of an `if`: with braces, or without.
bool judge_if(yaml::Node const& node, Contexts contexts, Problems& problems);

/// GitHub reads `${{ 'text' }}`, and nothing but such a string, as the text itself; nullopt if this
/// is none.
std::optional<std::string> literal_of(std::string_view text);

/// `${{ insert }}`, which stands for the pairs of another mapping and may only be a key.
bool is_insert(std::string_view text);

}  // namespace landfall::grammar
