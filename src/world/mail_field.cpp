#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "world/mail.h"

namespace landfall {

std::string mail_field(std::string_view text) {
  std::string line = as_utf8(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }, ' ');
  bool const plain = std::all_of(line.begin(), line.end(), [](char c) { return c >= 0; });
  // "=?" would begin an encoded word.
  if (plain && line.find("=?") == std::string::npos) return line;
  // An encoded word has 75 characters at most: 63 of them base64, which is 45 bytes.
  constexpr std::size_t bytes_max = 45;
  std::string field;
  for (std::string_view rest = line; !rest.empty();) {
    std::size_t length = std::min(rest.size(), bytes_max);
    // No character is cut: each of its bytes but the first is 10xxxxxx.
    while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xC0) == 0x80)
      --length;
    field += fmt::format("{}=?UTF-8?B?{}?=", field.empty() ? "" : "\r\n ",
                         base64(rest.substr(0, length)));
    rest.remove_prefix(length);
  }
  return field;
}

}  // namespace landfall
