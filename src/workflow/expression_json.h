// Expressions evaluated where everything is known: for comparing with GitHub's own evaluation.
#pragma once

#include <string_view>

#include "base/json.h"

namespace landfall {

/// Evaluates an expression without its braces over contexts that are given as one JSON object,
/// {"github": {"ref": ...}, ...}: it may name no others, and no function but those that all places
/// know. Answers {"kind": "Number|String|Boolean|Null|Array|Object", "value": ...}, where a number
/// that JSON lacks is a text ("NaN"). Errors are ErrorKind::data with the byte and GitHub's reason
/// to refuse or to stop; ErrorKind::refused for what is beyond our limits.
Result<Json> evaluate_known(std::string_view expression, Json const& contexts);

}  // namespace landfall
