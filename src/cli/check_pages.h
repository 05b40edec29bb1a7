// Rules of the audit and checks over facts, under one roof: what people see of both is the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/report.h"
#include "base/result.h"

namespace landfall {

/// Ids of all checks over facts. Cheap: reads none of them.
std::vector<std::string> sql_check_ids();
/// Ids of rules and checks, each once, sorted.
std::vector<std::string> all_check_ids();

bool is_rule(std::string_view id);

/// The page of a rule or of a check. `id` must be one of all_check_ids(); what is both has the
/// rule's words.
CheckPage check_page(std::string_view id);

/// The id, or an Error of kind usage that names the nearest one.
Result<> known_check(std::string_view id);

}  // namespace landfall
