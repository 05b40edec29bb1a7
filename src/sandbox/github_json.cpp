#include "sandbox/github_json.h"

#include <fmt/core.h>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::int64_t const actions_bot_id = 41'898'282;

/// Links of a repository that the API names in every answer: the member's name and its path.
struct Link {
  char const* name;
  char const* path;
};
Link const links[] = {
    {"archive_url", "/{archive_format}{/ref}"},
    {"assignees_url", "/assignees{/user}"},
    {"blobs_url", "/git/blobs{/sha}"},
    {"branches_url", "/branches{/branch}"},
    {"collaborators_url", "/collaborators{/collaborator}"},
    {"comments_url", "/comments{/number}"},
    {"commits_url", "/commits{/sha}"},
    {"compare_url", "/compare/{base}...{head}"},
    {"contents_url", "/contents/{+path}"},
    {"contributors_url", "/contributors"},
    {"deployments_url", "/deployments"},
    {"downloads_url", "/downloads"},
    {"events_url", "/events"},
    {"forks_url", "/forks"},
    {"git_commits_url", "/git/commits{/sha}"},
    {"git_refs_url", "/git/refs{/sha}"},
    {"git_tags_url", "/git/tags{/sha}"},
    {"hooks_url", "/hooks"},
    {"issue_comment_url", "/issues/comments{/number}"},
    {"issue_events_url", "/issues/events{/number}"},
    {"issues_url", "/issues{/number}"},
    {"keys_url", "/keys{/key_id}"},
    {"labels_url", "/labels{/name}"},
    {"languages_url", "/languages"},
    {"merges_url", "/merges"},
    {"milestones_url", "/milestones{/number}"},
    {"notifications_url", "/notifications{?since,all,participating}"},
    {"pulls_url", "/pulls{/number}"},
    {"releases_url", "/releases{/id}"},
    {"stargazers_url", "/stargazers"},
    {"statuses_url", "/statuses/{sha}"},
    {"subscribers_url", "/subscribers"},
    {"subscription_url", "/subscription"},
    {"tags_url", "/tags"},
    {"teams_url", "/teams"},
    {"trees_url", "/git/trees{/sha}"},
};

std::size_t open_issues(Repository const& repository) {
  std::size_t open = 0;
  for (Issue const& issue : repository.issues) open += issue.state == "open" ? 1 : 0;
  return open;
}

void add_switches(Repository const& repository, Json& json) {
  json.set("has_issues", repository.has_issues);
  json.set("has_projects", true);
  json.set("has_downloads", true);
  json.set("has_wiki", true);
  json.set("has_pages", false);
  json.set("has_discussions", false);
  json.set("archived", repository.archived);
  json.set("disabled", false);
  json.set("allow_forking", true);
  json.set("is_template", repository.is_template);
  json.set("web_commit_signoff_required", false);
}

void add_counts(Repository const& repository, Json& json) {
  std::size_t const open = open_issues(repository);
  for (char const* name :
       {"forks", "forks_count", "stargazers_count", "watchers", "watchers_count"})
    json.set(name, 0);
  json.set("open_issues", open);
  json.set("open_issues_count", open);
  std::size_t bytes = 0;
  for (auto const& [sha, content] : repository.blobs) bytes += content.size();
  json.set("size", bytes / 1024);
}

}  // namespace

std::string github_url(State const& state, std::string_view path) {
  return fmt::format("http://127.0.0.1:{}{}", state.ports.github, path);
}

std::string repository_url(State const& state, Repository const& repository,
                           std::string_view rest) {
  return github_url(state, fmt::format("/repos/{}{}", repository.full_name(), rest));
}

std::string github_page(Repository const& repository, std::string_view rest) {
  return fmt::format("https://github.com/{}{}", repository.full_name(), rest);
}

std::string node_id(std::string_view kind, std::int64_t id) {
  return base64(fmt::format("{}{}", kind, id));
}

Json time_or_null(std::optional<Instant> at) {
  return at ? Json(iso8601(*at)) : Json();
}

Json shown_text(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

bool is_organization(State const& state, std::string_view login) {
  if (login == actions_bot) return false;
  return state.github.organizations.contains(login) || state.user(login) == nullptr;
}

std::int64_t user_id(State const& state, std::string_view login) {
  if (login == actions_bot) return actions_bot_id;
  auto const organization = state.github.organizations.find(login);
  if (organization != state.github.organizations.end()) return organization->second.id;
  User const* const user = state.user(login);
  return user == nullptr ? 0 : user->id;
}

Json github_user(State const& state, std::string_view login) {
  std::int64_t const id = user_id(state, login);
  bool const many = is_organization(state, login);
  std::string_view const type = login == actions_bot ? "Bot" : many ? "Organization" : "User";
  std::string const api = github_url(state, "/users/" + url_encode(login));
  return Json::object(
      {{"login", login},
       {"id", id},
       {"node_id", node_id(many ? "Organization" : "User", id)},
       {"avatar_url", fmt::format("https://avatars.githubusercontent.com/u/{}?v=4", id)},
       {"gravatar_id", ""},
       {"url", api},
       {"html_url", fmt::format("https://github.com/{}", url_encode(login))},
       {"followers_url", api + "/followers"},
       {"following_url", api + "/following{/other_user}"},
       {"gists_url", api + "/gists{/gist_id}"},
       {"starred_url", api + "/starred{/owner}{/repo}"},
       {"subscriptions_url", api + "/subscriptions"},
       {"organizations_url", api + "/orgs"},
       {"repos_url", api + "/repos"},
       {"events_url", api + "/events{/privacy}"},
       {"received_events_url", api + "/received_events"},
       {"type", type},
       {"user_view_type", "public"},
       {"site_admin", false}});
}

Json user_or_null(State const& state, std::string_view login) {
  bool const known = login == actions_bot || state.user(login) != nullptr;
  return known ? github_user(state, login) : Json();
}

Json team_json(State const& state, std::string_view organization, Team const& team) {
  std::string const api = github_url(
      state, fmt::format("/organizations/{}/team/{}", user_id(state, organization), team.id));
  return Json::object(
      {{"name", team.name},
       {"id", team.id},
       {"node_id", node_id("Team", team.id)},
       {"slug", team.slug},
       {"description", shown_text(team.description)},
       {"privacy", "closed"},
       {"notification_setting", "notifications_enabled"},
       {"url", api},
       {"html_url", fmt::format("https://github.com/orgs/{}/teams/{}", organization, team.slug)},
       {"members_url", api + "/members{/member}"},
       {"repositories_url", api + "/repos"},
       {"type", "organization"},
       {"organization_id", user_id(state, organization)},
       {"permission", "pull"},
       {"parent", nullptr}});
}

/// What stands behind jobs, check runs of Actions and GITHUB_TOKEN.
Json actions_app_json(State const& state) {
  return Json::object(
      {{"id", 15368},
       {"client_id", "Iv1.05c79e9ad1f6bdfa"},
       {"slug", "github-actions"},
       {"node_id", "MDM6QXBwMTUzNjg="},
       {"owner", github_user(state, "github")},
       {"name", "GitHub Actions"},
       {"description", "Automate your workflow from idea to production"},
       {"external_url", "https://help.github.com/en/actions"},
       {"html_url", "https://github.com/apps/github-actions"},
       {"created_at", "2018-07-30T09:30:17Z"},
       {"updated_at", "2024-04-10T20:33:16Z"},
       {"permissions", Json::object({{"checks", "write"},
                                     {"contents", "write"},
                                     {"deployments", "write"},
                                     {"issues", "write"},
                                     {"metadata", "read"}})},
       {"events", Json::array({"check_run", "check_suite", "push", "workflow_dispatch"})}});
}

Json repository_json(State const& state, Repository const& repository) {
  std::string const git = github_url(state, "/" + repository.full_name() + ".git");
  Json json = Json::object({
      {"id", repository.id},
      {"node_id", node_id("Repository", repository.id)},
      {"name", repository.name},
      {"full_name", repository.full_name()},
      {"private", repository.is_private},
      {"owner", github_user(state, repository.owner)},
      {"html_url", github_page(repository)},
      {"description", shown_text(repository.description)},
      {"fork", false},
      {"url", repository_url(state, repository)},
  });
  for (Link const& link : links) json.set(link.name, repository_url(state, repository, link.path));
  json.set("git_url", git);
  json.set("ssh_url", fmt::format("git@github.com:{}.git", repository.full_name()));
  json.set("clone_url", git);
  json.set("svn_url", github_page(repository));
  json.set("homepage", shown_text(repository.homepage));
  json.set("language", nullptr);
  json.set("mirror_url", nullptr);
  json.set("license", nullptr);
  Json topics = Json::array();
  for (std::string const& topic : repository.topics) topics.push(topic);
  json.set("topics", std::move(topics));
  json.set("visibility", repository.is_private ? "private" : "public");
  json.set("default_branch", repository.default_branch);
  json.set("created_at", iso8601(repository.created_at));
  json.set("updated_at", iso8601(repository.updated_at));
  json.set("pushed_at", iso8601(repository.pushed_at));
  add_switches(repository, json);
  add_counts(repository, json);
  return json;
}

Json full_repository_json(State const& state, Repository const& repository) {
  Json json = repository_json(state, repository);
  json.set("network_count", 0);
  json.set("subscribers_count", 0);
  json.set("temp_clone_token", "");
  for (char const* name : {"allow_squash_merge", "allow_merge_commit", "allow_rebase_merge"})
    json.set(name, true);
  json.set("allow_auto_merge", false);
  json.set("allow_update_branch", false);
  json.set("delete_branch_on_merge", repository.delete_branch_on_merge);
  json.set("squash_merge_commit_title", "COMMIT_OR_PR_TITLE");
  json.set("squash_merge_commit_message", "COMMIT_MESSAGES");
  json.set("merge_commit_title", "MERGE_MESSAGE");
  json.set("merge_commit_message", "PR_TITLE");
  if (is_organization(state, repository.owner))
    json.set("organization", github_user(state, repository.owner));
  return json;
}

}  // namespace landfall::sandbox
