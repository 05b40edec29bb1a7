// Repositories themselves: made, listed, changed, renamed, deleted.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_push.h"

namespace landfall::sandbox {
namespace {

Json permissions_json(Role role) {
  bool const writes = role != Role::read;
  return Json::object({{"admin", role == Role::admin},
                       {"maintain", role == Role::admin},
                       {"push", writes},
                       {"triage", writes},
                       {"pull", true}});
}

/// The caller's roles are shown to callers who have any.
Json shown(Call const& call, Repository const& repository, bool full) {
  Json json =
      full ? full_repository_json(call.state, repository) : repository_json(call.state, repository);
  if (call.token != nullptr)
    json.set("permissions", permissions_json(role_in(call.state, repository, call.token)));
  return json;
}

bool is_good_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

/// What both making and changing take from the body.
void read_settings(Given& given, Repository& repository) {
  repository.description = given.text_or("description", repository.description);
  repository.homepage = given.text_or("homepage", repository.homepage);
  repository.is_private = given.boolean_or("private", repository.is_private);
  if (auto const visibility = given.text("visibility"))
    repository.is_private = *visibility != "public";
  repository.has_issues = given.boolean_or("has_issues", repository.has_issues);
  repository.is_template = given.boolean_or("is_template", repository.is_template);
  repository.delete_branch_on_merge =
      given.boolean_or("delete_branch_on_merge", repository.delete_branch_on_merge);
}

void tell_repository(Call& call, Repository& repository, std::string_view action) {
  happened(call.state, repository,
           {.event = "repository",
            .action = std::string(action),
            .actor = actor_of(call),
            .by_actions = true},
           call.now);
}

/// As GitHub begins one with auto_init.
void add_first_commit(Call& call, Repository& repository) {
  Tree const files{{"README.md", {fmt::format("# {}\n", repository.name), 0644}}};
  Commit commit{.author = actor_of(call), .message = "Initial commit", .at = call.now};
  commit_files(call.state, repository, repository.default_branch, std::move(commit), files,
               {actor_of(call), is_by_actions(call)});
}

Response create_repository_of(Call& call, std::string const& owner) {
  Given given(call);
  Repository repository{};
  repository.name = given.required("name");
  bool const auto_init = given.boolean_or("auto_init", false);
  read_settings(given, repository);
  if (given.refusal()) return *std::move(given.refusal());
  if (!is_good_name(repository.name))
    return validation_failed({"Repository", "name", "custom", "name is invalid"});
  if (call.state.github.find(owner, repository.name) != nullptr)
    return validation_failed(
        {"Repository", "name", "custom", "name already exists on this account"});
  repository.id = call.state.next_id();
  repository.owner = owner;
  repository.created_at = call.now;
  repository.updated_at = call.now;
  repository.pushed_at = call.now;
  call.state.github.moved.erase(lower(repository.full_name()));
  std::int64_t const id = repository.id;
  call.state.github.repositories.push_back(std::move(repository));
  Repository& made = *call.state.github.find(id);
  tell_repository(call, made, "created");
  if (auto_init) add_first_commit(call, made);
  Response response = json_response(201, shown(call, made, true));
  response.headers.set("Location", repository_url(call.state, made));
  return response;
}

struct Order {
  std::string field;
  bool descending = false;
};

Instant time_of(Repository const& repository, std::string const& field) {
  if (field == "created") return repository.created_at;
  return field == "updated" ? repository.updated_at : repository.pushed_at;
}

void sort_by(std::vector<Repository const*>& list, Order const& order) {
  std::stable_sort(list.begin(), list.end(), [&](Repository const* a, Repository const* b) {
    if (order.descending) std::swap(a, b);
    if (order.field == "full_name") return lower(a->full_name()) < lower(b->full_name());
    return time_of(*a, order.field) < time_of(*b, order.field);
  });
}

Response list_where(Call& call, std::string const& default_field,
                    std::function<bool(Repository const&)> const& is_wanted) {
  std::vector<Repository const*> list;
  std::string const type = call.url.query_value("type").value_or("all");
  std::string const visibility = call.url.query_value("visibility").value_or(type);
  for (Repository const& one : call.state.github.repositories) {
    bool const hidden =
        (visibility == "public" && one.is_private) || (visibility == "private" && !one.is_private);
    if (!hidden && can_see(call.state, one, call.token) && is_wanted(one)) list.push_back(&one);
  }
  Order order{call.url.query_value("sort").value_or(default_field)};
  std::string const usual = order.field == "full_name" ? "asc" : "desc";
  order.descending = call.url.query_value("direction").value_or(usual) == "desc";
  sort_by(list, order);
  return paged(call, list.size(), [&](std::size_t i) { return shown(call, *list[i], false); });
}

}  // namespace

Response show_repository(Call& call) {
  return json_response(200, shown(call, *call.repository, true));
}

Response update_repository(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  Repository& repository = *call.repository;
  Given given(call);
  Repository changed;
  changed.description = repository.description;
  changed.homepage = repository.homepage;
  changed.is_private = repository.is_private;
  changed.has_issues = repository.has_issues;
  changed.is_template = repository.is_template;
  changed.delete_branch_on_merge = repository.delete_branch_on_merge;
  read_settings(given, changed);
  std::string const name = given.text_or("name", repository.name);
  std::string const branch = given.text_or("default_branch", repository.default_branch);
  bool const archived = given.boolean_or("archived", repository.archived);
  if (given.refusal()) return *std::move(given.refusal());
  if (repository.archived && archived)
    return github_error(403, "Repository was archived so is read-only.");
  if (!is_good_name(name))
    return validation_failed({"Repository", "name", "custom", "name is invalid"});
  Repository const* const other = call.state.github.find(repository.owner, name);
  if (other != nullptr && other != &repository)
    return validation_failed(
        {"Repository", "name", "custom", "name already exists on this account"});
  if (branch != repository.default_branch && !repository.branches.contains(branch))
    return validation_failed(
        {"Repository", "default_branch", "invalid", "The branch " + branch + " was not found."});
  if (name != repository.name) {
    call.state.github.moved[lower(repository.full_name())] = repository.id;
    repository.name = name;
    call.state.github.moved.erase(lower(repository.full_name()));
  }
  repository.description = changed.description;
  repository.homepage = changed.homepage;
  repository.is_private = changed.is_private;
  repository.has_issues = changed.has_issues;
  repository.is_template = changed.is_template;
  repository.delete_branch_on_merge = changed.delete_branch_on_merge;
  repository.archived = archived;
  repository.updated_at = call.now;
  bool const other_head = branch != repository.default_branch;
  repository.default_branch = branch;
  if (other_head) sync_workflows(call.state, repository, call.now);
  tell_repository(call, repository, "edited");
  return json_response(200, shown(call, repository, true));
}

Response delete_repository(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  tell_repository(call, *call.repository, "deleted");
  std::int64_t const id = call.repository->id;
  std::erase_if(call.state.github.repositories,
                [&](Repository const& one) { return one.id == id; });
  call.repository = nullptr;
  return {.status = 204};
}

Response create_own_repository(Call& call) {
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  if (call.token->role == Role::read || is_by_actions(call)) return needs_write(call);
  return create_repository_of(call, call.token->user);
}

Response create_organization_repository(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return create_repository_of(call, call.words[0]);
}

Response list_own_repositories(Call& call) {
  if (call.token == nullptr) return github_error(401, "Requires authentication");
  return list_where(call, "full_name", [&](Repository const& one) {
    bool const named = one.collaborators && one.collaborators->contains(call.token->user);
    bool const open = one.owner == call.token->user || !one.collaborators;
    return named || open;
  });
}

Response list_organization_repositories(Call& call) {
  if (!call.state.github.organizations.contains(call.words[0])) return github_not_found();
  return list_where(call, "created",
                    [&](Repository const& one) { return one.owner == call.words[0]; });
}

Response list_user_repositories(Call& call) {
  if (call.state.user(call.words[0]) == nullptr) return github_not_found();
  return list_where(call, "full_name", [&](Repository const& one) {
    return one.owner == call.words[0] && !one.is_private;
  });
}

Response show_topics(Call& call) {
  Json names = Json::array();
  for (std::string const& topic : call.repository->topics) names.push(topic);
  return json_response(200, Json::object({{"names", std::move(names)}}));
}

Response put_topics(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  Given given(call);
  if (!given.has("names")) return not_supplied("names");
  auto const names = given.texts("names");
  if (given.refusal()) return *std::move(given.refusal());
  call.repository->topics = names.value_or(std::vector<std::string>{});
  return show_topics(call);
}

Response list_languages(Call&) {
  return json_response(200, Json::object());
}

Response show_collaborator_permission(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  std::string const& login = call.words[0];
  if (call.state.user(login) == nullptr) return github_not_found();
  Token const as_user{.platform = Platform::github, .user = login, .role = Role::write};
  bool const owns = login == call.repository->owner;
  Role const role = owns ? Role::admin : role_in(call.state, *call.repository, &as_user);
  bool const sees = can_see(call.state, *call.repository, &as_user);
  std::string_view const word = !sees                 ? "none"
                                : role == Role::admin ? "admin"
                                : role == Role::write ? "write"
                                                      : "read";
  Json user = github_user(call.state, login);
  user.set("permissions", permissions_json(role));
  user.set("role_name", word);
  return json_response(
      200, Json::object({{"permission", word}, {"user", std::move(user)}, {"role_name", word}}));
}

Response show_actions_permissions(Call& call) {
  if (auto refusal = refuse_below(call, Role::admin)) return *std::move(refusal);
  return json_response(200, Json::object({{"enabled", true}, {"allowed_actions", "all"}}));
}

}  // namespace landfall::sandbox
