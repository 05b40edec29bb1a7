// Releases of repositories: a tag with a text.
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

GitHubRelease* release_in_path(Call const& call) {
  std::int64_t const id = number_in(call, 0);
  for (GitHubRelease& release : call.repository->releases)
    if (release.id == id) return &release;
  return nullptr;
}

bool may_see(Call const& call, GitHubRelease const& release) {
  return !release.draft || (call.token != nullptr && call.role != Role::read);
}

Response shown(Call const& call, int status, GitHubRelease const& release) {
  return json_response(status, release_json(call.state, *call.repository, release));
}

void tell_release(Call& call, GitHubRelease const& release, std::string_view action) {
  Happening happening{.event = "release", .action = std::string(action), .actor = actor_of(call)};
  happening.by_actions = is_by_actions(call);
  happening.title = release.name.empty() ? release.tag : release.name;
  happening.ref = "refs/tags/" + release.tag;
  happening.payload =
      Json::object({{"release", release_json(call.state, *call.repository, release)}});
  happened(call.state, *call.repository, std::move(happening), call.now);
}

/// Makes the tag where it is missing, and tells all who want to know.
std::optional<Response> publish(Call& call, std::int64_t id) {
  auto const find = [&]() -> GitHubRelease& {
    return *std::find_if(call.repository->releases.begin(), call.repository->releases.end(),
                         [&](GitHubRelease const& one) { return one.id == id; });
  };
  GitHubRelease const release = find();
  if (!call.repository->tags.contains(release.tag)) {
    Commit const* const commit = resolve(*call.repository, release.target);
    if (commit == nullptr) return validation_failed({"Release", "target_commitish", "invalid"});
    std::string const sha = commit->sha;
    move_ref(call.state, *call.repository, {"refs/tags/" + release.tag, "", sha},
             {actor_of(call), is_by_actions(call)}, call.now);
  }
  find().published_at = call.now;
  GitHubRelease const published = find();
  tell_release(call, published, "created");
  tell_release(call, published, "published");
  if (!published.prerelease) tell_release(call, published, "released");
  if (published.prerelease) tell_release(call, published, "prereleased");
  return std::nullopt;
}

void read_release(Given& given, Repository const& repository, GitHubRelease& release) {
  release.tag = given.text_or("tag_name", release.tag);
  release.target = given.text_or(
      "target_commitish", release.target.empty() ? repository.default_branch : release.target);
  release.name = given.text_or("name", release.name);
  release.body = given.text_or("body", release.body);
  release.draft = given.boolean_or("draft", release.draft);
  release.prerelease = given.boolean_or("prerelease", release.prerelease);
}

}  // namespace

Response list_releases(Call& call) {
  std::vector<GitHubRelease const*> found;
  for (auto one = call.repository->releases.rbegin(); one != call.repository->releases.rend();
       ++one)
    if (may_see(call, *one)) found.push_back(&*one);
  return paged(call, found.size(), [&](std::size_t i) {
    return release_json(call.state, *call.repository, *found[i]);
  });
}

Response create_release(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  GitHubRelease release{.tag = given.required("tag_name")};
  read_release(given, *call.repository, release);
  if (given.refusal()) return *std::move(given.refusal());
  if (release.tag.empty()) return validation_failed({"Release", "tag_name", "missing_field"});
  for (GitHubRelease const& other : call.repository->releases)
    if (other.tag == release.tag && !other.draft)
      return validation_failed({"Release", "tag_name", "already_exists"});
  bool const has_target = call.repository->tags.contains(release.tag) ||
                          resolve(*call.repository, release.target) != nullptr;
  if (!has_target) return validation_failed({"Release", "target_commitish", "invalid"});
  release.id = call.state.next_id();
  release.author = actor_of(call);
  release.created_at = call.now;
  call.repository->releases.push_back(release);
  if (!release.draft)
    if (auto refusal = publish(call, release.id)) return *std::move(refusal);
  auto const made = std::find_if(call.repository->releases.begin(), call.repository->releases.end(),
                                 [&](auto const& one) { return one.id == release.id; });
  Response response = shown(call, 201, *made);
  response.headers.set("Location", repository_url(call.state, *call.repository,
                                                  fmt::format("/releases/{}", release.id)));
  return response;
}

Response show_release(Call& call) {
  GitHubRelease const* const release = release_in_path(call);
  if (release == nullptr || !may_see(call, *release)) return github_not_found();
  return shown(call, 200, *release);
}

/// The newest that is neither a draft nor a prerelease.
Response show_latest_release(Call& call) {
  GitHubRelease const* latest = nullptr;
  for (GitHubRelease const& one : call.repository->releases)
    if (!one.draft && !one.prerelease && one.published_at &&
        (latest == nullptr || *one.published_at >= *latest->published_at))
      latest = &one;
  return latest == nullptr ? github_not_found() : shown(call, 200, *latest);
}

Response show_release_of_tag(Call& call) {
  for (GitHubRelease const& one : call.repository->releases)
    if (one.tag == call.words[0] && !one.draft) return shown(call, 200, one);
  return github_not_found();
}

Response update_release(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  GitHubRelease* const release = release_in_path(call);
  if (release == nullptr) return github_not_found();
  Given given(call);
  GitHubRelease changed = *release;
  read_release(given, *call.repository, changed);
  if (given.refusal()) return *std::move(given.refusal());
  bool const appears = release->draft && !changed.draft;
  *release = changed;
  if (appears)
    if (auto refusal = publish(call, changed.id)) return *std::move(refusal);
  if (!appears && !changed.draft) tell_release(call, changed, "edited");
  return shown(call, 200, *release_in_path(call));
}

Response delete_release(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  GitHubRelease const* const release = release_in_path(call);
  if (release == nullptr) return github_not_found();
  GitHubRelease const gone = *release;
  std::erase_if(call.repository->releases, [&](auto const& one) { return one.id == gone.id; });
  if (!gone.draft) tell_release(call, gone, "deleted");
  return {.status = 204};
}

}  // namespace landfall::sandbox
