// The repository itself: branches, tags, commits, and its files as one archive.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/archive.h"
#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

Json commit_reference(Call const& call, std::string const& sha) {
  return Json::object({{"sha", sha}, {"url", repository_url(call, "/commits/" + sha)}});
}

Json reference_json(Call const& call, std::string const& ref, std::string const& sha) {
  return Json::object(
      {{"ref", ref},
       {"node_id", base64(ref)},
       {"url", repository_url(call, "/git/" + ref)},
       {"object", Json::object({{"sha", sha},
                                {"type", "commit"},
                                {"url", repository_url(call, "/git/commits/" + sha)}})}});
}

bool touches(Commit const& commit, std::string_view path) {
  if (path.empty() || !commit.files) return true;
  return std::any_of(commit.files->begin(), commit.files->end(), [&](std::string const& file) {
    if (!file.starts_with(path)) return false;
    return file.size() == path.size() || path.ends_with('/') || file[path.size()] == '/';
  });
}

Json files_json(Commit const& commit) {
  Json files = Json::array();
  if (!commit.files) return files;
  for (std::string const& file : *commit.files) {
    files.push(Json::object({{"filename", file}, {"status", "modified"}}));
  }
  return files;
}

/// since and until of a list of commits; false if one of them cannot be read.
bool read_window(Url const& url, std::optional<Instant>& since, std::optional<Instant>& until) {
  for (auto const& [name, instant] : {std::pair{"since", &since}, std::pair{"until", &until}}) {
    auto const text = url.query_value(name);
    if (!text) continue;
    auto const read = parse_instant(*text);
    if (!read) return false;
    *instant = *read;
  }
  return true;
}

std::set<std::string> shas(std::vector<Commit const*> const& commits) {
  std::set<std::string> result;
  for (Commit const* commit : commits) result.insert(commit->sha);
  return result;
}

/// Those of `commits` that are not in `others`, oldest first.
std::vector<Commit const*> only_in(std::vector<Commit const*> commits,
                                   std::set<std::string> const& others) {
  std::erase_if(commits, [&](Commit const* commit) { return others.contains(commit->sha); });
  std::reverse(commits.begin(), commits.end());
  return commits;
}

char const* comparison(std::size_t ahead, std::size_t behind) {
  if (ahead > 0 && behind > 0) return "diverged";
  if (ahead > 0) return "ahead";
  return behind > 0 ? "behind" : "identical";
}

}  // namespace

Json commit_json(Call const& call, Commit const& commit) {
  User const* const user = call.state.user(commit.author);
  Json const signature = Json::object({{"name", user == nullptr ? commit.author : user->name},
                                       {"email", user == nullptr ? "" : user->email},
                                       {"date", iso8601(commit.at)}});
  Json parents = Json::array();
  for (std::string const& parent : commit.parents) parents.push(commit_reference(call, parent));
  std::string const tree_name = commit.tree.empty() ? sha1("tree of " + commit.sha) : commit.tree;
  return Json::object({
      {"sha", commit.sha},
      {"node_id", base64("Commit" + commit.sha)},
      {"commit", Json::object({{"author", signature},
                               {"committer", signature},
                               {"message", commit.message},
                               {"tree", Json::object({{"sha", tree_name}})},
                               {"comment_count", 0}})},
      {"url", repository_url(call, "/commits/" + commit.sha)},
      {"html_url",
       fmt::format("https://github.com/{}/commit/{}", call.repository->full_name(), commit.sha)},
      {"author", github_user(call.state, commit.author)},
      {"committer", github_user(call.state, commit.author)},
      {"parents", std::move(parents)},
  });
}

Response show_repository(Call& call) {
  Repository const& repository = *call.repository;
  std::int64_t const open = std::count_if(repository.issues.begin(), repository.issues.end(),
                                          [](Issue const& one) { return one.state == "open"; });
  return json_response(
      200, Json::object({
               {"id", repository.id},
               {"node_id", node_id("Repository", repository.id)},
               {"name", repository.name},
               {"full_name", repository.full_name()},
               {"owner", Json::object({{"login", repository.owner},
                                       {"type", is_organization(call.state, repository.owner)
                                                    ? "Organization"
                                                    : "User"}})},
               {"private", repository.is_private},
               {"visibility", repository.is_private ? "private" : "public"},
               {"html_url", "https://github.com/" + repository.full_name()},
               {"description", repository.description},
               {"fork", false},
               {"url", repository_url(call)},
               {"default_branch", repository.default_branch},
               {"archived", repository.archived},
               {"disabled", false},
               {"open_issues_count", open},
               {"created_at", iso8601(repository.created_at)},
               {"updated_at", iso8601(repository.updated_at)},
               {"pushed_at", iso8601(repository.pushed_at)},
               {"permissions", Json::object({{"admin", call.role == Role::admin},
                                             {"push", call.role != Role::read},
                                             {"pull", true}})},
           }));
}

Response list_branches(Call& call) {
  Json::Array items;
  auto const wanted = call.url.query_value("protected");
  for (auto const& [name, sha] : call.repository->branches) {
    bool const is_protected = call.repository->protected_branches.contains(name);
    if (wanted && *wanted != (is_protected ? "true" : "false")) continue;
    items.push_back(Json::object(
        {{"name", name}, {"commit", commit_reference(call, sha)}, {"protected", is_protected}}));
  }
  return paged(call, std::move(items));
}

Response show_branch(Call& call) {
  auto const branch = call.repository->branches.find(call.words[0]);
  if (branch == call.repository->branches.end()) return github_error(404, "Branch not found");
  Commit const* const head = resolve(*call.repository, "refs/heads/" + branch->first);
  require(head != nullptr, "a branch without a commit");
  bool const is_protected = call.repository->protected_branches.contains(branch->first);
  return json_response(200, Json::object({{"name", branch->first},
                                          {"commit", commit_json(call, *head)},
                                          {"protected", is_protected}}));
}

Response list_tags(Call& call) {
  Json::Array items;
  for (auto const& [name, sha] : call.repository->tags) {
    items.push_back(
        Json::object({{"name", name},
                      {"zipball_url", repository_url(call, "/zipball/refs/tags/" + name)},
                      {"tarball_url", repository_url(call, "/tarball/refs/tags/" + name)},
                      {"commit", commit_reference(call, sha)},
                      {"node_id", base64("Tag" + name)}}));
  }
  return paged(call, std::move(items));
}

Response matching_refs(Call& call) {
  Json::Array items;
  for (auto const& [folder, names] :
       {std::pair{"heads/", &call.repository->branches}, {"tags/", &call.repository->tags}}) {
    for (auto const& [name, sha] : *names) {
      std::string const ref = folder + name;
      if (ref.starts_with(call.words[0])) {
        items.push_back(reference_json(call, "refs/" + ref, sha));
      }
    }
  }
  return paged(call, std::move(items));
}

Response list_commits(Call& call) {
  Commit const* const from = resolve(*call.repository, call.url.query_value("sha").value_or(""));
  if (from == nullptr) return github_not_found();
  std::optional<Instant> since;
  std::optional<Instant> until;
  if (!read_window(call.url, since, until)) return github_error(422, "Invalid since or until");
  std::string const path = call.url.query_value("path").value_or("");
  Json::Array items;
  for (Commit const* commit : history(*call.repository, *from)) {
    bool const wanted = touches(*commit, path) && (!since || commit->at >= *since) &&
                        (!until || commit->at <= *until);
    if (wanted) items.push_back(commit_json(call, *commit));
  }
  return paged(call, std::move(items));
}

Response show_commit(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr) {
    return github_error(422, "No commit found for SHA: " + printable(call.words[0]));
  }
  Json body = commit_json(call, *commit);
  body.set("files", files_json(*commit));
  return json_response(200, body);
}

Response compare_commits(Call& call) {
  std::string const& range = call.words[0];
  std::size_t const dots = range.find("...");
  if (dots == std::string::npos) return github_not_found();
  Commit const* const base = resolve(*call.repository, range.substr(0, dots));
  Commit const* const head = resolve(*call.repository, range.substr(dots + 3));
  if (base == nullptr || head == nullptr) return github_not_found();
  auto const base_history = history(*call.repository, *base);
  auto const head_history = history(*call.repository, *head);
  auto const ahead = only_in(head_history, shas(base_history));
  auto const behind = only_in(base_history, shas(head_history));
  Commit const* const common = merge_base(*call.repository, *head, *base);
  if (common == nullptr) return github_error(404, "No common ancestor");
  Json commits = Json::array();
  for (Commit const* commit : ahead) commits.push(commit_json(call, *commit));
  return json_response(200, Json::object({
                                {"url", repository_url(call, "/compare/" + range)},
                                {"base_commit", commit_json(call, *base)},
                                {"merge_base_commit", commit_json(call, *common)},
                                {"status", comparison(ahead.size(), behind.size())},
                                {"ahead_by", ahead.size()},
                                {"behind_by", behind.size()},
                                {"total_commits", ahead.size()},
                                {"commits", std::move(commits)},
                                {"files", Json::array()},
                            }));
}

Response redirect_to_archive(Call& call) {
  std::string const ref = call.words.empty() ? "" : call.words[0];
  Commit const* const commit = resolve(*call.repository, ref);
  if (commit == nullptr) return github_not_found();
  return {
      .status = 302,
      .headers = {{"Location", github_url(call.state, fmt::format("/codeload/{}/legacy.tar.gz/{}",
                                                                  call.repository->full_name(),
                                                                  commit->sha))}}};
}

Response download_archive(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr) return github_not_found();
  auto const tree = call.repository->files_of(*commit);
  if (!tree) {
    return github_error(404, "The world file gives no folder for this commit");
  }
  std::string const top = fmt::format("{}-{}-{}", call.repository->owner, call.repository->name,
                                      commit->sha.substr(0, 7));
  std::vector<ArchiveEntry> entries{{top, EntryKind::directory, 0755, ""}};
  for (auto const& [path, file] : *tree) {
    entries.push_back({top + "/" + path, EntryKind::file, file.mode, file.content});
  }
  auto const archive = pack(entries);
  if (!archive) return github_error(500, archive.error().text);
  return {.status = 200,
          .headers = {{"Content-Type", "application/x-gzip"},
                      {"Content-Disposition", fmt::format("attachment; filename={}.tar.gz", top)}},
          .body = *archive};
}

}  // namespace landfall::sandbox
