#include "workflow/matrix.h"

#include <algorithm>
#include <set>

namespace landfall {
namespace {

constexpr std::size_t legs_max = 256;
using Entries = std::map<std::string, Value>;

bool alike(Value const& left, Value const& right) {
  std::optional<std::string> const a = text_of(left);
  return a && a == text_of(right);
}

/// Does an entry of `include` leave the values of the axes as they are.
bool agrees(Entries const& leg, yaml::Node const& entry, std::set<std::string> const& axes) {
  return std::all_of(entry.pairs.begin(), entry.pairs.end(), [&](yaml::Pair const& pair) {
    std::string const name(pair.key.text);
    if (axes.find(name) == axes.end()) return true;
    auto const found = leg.find(name);
    return found != leg.end() && alike(found->second, Value::of(pair.value));
  });
}

bool excluded(Entries const& leg, yaml::Node const& entry) {
  return !entry.pairs.empty() &&
         std::all_of(entry.pairs.begin(), entry.pairs.end(), [&](yaml::Pair const& pair) {
           auto const found = leg.find(std::string(pair.key.text));
           return found != leg.end() && alike(found->second, Value::of(pair.value));
         });
}

void include(std::vector<Entries>& legs, std::size_t originals, yaml::Node const& entry,
             std::set<std::string> const& axes) {
  bool added = false;
  for (std::size_t i = 0; i < originals; ++i) {
    if (!agrees(legs[i], entry, axes)) continue;
    for (yaml::Pair const& pair : entry.pairs)
      legs[i][std::string(pair.key.text)] = Value::of(pair.value);
    added = true;
  }
  if (added) return;
  Entries leg;
  for (yaml::Pair const& pair : entry.pairs)
    leg[std::string(pair.key.text)] = Value::of(pair.value);
  legs.push_back(std::move(leg));
}

/// False where the list is too long or not a list.
bool multiply(std::vector<Entries>& legs, yaml::Pair const& axis) {
  std::span<yaml::Node const> const values = axis.value.items;
  if (!axis.value.is_sequence() || values.empty() || legs.size() * values.size() > legs_max)
    return false;
  std::vector<Entries> next;
  for (Entries const& leg : legs) {
    for (yaml::Node const& value : values) {
      next.push_back(leg);
      next.back()[std::string(axis.key.text)] = Value::of(value);
    }
  }
  legs = std::move(next);
  return true;
}

}  // namespace

std::vector<Leg> matrix_legs(yaml::Node const* matrix) {
  std::vector<Leg> not_known{std::nullopt};
  if (matrix == nullptr) return {Entries{}};
  if (!matrix->is_mapping()) return not_known;
  std::vector<Entries> legs{{}};
  std::set<std::string> axes;
  for (yaml::Pair const& axis : matrix->pairs) {
    if (axis.key.text == "include" || axis.key.text == "exclude") continue;
    if (!multiply(legs, axis)) return not_known;
    axes.emplace(axis.key.text);
  }
  if (axes.empty()) legs.clear();
  if (yaml::Node const* exclude = matrix->find("exclude")) {
    if (!exclude->is_sequence()) return not_known;
    for (yaml::Node const& entry : exclude->items)
      std::erase_if(legs, [&](Entries const& leg) { return excluded(leg, entry); });
  }
  if (yaml::Node const* extra = matrix->find("include")) {
    if (!extra->is_sequence() || extra->items.size() > legs_max) return not_known;
    std::size_t const originals = legs.size();
    for (yaml::Node const& entry : extra->items) include(legs, originals, entry, axes);
  }
  return {legs.begin(), legs.end()};
}

}  // namespace landfall
