// Readers that turn a platform's JSON into facts, with errors that name the place.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

/// The instant that is written at the path, in epoch seconds: the form in which facts keep time.
Result<std::int64_t> seconds_at(Json const& json, std::string_view path);
/// The same; missing and null are null.
Result<sql::Value> seconds_or_null(Json const& json, std::string_view path);
/// The boolean at the path; the fallback if there is none or it is null.
Result<bool> boolean_or(Json const& json, std::string_view path, bool fallback);
/// The text at the path, or at `path` + ".name": Heroku tells some names in both forms.
Result<std::string> name_at(Json const& json, std::string_view path);

/// One fact for each item of the array, by `row(item)`; errors begin with the item's place: "[3]:
/// ".
template <class Row>
Result<std::vector<Fact>> rows_of(Json const& list, Row row) {
  std::vector<Fact> facts;
  std::size_t index = 0;
  for (Json const& item : *TRY(list.items())) {
    facts.push_back(TRY(during(fmt::format("[{}]", index), Result<Fact>(row(item)))));
    ++index;
  }
  return facts;
}

/// The column's value, nullptr if the fact does not have it.
sql::Value const* column_of(Fact const& fact, std::string_view column);
void set_column(Fact& fact, std::string_view column, sql::Value value);

/// The first of the facts with the same key: lists that change while they are paged repeat items.
std::vector<Fact> without_repeats(std::string_view table, std::vector<Fact> facts);

/// The object's members of these names only; for lists, of each item.
Json only_members(Json json, std::vector<std::string_view> const& names);
/// The JSON without members of these names, at any depth.
Json without_members(Json json, std::vector<std::string_view> const& names);

}  // namespace landfall
