// A line of a file with a mark under the words that a finding speaks of.
#pragma once

#include <string>
#include <string_view>

#include "audit/finding.h"
#include "base/terminal.h"

namespace landfall {

/// The place's first line, led by its number, and below it carets under exactly the span, as far as
/// it stands on this line. A line longer than the style's width is cut around the span. "" if the
/// text has no such place: it may have changed since.
std::string excerpt(TextStyle const& style, std::string_view text, Place const& place, Paint paint);

}  // namespace landfall
