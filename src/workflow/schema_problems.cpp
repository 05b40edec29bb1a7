#include "workflow/schema_problems.h"

#include "base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

namespace landfall::grammar {
namespace {

bool is_root(Spot const* spot) {
  return spot != nullptr && spot->above == nullptr;
}

/// Does the spot's key stand in the root and read so.
bool is_top(Spot const* spot, std::string_view key) {
  return spot != nullptr && spot->key != nullptr && is_root(spot->above) && spot->key->text == key;
}

bool is_job(Spot const& spot) {
  return spot.key != nullptr && is_top(spot.above, "jobs");
}

yaml::Node const& first_of(yaml::Node const& node) {
  if (node.alias) return node;
  if (!node.pairs.empty()) return node.pairs.front().key;
  return node.items.empty() ? node : first_of(node.items.front());
}

}  // namespace

std::string excerpt(std::string_view text) {
  return shortened(text, 60);
}

std::string found(yaml::Node const& node) {
  if (node.is_null() || (node.is_scalar() && node.text.empty())) return "nothing";
  if (!node.is_scalar()) return std::string(node.kind_name());
  return fmt::format("'{}'", excerpt(node.text));
}

std::string name_of(Spot const& spot, int levels) {
  Spot const* above = spot.above;
  if (above == nullptr) return "the file";
  if (is_job(spot)) return fmt::format("job '{}'", excerpt(spot.key->text));
  bool const is_last = levels <= 1 || is_root(above);
  if (spot.key != nullptr) {
    if (is_top(above, "on")) return fmt::format("event '{}'", excerpt(spot.key->text));
    std::string name = fmt::format("'{}'", excerpt(spot.key->text));
    return is_last ? name : name + " of " + name_of(*above, levels - 1);
  }
  bool const is_step = above->key != nullptr && above->key->text == "steps";
  std::string const name = fmt::format("{} {}", is_step ? "step" : "item", spot.number);
  if (!is_step) return is_last ? name : name + " of " + name_of(*above, levels - 1);
  bool const is_in_job = above->above != nullptr && is_job(*above->above);
  return is_in_job ? name + " of " + name_of(*above->above) : name;
}

void Problems::add(Kind kind, yaml::Node const& node, std::string text, std::string hint) {
  if (is_full()) return;
  problems_.push_back({node.begin, node.end, std::move(text), std::move(hint), kind});
}

void Problems::add_missing(Kind kind, Spot const& spot, std::string text, std::string hint) {
  add(kind, spot.key != nullptr ? *spot.key : first_of(*spot.node), std::move(text),
      std::move(hint));
}

void Problems::add_value(Kind kind, Spot const& spot, std::string text, std::string hint) {
  bool const is_nothing = spot.node->begin.byte == spot.node->end.byte;
  add(kind, is_nothing && spot.key != nullptr ? *spot.key : *spot.node, std::move(text),
      std::move(hint));
}

void Problems::add_inside(yaml::Node const& node, std::span<Part const> parts) {
  std::vector<std::size_t> offsets;
  for (Part const& part : parts) {
    for (std::size_t const offset : {part.begin, part.end})
      offsets.push_back(offsets.empty() ? offset : std::max(offset, offsets.back()));
  }
  std::vector<yaml::Mark> const marks = marks_in(node, text_, offsets);
  for (std::size_t i = 0; i < parts.size() && !is_full(); ++i)
    problems_.push_back({marks[2 * i], marks[2 * i + 1], parts[i].text, {}, Kind::expression});
}

std::vector<SchemaProblem> in_order(std::vector<SchemaProblem> problems) {
  std::sort(problems.begin(), problems.end(), [](SchemaProblem const& a, SchemaProblem const& b) {
    return std::tie(a.begin.byte, a.text) < std::tie(b.begin.byte, b.text);
  });
  auto const last = std::unique(problems.begin(), problems.end(),
                                [](SchemaProblem const& a, SchemaProblem const& b) {
                                  return a.begin == b.begin && a.text == b.text;
                                });
  problems.erase(last, problems.end());
  if (problems.size() > Problems::most) problems.resize(Problems::most);
  return problems;
}

}  // namespace landfall::grammar
