// Users, organisations and their teams.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"

namespace landfall::sandbox {
namespace {

std::size_t repositories_of(State const& state, std::string_view owner, bool only_private) {
  return static_cast<std::size_t>(std::count_if(
      state.github.repositories.begin(), state.github.repositories.end(),
      [&](Repository const& one) { return one.owner == owner && one.is_private == only_private; }));
}

Json plan_json(std::string const& name) {
  return Json::object(
      {{"name", name}, {"space", 976562499}, {"collaborators", 0}, {"private_repos", 9999}});
}

Json profile_json(State const& state, std::string_view login, std::string_view name) {
  Json json = github_user(state, login);
  json.set("name", name);
  for (char const* member : {"company", "location", "email", "hireable", "bio"})
    json.set(member, nullptr);
  json.set("blog", "");
  json.set("twitter_username", nullptr);
  json.set("public_repos", repositories_of(state, login, false));
  for (char const* member : {"public_gists", "followers", "following"}) json.set(member, 0);
  json.set("created_at", "2020-01-01T00:00:00Z");
  json.set("updated_at", "2020-01-01T00:00:00Z");
  return json;
}

Organization* organization_of(Call& call) {
  auto const found = call.state.github.organizations.find(call.words[0]);
  return found == call.state.github.organizations.end() ? nullptr : &found->second;
}

Json organization_links(State const& state, std::string const& login, std::int64_t id) {
  std::string const api = github_url(state, "/orgs/" + url_encode(login));
  return Json::object(
      {{"login", login},
       {"id", id},
       {"node_id", node_id("Organization", id)},
       {"url", api},
       {"repos_url", api + "/repos"},
       {"events_url", api + "/events"},
       {"hooks_url", api + "/hooks"},
       {"issues_url", api + "/issues"},
       {"members_url", api + "/members{/member}"},
       {"public_members_url", api + "/public_members{/member}"},
       {"avatar_url", fmt::format("https://avatars.githubusercontent.com/u/{}?v=4", id)},
       {"description", nullptr}});
}

/// A member sees who else is one; others see nobody, as nobody made it public.
bool is_inside(Call const& call, Organization const& organization) {
  if (call.token == nullptr) return false;
  std::string const& login = call.token->user;
  bool const declared = !organization.owners.empty() || !organization.members.empty();
  return !declared || organization.owners.contains(login) || organization.members.contains(login);
}

Team const* team_of(Organization const& organization, std::string_view slug) {
  for (Team const& team : organization.teams)
    if (team.slug == slug) return &team;
  return nullptr;
}

}  // namespace

Response show_own_user(Call& call) {
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  if (is_by_actions(call) || call.user == nullptr)
    return github_error(403, "Resource not accessible by integration");
  Json body = profile_json(call.state, call.user->login, call.user->name);
  body.set("email", call.user->email);
  for (char const* member : {"private_gists", "disk_usage", "collaborators"}) body.set(member, 0);
  std::size_t const hidden = repositories_of(call.state, call.user->login, true);
  body.set("total_private_repos", hidden);
  body.set("owned_private_repos", hidden);
  body.set("two_factor_authentication", true);
  bool const is_shown = call.role == Role::admin && !call.user->plan.empty();
  if (is_shown) body.set("plan", plan_json(call.user->plan));
  Response response = json_response(200, body);
  response.headers.set("X-OAuth-Scopes", call.role == Role::read ? "read:org" : "repo, workflow");
  return response;
}

Response show_user(Call& call) {
  std::string const& login = call.words[0];
  User const* const user = call.state.user(login);
  bool const is_organisation = call.state.github.organizations.contains(login);
  if (user == nullptr && login != actions_bot && !is_organisation) return github_not_found();
  return json_response(200, profile_json(call.state, login, user == nullptr ? login : user->name));
}

/// Its plan is shown to those who own it.
Response show_organization(Call& call) {
  std::string const& login = call.words[0];
  Organization const* const organization = organization_of(call);
  if (organization == nullptr) return github_not_found();
  Json body = organization_links(call.state, login, organization->id);
  body.set("name", login);
  for (char const* member : {"has_organization_projects", "has_repository_projects"})
    body.set(member, true);
  body.set("public_repos", repositories_of(call.state, login, false));
  for (char const* member : {"public_gists", "followers", "following"}) body.set(member, 0);
  body.set("html_url", "https://github.com/" + login);
  body.set("type", "Organization");
  body.set("created_at", "2020-01-01T00:00:00Z");
  body.set("updated_at", "2020-01-01T00:00:00Z");
  body.set("archived_at", nullptr);
  bool const is_shown =
      call.role == Role::admin && !organization->plan.empty() && is_inside(call, *organization);
  if (!is_shown) return json_response(200, body);
  Json plan = plan_json(organization->plan);
  plan.set("filled_seats", organization->members.size() + organization->owners.size());
  plan.set("seats", 0);
  body.set("total_private_repos", repositories_of(call.state, login, true));
  body.set("plan", std::move(plan));
  return json_response(200, body);
}

Response list_own_organizations(Call& call) {
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  Json::Array items;
  for (auto const& [login, organization] : call.state.github.organizations)
    if (is_inside(call, organization))
      items.push_back(organization_links(call.state, login, organization.id));
  return paged(call, std::move(items));
}

Response list_members(Call& call) {
  Organization const* const organization = organization_of(call);
  if (organization == nullptr) return github_not_found();
  Json::Array items;
  if (is_inside(call, *organization)) {
    for (std::string const& login : organization->owners)
      items.push_back(github_user(call.state, login));
    for (std::string const& login : organization->members)
      items.push_back(github_user(call.state, login));
  }
  return paged(call, std::move(items));
}

Response list_teams(Call& call) {
  Organization const* const organization = organization_of(call);
  if (organization == nullptr || !is_inside(call, *organization)) return github_not_found();
  Json::Array items;
  for (Team const& team : organization->teams)
    items.push_back(team_json(call.state, call.words[0], team));
  return paged(call, std::move(items));
}

Response show_team(Call& call) {
  Organization const* const organization = organization_of(call);
  Team const* const team =
      organization == nullptr ? nullptr : team_of(*organization, call.words[1]);
  if (team == nullptr || !is_inside(call, *organization)) return github_not_found();
  Json body = team_json(call.state, call.words[0], *team);
  body.set("members_count", team->members.size());
  body.set("repos_count", 0);
  body.set("created_at", "2020-01-01T00:00:00Z");
  body.set("updated_at", "2020-01-01T00:00:00Z");
  Json owner = organization_links(call.state, call.words[0], organization->id);
  for (char const* member : {"has_organization_projects", "has_repository_projects"})
    owner.set(member, true);
  for (char const* member : {"public_repos", "public_gists", "followers", "following"})
    owner.set(member, 0);
  owner.set("html_url", "https://github.com/" + call.words[0]);
  owner.set("type", "Organization");
  owner.set("created_at", "2020-01-01T00:00:00Z");
  owner.set("updated_at", "2020-01-01T00:00:00Z");
  owner.set("archived_at", nullptr);
  body.set("organization", std::move(owner));
  return json_response(200, body);
}

Response list_team_members(Call& call) {
  Organization const* const organization = organization_of(call);
  Team const* const team =
      organization == nullptr ? nullptr : team_of(*organization, call.words[1]);
  if (team == nullptr || !is_inside(call, *organization)) return github_not_found();
  Json::Array items;
  for (std::string const& login : team->members) items.push_back(github_user(call.state, login));
  return paged(call, std::move(items));
}

}  // namespace landfall::sandbox
