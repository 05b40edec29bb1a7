#include "workflow/matrix.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace landfall {
namespace {

constexpr std::size_t legs_max = 256;
using Entries = std::map<std::string, Value>;

bool alike(Value const& left, Value const& right) {
  std::optional<std::string> const a = text_of(left);
  return a && a == text_of(right);
}

/// One entry of `include` or `exclude`, or of an axis that lists whole legs.
Entries entries_of(yaml::Node const& node, Names& names) {
  Entries entries;
  for (yaml::Pair const& pair : node.pairs)
    entries[std::string(pair.key.text)] = template_value(pair.value, names);
  return entries;
}

Entries entries_of(Value const& value) {
  Entries entries;
  Value const object = opened(value);
  for (std::size_t i = 0; i < object.keys.size() && i < object.list.size(); ++i)
    entries[object.keys[i]] = object.list[i];
  return entries;
}

/// The entries of a list in the file or made by an expression; nullopt if it is not known.
std::optional<std::vector<Entries>> list_of_entries(yaml::Node const* node, Names& names) {
  std::vector<Entries> all;
  if (node == nullptr) return all;
  if (node->is_sequence()) {
    for (yaml::Node const& item : node->items) all.push_back(entries_of(item, names));
  } else {
    Value const value = template_value(*node, names);
    if (value.kind != Value::Kind::list) return std::nullopt;
    for (Value const& item : value.list) {
      if (!item.is_known()) return std::nullopt;
      all.push_back(entries_of(item));
    }
  }
  return all.size() > legs_max ? std::nullopt : std::optional(std::move(all));
}

std::vector<Value> axis_values(yaml::Node const& axis, Names& names) {
  std::vector<Value> values;
  for (yaml::Node const& item : axis.items) values.push_back(template_value(item, names));
  if (axis.is_sequence()) return values;
  Value const made = template_value(axis, names);
  return made.kind == Value::Kind::list ? made.list : values;
}

/// Does an entry of `include` leave the values of the axes as they are.
bool agrees(Entries const& leg, Entries const& entry, std::set<std::string> const& axes) {
  return std::all_of(entry.begin(), entry.end(), [&](auto const& pair) {
    if (!axes.contains(pair.first)) return true;
    auto const found = leg.find(pair.first);
    return found != leg.end() && alike(found->second, pair.second);
  });
}

bool excluded(Entries const& leg, Entries const& entry) {
  return !entry.empty() && std::all_of(entry.begin(), entry.end(), [&](auto const& pair) {
    auto const found = leg.find(pair.first);
    return found != leg.end() && alike(found->second, pair.second);
  });
}

void include(std::vector<Entries>& legs, std::size_t originals, Entries const& entry,
             std::set<std::string> const& axes) {
  bool added = false;
  for (std::size_t i = 0; i < originals; ++i) {
    if (!agrees(legs[i], entry, axes)) continue;
    for (auto const& [name, value] : entry) legs[i][name] = value;
    added = true;
  }
  if (!added) legs.push_back(entry);
}

/// False where the list is too long or not known.
bool multiply(std::vector<Entries>& legs, std::string const& name, std::vector<Value> values) {
  if (values.empty() || legs.size() * values.size() > legs_max) return false;
  std::vector<Entries> next;
  next.reserve(legs.size() * values.size());
  for (Entries& leg : legs) {
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
      next.push_back(leg);
      next.back()[name] = values[i];
    }
    next.push_back(std::move(leg));
    next.back()[name] = values.back();
  }
  legs = std::move(next);
  return true;
}

}  // namespace

std::vector<Leg> matrix_legs(yaml::Node const* matrix, Names& names) {
  std::vector<Leg> not_known{std::nullopt};
  if (matrix == nullptr) return {Entries{}};
  if (!matrix->is_mapping()) return not_known;
  std::vector<Entries> legs{{}};
  std::set<std::string> axes;
  for (yaml::Pair const& axis : matrix->pairs) {
    if (axis.key.text == "include" || axis.key.text == "exclude") continue;
    std::string const name(axis.key.text);
    if (!multiply(legs, name, axis_values(axis.value, names))) return not_known;
    axes.insert(name);
  }
  if (axes.empty()) legs.clear();
  auto const without = list_of_entries(matrix->find("exclude"), names);
  auto const with = list_of_entries(matrix->find("include"), names);
  if (!without || !with) return not_known;
  for (Entries const& entry : *without)
    std::erase_if(legs, [&](Entries const& leg) { return excluded(leg, entry); });
  std::size_t const originals = legs.size();
  for (Entries const& entry : *with) include(legs, originals, entry, axes);
  return {std::make_move_iterator(legs.begin()), std::make_move_iterator(legs.end())};
}

}  // namespace landfall
