#include "collect/rows.h"

#include <algorithm>
#include <set>

namespace landfall {

namespace {

Result<std::int64_t> seconds_of(std::string_view path, std::string const& text) {
  auto const instant = during(path, parse_instant(text));
  if (!instant) return fail(ErrorKind::data, instant.error().text);
  return epoch_seconds(*instant);
}

}  // namespace

Result<std::int64_t> seconds_at(Json const& json, std::string_view path) {
  std::string const text = TRY(json.text(path));
  return seconds_of(path, text);
}

Result<sql::Value> seconds_or_null(Json const& json, std::string_view path) {
  std::optional<std::string> const text = TRY(json.text_or_null(path));
  if (!text) return sql::Value();
  return sql::Value(TRY(seconds_of(path, *text)));
}

Result<bool> boolean_or(Json const& json, std::string_view path, bool fallback) {
  Json const* found = json.find(path);
  if (found == nullptr || found->is_null()) return fallback;
  return json.boolean(path);
}

Result<std::string> name_at(Json const& json, std::string_view path) {
  Json const* found = json.find(path);
  if (found != nullptr && found->is_object()) return json.text(std::string(path) + ".name");
  return json.text(path);
}

sql::Value const* column_of(Fact const& fact, std::string_view column) {
  for (auto const& [name, value] : fact)
    if (name == column) return &value;
  return nullptr;
}

void set_column(Fact& fact, std::string_view column, sql::Value value) {
  for (auto& [name, old] : fact) {
    if (name != column) continue;
    old = std::move(value);
    return;
  }
  fact.emplace_back(column, std::move(value));
}

std::vector<Fact> without_repeats(std::string_view table, std::vector<Fact> facts) {
  auto const found = std::find_if(tables().begin(), tables().end(),
                                  [&](Table const& known) { return known.name == table; });
  require(found != tables().end(), "a collector writes into a table that there is not");
  std::set<std::string> seen;
  std::erase_if(facts, [&](Fact const& fact) {
    std::string key;
    for (std::string const& column : found->key) {
      sql::Value const* value = column_of(fact, column);
      key += (value == nullptr ? std::string() : value->text()) + '\x1f';
    }
    return !seen.insert(std::move(key)).second;
  });
  return facts;
}

Json only_members(Json json, std::vector<std::string_view> const& names) {
  if (json.is_array()) {
    Json::Array kept;
    for (Json const& item : json.as_array()) kept.push_back(only_members(item, names));
    return {std::move(kept)};
  }
  if (!json.is_object()) return json;
  Json kept = Json::object();
  for (auto const& [name, value] : json.as_object())
    if (std::find(names.begin(), names.end(), name) != names.end()) kept.set(name, value);
  return kept;
}

Json without_members(Json json, std::vector<std::string_view> const& names) {
  if (json.is_array()) {
    Json::Array kept;
    for (Json const& item : json.as_array()) kept.push_back(without_members(item, names));
    return {std::move(kept)};
  }
  if (!json.is_object()) return json;
  Json kept = Json::object();
  for (auto const& [name, value] : json.as_object())
    if (std::find(names.begin(), names.end(), name) == names.end())
      kept.set(name, without_members(value, names));
  return kept;
}

}  // namespace landfall
