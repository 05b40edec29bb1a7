// The empty store that tests begin with: in SQLite's memory, or on the PostgreSQL server that
// tests/postgres/with_server.py started.
#pragma once

#include <fmt/core.h>

#include <string>
#include <utility>

#include "facts/store.h"
#include "world/world.h"

namespace landfall {

/// The URL of the server that all stores of this test program lie on; empty: there is none.
inline std::string const& test_server() {
  static std::string const url = [] {
    Environment const environment = RealWorld::environment();
    auto const named = environment.find("LANDFALL_TEST_STORE");
    return named == environment.end() ? std::string() : named->second;
  }();
  return url;
}

/// Where an empty store is: each time another place.
inline std::string test_place() {
  if (test_server().empty()) return ":memory:";
  static int count = 0;
  std::string const schema = fmt::format("store_{}", ++count);
  auto database = sql::Database::open(test_server());
  Result<> const made = database
                            ? database->run(fmt::format(
                                  "DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema))
                            : Result<>(std::unexpected(database.error()));
  require(made.has_value(), made ? "" : made.error().text);
  return fmt::format("{}&options=-csearch_path%3D{}", test_server(), schema);
}

inline Store test_store() {
  auto store = Store::open(test_place());
  require(store.has_value(), store ? "" : store.error().text);
  return *std::move(store);
}

/// From now on nothing can be written through this Store.
inline void take_no_writes(Store& store) {
  bool const sqlite = store.database().engine() == sql::Engine::sqlite;
  Result<> const done = store.database().run(sqlite ? "PRAGMA query_only = ON"
                                                    : "SET default_transaction_read_only = on");
  require(done.has_value(), done ? "" : done.error().text);
}

}  // namespace landfall
