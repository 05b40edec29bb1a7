// A tree with all that it says as a text, to compare trees by.
#pragma once

#include <fmt/core.h>

#include <string>

#include "base/yaml.h"

namespace landfall::yaml {

inline std::string shown(Mark mark) {
  return fmt::format("{}:{}:{}", mark.line, mark.column, mark.byte);
}

inline std::string shown_tree(Node const& node) {
  std::string all = fmt::format("{}/{} {}-{} '{}' {}{}{}\n", static_cast<int>(node.kind),
                                static_cast<int>(node.style), shown(node.begin), shown(node.end),
                                node.text, node.alias ? '*' : ' ', node.items.size(), node.anchor);
  for (Node const& item : node.items) all += shown_tree(item);
  for (Pair const& pair : node.pairs) all += shown_tree(pair.key) + shown_tree(pair.value);
  return all;
}

}  // namespace landfall::yaml
