// A request on its way to the function that answers it, and the table that finds the function.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

/// All that an answer may depend on. Whoever answers may change the state and queue effects.
struct Call {
  State& state;
  Request const& request;
  Url const& url;
  Instant now{};
  User const* user = nullptr;  ///< nullptr: nobody (GitHub only)
  Role role = Role::read;
  Token const* token = nullptr;      ///< GitHub only
  bool signed_url = false;           ///< GitHub only: the link itself is the credential
  App* app = nullptr;                ///< of "{app}" in the pattern
  Repository* repository = nullptr;  ///< of "{owner}/{repo}" in the pattern
  std::vector<std::string> words{};  ///< what the other "{}" stand for, decoded
  Json body{};                       ///< null when the request has none
};

using Handle = Response (*)(Call&);

/// A pattern's segments are literal, "{app}", "{owner}", "{repo}", "{}" for one segment, or "{*}"
/// at the end for all that follow (at least one).
struct Route {
  std::string_view method;
  std::string_view pattern;
  Handle handle;
  std::string_view manual{};  ///< the page of GitHub's manual, below its /rest/
};

/// What stands for each placeholder, by its name, in order.
using Captures = std::vector<std::pair<std::string, std::string>>;

enum class Match { none, other_method, found };
struct Found {
  Match match = Match::none;
  Route const* route = nullptr;
  Captures captures{};
};
/// HEAD is answered as GET. "/" is a path without segments.
Found find_route(std::span<Route const> routes, std::string_view method,
                 std::vector<std::string> const& segments);

Response json_response(int status, Json const& body);

/// Gives a 200 or 206 its ETag; turns it into a 304 if the client has it already.
void revalidate(Request const& request, std::string_view etag_prefix, Response& response);

/// Takes one from the bucket; false if it is empty.
bool take(Bucket& bucket, double size, double per_second, Instant now);

/// The credentials of an Authorization header: a bearer token, or the password of a Basic one.
std::optional<std::string> credential(Request const& request);

}  // namespace landfall::sandbox
