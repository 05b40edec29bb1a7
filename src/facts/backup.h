// A copy of all facts at one instant, made while others read and write.
#pragma once

#include <string>

#include "base/result.h"
#include "facts/store.h"

namespace landfall {

/// Writes all that the store holds now into a new SQLite file, as one transaction sees it, and
/// reads the copy through once. ErrorKind::usage for a store on a PostgreSQL server, whose own
/// tools do that better; the error "exists" where something has that name; "full" as everywhere.
/// What was begun of a copy that fails is left, and `checked_backup` refuses it.
Result<> backup_store(Store& store, std::string const& path);

/// Opens a copy to read from it, after all of it was read through: the error "corrupt" with what is
/// wrong. An older landfall's copy is brought to this version's tables first.
Result<Store> checked_backup(std::string const& path);

}  // namespace landfall
