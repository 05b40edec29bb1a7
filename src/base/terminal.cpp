#include "base/terminal.h"

#include <fmt/core.h>

#include <algorithm>

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

}  // namespace

std::string TextStyle::paint(Paint paint, std::string_view text) const {
  if (!color || paint == Paint::plain) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(paint), text);
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result;
  std::size_t column = indent;
  for (std::string const& word : split(text, ' ')) {
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
