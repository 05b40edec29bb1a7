// What people write into a report, and the rule that it is never overwritten.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace landfall {

/// A part of the report that a person writes.
struct HumanPart {
  std::string_view name;
  std::string_view instruction;
};
/// All parts, in the order in which they stand in a report.
std::vector<HumanPart> const& human_parts();

/// What people wrote in an earlier report, by part.
using HumanTexts = std::map<std::string, std::string, std::less<>>;

/// Reads the parts, byte for byte. A part that is begun and not ended is an Error: rather no new
/// report than a lost sentence. Parts that this version does not know are kept too.
Result<HumanTexts> human_texts(std::string_view report);

/// The part as it stands in a report: its instruction, its markers and its text.
std::string human_block(std::string_view name, HumanTexts const& texts);
/// Parts of an earlier report that have no place in this one.
std::string orphaned_blocks(HumanTexts const& texts);

}  // namespace landfall
