// Changes of a YAML document as edits of its bytes. Every edit was tried: with it the text parses,
// the tree differs in that one thing, and all comments outside of the edit are still there.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"

namespace landfall {

/// Bytes [begin, end) of a text replaced by a text.
struct TextEdit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// The text with all edits made. They must not overlap; insertions at one place go in the
/// order given, before what replaces bytes there.
std::string edited(std::string_view text, std::vector<TextEdit> edits);

/// Another value of a scalar, in its own quoting where that can hold it.
Result<TextEdit> replace_scalar(yaml::Document const& document, yaml::Node const& scalar,
                                std::string_view value);

/// Another source for a scalar, accepted if it then reads as this value.
Result<TextEdit> rewrite_scalar(yaml::Document const& document, yaml::Node const& scalar,
                                std::string_view source, std::string_view value);

/// Bytes [begin, end) of a scalar's value replaced.
struct ScalarChange {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// Parts of a scalar's value replaced, the rest of it untouched: for a command within a script.
/// Changes are in order and do not overlap.
Result<std::vector<TextEdit>> replace_in_scalar(yaml::Document const& document,
                                                yaml::Node const& scalar,
                                                std::span<ScalarChange const> changes);

/// `key: value` in a mapping: another value where the key is there, else a pair behind its last.
Result<TextEdit> set_key(yaml::Document const& document, yaml::Node const& mapping,
                         std::string_view key, std::string_view value);

/// Pairs, as lines of YAML without indentation of their own, into a block mapping: before the pair
/// at `index`, or behind the last where that is how many there are.
Result<TextEdit> insert_pairs(yaml::Document const& document, yaml::Node const& mapping,
                              std::size_t index, std::span<std::string const> lines);

/// What becomes of the comments right above a pair that is removed. With them goes one of the empty
/// lines that it stood between.
enum class CommentsAbove { stay, go };

/// A mapping without one of its keys, which must not be its only one.
Result<TextEdit> remove_pair(yaml::Document const& document, yaml::Node const& mapping,
                             std::string_view key, CommentsAbove above = CommentsAbove::stay);

/// An item, as lines of YAML without its dash, into a block sequence: before the item at `index`
/// and the comments above that, or behind the last. Parted by an empty line where the others are.
Result<TextEdit> insert_item(yaml::Document const& document, yaml::Node const& sequence,
                             std::size_t index, std::span<std::string const> lines);

/// A sequence without one of its items, which must not be its only one.
Result<TextEdit> remove_item(yaml::Document const& document, yaml::Node const& sequence,
                             std::size_t index);

/// A text as a scalar of YAML on one line: plain where that reads as the same text, else quoted.
/// `true`, `1` and the like stay plain.
std::string yaml_scalar(std::string_view text);

}  // namespace landfall
