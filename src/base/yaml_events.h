// Any YAML, by the events of libyaml.
#pragma once

#include <string_view>

#include "base/yaml_tree.h"

namespace landfall::yaml {

/// Reads a text of UTF-8 into the tree, which then has a problem if the text is none that libyaml
/// takes.
void read_events(std::string_view text, TreeBuilder& tree);

}  // namespace landfall::yaml
