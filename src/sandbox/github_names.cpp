// Secrets and variables of a repository, of its environments and of its organisation.
#include "base/text.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

using Secrets = std::map<std::string, Instant>;
using Variables = std::map<std::string, std::string>;

bool may_see(Call const& call) {
  return call.user != nullptr && call.role != Role::read;
}

Response secrets_page(Call const& call, Secrets const& secrets) {
  if (!may_see(call)) return needs_write(call);
  Json::Array items;
  for (auto const& [name, at] : secrets)
    items.push_back(
        Json::object({{"name", name}, {"created_at", iso8601(at)}, {"updated_at", iso8601(at)}}));
  return paged(call, std::move(items), "secrets");
}

Response variables_page(Call const& call, Variables const& variables) {
  if (!may_see(call)) return needs_write(call);
  std::string const at = iso8601(call.repository->created_at);
  Json::Array items;
  for (auto const& [name, value] : variables)
    items.push_back(
        Json::object({{"name", name}, {"value", value}, {"created_at", at}, {"updated_at", at}}));
  return paged(call, std::move(items), "variables");
}

/// What the repository's owner shares with it; a user shares nothing.
Organization shared(Call const& call) {
  auto const& all = call.state.github.organizations;
  auto const found = all.find(call.repository->owner);
  return found == all.end() ? Organization{} : found->second;
}

}  // namespace

Response list_secrets(Call& call) {
  return secrets_page(call, call.repository->secrets);
}

Response list_variables(Call& call) {
  return variables_page(call, call.repository->variables);
}

Response list_environment_secrets(Call& call) {
  GateEnvironment const* const environment = find_environment(call, call.words[0]);
  return environment == nullptr ? github_not_found() : secrets_page(call, environment->secrets);
}

Response list_environment_variables(Call& call) {
  GateEnvironment const* const environment = find_environment(call, call.words[0]);
  return environment == nullptr ? github_not_found() : variables_page(call, environment->variables);
}

Response list_organization_secrets(Call& call) {
  return secrets_page(call, shared(call).secrets);
}

Response list_organization_variables(Call& call) {
  return variables_page(call, shared(call).variables);
}

bool is_organization(State const& state, std::string_view login) {
  return state.github.organizations.contains(login) || state.user(login) == nullptr;
}

/// Its plan is shown to those who own it.
Response show_organization(Call& call) {
  std::string const& login = call.words[0];
  auto const& all = call.state.github.organizations;
  auto const found = all.find(login);
  if (found == all.end()) return github_not_found();
  Json body = Json::object({{"login", login},
                            {"url", github_url(call.state, "/orgs/" + url_encode(login))},
                            {"type", "Organization"}});
  bool const is_shown = call.role == Role::admin && !found->second.plan.empty();
  if (is_shown) body.set("plan", Json::object({{"name", found->second.plan}}));
  return json_response(200, body);
}

}  // namespace landfall::sandbox
