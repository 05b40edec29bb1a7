#include "base/yaml_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::yaml {
namespace {

Problem not_utf8(std::string_view text) {
  std::size_t good = 0;
  for (std::size_t length = 1; length <= 4;) {
    bool const whole = is_utf8(text.substr(good, length));
    good += whole ? length : 0;
    length = whole ? 1 : length + 1;
  }
  return {walked(text, start_of(text), good), "not UTF-8"};
}

/// libyaml compares each `%TAG` with all before it: hours for a text of nothing else.
std::optional<Problem> too_many_directives(std::string_view text) {
  constexpr std::size_t most = 16;
  std::size_t count = 0;
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    // The last bytes of all breaks of YAML 1.1. That they may end other characters does no harm.
    constexpr std::string_view ends = "\n\r\x85\xA8\xA9\xBF";
    bool const begins_line = at == 0 || ends.find(text[at - 1]) != std::string_view::npos;
    if (!begins_line || !text.substr(at).starts_with("%TAG") || ++count <= most) continue;
    return Problem{walked(text, start_of(text), at),
                   fmt::format("over {} directives for tags", most)};
  }
  return std::nullopt;
}

}  // namespace

Bytes bytes_of(std::string_view text) {
  // Without a branch, so that a compiler looks at many bytes at once.
  unsigned char all = 0;
  unsigned char odd = 0;
  for (char const byte : text) {
    auto const code = static_cast<unsigned char>(byte);
    bool const is_shown = static_cast<unsigned char>(code - 0x20) < 0x7F - 0x20;
    all |= code;
    odd |=
        static_cast<unsigned char>(!(is_shown | (code == '\n') | (code == '\r') | (code == '\t')));
  }
  if ((all & 0x80) != 0) return Bytes::wide;
  return odd != 0 ? Bytes::ascii : Bytes::plain;
}

Mark start_of(std::string_view text) {
  Mark mark;
  if (text.starts_with(byte_order_mark)) mark.byte = byte_order_mark.size();
  return mark;
}

Mark walked(std::string_view text, Mark from, std::size_t byte) {
  std::size_t at = from.byte;
  for (; at < std::min(byte, text.size()); ++at) {
    bool const lone_return = text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n');
    if (text[at] == '\n' || lone_return) {
      ++from.line;
      from.column = 1;
    } else {
      ++from.column;
    }
  }
  from.byte = static_cast<std::uint32_t>(at);
  return from;
}

std::size_t end_of_line(std::string_view text, std::size_t byte) {
  for (; byte < text.size(); ++byte) {
    if (text[byte] == '\n' || text[byte] == '\r') return byte;
    std::string_view const rest = text.substr(byte, 3);
    if (rest.starts_with("\xC2\x85") || rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9")
      return byte;
  }
  return byte;
}

std::optional<Problem> problem_of_bytes(std::string_view text, bool ascii) {
  if (!ascii && !is_utf8(text)) return not_utf8(text);
  return too_many_directives(text);
}

}  // namespace landfall::yaml
