// Small things that are done to text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace landfall {

std::vector<std::string> split(std::string_view text, char separator);
/// Lines without their ends; a last line without an end counts, CRLF is one end.
std::vector<std::string> lines_of(std::string_view text);
std::string join(std::vector<std::string> const& parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);  ///< ASCII only
std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// The first line of a text, its first `most` bytes at most, with "..." where something is left
/// out: for a message.
std::string shortened(std::string_view text, std::size_t most);
/// "a/b" of "./a/b", "a/./b", "a//b", "a/c/../b"; empty if it leads out of where it begins.
std::string normal_path(std::string_view path);
/// A decimal integer and nothing else.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// The candidate that is nearest in spelling, if one is near enough to be meant. "" if none.
std::string nearest(std::string_view word, std::vector<std::string> const& candidates);
/// ": did you mean 'health'?" if a candidate is near enough, else "".
std::string did_you_mean(std::string_view word, std::vector<std::string> const& candidates);
/// "1 release", "7 releases".
std::string counted(std::int64_t count, std::string_view one, std::string_view many);
/// Bytes that are not UTF-8 replaced by U+FFFD and control characters but newline and tab by '?':
/// safe to show on a terminal.
std::string printable(std::string_view bytes);
bool is_utf8(std::string_view bytes);
/// Bytes that are not UTF-8 replaced by U+FFFD, all else as it is.
std::string as_utf8(std::string_view bytes);

std::string to_hex(std::string_view bytes);
std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  ///< white space is skipped
/// Percent-encodes everything but unreserved characters (RFC 3986).
std::string url_encode(std::string_view text);
std::string url_decode(std::string_view text);
/// SHA-256 in lower case hex.
std::string sha256(std::string_view bytes);
/// SHA-1 in lower case hex: git's name for things, nothing secret.
std::string sha1(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104) as 32 bytes: what webhooks are signed with.
std::string hmac_sha256(std::string_view key, std::string_view message);

}  // namespace landfall
