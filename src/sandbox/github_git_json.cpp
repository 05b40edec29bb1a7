// Commits and what they change.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_json.h"

namespace landfall::sandbox {
namespace {

/// Lines in one and not in the other, counted without regard to order: near enough to a diff, and
/// done in a moment.
std::pair<std::size_t, std::size_t> changed_lines(std::string_view before, std::string_view after) {
  std::map<std::string_view, std::int64_t> counts;
  auto const count = [&](std::string_view text, std::int64_t by) {
    while (!text.empty()) {
      std::size_t const end = std::min(text.find('\n'), text.size() - 1) + 1;
      counts[text.substr(0, end)] += by;
      text.remove_prefix(end);
    }
  };
  count(before, -1);
  count(after, 1);
  std::size_t added = 0;
  std::size_t removed = 0;
  for (auto const& [line, by] : counts)
    (by > 0 ? added : removed) += static_cast<std::size_t>(by > 0 ? by : -by);
  return {added, removed};
}

Json entry_json(State const& state, Repository const& repository, std::string const& path,
                std::string_view status, std::string_view commit) {
  return Json::object(
      {{"sha", nullptr},
       {"filename", path},
       {"status", status},
       {"additions", 0},
       {"deletions", 0},
       {"changes", 0},
       {"blob_url", github_page(repository, fmt::format("/blob/{}/{}", commit, path))},
       {"raw_url", github_page(repository, fmt::format("/raw/{}/{}", commit, path))},
       {"contents_url",
        repository_url(state, repository, fmt::format("/contents/{}?ref={}", path, commit))}});
}

Json change_json(State const& state, Repository const& repository, FileChange const& change,
                 std::string_view commit) {
  std::string_view const status = change.before.empty()  ? "added"
                                  : change.after.empty() ? "removed"
                                                         : "modified";
  Json json = entry_json(state, repository, change.path, status, commit);
  auto const before = repository.blobs.find(change.before);
  auto const after = repository.blobs.find(change.after);
  bool const is_blob = before != repository.blobs.end() || after != repository.blobs.end();
  if (!is_blob) return json;
  auto const [added, removed] =
      changed_lines(before == repository.blobs.end() ? "" : before->second,
                    after == repository.blobs.end() ? "" : after->second);
  json.set("sha", change.after.empty() ? change.before : change.after);
  json.set("additions", added);
  json.set("deletions", removed);
  json.set("changes", added + removed);
  return json;
}

Json reference(State const& state, Repository const& repository, std::string const& sha) {
  return Json::object({{"sha", sha},
                       {"url", repository_url(state, repository, "/commits/" + sha)},
                       {"html_url", github_page(repository, "/commit/" + sha)}});
}

}  // namespace

Json signature_json(Signature const& signature) {
  return Json::object(
      {{"name", signature.name}, {"email", signature.email}, {"date", iso8601(signature.at)}});
}

Json verification_json() {
  return Json::object({{"verified", false},
                       {"reason", "unsigned"},
                       {"signature", nullptr},
                       {"payload", nullptr},
                       {"verified_at", nullptr}});
}

Json commit_json(State const& state, Repository const& repository, Commit const& commit) {
  Json parents = Json::array();
  for (std::string const& parent : commit.parents)
    parents.push(reference(state, repository, parent));
  std::string const tree = commit.tree.empty() ? sha1("tree of " + commit.sha) : commit.tree;
  std::string const git = repository_url(state, repository, "/git/");
  Json const inner =
      Json::object({{"author", signature_json(authored_by(state, commit))},
                    {"committer", signature_json(committed_by(state, commit))},
                    {"message", commit.message},
                    {"tree", Json::object({{"sha", tree}, {"url", git + "trees/" + tree}})},
                    {"url", git + "commits/" + commit.sha},
                    {"comment_count", 0},
                    {"verification", verification_json()}});
  std::string const url = repository_url(state, repository, "/commits/" + commit.sha);
  return Json::object({{"sha", commit.sha},
                       {"node_id", base64("Commit" + commit.sha)},
                       {"commit", inner},
                       {"url", url},
                       {"html_url", github_page(repository, "/commit/" + commit.sha)},
                       {"comments_url", url + "/comments"},
                       {"author", user_or_null(state, commit.author)},
                       {"committer", user_or_null(state, commit.author)},
                       {"parents", std::move(parents)}});
}

Json head_commit_json(State const& state, Commit const& commit) {
  auto const person = [](Signature const& signature) {
    return Json::object({{"name", signature.name}, {"email", signature.email}});
  };
  return Json::object(
      {{"id", commit.sha},
       {"tree_id", commit.tree.empty() ? sha1("tree of " + commit.sha) : commit.tree},
       {"message", commit.message},
       {"timestamp", iso8601(commit.at)},
       {"author", person(authored_by(state, commit))},
       {"committer", person(committed_by(state, commit))}});
}

Json files_json(State const& state, Repository const& repository, Commit const* before,
                Commit const& after) {
  Json files = Json::array();
  bool const trees = !after.tree.empty() && (before == nullptr || !before->tree.empty());
  if (trees) {
    for (FileChange const& change :
         changes_between(repository, before == nullptr ? "" : before->tree, after.tree))
      files.push(change_json(state, repository, change, after.sha));
    return files;
  }
  for (std::string const& path : after.files.value_or(std::vector<std::string>{}))
    files.push(entry_json(state, repository, path, "modified", after.sha));
  return files;
}

}  // namespace landfall::sandbox
