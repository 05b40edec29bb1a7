// GitHub's REST API over the state. https://docs.github.com/en/rest
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/call.h"
#include "sandbox/github_json.h"

namespace landfall::sandbox {

/// One request to the REST API: credentials, rate limit, repository, handler, headers.
Response answer_github(State& state, Request const& request, Url const& url, Instant now);

/// 301 to a repository that had another name, 307 for requests that change something.
Response moved_to(Call const& call, Repository const& repository, std::string const& old);

/// A link to what GitHub serves from other hosts, good without credentials.
std::string download_url(State const& state, std::string const& path);
std::string download_token(State const& state, std::string_view path);

// Refusals. The page of the manual is filled in by the route.
Response github_error(int status, std::string_view message);
Response github_not_found();
/// 422: "title" wasn't supplied, or is of another type.
Response not_supplied(std::string_view member);
Response invalid_type(std::string_view member, Json const& value, std::string_view type);
/// 422 "Validation Failed" with one entry of GitHub's list of errors.
struct Fault422 {
  std::string_view resource;
  std::string_view field;
  std::string_view code = "invalid";  ///< missing, missing_field, invalid, already_exists, custom
  std::string_view message{};
};
Response validation_failed(Fault422 const& fault);

/// What stands in the way of a caller who needs this role in the repository: 401, 403, or 404 for
/// what must not be known; none: nothing.
std::optional<Response> refuse_below(Call const& call, Role role);
Response needs_write(Call const& call);  ///< the same for a caller who is known to lack a right
/// The same for the organisation that the path's first placeholder names.
std::optional<Response> refuse_non_owner(Call const& call);
/// The token's role, narrowed by the repository's collaborators.
Role role_in(State const& state, Repository const& repository, Token const* token);
bool can_see(State const& state, Repository const& repository, Token const* token);
/// The login that acts: the token's user, or github-actions[bot] for a run's token.
std::string actor_of(Call const& call);
bool is_by_actions(Call const& call);

/// Members of a request's body by their types. The first that is of another becomes the refusal.
class Given {
 public:
  explicit Given(Call const& call) : body_(call.body) {}
  bool has(std::string_view name) const { return body_.find(name) != nullptr; }
  Json const* find(std::string_view name) const { return body_.find(name); }
  std::string required(std::string_view name);
  std::optional<std::string> text(std::string_view name);  ///< none: missing or null
  std::string text_or(std::string_view name, std::string_view fallback);
  std::optional<std::int64_t> integer(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  bool boolean_or(std::string_view name, bool fallback);
  /// An array of strings, or of objects with that member.
  std::optional<std::vector<std::string>> texts(std::string_view name,
                                                std::string_view member = "");
  void refuse(Response response);  ///< unless there is a refusal already
  std::optional<Response>& refusal() { return refusal_; }

 private:
  Json const& body_;
  std::optional<Response> refusal_;
};

/// One page of the items by per_page (30, at most 100) and page, with Link. With a name the array
/// is a member of that name beside total_count.
Response paged(Call const& call, Json::Array items, std::string_view member = "");
/// The same where only those on the page are written: `count` items, each made by its index.
Response paged(Call const& call, std::size_t count, std::function<Json(std::size_t)> const& item,
               std::string_view member = "");

Run* find_run(Call const& call);  ///< by the id in the path; nullptr: there is none
Workflow* find_workflow(Repository& repository, std::string_view id_or_file);
/// The environment of this name, compared without regard to case; nullptr: there is none.
GateEnvironment* find_environment(Repository& repository, std::string_view name);
GateEnvironment* find_environment(Call const& call, std::string_view name);
Issue* find_issue(Repository& repository, std::int64_t number);
Pull* find_pull(Repository& repository, std::int64_t number);
/// A number in the path; -1: it is none.
std::int64_t number_in(Call const& call, std::size_t word);

}  // namespace landfall::sandbox
