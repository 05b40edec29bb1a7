// Builds a tree out of what a reader of YAML finds, and judges it: limits, depth, keys that stand
// twice, aliases. For the readers in yaml.cpp and yaml_block.cpp.
#pragma once

#include <cstddef>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace landfall::yaml {

/// A tree is built on two stacks: of the collections that are open, and of the nodes inside them.
/// When a collection ends, its nodes go from the stack to the arena, once. What returns false has
/// found a problem.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, std::pmr::memory_resource& arena, Limits limits);

  /// A scalar with all that it has.
  bool scalar(Node const& node);
  /// A collection begins; what is in it follows.
  bool open(Node const& node);
  /// The innermost collection ends; at `end` where a bracket or nothing at all says so, else with
  /// its last child.
  bool close(Mark end);
  bool alias(Mark begin, Mark end, std::string_view name);
  /// False, so that it can be returned.
  bool refuse(Mark mark, std::string text);

  /// The same text, to live as long as the tree.
  std::string_view kept(std::string_view text);
  bool is_empty() const { return nodes_.empty(); }
  std::optional<Problem>& problem() { return problem_; }
  Node root() const { return nodes_.empty() ? Node{} : nodes_.front(); }

 private:
  /// How much a node is with all that is in it, aliases counted as what they name.
  struct Size {
    std::size_t nodes = 0;
    std::size_t bytes = 0;   ///< of text
    std::size_t height = 0;  ///< levels of collections
  };
  struct Anchored {
    Node node;
    Size size;
  };
  /// A collection that is open.
  struct Frame {
    Node node;
    std::size_t first = 0;  ///< its first child on the stack of nodes
    Size before;            ///< what had been counted before it
    std::size_t height = 0;
  };

  bool count(Mark mark, Size const& added, bool is_copy);
  bool key_is_next() const;
  std::span<Node const> kept_items(std::span<Node const> children);
  std::span<Pair const> kept_pairs(std::span<Node const> children);
  bool check_keys(std::span<Node const> children);
  bool check_many_keys(std::span<Node const> children);
  bool refuse_key(Node const& first, Node const& second);
  bool add(Node const& node, Size const& size);

  std::string_view text_;
  std::pmr::memory_resource& arena_;
  Limits limits_;
  std::vector<Frame> frames_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> order_;
  std::map<std::string_view, Anchored> anchors_;
  Size counted_;
  std::size_t copied_bytes_ = 0;  ///< of counted_, those of aliases
  std::optional<Problem> problem_;
};

/// What is shown of a key or a name in an error: not megabytes of it.
std::string excerpt(std::string_view text);

}  // namespace landfall::yaml
