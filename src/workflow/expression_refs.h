// What is certain about a ref whose name is not known, and the questions that stay open.
#pragma once

#include <string_view>

#include "workflow/expression.h"

namespace landfall {

/// `ref == text`. Where the class of refs does not tell, the names are told of the question.
Value ref_equals(Value const& ref, std::string_view text, Names& names);
/// startsWith(ref, text).
Value ref_begins(Value const& ref, std::string_view text, Names& names);
/// contains(ref, text): true where what is known of the name has it.
Value ref_contains(Value const& ref, std::string_view text, Names& names);

}  // namespace landfall
