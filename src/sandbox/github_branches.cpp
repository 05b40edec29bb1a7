// Branches and their protection.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

std::string protection_url(Call const& call, std::string_view branch) {
  return repository_url(call.state, *call.repository,
                        fmt::format("/branches/{}/protection", url_encode(branch)));
}

Json switched(bool enabled) {
  return Json::object({{"enabled", enabled}});
}

Json checks_json(Texts const& contexts) {
  Json checks = Json::array();
  for (std::string const& context : contexts)
    checks.push(Json::object({{"context", context}, {"app_id", nullptr}}));
  return checks;
}

Json texts_json(Texts const& texts) {
  Json json = Json::array();
  for (std::string const& text : texts) json.push(text);
  return json;
}

/// As a part of a branch.
Json summary_json(Call const& call, std::string const& branch) {
  auto const found = call.repository->protections.find(branch);
  bool const enabled = found != call.repository->protections.end();
  Texts const contexts = enabled ? found->second.checks.value_or(Texts{}) : Texts{};
  std::string_view const level = !enabled || !found->second.checks ? "off"
                                 : found->second.enforce_admins    ? "everyone"
                                                                   : "non_admins";
  return Json::object(
      {{"enabled", enabled},
       {"required_status_checks", Json::object({{"enforcement_level", level},
                                                {"contexts", texts_json(contexts)},
                                                {"checks", checks_json(contexts)}})}});
}

Json branch_json(Call const& call, std::string const& name, std::string const& sha) {
  Json json = Json::object(
      {{"name", name},
       {"commit",
        Json::object({{"sha", sha},
                      {"url", repository_url(call.state, *call.repository, "/commits/" + sha)}})},
       {"protected", call.repository->protections.contains(name)}});
  json.set("protection", summary_json(call, name));
  json.set("protection_url", protection_url(call, name));
  return json;
}

Json restrictions_json(Call const& call, std::string const& url, BranchProtection const& rules) {
  Json users = Json::array();
  for (std::string const& login : *rules.push_users) users.push(github_user(call.state, login));
  Json teams = Json::array();
  auto const organization = call.state.github.organizations.find(call.repository->owner);
  if (organization != call.state.github.organizations.end())
    for (Team const& team : organization->second.teams)
      if (std::find(rules.push_teams.begin(), rules.push_teams.end(), team.slug) !=
          rules.push_teams.end())
        teams.push(team_json(call.state, call.repository->owner, team));
  return Json::object({{"url", url},
                       {"users_url", url + "/users"},
                       {"teams_url", url + "/teams"},
                       {"apps_url", url + "/apps"},
                       {"users", std::move(users)},
                       {"teams", std::move(teams)},
                       {"apps", Json::array()}});
}

Json protection_json(Call const& call, std::string const& branch, BranchProtection const& rules) {
  std::string const url = protection_url(call, branch);
  Json json = Json::object({{"url", url}});
  if (rules.checks) {
    std::string const checks = url + "/required_status_checks";
    json.set("required_status_checks", Json::object({{"url", checks},
                                                     {"strict", rules.strict_checks},
                                                     {"contexts", texts_json(*rules.checks)},
                                                     {"contexts_url", checks + "/contexts"},
                                                     {"checks", checks_json(*rules.checks)}}));
  }
  if (rules.push_users)
    json.set("restrictions", restrictions_json(call, url + "/restrictions", rules));
  if (rules.reviews)
    json.set("required_pull_request_reviews",
             Json::object({{"url", url + "/required_pull_request_reviews"},
                           {"dismiss_stale_reviews", rules.dismisses_stale},
                           {"require_code_owner_reviews", rules.code_owners},
                           {"require_last_push_approval", rules.last_push_approval},
                           {"required_approving_review_count", *rules.reviews}}));
  json.set("required_signatures",
           Json::object({{"url", url + "/required_signatures"}, {"enabled", false}}));
  json.set("enforce_admins",
           Json::object({{"url", url + "/enforce_admins"}, {"enabled", rules.enforce_admins}}));
  json.set("required_linear_history", switched(rules.linear_history));
  json.set("allow_force_pushes", switched(rules.force_pushes));
  json.set("allow_deletions", switched(rules.deletions));
  json.set("block_creations", switched(rules.block_creations));
  json.set("required_conversation_resolution", switched(rules.conversation_resolution));
  json.set("lock_branch", switched(rules.lock_branch));
  json.set("allow_fork_syncing", switched(rules.fork_syncing));
  return json;
}

void read_checks(Given& given, BranchProtection& rules) {
  Json const* const checks = given.find("required_status_checks");
  if (checks == nullptr || checks->is_null()) return;
  auto const strict = checks->boolean("strict");
  if (!strict) return given.refuse(not_supplied("strict"));
  rules.strict_checks = *strict;
  rules.checks = Texts{};
  Json const* const contexts = checks->find("contexts");
  if (contexts != nullptr && contexts->is_array())
    for (Json const& context : contexts->as_array())
      if (context.is_string()) rules.checks->push_back(context.as_string());
  Json const* const list = checks->find("checks");
  if (list != nullptr && list->is_array())
    for (Json const& check : list->as_array()) {
      auto const context = check.text("context");
      if (context &&
          std::find(rules.checks->begin(), rules.checks->end(), *context) == rules.checks->end())
        rules.checks->push_back(*context);
    }
}

void read_reviews(Given& given, BranchProtection& rules) {
  Json const* const reviews = given.find("required_pull_request_reviews");
  if (reviews == nullptr || reviews->is_null()) return;
  rules.reviews = reviews->integer("required_approving_review_count").value_or(1);
  rules.dismisses_stale = reviews->boolean("dismiss_stale_reviews").value_or(false);
  rules.code_owners = reviews->boolean("require_code_owner_reviews").value_or(false);
  rules.last_push_approval = reviews->boolean("require_last_push_approval").value_or(false);
  if (*rules.reviews < 0 || *rules.reviews > 6)
    given.refuse(validation_failed({"ProtectedBranch", "required_approving_review_count", "invalid",
                                    "must be between 0 and 6"}));
}

void read_restrictions(Given& given, BranchProtection& rules) {
  Json const* const limits = given.find("restrictions");
  if (limits == nullptr || limits->is_null()) return;
  auto const texts = [&](char const* name) {
    Texts found;
    auto const items = limits->items(name);
    if (!items) return found;
    for (Json const& item : **items)
      if (item.is_string()) found.push_back(item.as_string());
    return found;
  };
  rules.push_users = texts("users");
  rules.push_teams = texts("teams");
}

}  // namespace

Response list_branches(Call& call) {
  std::vector<std::pair<std::string, std::string>> list;
  auto const wanted = call.url.query_value("protected");
  for (auto const& [name, sha] : call.repository->branches) {
    bool const is_protected = call.repository->protections.contains(name);
    if (!wanted || *wanted == (is_protected ? "true" : "false")) list.emplace_back(name, sha);
  }
  return paged(call, list.size(),
               [&](std::size_t i) { return branch_json(call, list[i].first, list[i].second); });
}

Response show_branch(Call& call) {
  std::string const& name = call.words[0];
  auto const branch = call.repository->branches.find(name);
  Commit const* const head = resolve(*call.repository, "refs/heads/" + name);
  if (branch == call.repository->branches.end() || head == nullptr)
    return github_error(404, "Branch not found");
  std::string const url =
      repository_url(call.state, *call.repository, "/branches/" + url_encode(name));
  return json_response(
      200, Json::object({{"name", name},
                         {"commit", commit_json(call.state, *call.repository, *head)},
                         {"_links",
                          Json::object({{"self", url},
                                        {"html", github_page(*call.repository, "/tree/" + name)}})},
                         {"protected", call.repository->protections.contains(name)},
                         {"protection", summary_json(call, name)},
                         {"protection_url", protection_url(call, name)}}));
}

Response rename_branch(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  std::string const name = given.required("new_name");
  if (given.refusal()) return *std::move(given.refusal());
  Repository& repository = *call.repository;
  auto const old = repository.branches.find(call.words[0]);
  if (old == repository.branches.end()) return github_error(404, "Branch not found");
  if (repository.branches.contains(name) || name.empty())
    return validation_failed({"Branch", "name", "already_exists"});
  std::string const sha = old->second;
  auto const rules = repository.protections.find(call.words[0]);
  if (rules != repository.protections.end()) {
    repository.protections[name] = rules->second;
    repository.protections.erase(call.words[0]);
  }
  if (repository.default_branch == call.words[0]) repository.default_branch = name;
  for (Pull& pull : repository.pulls)
    if (pull.base == call.words[0]) pull.base = name;
  repository.branches.erase(old);
  repository.branches[name] = sha;
  call.words[0] = name;
  Response response = show_branch(call);
  response.status = 201;
  return response;
}

Response show_protection(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  if (!call.repository->branches.contains(call.words[0]))
    return github_error(404, "Branch not found");
  auto const rules = call.repository->protections.find(call.words[0]);
  if (rules == call.repository->protections.end()) return github_error(404, "Branch not protected");
  return json_response(200, protection_json(call, rules->first, rules->second));
}

Response put_protection(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  if (!call.repository->branches.contains(call.words[0]))
    return github_error(404, "Branch not found");
  Given given(call);
  for (char const* name : {"required_status_checks", "enforce_admins",
                           "required_pull_request_reviews", "restrictions"})
    if (!given.has(name)) given.refuse(not_supplied(name));
  BranchProtection rules;
  read_checks(given, rules);
  read_reviews(given, rules);
  read_restrictions(given, rules);
  rules.enforce_admins = given.boolean_or("enforce_admins", false);
  rules.linear_history = given.boolean_or("required_linear_history", false);
  rules.force_pushes = given.boolean_or("allow_force_pushes", false);
  rules.deletions = given.boolean_or("allow_deletions", false);
  rules.block_creations = given.boolean_or("block_creations", false);
  rules.conversation_resolution = given.boolean_or("required_conversation_resolution", false);
  rules.lock_branch = given.boolean_or("lock_branch", false);
  rules.fork_syncing = given.boolean_or("allow_fork_syncing", false);
  if (given.refusal()) return *std::move(given.refusal());
  if (rules.push_users && !is_organization(call.state, call.repository->owner))
    return validation_failed({"ProtectedBranch", "restrictions", "custom",
                              "Only organization repositories can have users and team "
                              "restrictions"});
  call.repository->protections[call.words[0]] = rules;
  return json_response(200, protection_json(call, call.words[0], rules));
}

Response delete_protection(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  if (call.repository->protections.erase(call.words[0]) == 0)
    return github_error(404, "Branch not protected");
  return {.status = 204};
}

}  // namespace landfall::sandbox
