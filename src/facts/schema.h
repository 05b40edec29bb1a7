// The tables of facts/*.sql in a database: made, brought up to this version, and shown.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sql.h"
#include "facts/store.h"

namespace landfall {

/// The version of the schema that the database has; 0: none yet. One that is newer than this
/// landfall knows is an Error that says so.
Result<std::int64_t> schema_version_of(sql::Database& database);

/// Makes what the database lacks: tables, columns and indexes, in one transaction.
Result<> bring_up_to_date(sql::Database& database);

/// How often each table was written to, by anybody: of a PostgreSQL database alone.
Result<std::map<std::string, std::int64_t>> writes_of(sql::Database& database);

/// The views current_NAME and those of facts/views, and the instant that they show: of this
/// connection alone, so that who asks for the past does not move the present of another process.
Result<> make_views(sql::Database& database);

/// The columns' names, quoted: some are words that PostgreSQL keeps to itself, such as "user".
std::string quoted_list(std::vector<std::string> const& columns);

}  // namespace landfall
