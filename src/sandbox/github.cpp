#include "sandbox/github.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github_limits.h"
#include "sandbox/github_progress.h"
#include "sandbox/github_routes.h"

namespace landfall::sandbox {
namespace {

char const* const default_version = "2022-11-28";
std::string_view const versions[] = {"2022-11-28", "2026-03-10"};
std::string_view const no_manual = "https://docs.github.com/rest\"";

/// What links of answers lead to, which GitHub serves from other hosts: no credentials, no limits.
bool is_download(Url const& url) {
  return url.path.starts_with("/codeload/") || url.path.starts_with("/sandbox-files/");
}

bool has_good_token(Call const& call) {
  auto const given = call.url.query_value("token");
  return given && *given == download_token(call.state, call.url.path);
}

/// Fills in the repository and the other placeholders. What nobody may know of is not found; what
/// has another name now is elsewhere.
std::optional<Response> bind(Call& call, Captures const& captures) {
  std::string owner;
  for (auto const& [name, value] : captures) {
    if (name == "owner") {
      owner = value;
    } else if (name == "repo") {
      call.repository = call.state.github.find(owner, value);
      auto const& moved = call.state.github.moved;
      auto const old = moved.find(lower(owner + "/" + value));
      if (call.repository == nullptr && old != moved.end()) {
        Repository const* const there = call.state.github.find(old->second);
        if (there == nullptr || !can_see(call.state, *there, call.token)) return github_not_found();
        return moved_to(call, *there, owner + "/" + value);
      }
      bool const sees = call.repository != nullptr &&
                        (call.signed_url || can_see(call.state, *call.repository, call.token));
      if (!sees) return github_not_found();
      call.role = role_in(call.state, *call.repository, call.token);
    } else {
      call.words.push_back(value);
    }
  }
  return std::nullopt;
}

/// "/repositories/ID/rest" is the same as "/repos/OWNER/NAME/rest".
std::vector<std::string> named_segments(Call const& call) {
  std::vector<std::string> segments = call.url.segments();
  if (segments.size() < 2 || segments[0] != "repositories") return segments;
  Repository const* const repository =
      call.state.github.find(parse_integer(segments[1]).value_or(-1));
  if (repository == nullptr) return segments;
  std::vector<std::string> named{"repos", repository->owner, repository->name};
  named.insert(named.end(), segments.begin() + 2, segments.end());
  return named;
}

std::optional<Response> read_body(Call& call) {
  if (call.request.body.empty() || call.request.method == "GET") return std::nullopt;
  auto body = Json::parse(call.request.body);
  if (!body) return github_error(400, "Problems parsing JSON");
  bool const list = body->is_array() && call.url.path.ends_with("/labels");
  if (!body->is_object() && !list) return github_error(400, "Body should be a JSON object");
  call.body = *std::move(body);
  return std::nullopt;
}

Response handle(Call& call) {
  Found const found = find_route(github_routes(), call.request.method, named_segments(call));
  if (found.match != Match::found) return github_not_found();
  call.signed_url = is_download(call.url) && has_good_token(call);
  auto refusal = bind(call, found.captures);
  if (!refusal) refusal = read_body(call);
  Response response = refusal ? *std::move(refusal) : found.route->handle(call);
  if (response.status >= 400 && !found.route->manual.empty()) {
    std::string const page = fmt::format("https://docs.github.com/rest/{}\"", found.route->manual);
    response.body = replace_all(std::move(response.body), no_manual, page);
  }
  return response;
}

/// GitHub takes its own media types, JSON, and whoever takes anything.
bool is_acceptable(std::string_view accept) {
  if (trim(accept).empty()) return true;
  for (std::string const& part : split(accept, ',')) {
    std::string const type = lower(trim(part.substr(0, part.find(';'))));
    if (type == "*/*" || type == "application/*" || type == "application/json" ||
        type.starts_with("application/vnd.github"))
      return true;
  }
  return false;
}

std::optional<Response> refuse_headers(Request const& request) {
  if (request.headers.value_or("User-Agent", "").empty())
    return Response{.status = 403,
                    .headers = {{"Content-Type", "text/html; charset=utf-8"}},
                    .body =
                        "Request forbidden by administrative rules. Please make sure your "
                        "request has a User-Agent header "
                        "(https://docs.github.com/en/rest/overview/"
                        "resources-in-the-rest-api#user-agent-required). Check "
                        "https://developer.github.com for other possible causes.\n"};
  std::string const version = request.headers.value_or("X-GitHub-Api-Version", default_version);
  if (std::find(std::begin(versions), std::end(versions), version) == std::end(versions))
    return github_error(400, fmt::format("Unsupported API version: {}", printable(version)));
  std::string const accept = request.headers.value_or("Accept", "");
  if (!is_acceptable(accept))
    return github_error(415, fmt::format("Unsupported 'Accept' header: '{}'. Must accept "
                                         "'application/json'.",
                                         printable(accept)));
  return std::nullopt;
}

Response limited(Call& call, Limit const& limit) {
  if (auto refusal = refuse_over_limit(call, limit)) return *std::move(refusal);
  if (auto refusal = refuse_writes(call)) return *std::move(refusal);
  Response response = handle(call);
  revalidate(call.request, "W/", response);
  // What the client has already is free.
  if (response.status == 304) --limit.window->used;
  return response;
}

void add_headers(Call const& call, Response& response) {
  auto const set = [&](char const* name, std::string value) {
    if (!response.headers.find(name)) response.headers.set(name, std::move(value));
  };
  set("X-GitHub-Media-Type", "github.v3; format=json");
  set("X-GitHub-Request-Id", call.state.secret().substr(0, 24));
  set("X-GitHub-Api-Version-Selected",
      call.request.headers.value_or("X-GitHub-Api-Version", default_version));
  bool const reads = call.request.method == "GET" || call.request.method == "HEAD";
  if (reads && response.status < 400)
    set("Cache-Control", call.token == nullptr ? "public, max-age=60, s-maxage=60"
                                               : "private, max-age=60, s-maxage=60");
  set("Vary",
      "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, "
      "X-Requested-With");
  set("Access-Control-Allow-Origin", "*");
  set("X-Content-Type-Options", "nosniff");
}

}  // namespace

std::string download_token(State const& state, std::string_view path) {
  return sha256(state.github.key_seed + std::string(path)).substr(0, 32);
}

std::string download_url(State const& state, std::string const& path) {
  return github_url(state, fmt::format("{}?token={}", path, download_token(state, path)));
}

Response moved_to(Call const& call, Repository const& repository, std::string const& old) {
  bool const reads = call.request.method == "GET" || call.request.method == "HEAD";
  std::string const rest = call.url.path.substr(std::min(call.url.path.size(), 7 + old.size()));
  std::size_t const query = call.request.url.find('?');
  std::string const url = github_url(
      call.state, fmt::format("/repositories/{}{}{}", repository.id, rest,
                              query == std::string::npos ? "" : call.request.url.substr(query)));
  Response response =
      json_response(reads ? 301 : 307,
                    Json::object({{"message", "Moved Permanently"},
                                  {"url", url},
                                  {"documentation_url",
                                   "https://docs.github.com/rest/guides/"
                                   "best-practices-for-using-the-rest-api#follow-redirects"}}));
  response.headers.set("Location", url);
  return response;
}

Response answer_github(State& state, Request const& request, Url const& url, Instant now) {
  advance_runs(state, now);
  Call call{.state = state, .request = request, .url = url, .now = now};
  if (is_download(url)) return handle(call);
  if (auto refusal = refuse_headers(request)) {
    add_headers(call, *refusal);
    return *std::move(refusal);
  }
  if (auto const given = credential(request)) {
    auto const known = state.tokens.find(*given);
    bool const good = known != state.tokens.end() && known->second.platform == Platform::github;
    if (!good) {
      Response refusal = github_error(401, "Bad credentials");
      add_headers(call, refusal);
      return refusal;
    }
    call.token = &known->second;
    call.user = state.user(known->second.user);
    call.role = known->second.role;
  }
  Limit const limit = limit_of(state, call.token, now);
  bool const free = url.path == "/rate_limit";  // asking for what is left costs nothing
  Response response = free ? handle(call) : limited(call, limit);
  add_limit_headers(limit, response);
  add_headers(call, response);
  return response;
}

}  // namespace landfall::sandbox
