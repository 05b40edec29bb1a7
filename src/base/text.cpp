#include "base/text.h"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/result.h"

namespace landfall {

Result<> load_crypto();  // cmake/lazy_library.cmake

namespace {

/// Text functions cannot fail, so a machine without OpenSSL cannot run them.
void need_crypto() {
  auto const loaded = load_crypto();
  require(loaded.has_value(), loaded ? "" : loaded.error().text);
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(separator, begin)) != std::string_view::npos;
       begin = end + 1)
    parts.emplace_back(text.substr(begin, end - begin));
  parts.emplace_back(text.substr(begin));
  return parts;
}

std::vector<std::string> lines_of(std::string_view text) {
  if (text.empty()) return {};
  std::vector<std::string> lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  for (std::string& line : lines)
    if (line.ends_with('\r')) line.pop_back();
  return lines;
}

std::string join(std::vector<std::string> const& parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += separator;
    text += parts[i];
  }
  return text;
}

std::string_view trim(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  require(!from.empty(), "replace_all needs something to look for");
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string shortened(std::string_view text, std::size_t most) {
  std::size_t const line = std::min(text.find('\n'), text.size());
  if (line == text.size() && text.size() <= most) return std::string(text);
  std::size_t end = std::min(line, most);
  // Not in the middle of a character.
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return std::string(text.substr(0, end)) + "...";
}

std::string normal_path(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(std::move(part));
      continue;
    }
    if (parts.empty()) return {};
    parts.pop_back();
  }
  return join(parts, "/");
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

namespace {

/// How many letters must be put in, taken out, changed or swapped with their neighbour.
std::size_t distance(std::string_view word, std::string_view other) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> last(other.size() + 1);
  std::vector<std::size_t> row(other.size() + 1);
  for (std::size_t j = 0; j < last.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= word.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < row.size(); ++j) {
      std::size_t const change = last[j - 1] + (word[i - 1] == other[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      bool const swapped =
          i > 1 && j > 1 && word[i - 1] == other[j - 2] && word[i - 2] == other[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(last, row);
  }
  return last.back();
}

}  // namespace

std::string nearest(std::string_view word, std::vector<std::string> const& candidates) {
  constexpr std::size_t longest = 64;  // nobody mistypes a word that long
  if (word.size() > longest) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (std::string const& candidate : candidates) {
    if (candidate.size() > longest) continue;
    std::size_t const found = distance(word, candidate);
    if (found >= best_distance) continue;
    best_distance = found;
    best = candidate;
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const& candidates) {
  std::string const near = nearest(word, candidates);
  return near.empty() ? "" : fmt::format(": did you mean '{}'?", near);
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

namespace {

/// The length of the UTF-8 sequence at the start, 0 if there is none.
std::size_t sequence_length(std::string_view bytes) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  unsigned char const first = byte(0);
  if (first < 0x80) return 1;
  std::size_t const length = first >= 0xF0 && first < 0xF5   ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 0;
  if (length == 0 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  unsigned char const second = byte(1);
  bool const overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  bool const surrogate = first == 0xED && second >= 0xA0;
  bool const beyond = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t const length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string as_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    std::size_t const length = sequence_length(bytes);
    if (length == 0) text += "\xEF\xBF\xBD";
    text += bytes.substr(0, length);
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return text;
}

std::string printable(std::string_view bytes) {
  // Most of what is shown is ASCII: it is taken a run at a time.
  auto const is_shown = [](char c) { return (c >= ' ' && c < '\x7F') || c == '\n' || c == '\t'; };
  std::string text;
  while (!bytes.empty()) {
    auto const run = static_cast<std::size_t>(
        std::find_if_not(bytes.begin(), bytes.end(), is_shown) - bytes.begin());
    text += bytes.substr(0, run);
    bytes.remove_prefix(run);
    if (bytes.empty()) break;
    std::size_t const length = sequence_length(bytes);
    auto const first = static_cast<unsigned char>(bytes[0]);
    if (length == 0) {
      text += "\xEF\xBF\xBD";
    } else if (first == 0x7F || first < 0x20) {
      text += '?';
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return text;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char const c : bytes) {
    auto const byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string base64(std::string_view bytes) {
  need_crypto();
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  int const length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<unsigned char const*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string packed;
  for (char const c : text)
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') packed += c;
  if (packed.empty()) return std::string();
  if (packed.size() % 4 != 0) return std::nullopt;
  need_crypto();
  std::string bytes(packed.size() / 4 * 3, '\0');
  int const length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<unsigned char const*>(packed.data()),
                                     static_cast<int>(packed.size()));
  if (length < 0) return std::nullopt;
  // EVP_DecodeBlock counts the padding as zero bytes.
  std::size_t const padding = packed.ends_with("==") ? 2 : packed.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

std::string url_encode(std::string_view text) {
  std::string result;
  for (char const c : text) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      result += c;
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

std::string url_decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() + 0 &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr ==
            text.data() + i + 3) {
      result += static_cast<char>(value);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

namespace {

std::string digest(std::string_view bytes, EVP_MD const* (*algorithm)()) {
  need_crypto();
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), out, &length, algorithm(), nullptr) == 1,
          "OpenSSL could not hash");
  return {reinterpret_cast<char const*>(out), length};
}

}  // namespace

std::string sha256(std::string_view bytes) {
  return to_hex(digest(bytes, EVP_sha256));
}
std::string sha1(std::string_view bytes) {
  return to_hex(digest(bytes, EVP_sha1));
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::size_t const block = 64;
  std::string const short_key(key.size() > block ? digest(key, EVP_sha256) : std::string(key));
  std::string inner(block, '\x36');
  std::string outer(block, '\x5c');
  for (std::size_t i = 0; i < short_key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ short_key[i]);
    outer[i] = static_cast<char>(outer[i] ^ short_key[i]);
  }
  return digest(outer + digest(inner.append(message), EVP_sha256), EVP_sha256);
}

}  // namespace landfall
