#include "sandbox/github.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

#define REPO "/repos/{owner}/{repo}"
Route const routes[] = {
    {"GET", "/rate_limit", show_rate_limit},
    {"GET", "/user", show_own_user},
    {"GET", "/users/{}", show_user},
    {"GET", "/orgs/{}", show_organization},
    {"GET", REPO, show_repository},
    {"GET", REPO "/branches", list_branches},
    {"GET", REPO "/branches/{*}", show_branch},
    {"GET", REPO "/tags", list_tags},
    {"GET", REPO "/git/matching-refs/{*}", matching_refs},
    {"GET", REPO "/commits", list_commits},
    {"GET", REPO "/commits/{*}", show_commit},
    {"GET", REPO "/compare/{*}", compare_commits},
    {"GET", REPO "/contents", show_root},
    {"GET", REPO "/contents/{*}", show_content},
    {"PUT", REPO "/contents/{*}", put_content},
    {"DELETE", REPO "/contents/{*}", delete_content},
    {"GET", REPO "/tarball", redirect_to_archive},
    {"GET", REPO "/tarball/{*}", redirect_to_archive},
    {"GET", "/codeload/{owner}/{repo}/legacy.tar.gz/{*}", download_archive},
    {"GET", REPO "/actions/workflows", list_workflows},
    {"GET", REPO "/actions/workflows/{}", show_workflow},
    {"PUT", REPO "/actions/workflows/{}/enable", enable_workflow},
    {"PUT", REPO "/actions/workflows/{}/disable", disable_workflow},
    {"GET", REPO "/actions/workflows/{}/runs", list_workflow_runs},
    {"GET", REPO "/actions/runs", list_runs},
    {"GET", REPO "/actions/runs/{}", show_run},
    {"GET", REPO "/actions/runs/{}/jobs", list_jobs},
    {"GET", REPO "/actions/runs/{}/pending_deployments", list_pending_deployments},
    {"POST", REPO "/actions/runs/{}/pending_deployments", review_pending_deployments},
    {"GET", REPO "/actions/secrets", list_secrets},
    {"GET", REPO "/actions/variables", list_variables},
    {"GET", REPO "/actions/organization-secrets", list_organization_secrets},
    {"GET", REPO "/actions/organization-variables", list_organization_variables},
    {"GET", REPO "/environments", list_environments},
    {"GET", REPO "/environments/{}", show_environment},
    {"PUT", REPO "/environments/{}", put_environment},
    {"GET", REPO "/environments/{}/deployment-branch-policies", list_branch_policies},
    {"POST", REPO "/environments/{}/deployment-branch-policies", create_branch_policy},
    {"DELETE", REPO "/environments/{}/deployment-branch-policies/{}", delete_branch_policy},
    {"GET", REPO "/environments/{}/secrets", list_environment_secrets},
    {"GET", REPO "/environments/{}/variables", list_environment_variables},
    {"GET", REPO "/deployments", list_deployments},
    {"GET", REPO "/deployments/{}/statuses", list_deployment_statuses},
    {"GET", REPO "/issues", list_issues},
    {"POST", REPO "/issues", create_issue},
    {"GET", REPO "/issues/{}", show_issue},
    {"PATCH", REPO "/issues/{}", update_issue},
    {"GET", REPO "/issues/{}/comments", list_comments},
    {"POST", REPO "/issues/{}/comments", create_comment},
};
#undef REPO

struct Limit {
  double size;
  Bucket* bucket;
};

/// 5000 requests an hour for a token, 60 for nobody.
Limit limit_of(State& state, Token* token, Instant now) {
  if (token == nullptr) {
    if (!std::exchange(state.anonymous_used, true)) state.anonymous = {60, now};
    return {60, &state.anonymous};
  }
  if (!token->bucket) token->bucket = Bucket{5000, now};
  return {5000, &*token->bucket};
}

void add_limit_headers(Limit const& limit, Instant now, Response& response) {
  auto const left = static_cast<std::int64_t>(limit.bucket->left);
  auto const size = static_cast<std::int64_t>(limit.size);
  double const seconds = (limit.size - limit.bucket->left) / (limit.size / 3600);
  std::int64_t const reset = epoch_seconds(now) + static_cast<std::int64_t>(seconds) + 1;
  response.headers.set("X-RateLimit-Limit", std::to_string(size));
  response.headers.set("X-RateLimit-Remaining", std::to_string(left));
  response.headers.set("X-RateLimit-Used", std::to_string(size - left));
  response.headers.set("X-RateLimit-Reset", std::to_string(reset));
  response.headers.set("X-RateLimit-Resource", "core");
}

/// Fills in the repository and the other placeholders; false if nobody may see the repository.
bool bind(Call& call, Captures const& captures) {
  std::string owner;
  for (auto const& [name, value] : captures) {
    if (name == "owner") {
      owner = value;
    } else if (name == "repo") {
      call.repository = call.state.github.find(owner, value);
      if (call.repository == nullptr) return false;
      if (call.repository->is_private && call.user == nullptr) return false;
    } else {
      call.words.push_back(value);
    }
  }
  return true;
}

Response handle(Call& call, std::vector<std::string> const& segments) {
  Found const found = find_route(routes, call.request.method, segments);
  if (found.match != Match::found || !bind(call, found.captures)) return github_not_found();
  if (!call.request.body.empty() && call.request.method != "GET") {
    auto body = Json::parse(call.request.body);
    if (!body) return github_error(400, "Problems parsing JSON");
    if (!body->is_object()) return github_error(400, "Body should be a JSON object");
    call.body = *std::move(body);
  }
  return found.route->handle(call);
}

struct Page {
  std::size_t number = 1;
  std::size_t size = 30;
};

Page page_of(Url const& url) {
  Page page;
  auto const number = parse_integer(url.query_value("page").value_or("1"));
  auto const size = parse_integer(url.query_value("per_page").value_or("30"));
  if (number && *number >= 1) {
    page.number = static_cast<std::size_t>(std::min<std::int64_t>(*number, 1'000'000));
  }
  if (size && *size >= 1) page.size = static_cast<std::size_t>(std::min<std::int64_t>(*size, 100));
  return page;
}

std::string page_url(Call const& call, std::size_t number) {
  std::string query;
  for (auto const& [name, value] : call.url.query) {
    if (name != "page") query += fmt::format("{}={}&", url_encode(name), url_encode(value));
  }
  return github_url(call.state, fmt::format("{}?{}page={}", call.url.path, query, number));
}

std::string link_header(Call const& call, Page const& page, std::size_t last) {
  std::vector<std::string> links;
  auto const add = [&](std::size_t number, std::string_view relation) {
    links.push_back(fmt::format("<{}>; rel=\"{}\"", page_url(call, number), relation));
  };
  if (page.number > 1) add(page.number - 1, "prev");
  if (page.number < last) add(page.number + 1, "next");
  if (page.number < last) add(last, "last");
  if (page.number > 1) add(1, "first");
  return join(links, ", ");
}

Response limited(Call& call, Limit const& limit) {
  if (!take(*limit.bucket, limit.size, limit.size / 3600, call.now)) {
    return github_error(403, call.user == nullptr ? "API rate limit exceeded for 127.0.0.1."
                                                  : "API rate limit exceeded for user.");
  }
  Response response = handle(call, call.url.segments());
  revalidate(call.request, "W/", response);
  // What the client has already is free.
  if (response.status == 304) limit.bucket->left += 1;
  return response;
}

}  // namespace

Response answer_github(State& state, Request const& request, Url const& url, Instant now) {
  auto const given = credential(request);
  Token* token = nullptr;
  if (given) {
    auto const known = state.tokens.find(*given);
    bool const good = known != state.tokens.end() && known->second.platform == Platform::github;
    if (!good) return github_error(401, "Bad credentials");
    token = &known->second;
  }
  Call call{.state = state, .request = request, .url = url, .now = now};
  if (token != nullptr) call.user = state.user(token->user);
  if (token != nullptr) call.role = token->role;
  Limit const limit = limit_of(state, token, now);
  bool const free = url.path == "/rate_limit";
  Response response = free ? handle(call, url.segments()) : limited(call, limit);
  add_limit_headers(limit, now, response);
  response.headers.set("X-GitHub-Media-Type", "github.v3; format=json");
  response.headers.set("X-GitHub-Request-Id", state.secret().substr(0, 24));
  response.headers.set("Cache-Control", "private, max-age=60, s-maxage=60");
  return response;
}

Response github_error(int status, std::string_view message) {
  return json_response(status, Json::object({{"message", message},
                                             {"documentation_url", "https://docs.github.com/rest"},
                                             {"status", std::to_string(status)}}));
}

Response github_not_found() {
  return github_error(404, "Not Found");
}

Response needs_write(Call const& call) {
  if (call.user == nullptr) return github_error(401, "Requires authentication");
  return github_error(403, "Resource not accessible by personal access token");
}

Response paged(Call const& call, Json::Array items, std::string_view member) {
  Page const page = page_of(call.url);
  std::size_t const total = items.size();
  std::size_t const last = std::max<std::size_t>(1, (total + page.size - 1) / page.size);
  std::size_t const begin = std::min(total, (page.number - 1) * page.size);
  std::size_t const end = std::min(total, begin + page.size);
  Json::Array chosen(std::make_move_iterator(items.begin() + static_cast<std::ptrdiff_t>(begin)),
                     std::make_move_iterator(items.begin() + static_cast<std::ptrdiff_t>(end)));
  Json body(std::move(chosen));
  if (!member.empty()) {
    Json wrapper = Json::object({{"total_count", total}});
    wrapper.set(member, std::move(body));
    body = std::move(wrapper);
  }
  Response response = json_response(200, body);
  std::string const link = link_header(call, page, last);
  if (!link.empty()) response.headers.set("Link", link);
  return response;
}

std::string github_url(State const& state, std::string_view path) {
  return fmt::format("http://127.0.0.1:{}{}", state.ports.github, path);
}

std::string repository_url(Call const& call, std::string_view rest) {
  return github_url(call.state, fmt::format("/repos/{}{}", call.repository->full_name(), rest));
}

std::string node_id(std::string_view kind, std::int64_t id) {
  return base64(fmt::format("{}{}", kind, id));
}

Json github_user(State const& state, std::string_view login) {
  User const* const user = state.user(login);
  std::int64_t const id = user == nullptr ? 0 : user->id;
  return Json::object({{"login", login},
                       {"id", id},
                       {"node_id", node_id("User", id)},
                       {"url", github_url(state, fmt::format("/users/{}", login))},
                       {"html_url", fmt::format("https://github.com/{}", login)},
                       {"type", "User"},
                       {"site_admin", false}});
}

Response show_rate_limit(Call& call) {
  bool const anonymous = call.user == nullptr;
  auto const given = credential(call.request);
  Token* const token = given ? &call.state.tokens.find(*given)->second : nullptr;
  Limit const limit = limit_of(call.state, token, call.now);
  auto const left = static_cast<std::int64_t>(limit.bucket->left);
  std::int64_t const size = anonymous ? 60 : 5000;
  Json const core = Json::object({{"limit", size},
                                  {"remaining", left},
                                  {"used", size - left},
                                  {"reset", epoch_seconds(call.now) + 3600}});
  return json_response(
      200, Json::object({{"resources", Json::object({{"core", core}})}, {"rate", core}}));
}

Response show_user(Call& call) {
  User const* const user = call.state.user(call.words[0]);
  if (user == nullptr) return github_not_found();
  Json body = github_user(call.state, user->login);
  body.set("name", user->name);
  body.set("email", nullptr);
  return json_response(200, body);
}

Response show_own_user(Call& call) {
  if (call.user == nullptr) return github_error(401, "Requires authentication");
  Json body = github_user(call.state, call.user->login);
  body.set("name", call.user->name);
  body.set("email", nullptr);
  bool const is_shown = call.role == Role::admin && !call.user->plan.empty();
  if (is_shown) body.set("plan", Json::object({{"name", call.user->plan}}));
  return json_response(200, body);
}

}  // namespace landfall::sandbox
