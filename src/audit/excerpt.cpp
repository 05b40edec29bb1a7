#include "audit/excerpt.h"

#include <fmt/core.h>

#include <algorithm>

#include "audit/report.h"
#include "base/text.h"

namespace landfall {
namespace {

constexpr std::string_view tab = "    ";
constexpr std::string_view cut = "...";
/// A line that goes to a file stays whole, yet one of megabytes is of use to nobody.
constexpr std::size_t width_max = 400;

/// Text as it is shown: safe, and without tabs, whose width depends on where they stand.
std::string shown(std::string_view text) {
  return replace_all(printable(text), "\t", tab);
}

/// The first `cells` cells of a text, by whole characters.
std::string_view head_of(std::string_view text, std::size_t cells) {
  std::size_t end = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    if (width_of(text.substr(0, next)) > cells) break;
    end = next;
  }
  return text.substr(0, end);
}

/// The last `cells` cells of a text.
std::string_view tail_of(std::string_view text, std::size_t cells) {
  std::size_t begin = text.size();
  while (begin > 0) {
    std::size_t before = begin - 1;
    while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0) == 0x80) --before;
    if (width_of(text.substr(before)) > cells) break;
    begin = before;
  }
  return text.substr(begin);
}

/// A line in three parts: what the finding speaks of stands in the middle.
struct Parts {
  std::string before;
  std::string words;
  std::string after;
};

/// Bytes enough for any line that is shown; more of a part is not even looked at.
constexpr std::size_t part_max = 4 * width_max;

Parts parts_of(std::string_view line, Place const& place) {
  std::size_t const begin = std::min<std::size_t>(place.begin.column - 1, line.size());
  std::size_t end = line.size();
  if (place.end.line == place.begin.line)
    end = std::clamp<std::size_t>(place.end.column - 1, begin, line.size());
  while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
  std::string_view const before = line.substr(0, begin);
  std::string_view const kept = before.size() > part_max ? before.substr(begin - part_max) : before;
  return {shown(kept), shown(line.substr(begin, std::min(end - begin, part_max))),
          shown(line.substr(end, part_max))};
}

void fit(Parts& parts, std::size_t width) {
  if (width_of(parts.before) + width_of(parts.words) + width_of(parts.after) <= width) return;
  std::size_t const least = std::min<std::size_t>(width_of(parts.words), width - 2 * cut.size());
  if (least < width_of(parts.words))
    parts.words = std::string(head_of(parts.words, least - cut.size())) + std::string(cut);
  std::size_t const left = width - std::min(width, width_of(parts.words));
  // A third of what is left shows where the words stand; the rest shows how they go on.
  std::size_t const before = std::max(left / 3, left - std::min(left, width_of(parts.after)));
  if (width_of(parts.before) > before) {
    std::size_t const cells = before - std::min(before, cut.size());
    parts.before = std::string(cut) + std::string(tail_of(parts.before, cells));
  }
  std::size_t const after = left - std::min(left, width_of(parts.before));
  if (width_of(parts.after) > after) {
    std::size_t const cells = after - std::min(after, cut.size());
    parts.after = std::string(head_of(parts.after, cells)) + std::string(cut);
  }
}

}  // namespace

std::string excerpt(TextStyle const& style, std::string_view text, Place const& place,
                    Paint paint) {
  std::string_view const line = line_of(text, place.begin);
  if (trim(line).empty()) return "";
  std::string const number = fmt::format("{}", place.begin.line);
  std::string const margin = fmt::format("  {} | ", std::string(number.size(), ' '));
  Parts parts = parts_of(line, place);
  std::size_t const width = std::min(style.width, width_max);
  fit(parts, std::max<std::size_t>(width, margin.size() + 30) - margin.size());
  std::size_t const carets = std::max<std::size_t>(width_of(parts.words), 1);
  std::string const pipe = style.paint(Paint::dim, "|");
  return fmt::format("  {} {} {}{}{}\n  {} {} {}{}\n", style.paint(Paint::dim, number), pipe,
                     parts.before, parts.words, parts.after, std::string(number.size(), ' '), pipe,
                     std::string(width_of(parts.before), ' '),
                     style.paint(paint, std::string(carets, '^')));
}

}  // namespace landfall
