// What a person reads: words in colour where there is a terminal, tables, times, progress.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql.h"
#include "base/terminal.h"
#include "base/time.h"

namespace landfall {

/// Where a command writes. `out` and `err` write at once; a test collects them.
struct Output {
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;
  bool color = false;     ///< out is a terminal and nobody forbade it
  bool progress = false;  ///< err is a terminal
  int width = 100;

  TextStyle style() const { return {color, static_cast<std::size_t>(width)}; }
  std::string paint(Paint paint, std::string_view text) const;
  void line(std::string_view text) const;  ///< to out, with a newline
};

/// Rows under their column names, in columns; long cells are kept whole.
std::string table_text(std::vector<std::string> const& names,
                       std::vector<std::vector<std::string>> const& rows);

/// A value as a person reads it: a column whose name ends in _at, _until, _from or _to, or is
/// `since` or `at`, holds an instant.
std::string cell_text(std::string_view column, sql::Value const& value);

/// "[E3 E7]", or "" for none.
std::string evidence_text(std::vector<std::int64_t> const& evidence);

}  // namespace landfall
