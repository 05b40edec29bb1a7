// What every handler needs: refusals, roles, readers of bodies, pages.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

std::size_t const page_size_max = 100;

struct Page {
  std::size_t number = 1;
  std::size_t size = 30;
};

Page page_of(Url const& url) {
  Page page;
  auto const number = parse_integer(url.query_value("page").value_or("1"));
  auto const size = parse_integer(url.query_value("per_page").value_or("30"));
  if (number && *number >= 1)
    page.number = static_cast<std::size_t>(std::min<std::int64_t>(*number, 1'000'000));
  if (size && *size >= 1) page.size = std::min(static_cast<std::size_t>(*size), page_size_max);
  return page;
}

std::string page_url(Call const& call, std::size_t number) {
  std::string query;
  for (auto const& [name, value] : call.url.query)
    if (name != "page") query += fmt::format("{}={}&", url_encode(name), url_encode(value));
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

std::string_view resource_name(Call const& call) {
  return is_by_actions(call) ? "Resource not accessible by integration"
                             : "Resource not accessible by personal access token";
}

Role role_named(std::string_view word) {
  if (word == "admin") return Role::admin;
  return word == "read" || word == "triage" ? Role::read : Role::write;
}

}  // namespace

Response github_error(int status, std::string_view message) {
  return json_response(status, Json::object({{"message", message},
                                             {"documentation_url", "https://docs.github.com/rest"},
                                             {"status", std::to_string(status)}}));
}

Response github_not_found() {
  return github_error(404, "Not Found");
}

Response not_supplied(std::string_view member) {
  return github_error(422, fmt::format("Invalid request.\n\n\"{}\" wasn't supplied.", member));
}

Response invalid_type(std::string_view member, Json const& value, std::string_view type) {
  std::string const shown = value.is_null() ? "nil" : shortened(value.dump(), 200);
  return github_error(422, fmt::format("Invalid request.\n\nFor 'properties/{}', {} is not {}.",
                                       member, shown, type));
}

Response validation_failed(Fault422 const& fault) {
  Json error =
      Json::object({{"resource", fault.resource}, {"field", fault.field}, {"code", fault.code}});
  if (!fault.message.empty()) error.set("message", fault.message);
  return json_response(422, Json::object({{"message", "Validation Failed"},
                                          {"errors", Json::array({std::move(error)})},
                                          {"documentation_url", "https://docs.github.com/rest"},
                                          {"status", "422"}}));
}

Role role_in(State const& state, Repository const& repository, Token const* token) {
  if (token == nullptr) return Role::read;
  if (!token->actions_of.empty())
    return lower(token->actions_of) == lower(repository.full_name()) ? token->role : Role::read;
  if (token->repositories && !token->repositories->contains(repository.full_name()))
    return Role::read;
  if (token->user == repository.owner || !repository.collaborators) return token->role;
  auto const organization = state.github.organizations.find(repository.owner);
  bool const owns = organization != state.github.organizations.end() &&
                    organization->second.owners.contains(token->user);
  if (owns) return token->role;
  auto const mine = repository.collaborators->find(token->user);
  if (mine == repository.collaborators->end()) return Role::read;
  return std::min(token->role, role_named(mine->second));
}

bool can_see(State const& state, Repository const& repository, Token const* token) {
  if (!repository.is_private) return true;
  if (token == nullptr) return false;
  if (!token->actions_of.empty()) return lower(token->actions_of) == lower(repository.full_name());
  if (token->repositories && !token->repositories->contains(repository.full_name())) return false;
  if (token->user == repository.owner || !repository.collaborators) return true;
  auto const organization = state.github.organizations.find(repository.owner);
  bool const owns = organization != state.github.organizations.end() &&
                    organization->second.owners.contains(token->user);
  return owns || repository.collaborators->contains(token->user);
}

std::string actor_of(Call const& call) {
  if (call.token == nullptr) return "";
  return call.token->actions_of.empty() ? call.token->user : std::string(actions_bot);
}

bool is_by_actions(Call const& call) {
  return call.token != nullptr && !call.token->actions_of.empty();
}

std::optional<Response> refuse_below(Call const& call, Role role) {
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  bool const writes = call.request.method != "GET" && call.request.method != "HEAD";
  if (call.role < role) return github_error(403, resource_name(call));
  if (writes && role != Role::read && call.repository != nullptr && call.repository->archived &&
      call.request.method != "DELETE" && !call.url.path.ends_with(call.repository->name))
    return github_error(403, "Repository was archived so is read-only.");
  return std::nullopt;
}

Response needs_write(Call const& call) {
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  return github_error(403, resource_name(call));
}

std::optional<Response> refuse_non_owner(Call const& call) {
  auto const found = call.state.github.organizations.find(call.words[0]);
  if (found == call.state.github.organizations.end()) return github_not_found();
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  auto const& owners = found->second.owners;
  bool const owns = owners.empty() || owners.contains(call.token->user);
  if (call.token->role != Role::admin || !owns || is_by_actions(call))
    return github_error(403, "Must have admin rights to Organization.");
  return std::nullopt;
}

void Given::refuse(Response response) {
  if (!refusal_) refusal_ = std::move(response);
}

std::string Given::required(std::string_view name) {
  Json const* const value = body_.find(name);
  if (value == nullptr) refuse(not_supplied(name));
  return text(name).value_or("");
}

std::optional<std::string> Given::text(std::string_view name) {
  Json const* const value = body_.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_string()) return value->as_string();
  refuse(invalid_type(name, *value, "a string"));
  return std::nullopt;
}

std::string Given::text_or(std::string_view name, std::string_view fallback) {
  return text(name).value_or(std::string(fallback));
}

std::optional<std::int64_t> Given::integer(std::string_view name) {
  Json const* const value = body_.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_integer()) return value->as_integer();
  refuse(invalid_type(name, *value, "an integer"));
  return std::nullopt;
}

std::optional<bool> Given::boolean(std::string_view name) {
  Json const* const value = body_.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_bool()) return value->as_bool();
  refuse(invalid_type(name, *value, "a boolean"));
  return std::nullopt;
}

bool Given::boolean_or(std::string_view name, bool fallback) {
  return boolean(name).value_or(fallback);
}

std::optional<std::vector<std::string>> Given::texts(std::string_view name,
                                                     std::string_view member) {
  Json const* const value = body_.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_array()) {
    refuse(invalid_type(name, *value, "an array"));
    return std::nullopt;
  }
  std::vector<std::string> result;
  for (Json const& item : value->as_array()) {
    bool const wrapped = item.is_object() && !member.empty();
    auto one = wrapped ? item.text(member) : item.text("");
    if (!one) {
      refuse(invalid_type(fmt::format("{}/items", name), item, "a string"));
      return std::nullopt;
    }
    result.push_back(*std::move(one));
  }
  return result;
}

Response paged(Call const& call, std::size_t count, std::function<Json(std::size_t)> const& item,
               std::string_view member) {
  Page const page = page_of(call.url);
  std::size_t const last = std::max<std::size_t>(1, (count + page.size - 1) / page.size);
  std::size_t const begin = std::min(count, (page.number - 1) * page.size);
  std::size_t const end = std::min(count, begin + page.size);
  Json body = Json::array();
  for (std::size_t i = begin; i < end; ++i) body.push(item(i));
  if (!member.empty()) {
    Json wrapper = Json::object({{"total_count", count}});
    wrapper.set(member, std::move(body));
    body = std::move(wrapper);
  }
  Response response = json_response(200, body);
  std::string const link = link_header(call, page, last);
  if (!link.empty()) response.headers.set("Link", link);
  return response;
}

Response paged(Call const& call, Json::Array items, std::string_view member) {
  return paged(call, items.size(), [&](std::size_t i) { return std::move(items[i]); }, member);
}

std::int64_t number_in(Call const& call, std::size_t word) {
  return parse_integer(call.words[word]).value_or(-1);
}

Run* find_run(Call const& call) {
  std::int64_t const id = number_in(call, 0);
  for (Run& run : call.repository->runs)
    if (run.id == id) return &run;
  return nullptr;
}

Workflow* find_workflow(Repository& repository, std::string_view id_or_file) {
  for (Workflow& workflow : repository.workflows) {
    if (std::to_string(workflow.id) == id_or_file) return &workflow;
    if (workflow.path == ".github/workflows/" + std::string(id_or_file)) return &workflow;
  }
  return nullptr;
}

GateEnvironment* find_environment(Repository& repository, std::string_view name) {
  for (GateEnvironment& environment : repository.environments)
    if (lower(environment.name) == lower(name)) return &environment;
  return nullptr;
}

GateEnvironment* find_environment(Call const& call, std::string_view name) {
  return find_environment(*call.repository, name);
}

Issue* find_issue(Repository& repository, std::int64_t number) {
  for (Issue& issue : repository.issues)
    if (issue.number == number) return &issue;
  return nullptr;
}

Pull* find_pull(Repository& repository, std::int64_t number) {
  for (Pull& pull : repository.pulls)
    if (pull.number == number) return &pull;
  return nullptr;
}

}  // namespace landfall::sandbox
