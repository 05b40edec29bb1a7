#include <algorithm>

#include "base/text.h"
#include "world/http.h"

namespace landfall {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  auto const small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return small(x) == small(y); });
}

}  // namespace

std::optional<std::string> Headers::find(std::string_view name) const {
  for (auto const& [key, value] : fields_)
    if (same_name(key, name)) return value;
  return std::nullopt;
}

std::string Headers::value_or(std::string_view name, std::string_view fallback) const {
  std::optional<std::string> found = find(name);
  return found ? *std::move(found) : std::string(fallback);
}

void Headers::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string name, std::string value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](auto const& field) { return same_name(field.first, name); });
}

std::optional<std::string> Url::query_value(std::string_view name) const {
  for (auto const& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

std::vector<std::string> Url::segments() const {
  std::vector<std::string> result;
  for (std::string const& part : split(path, '/'))
    if (!part.empty()) result.push_back(url_decode(part));
  return result;
}

namespace {

// The URL itself is not repeated in errors: it may carry a token in its query.
std::unexpected<Error> bad_url(std::string_view why) {
  return fail(ErrorKind::data, "not a URL: " + std::string(why), "url");
}

// A form's '+' is a blank; it is replaced before decoding, so that "%2B" stays a plus.
std::string form_decode(std::string_view text) {
  return url_decode(replace_all(std::string(text), "+", " "));
}

void read_target(std::string_view target, Url& url) {
  target = target.substr(0, target.find('#'));
  std::size_t const mark = target.find('?');
  url.path = target.substr(0, mark);
  if (url.path.empty()) url.path = "/";
  if (mark == std::string_view::npos) return;
  for (std::string const& pair : split(target.substr(mark + 1), '&')) {
    if (pair.empty()) continue;
    std::size_t const equals = std::min(pair.find('='), pair.size());
    std::string_view const rest = std::string_view(pair).substr(equals);
    url.query.emplace_back(form_decode(pair.substr(0, equals)),
                           form_decode(rest.empty() ? rest : rest.substr(1)));
  }
}

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool address_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

Result<> read_authority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos)
    return bad_url("credentials belong in a header, not before the host");
  std::size_t colon = authority.rfind(':');
  if (authority.starts_with('[')) {
    std::size_t const close = authority.find(']');
    if (close == std::string_view::npos) return bad_url("'[' without ']'");
    url.host = lower(authority.substr(1, close - 1));
    if (!std::ranges::all_of(url.host, address_character) || url.host.find(':') == url.host.npos)
      return bad_url("no IPv6 address between '[' and ']'");
    colon = close + 1 == authority.size() ? std::string_view::npos : close + 1;
    if (colon != std::string_view::npos && authority[colon] != ':')
      return bad_url("expected ':' or '/' after ']'");
  } else {
    url.host = lower(authority.substr(0, colon));
    if (!std::ranges::all_of(url.host, host_character))
      return bad_url("the host has a character that hosts cannot have");
  }
  if (url.host.empty()) return bad_url("no host");
  url.port = url.scheme == "https" ? 443 : 80;
  if (colon == std::string_view::npos || colon + 1 == authority.size()) return {};
  auto const port = parse_integer(authority.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return bad_url("a port is a number from 1 to 65535");
  url.port = static_cast<int>(*port);
  return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  auto const unprintable = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
  };
  if (std::ranges::any_of(text, unprintable)) return bad_url("a blank or control character");
  Url url;
  if (text.starts_with('/')) {
    read_target(text, url);
    return url;
  }
  std::size_t const scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos)
    return bad_url("expected http://, https:// or a path that starts with '/'");
  url.scheme = lower(text.substr(0, scheme_end));
  if (url.scheme != "http" && url.scheme != "https")
    return bad_url("expected the scheme http or https, found " + printable(url.scheme));
  std::string_view const rest = text.substr(scheme_end + 3);
  std::size_t const authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  TRY(read_authority(rest.substr(0, authority_end), url));
  read_target(rest.substr(authority_end), url);
  return url;
}

}  // namespace landfall
