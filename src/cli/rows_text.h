// Rows of a query in the forms in which people and programs read them.
#pragma once

#include <string>
#include <string_view>

#include "base/sql.h"

namespace landfall {

/// "json": an array of objects, instants as ISO 8601; "csv": RFC 4180 with a head; else a table.
std::string rows_text(sql::Rows const& rows, std::string_view form);

}  // namespace landfall
