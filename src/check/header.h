// The comment at the head of a check or verdict file: `-- name: value` lines, then prose.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace landfall {

struct SqlFile {
  std::map<std::string, std::string, std::less<>> fields;  ///< lines that continue one are joined
  std::string prose;                                       ///< what follows the first empty `--`
  std::string sql;
};

SqlFile read_sql_file(std::string_view text);

}  // namespace landfall
