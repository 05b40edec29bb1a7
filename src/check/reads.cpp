// What each check reads, for engines that do not tell.
#include <map>

#include "check/check.h"

namespace landfall {
namespace {

/// An empty store in memory: its schema is what statements are prepared over.
Result<std::map<std::string, std::set<std::string>>> find_reads() {
  Store empty = TRY(Store::open(":memory:"));
  std::map<std::string, std::set<std::string>> reads;
  for (Check const& check : checks()) {
    // Only preparing: no step is made.
    sql::Database::ReadGuard guard(empty.database(), 1);
    TRY(during("check " + check.id, empty.database().prepare(check.sql)));
    reads[check.id] = guard.tables_read();
  }
  return reads;
}

}  // namespace

Result<std::set<std::string>> tables_read_by(Check const& check) {
  static Result<std::map<std::string, std::set<std::string>>> const reads = find_reads();
  if (!reads) return std::unexpected(reads.error());
  auto const found = reads->find(check.id);
  require(found != reads->end(), "a check that is none of ours: " + check.id);
  return found->second;
}

}  // namespace landfall
