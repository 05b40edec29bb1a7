// Statuses of commits, check runs and releases.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/github_json.h"

namespace landfall::sandbox {

Json status_json(State const& state, Repository const& repository, CommitStatus const& status) {
  return Json::object({{"url", repository_url(state, repository, "/statuses/" + status.sha)},
                       {"avatar_url", fmt::format("https://avatars.githubusercontent.com/u/{}?v=4",
                                                  user_id(state, status.creator))},
                       {"id", status.id},
                       {"node_id", node_id("StatusContext", status.id)},
                       {"state", status.state},
                       {"description", shown_text(status.description)},
                       {"target_url", shown_text(status.target_url)},
                       {"context", status.context},
                       {"created_at", iso8601(status.created_at)},
                       {"updated_at", iso8601(status.created_at)}});
}

Json check_run_json(State const& state, Repository const& repository, CheckRun const& check) {
  std::string const url =
      repository_url(state, repository, fmt::format("/check-runs/{}", check.id));
  Json const output = Json::object({{"title", check.title ? Json(*check.title) : Json()},
                                    {"summary", check.summary ? Json(*check.summary) : Json()},
                                    {"text", check.text ? Json(*check.text) : Json()},
                                    {"annotations_count", 0},
                                    {"annotations_url", url + "/annotations"}});
  std::string const page = github_page(repository, fmt::format("/runs/{}", check.id));
  return Json::object({{"id", check.id},
                       {"name", check.name},
                       {"node_id", node_id("CheckRun", check.id)},
                       {"head_sha", check.sha},
                       {"external_id", check.external_id},
                       {"url", url},
                       {"html_url", page},
                       {"details_url", check.details_url.empty() ? page : check.details_url},
                       {"status", check.status},
                       {"conclusion", shown_text(check.conclusion)},
                       {"started_at", time_or_null(check.started_at)},
                       {"completed_at", time_or_null(check.completed_at)},
                       {"output", output},
                       {"check_suite", Json::object({{"id", check.suite}})},
                       {"app", actions_app_json(state)},
                       {"pull_requests", Json::array()}});
}

Json release_json(State const& state, Repository const& repository, GitHubRelease const& release) {
  std::string const url =
      repository_url(state, repository, fmt::format("/releases/{}", release.id));
  std::string const page =
      github_page(repository, release.draft ? fmt::format("/releases/tag/untagged-{}", release.id)
                                            : "/releases/tag/" + release.tag);
  auto const archive = [&](char const* kind) {
    return release.draft
               ? Json()
               : Json(repository_url(state, repository, fmt::format("/{}/{}", kind, release.tag)));
  };
  return Json::object({{"url", url},
                       {"assets_url", url + "/assets"},
                       {"upload_url", url + "/assets{?name,label}"},
                       {"html_url", page},
                       {"id", release.id},
                       {"author", github_user(state, release.author)},
                       {"node_id", node_id("Release", release.id)},
                       {"tag_name", release.tag},
                       {"target_commitish", release.target},
                       {"name", shown_text(release.name)},
                       {"draft", release.draft},
                       {"immutable", false},
                       {"prerelease", release.prerelease},
                       {"created_at", iso8601(release.created_at)},
                       {"updated_at", iso8601(release.published_at.value_or(release.created_at))},
                       {"published_at", time_or_null(release.published_at)},
                       {"assets", Json::array()},
                       {"tarball_url", archive("tarball")},
                       {"zipball_url", archive("zipball")},
                       {"body", shown_text(release.body)}});
}

}  // namespace landfall::sandbox
