// What the parts of the schema share: where one is in a file, and the problems found so far.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/schema.h"

namespace landfall::grammar {

using Kind = SchemaProblem::Kind;

/// The way from the root to a node; each spot lies on the stack of who reads the node above it.
struct Spot {
  Spot const* above = nullptr;
  yaml::Node const* key = nullptr;  ///< of a pair; nullptr for an item or the root
  std::size_t number = 0;           ///< of an item, counted from 1
  yaml::Node const* node = nullptr;

  Spot under(yaml::Pair const& pair) const { return {this, &pair.key, 0, &pair.value}; }
  Spot item(std::size_t number_of_item, yaml::Node const& item_node) const {
    return {this, nullptr, number_of_item, &item_node};
  }
};

/// "job 'build'", "step 2 of job 'build'", "event 'push'", "'env' of step 2 of job 'build'"; what
/// lies deeper than `levels` is told by its nearest ones.
std::string name_of(Spot const& spot, int levels = 6);

/// Text of the file, short enough for a message.
std::string excerpt(std::string_view text);

/// "'publish'", "a mapping", "nothing": what a message says was found.
std::string found(yaml::Node const& node);

/// What is wrong with some bytes of a scalar's value.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

class Problems {
 public:
  explicit Problems(std::string_view text) : text_(text) {}

  /// At a key or a value.
  void add(Kind kind, yaml::Node const& node, std::string text, std::string hint = {});
  /// At the key that leads to a spot, or what stands first in it: where something is missing.
  void add_missing(Kind kind, Spot const& spot, std::string text, std::string hint = {});
  /// At a value, or at its key where nothing stands.
  void add_value(Kind kind, Spot const& spot, std::string text, std::string hint = {});
  /// At bytes of a scalar's value; the parts in their order.
  void add_inside(yaml::Node const& node, std::span<Part const> parts);

  /// Nobody reads more than so many; what comes later is not kept.
  bool is_full() const { return problems_.size() >= most; }
  bool is_empty() const { return problems_.empty(); }
  std::vector<SchemaProblem> take() { return std::move(problems_); }

  static constexpr std::size_t most = 100;

 private:
  std::string_view text_;
  std::vector<SchemaProblem> problems_;
};

/// The problems of several passes in the order of the file, each once, at most Problems::most.
std::vector<SchemaProblem> in_order(std::vector<SchemaProblem> problems);

}  // namespace landfall::grammar
