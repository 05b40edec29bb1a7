// What the API says of itself.
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"

namespace landfall::sandbox {

Response show_root_links(Call& call) {
  struct Link {
    char const* name;
    char const* path;
  };
  Link const links[] = {
      {"current_user_url", "/user"},
      {"current_user_authorizations_html_url", "/settings/connections/applications{/client_id}"},
      {"authorizations_url", "/authorizations"},
      {"code_search_url", "/search/code?q={query}{&page,per_page,sort,order}"},
      {"commit_search_url", "/search/commits?q={query}{&page,per_page,sort,order}"},
      {"emails_url", "/user/emails"},
      {"emojis_url", "/emojis"},
      {"events_url", "/events"},
      {"feeds_url", "/feeds"},
      {"followers_url", "/user/followers"},
      {"following_url", "/user/following{/target}"},
      {"gists_url", "/gists{/gist_id}"},
      {"issue_search_url", "/search/issues?q={query}{&page,per_page,sort,order}"},
      {"issues_url", "/issues"},
      {"keys_url", "/user/keys"},
      {"label_search_url",
       "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}"},
      {"notifications_url", "/notifications"},
      {"organization_url", "/orgs/{org}"},
      {"organization_repositories_url", "/orgs/{org}/repos{?type,page,per_page,sort}"},
      {"organization_teams_url", "/orgs/{org}/teams"},
      {"public_gists_url", "/gists/public"},
      {"rate_limit_url", "/rate_limit"},
      {"repository_url", "/repos/{owner}/{repo}"},
      {"repository_search_url", "/search/repositories?q={query}{&page,per_page,sort,order}"},
      {"current_user_repositories_url", "/user/repos{?type,page,per_page,sort}"},
      {"starred_url", "/user/starred{/owner}{/repo}"},
      {"starred_gists_url", "/gists/starred"},
      {"user_url", "/users/{user}"},
      {"user_organizations_url", "/user/orgs"},
      {"user_repositories_url", "/users/{user}/repos{?type,page,per_page,sort}"},
      {"user_search_url", "/search/users?q={query}{&page,per_page,sort,order}"},
  };
  Json body = Json::object();
  for (Link const& link : links) body.set(link.name, github_url(call.state, link.path));
  return json_response(200, body);
}

/// The sandbox's own address stands for all of GitHub's.
Response show_meta(Call&) {
  Json const here = Json::array({"127.0.0.1/32"});
  Json body = Json::object({{"verifiable_password_authentication", false}});
  for (char const* member :
       {"hooks", "web", "api", "git", "packages", "pages", "importer", "actions", "dependabot"})
    body.set(member, here);
  return json_response(200, body);
}

Response list_versions(Call&) {
  return json_response(200, Json::array({"2022-11-28", "2026-03-10"}));
}

Response show_zen(Call&) {
  return {.status = 200,
          .headers = {{"Content-Type", "text/plain;charset=utf-8"}},
          .body = "Practicality beats purity."};
}

}  // namespace landfall::sandbox
