// Pull requests between branches of one repository.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_issues.h"
#include "sandbox/github_push.h"

namespace landfall::sandbox {
namespace {

Pull* pull_in_path(Call const& call) {
  return find_pull(*call.repository, number_in(call, 0));
}

/// "owner:branch" or "branch" of this repository.
std::string own_branch(Call const& call, std::string const& written) {
  std::string const prefix = call.repository->owner + ":";
  return written.starts_with(prefix) ? written.substr(prefix.size()) : written;
}

bool is_wanted(Call const& call, Pull const& pull) {
  Issue const& issue = *find_issue(*call.repository, pull.number);
  std::string const state = call.url.query_value("state").value_or("open");
  if (state != "all" && state != issue.state) return false;
  auto const head = call.url.query_value("head");
  if (head && own_branch(call, *head) != pull.head) return false;
  auto const base = call.url.query_value("base");
  return !base || *base == pull.base;
}

std::optional<Response> refuse_pull(Call const& call, Pull const& pull) {
  Repository const& repository = *call.repository;
  if (!repository.branches.contains(pull.head))
    return validation_failed({"PullRequest", "head", "invalid"});
  if (!repository.branches.contains(pull.base))
    return validation_failed({"PullRequest", "base", "invalid"});
  if (descends(repository, pull.base_sha, pull.head_sha))
    return validation_failed({"PullRequest", "base", "custom",
                              fmt::format("No commits between {} and {}", pull.base, pull.head)});
  for (Pull const& other : repository.pulls) {
    Issue const& issue = *find_issue(*call.repository, other.number);
    if (issue.state == "open" && other.head == pull.head && other.base == pull.base)
      return validation_failed(
          {"PullRequest", "base", "custom",
           fmt::format("A pull request already exists for {}:{}.", repository.owner, pull.head)});
  }
  return std::nullopt;
}

Response shown(Call const& call, int status, Pull const& pull) {
  return json_response(status, full_pull_json(call.state, *call.repository, pull));
}

/// Both sides' files; none: they changed the same ones.
std::optional<Tree> merged_files(Repository const& repository, Commit const& base,
                                 Commit const& head) {
  Commit const* const common = merge_base(repository, base, head);
  std::string const from = common == nullptr ? "" : common->tree;
  Tree files = *repository.files_of(base);
  std::map<std::string, std::string> ours;
  for (FileChange const& change : changes_between(repository, from, base.tree))
    ours[change.path] = change.after;
  for (FileChange const& change : changes_between(repository, from, head.tree)) {
    auto const own = ours.find(change.path);
    if (own != ours.end() && own->second != change.after) return std::nullopt;
    if (change.after.empty()) {
      files.erase(change.path);
    } else {
      files[change.path].content = repository.blobs.at(change.after);
    }
  }
  return files;
}

struct Merge {
  std::string method;
  std::string title;
  std::string message;
};

Merge read_merge(Given& given, Repository const& repository, Pull const& pull, Issue const& issue) {
  Merge merge{given.text_or("merge_method", "merge")};
  bool const whole = merge.method == "merge";
  merge.title =
      given.text_or("commit_title", whole ? fmt::format("Merge pull request #{} from {}/{}",
                                                        pull.number, repository.owner, pull.head)
                                          : fmt::format("{} (#{})", issue.title, pull.number));
  merge.message = given.text_or("commit_message", whole ? issue.title : "");
  if (!whole && merge.method != "squash" && merge.method != "rebase")
    given.refuse(github_error(422, "Invalid request.\n\n" + printable(merge.method) +
                                       " is not a member of [\"merge\", \"squash\", \"rebase\"]."));
  return merge;
}

}  // namespace

Response list_pulls(Call& call) {
  std::vector<Pull const*> found;
  for (Pull const& pull : call.repository->pulls)
    if (is_wanted(call, pull)) found.push_back(&pull);
  bool const ascending = call.url.query_value("direction").value_or("desc") == "asc";
  if (!ascending) std::reverse(found.begin(), found.end());
  return paged(call, found.size(),
               [&](std::size_t i) { return pull_json(call.state, *call.repository, *found[i]); });
}

Response create_pull(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  Issue issue{.title = given.required("title"), .body = given.text_or("body", "")};
  Pull pull{.head = own_branch(call, given.required("head")), .base = given.required("base")};
  pull.draft = given.boolean_or("draft", false);
  if (given.refusal()) return *std::move(given.refusal());
  pull.head_sha = ref_sha(*call.repository, "refs/heads/" + pull.head);
  pull.base_sha = ref_sha(*call.repository, "refs/heads/" + pull.base);
  if (auto refusal = refuse_pull(call, pull)) return *std::move(refusal);
  issue.id = call.state.next_id();
  issue.number = next_number(*call.repository);
  issue.user = actor_of(call);
  issue.created_at = call.now;
  issue.updated_at = call.now;
  pull.id = call.state.next_id();
  pull.number = issue.number;
  call.repository->issues.push_back(issue);
  call.repository->pulls.push_back(pull);
  call.repository->other_refs[fmt::format("refs/pull/{}/head", pull.number)] = pull.head_sha;
  tell_issue(call, issue, "opened");
  Response response = shown(call, 201, pull);
  response.headers.set("Location", repository_url(call.state, *call.repository,
                                                  fmt::format("/pulls/{}", pull.number)));
  return response;
}

Response show_pull(Call& call) {
  Pull const* const pull = pull_in_path(call);
  return pull == nullptr ? github_not_found() : shown(call, 200, *pull);
}

Response update_pull(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Pull* const pull = pull_in_path(call);
  if (pull == nullptr) return github_not_found();
  Issue& issue = *find_issue(*call.repository, pull->number);
  Given given(call);
  std::string const title = given.text_or("title", issue.title);
  std::string const body = given.text_or("body", issue.body);
  std::string const state = given.text_or("state", issue.state);
  std::string const base = given.text_or("base", pull->base);
  if (given.refusal()) return *std::move(given.refusal());
  if (!call.repository->branches.contains(base))
    return validation_failed({"PullRequest", "base", "invalid"});
  if (state != "open" && state != "closed")
    return validation_failed({"PullRequest", "state", "invalid"});
  if (pull->merged_at && state == "open")
    return validation_failed({"PullRequest", "state", "custom",
                              "state cannot be changed. The "
                              "pull request was merged."});
  std::string_view const action = state == issue.state ? "edited"
                                  : state == "open"    ? "reopened"
                                                       : "closed";
  issue.title = title;
  issue.body = body;
  if (state != issue.state)
    issue.closed_at = state == "closed" ? std::optional(call.now) : std::nullopt;
  issue.state = state;
  issue.updated_at = call.now;
  pull->base = base;
  pull->base_sha = ref_sha(*call.repository, "refs/heads/" + base);
  tell_issue(call, Issue(issue), action);
  return shown(call, 200, *pull_in_path(call));
}

Response list_pull_files(Call& call) {
  Pull const* const pull = pull_in_path(call);
  if (pull == nullptr) return github_not_found();
  Commit const* const head = resolve(*call.repository, pull->head_sha);
  Commit const* const base = resolve(*call.repository, pull->base_sha);
  if (head == nullptr || base == nullptr) return github_not_found();
  Commit const* const common = merge_base(*call.repository, *head, *base);
  Json const files = files_json(call.state, *call.repository, common, *head);
  return paged(call, Json::Array(files.as_array()));
}

Response list_pull_commits(Call& call) {
  Pull const* const pull = pull_in_path(call);
  if (pull == nullptr) return github_not_found();
  Commit const* const head = resolve(*call.repository, pull->head_sha);
  Commit const* const base = resolve(*call.repository, pull->base_sha);
  if (head == nullptr || base == nullptr) return github_not_found();
  std::set<std::string_view> known;
  for (Commit const* commit : history(*call.repository, *base)) known.insert(commit->sha);
  std::vector<Commit const*> own;
  for (Commit const* commit : history(*call.repository, *head))
    if (!known.contains(commit->sha)) own.push_back(commit);
  std::reverse(own.begin(), own.end());
  return paged(call, own.size(),
               [&](std::size_t i) { return commit_json(call.state, *call.repository, *own[i]); });
}

Response show_merged(Call& call) {
  Pull const* const pull = pull_in_path(call);
  return pull != nullptr && pull->merged_at ? Response{.status = 204} : github_not_found();
}

Response merge_pull(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Pull* const pull = pull_in_path(call);
  if (pull == nullptr) return github_not_found();
  Issue& issue = *find_issue(*call.repository, pull->number);
  if (call.body.is_null()) call.body = Json::object();
  Given given(call);
  Merge const merge = read_merge(given, *call.repository, *pull, issue);
  std::string const sha = given.text_or("sha", pull->head_sha);
  if (given.refusal()) return *std::move(given.refusal());
  if (issue.state != "open" || pull->draft)
    return github_error(
        405, pull->draft ? "Pull Request is still a draft" : "Pull Request is not mergeable");
  if (sha != pull->head_sha)
    return github_error(409, "Head branch was modified. Review and try the merge again.");
  Repository& repository = *call.repository;
  std::string const ref = "refs/heads/" + pull->base;
  std::string const before = ref_sha(repository, ref);
  Commit const* const base = resolve(repository, before);
  Commit const* const head = resolve(repository, pull->head_sha);
  if (base == nullptr || head == nullptr || base->tree.empty() || head->tree.empty())
    return github_error(405, "Pull Request is not mergeable");
  auto const files = merged_files(repository, *base, *head);
  if (!files) return github_error(405, "Merge conflict between base and head");
  Commit commit{.parents = {base->sha}, .author = actor_of(call), .at = call.now};
  if (merge.method == "merge") commit.parents.push_back(head->sha);
  commit.message = merge.title + (merge.message.empty() ? "" : "\n\n" + merge.message);
  commit.tree = store_files(repository, *files);
  std::string const made = store_commit(call.state, repository, std::move(commit)).sha;
  // What a protected branch asks for is that it is done by a pull request: this is one.
  std::int64_t const number = pull->number;
  pull->merged_at = call.now;
  pull->merged_by = actor_of(call);
  pull->merge_sha = made;
  issue.state = "closed";
  issue.closed_at = call.now;
  issue.closed_by = actor_of(call);
  issue.updated_at = call.now;
  Pusher const pusher{actor_of(call), is_by_actions(call)};
  move_ref(call.state, repository, {ref, before, made}, pusher, call.now);
  tell_issue(call, Issue(*find_issue(repository, number)), "closed");
  Pull const merged = *find_pull(repository, number);
  if (repository.delete_branch_on_merge && repository.branches.contains(merged.head))
    move_ref(call.state, repository, {"refs/heads/" + merged.head, merged.head_sha, ""}, pusher,
             call.now);
  return json_response(
      200, Json::object(
               {{"sha", made}, {"merged", true}, {"message", "Pull Request successfully merged"}}));
}

Response list_pulls_of_commit(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr)
    return github_error(422, "No commit found for SHA: " + printable(call.words[0]));
  std::vector<Pull const*> found;
  for (Pull const& pull : call.repository->pulls)
    if (pull.merge_sha == commit->sha || descends(*call.repository, pull.head_sha, commit->sha))
      found.push_back(&pull);
  return paged(call, found.size(),
               [&](std::size_t i) { return pull_json(call.state, *call.repository, *found[i]); });
}

}  // namespace landfall::sandbox
