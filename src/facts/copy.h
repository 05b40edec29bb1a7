// All facts of one database into another, of whichever engine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "facts/store.h"

namespace landfall {

struct CopiedTable {
  std::string table;
  std::int64_t rows = 0;
};

/// Told after each batch: the table, and how many of its rows are copied.
using CopyProgress = std::function<void(CopiedTable const&)>;

/// Copies every table, in one transaction of the database that is copied to, which has to be empty:
/// an error leaves it so. Each table's rows are counted on both sides; where the counts differ,
/// somebody wrote meanwhile, which is the error "changed_meanwhile".
Result<std::vector<CopiedTable>> copy_store(Store& from, Store& to, CopyProgress const& progress);

}  // namespace landfall
