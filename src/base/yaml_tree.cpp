#include "base/yaml_tree.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/text.h"

namespace landfall::yaml {
namespace {

constexpr std::size_t depth_max = 100;

}  // namespace

std::string excerpt(std::string_view text) {
  return shortened(text, 60);
}

TreeBuilder::TreeBuilder(std::string_view text, std::pmr::memory_resource& arena, Limits limits)
    : text_(text), arena_(arena), limits_(limits) {
  constexpr std::size_t usual_depth = 16;
  constexpr std::size_t usual_nodes = 128;
  frames_.reserve(usual_depth);
  nodes_.reserve(usual_nodes);
}

bool TreeBuilder::refuse(Mark mark, std::string text) {
  problem_ = Problem{mark, std::move(text)};
  return false;
}

std::string_view TreeBuilder::kept(std::string_view text) {
  if (text.empty()) return {};
  char* const copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

bool TreeBuilder::count(Mark mark, Size const& added, bool is_copy) {
  counted_.nodes += added.nodes;
  counted_.bytes += added.bytes;
  if (is_copy) copied_bytes_ += added.bytes;
  if (counted_.nodes > limits_.nodes)
    return refuse(mark,
                  fmt::format("over {} nodes (aliases count as what they name)", limits_.nodes));
  if (copied_bytes_ > limits_.bytes)
    return refuse(mark, fmt::format("aliases repeat over {} bytes of text", limits_.bytes));
  return true;
}

bool TreeBuilder::scalar(Node const& node) {
  Size const size{1, node.text.size(), 0};
  return count(node.begin, size, false) && add(node, size);
}

/// Is a key of the innermost mapping what comes next?
bool TreeBuilder::key_is_next() const {
  if (frames_.empty() || !frames_.back().node.is_mapping()) return false;
  return (nodes_.size() - frames_.back().first) % 2 == 0;
}

bool TreeBuilder::open(Node const& node) {
  if (frames_.size() == depth_max)
    return refuse(node.begin, fmt::format("nested deeper than {} levels", depth_max));
  if (key_is_next())
    return refuse(node.begin, fmt::format("a {} as a key: expected a scalar",
                                          node.is_mapping() ? "mapping" : "sequence"));
  frames_.push_back({.node = node, .first = nodes_.size(), .before = counted_});
  return count(node.begin, {1, 0, 0}, false);
}

bool TreeBuilder::close(Mark end) {
  Frame const frame = frames_.back();
  frames_.pop_back();
  std::span<Node const> const children(nodes_.begin() + static_cast<std::ptrdiff_t>(frame.first),
                                       nodes_.end());
  Node node = frame.node;
  if (node.is_mapping() && !check_keys(children)) return false;
  // A collection without a bracket at its end ends for libyaml where the next thing begins; for
  // us, with its last child.
  char const first = node.begin.byte < text_.size() ? text_[node.begin.byte] : '\0';
  bool const is_bracketed = node.style == Style::flow && (first == '[' || first == '{');
  node.end = is_bracketed || children.empty() ? end : children.back().end;
  if (node.is_mapping()) {
    node.pairs = kept_pairs(children);
  } else {
    node.items = kept_items(children);
  }
  nodes_.resize(frame.first);
  Size const size{counted_.nodes - frame.before.nodes, counted_.bytes - frame.before.bytes,
                  frame.height + 1};
  return add(node, size);
}

std::span<Node const> TreeBuilder::kept_items(std::span<Node const> children) {
  auto* const items = static_cast<Node*>(arena_.allocate(children.size_bytes(), alignof(Node)));
  std::uninitialized_copy(children.begin(), children.end(), items);
  return {items, children.size()};
}

std::span<Pair const> TreeBuilder::kept_pairs(std::span<Node const> children) {
  std::size_t const count = children.size() / 2;
  auto* const pairs = static_cast<Pair*>(arena_.allocate(count * sizeof(Pair), alignof(Pair)));
  for (std::size_t i = 0; i < count; ++i)
    std::construct_at(pairs + i, Pair{children[2 * i], children[2 * i + 1]});
  return {pairs, count};
}

bool TreeBuilder::check_keys(std::span<Node const> children) {
  constexpr std::size_t few = 32;
  if (children.size() > 2 * few) return check_many_keys(children);
  for (std::size_t second = 2; second < children.size(); second += 2)
    for (std::size_t first = 0; first < second; first += 2)
      if (children[first].text == children[second].text)
        return refuse_key(children[first], children[second]);
  return true;
}

bool TreeBuilder::check_many_keys(std::span<Node const> children) {
  order_.resize(children.size() / 2);
  std::iota(order_.begin(), order_.end(), std::uint32_t{0});
  auto const key = [&](std::uint32_t i) { return children[2 * std::size_t{i}].text; };
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    int const order = key(a).compare(key(b));
    return order != 0 ? order < 0 : a < b;
  });
  std::size_t found = 0;  // of the doubles, the one that stands first in the text
  for (std::size_t i = 1; i < order_.size(); ++i)
    if (key(order_[i - 1]) == key(order_[i]) && (found == 0 || order_[i] < order_[found]))
      found = i;
  if (found == 0) return true;
  return refuse_key(children[2 * std::size_t{order_[found - 1]}],
                    children[2 * std::size_t{order_[found]}]);
}

bool TreeBuilder::refuse_key(Node const& first, Node const& second) {
  return refuse(second.begin, fmt::format("key '{}' a second time: it stands in line {} already",
                                          excerpt(second.text), first.begin.line));
}

bool TreeBuilder::alias(Mark mark, Mark end, std::string_view name) {
  for (Frame const& frame : frames_)
    if (frame.node.anchor == name)
      return refuse(mark, fmt::format("alias '*{}' stands inside what it names", excerpt(name)));
  auto const found = anchors_.find(name);
  if (found == anchors_.end())
    return refuse(mark, fmt::format("alias '*{}' names no anchor above it", excerpt(name)));
  Size const size = found->second.size;
  if (frames_.size() + size.height > depth_max)
    return refuse(mark, fmt::format("nested deeper than {} levels", depth_max));
  if (size.height > 0 && key_is_next())
    return refuse(mark, "an alias of a collection as a key: expected a scalar");
  Node node = found->second.node;
  node.alias = true;
  node.anchor = {};
  node.begin = mark;
  node.end = end;
  return count(mark, size, true) && add(node, size);
}

bool TreeBuilder::add(Node const& node, Size const& size) {
  if (!node.anchor.empty()) anchors_[node.anchor] = {node, size};
  if (!frames_.empty()) frames_.back().height = std::max(frames_.back().height, size.height);
  nodes_.push_back(node);
  return true;
}

}  // namespace landfall::yaml
