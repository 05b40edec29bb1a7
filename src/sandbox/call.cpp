#include "sandbox/call.h"

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

/// Whether the segments are as the pattern says. Nothing is copied: most routes are not the one.
bool fits(std::string_view pattern, std::vector<std::string> const& segments) {
  std::size_t at = 0;
  for (std::string_view rest = pattern.substr(1); !rest.empty(); ++at) {
    std::string_view const part = rest.substr(0, rest.find('/'));
    if (at >= segments.size()) return false;
    if (part == "{*}") return true;
    if (!part.starts_with('{') && part != segments[at]) return false;
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return at == segments.size();
}

Captures captured(std::string_view pattern, std::vector<std::string> const& segments) {
  Captures captures;
  std::vector<std::string> const parts = split(pattern.substr(1), '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "{*}") {
      captures.emplace_back(
          "*", join({segments.begin() + static_cast<std::ptrdiff_t>(i), segments.end()}, "/"));
    } else if (parts[i].starts_with('{')) {
      captures.emplace_back(parts[i].substr(1, parts[i].size() - 2), segments[i]);
    }
  }
  return captures;
}

}  // namespace

Found find_route(std::span<Route const> routes, std::string_view method,
                 std::vector<std::string> const& segments) {
  std::string_view const wanted = method == "HEAD" ? "GET" : method;
  Found found;
  for (Route const& route : routes) {
    if (!fits(route.pattern, segments)) continue;
    if (route.method == wanted) return {Match::found, &route, captured(route.pattern, segments)};
    found.match = Match::other_method;
  }
  return found;
}

Response json_response(int status, Json const& body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = body.dump()};
}

void revalidate(Request const& request, std::string_view etag_prefix, Response& response) {
  if (response.status != 200 && response.status != 206) return;
  if (request.method != "GET" && request.method != "HEAD") return;
  std::string const etag = std::string(etag_prefix) + "\"" + sha1(response.body) + "\"";
  response.headers.set("ETag", etag);
  std::string const known = request.headers.value_or("If-None-Match", "");
  std::string_view const strong = std::string_view(etag).substr(etag_prefix.size());
  if (known != "*" && known.find(strong) == std::string::npos) return;
  response.status = 304;
  response.body.clear();
  response.headers.remove("Content-Type");
}

bool take(Bucket& bucket, double size, double per_second, Instant now) {
  double const seconds = static_cast<double>((now - bucket.filled_at).count()) / 1000;
  bucket.left = std::min(size, bucket.left + std::max(0.0, seconds) * per_second);
  // An old view does not take the bucket back in time.
  bucket.filled_at = std::max(bucket.filled_at, now);
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

std::optional<std::string> credential(Request const& request) {
  auto const header = request.headers.find("Authorization");
  if (!header) return std::nullopt;
  std::size_t const blank = header->find(' ');
  std::string const scheme = lower(header->substr(0, blank));
  std::string const rest =
      blank == std::string::npos ? "" : std::string(trim(header->substr(blank + 1)));
  if (scheme == "bearer" || scheme == "token") return rest;
  if (scheme != "basic") return "";
  auto const plain = from_base64(rest);
  if (!plain) return "";
  std::size_t const colon = plain->find(':');
  return colon == std::string::npos ? "" : plain->substr(colon + 1);
}

}  // namespace landfall::sandbox
