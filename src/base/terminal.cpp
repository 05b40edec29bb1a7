#include "base/terminal.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/text.h"

namespace landfall {
namespace {

std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::plain:
      return "0";
    case Paint::bold:
      return "1";
    case Paint::dim:
      return "2";
    case Paint::red:
      return "1;31";
    case Paint::yellow:
      return "33";
    case Paint::green:
      return "32";
    case Paint::blue:
      return "36";
  }
  return "0";
}

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

bool is_in(std::span<Range const> ranges, std::uint32_t character) {
  return std::any_of(ranges.begin(), ranges.end(), [character](Range const& range) {
    return range.first <= character && character <= range.last;
  });
}

/// Unicode 15, UAX #11 "East Asian Width": the blocks that are wide throughout, and what has no
/// width of its own. Enough for names that people give to steps and branches.
std::size_t cells_of(std::uint32_t character) {
  static constexpr Range none[]{{0x300, 0x36F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};
  static constexpr Range wide[]{{0x1100, 0x115F},   {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
                                {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};
  if (character < 0x300) return 1;
  if (is_in(none, character)) return 0;
  return is_in(wide, character) ? 2 : 1;
}

}  // namespace

std::string TextStyle::paint(Paint paint, std::string_view text) const {
  if (!color || paint == Paint::plain) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(paint), text);
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] >= ' ' && text[i] <= '~') {
      ++width;
      ++i;
      continue;
    }
    if (text.substr(i).starts_with("\x1b[")) {
      // A colour, as paint() writes it.
      i = std::min(text.find('m', i), text.size() - 1) + 1;
      continue;
    }
    auto const first = static_cast<unsigned char>(text[i++]);
    // Bits of the character; bytes that begin none count as one each.
    std::uint32_t character = first < 0xC0   ? first
                              : first < 0xE0 ? first & 0x1FU
                              : first < 0xF0 ? first & 0x0FU
                                             : first & 0x07U;
    while (first >= 0xC0 && i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80)
      character = character << 6 | (static_cast<unsigned char>(text[i++]) & 0x3FU);
    width += cells_of(character);
  }
  return width;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result;
  std::size_t column = indent;
  while (!text.empty()) {
    std::string_view const word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.empty()) continue;
    std::size_t const length = width_of(word);
    if (column > indent && column + 1 + length > width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += length;
  }
  return result;
}

}  // namespace landfall
