// Places in a YAML text, for those who build a tree over it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace landfall::yaml {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Is this byte one of a character's that is not its first?
inline bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// What a text is made of: of what libyaml takes without a second look, printable ASCII, tabs and
/// breaks; of ASCII; of more.
enum class Bytes { plain, ascii, wide };

Bytes bytes_of(std::string_view text);

/// What makes a text none to hand to libyaml: bytes that are no UTF-8, or what would take it hours.
std::optional<Problem> problem_of_bytes(std::string_view text, bool ascii);

/// The first place of a text, behind its byte order mark.
Mark start_of(std::string_view text);

/// The place of `byte`, reached from a place before it. Lines end where editors end them.
Mark walked(std::string_view text, Mark from, std::size_t byte);

/// Where the line that `byte` stands in ends for YAML 1.1, which breaks lines at U+0085, U+2028 and
/// U+2029 too: there a comment ends.
std::size_t end_of_line(std::string_view text, std::size_t byte);

/// The comments of a text, all that stands between the tokens of its tree.
std::vector<Comment> find_comments(std::string_view text, Node const& root);

}  // namespace landfall::yaml
