// SQL with `?` and `:name`, as the rest of landfall writes it, in PostgreSQL's `$1`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace landfall::sql {

struct NumberedSql {
  std::string text;
  /// Of each parameter, in order of its number: with its colon; empty: it has none.
  std::vector<std::string> names;
};

/// Marks within texts, quoted names and comments are left alone, as are `::` and `$1`. A name that
/// comes twice has one number.
/// https://www.postgresql.org/docs/15/sql-syntax-lexical.html
NumberedSql numbered(std::string_view sql);

}  // namespace landfall::sql
