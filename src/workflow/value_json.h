// Values to and from JSON, as toJSON() and fromJSON() do it.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "workflow/value.h"

namespace landfall {

/// Who owns a list or object decides what equals it: each is equal to itself alone.
enum class JsonOwner {
  expression,  ///< made by this expression: the same as no other
  context      ///< a part of a context: the same as what stands at the same place
};
Value value_of(Json const& json, JsonOwner owner);

/// What toJSON() writes, two spaces a level; nullopt if a part is not known or it would become
/// longer than `most` bytes.
std::optional<std::string> json_text(Value const& value, std::size_t most);

/// A value as JSON, nullopt if a part is not known. A number that JSON does not have is a text:
/// "NaN", "Infinity", "-Infinity".
std::optional<Json> json_of(Value const& value);

}  // namespace landfall
