// Text for a terminal: colours, widths, line breaks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace landfall {

enum class Paint { plain, bold, dim, red, yellow, green, blue };

/// How a text is to look: what is known of where it goes.
struct TextStyle {
  bool color = false;
  std::size_t width = 100;

  std::string paint(Paint paint, std::string_view text) const;
};

/// Cells that a text takes on a terminal: none for what combines and for
/// colours, two for what is wide.
std::size_t width_of(std::string_view text);

/// Text broken at blanks to lines of `width`, each after the first led by `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace landfall
