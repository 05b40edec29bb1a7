// History: commits listed, shown and compared, and statuses that others give them.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"

namespace landfall::sandbox {
namespace {

bool touches(Repository const& repository, Commit const& commit, std::string_view path) {
  if (path.empty()) return true;
  auto const files = changed_files(repository, commit);
  if (!files) return true;
  return std::any_of(files->begin(), files->end(), [&](std::string const& file) {
    if (!file.starts_with(path)) return false;
    return file.size() == path.size() || path.ends_with('/') || file[path.size()] == '/';
  });
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

bool is_by(State const& state, Commit const& commit, std::string const& who) {
  if (who.empty() || commit.author == who) return true;
  return lower(authored_by(state, commit).email) == lower(who);
}

std::set<std::string_view> shas(std::vector<Commit const*> const& commits) {
  std::set<std::string_view> result;
  for (Commit const* commit : commits) result.insert(commit->sha);
  return result;
}

/// Those of `commits` that are not in `others`, oldest first.
std::vector<Commit const*> only_in(std::vector<Commit const*> commits,
                                   std::set<std::string_view> const& others) {
  std::erase_if(commits, [&](Commit const* commit) { return others.contains(commit->sha); });
  std::reverse(commits.begin(), commits.end());
  return commits;
}

char const* comparison(std::size_t ahead, std::size_t behind) {
  if (ahead > 0 && behind > 0) return "diverged";
  if (ahead > 0) return "ahead";
  return behind > 0 ? "behind" : "identical";
}

Commit const* first_parent(Repository const& repository, Commit const& commit) {
  if (commit.parents.empty()) return nullptr;
  auto const found = repository.commits.find(commit.parents.front());
  return found == repository.commits.end() ? nullptr : &found->second;
}

/// A branch of another fork is "owner:branch": only this repository is known.
std::string own_ref(Call const& call, std::string_view ref) {
  std::string const prefix = call.repository->owner + ":";
  return std::string(ref.starts_with(prefix) ? ref.substr(prefix.size()) : ref);
}

Response no_commit(std::string_view ref) {
  return github_error(422, "No commit found for SHA: " + printable(ref));
}

}  // namespace

Response list_commits(Call& call) {
  if (call.repository->commits.empty()) return github_error(409, "Git Repository is empty.");
  Commit const* const from = resolve(*call.repository, call.url.query_value("sha").value_or(""));
  if (from == nullptr) return github_not_found();
  std::optional<Instant> since;
  std::optional<Instant> until;
  if (!read_window(call.url, since, until)) return github_error(422, "Invalid since or until");
  std::string const path = call.url.query_value("path").value_or("");
  std::string const author = call.url.query_value("author").value_or("");
  std::vector<Commit const*> list = history(*call.repository, *from);
  std::erase_if(list, [&](Commit const* commit) {
    return (since && commit->at < *since) || (until && commit->at > *until) ||
           !is_by(call.state, *commit, author) || !touches(*call.repository, *commit, path);
  });
  return paged(call, list.size(),
               [&](std::size_t i) { return commit_json(call.state, *call.repository, *list[i]); });
}

Response show_commit(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr) return no_commit(call.words[0]);
  std::string const accept = call.request.headers.value_or("Accept", "");
  if (accept.find(".sha") != std::string::npos)
    return {.status = 200,
            .headers = {{"Content-Type", "application/vnd.github.sha; charset=utf-8"}},
            .body = commit->sha};
  Json body = commit_json(call.state, *call.repository, *commit);
  Json const files =
      files_json(call.state, *call.repository, first_parent(*call.repository, *commit), *commit);
  std::int64_t added = 0;
  std::int64_t removed = 0;
  for (Json const& file : files.as_array()) {
    added += file.integer("additions").value_or(0);
    removed += file.integer("deletions").value_or(0);
  }
  body.set(
      "stats",
      Json::object({{"total", added + removed}, {"additions", added}, {"deletions", removed}}));
  body.set("files", files);
  return json_response(200, body);
}

Response compare_commits(Call& call) {
  std::string const& range = call.words[0];
  std::size_t const dots = range.find("...");
  if (dots == std::string::npos) return github_not_found();
  Repository const& repository = *call.repository;
  Commit const* const base = resolve(repository, own_ref(call, range.substr(0, dots)));
  Commit const* const head = resolve(repository, own_ref(call, range.substr(dots + 3)));
  if (base == nullptr || head == nullptr) return github_not_found();
  auto const base_history = history(repository, *base);
  auto const head_history = history(repository, *head);
  auto const ahead = only_in(head_history, shas(base_history));
  auto const behind = only_in(base_history, shas(head_history));
  Commit const* const common = merge_base(repository, *base, *head);
  if (common == nullptr)
    return github_error(404, fmt::format("No common ancestor between {} and {}.",
                                         range.substr(0, dots), range.substr(dots + 3)));
  Json commits = Json::array();
  for (Commit const* commit : ahead) commits.push(commit_json(call.state, repository, *commit));
  std::string const page = github_page(repository, "/compare/" + range);
  return json_response(200,
                       Json::object({
                           {"url", repository_url(call.state, repository, "/compare/" + range)},
                           {"html_url", page},
                           {"permalink_url", page},
                           {"diff_url", page + ".diff"},
                           {"patch_url", page + ".patch"},
                           {"base_commit", commit_json(call.state, repository, *base)},
                           {"merge_base_commit", commit_json(call.state, repository, *common)},
                           {"status", comparison(ahead.size(), behind.size())},
                           {"ahead_by", ahead.size()},
                           {"behind_by", behind.size()},
                           {"total_commits", ahead.size()},
                           {"commits", std::move(commits)},
                           {"files", files_json(call.state, repository, common, *head)},
                       }));
}

Response list_statuses(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr) return no_commit(call.words[0]);
  Json::Array items;
  auto const& all = call.repository->statuses;
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    if (one->sha != commit->sha) continue;
    Json json = status_json(call.state, *call.repository, *one);
    json.set("creator", github_user(call.state, one->creator));
    items.push_back(std::move(json));
  }
  return paged(call, std::move(items));
}

/// The newest status of each context, and what they come to.
Response show_combined_status(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr) return no_commit(call.words[0]);
  std::set<std::string> seen;
  Json statuses = Json::array();
  bool failed = false;
  bool pending = false;
  auto const& all = call.repository->statuses;
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    if (one->sha != commit->sha || !seen.insert(one->context).second) continue;
    failed = failed || one->state == "failure" || one->state == "error";
    pending = pending || one->state == "pending";
    statuses.push(status_json(call.state, *call.repository, *one));
  }
  std::string_view const state = failed                    ? "failure"
                                 : pending || seen.empty() ? "pending"
                                                           : "success";
  std::string const url = repository_url(call.state, *call.repository, "/commits/" + commit->sha);
  return json_response(200,
                       Json::object({{"state", state},
                                     {"statuses", std::move(statuses)},
                                     {"sha", commit->sha},
                                     {"total_count", seen.size()},
                                     {"repository", repository_json(call.state, *call.repository)},
                                     {"commit_url", url},
                                     {"url", url + "/status"}}));
}

Response create_status(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  CommitStatus status{.sha = call.words[0], .state = given.required("state")};
  status.context = given.text_or("context", "default");
  status.description = given.text_or("description", "");
  status.target_url = given.text_or("target_url", "");
  if (given.refusal()) return *std::move(given.refusal());
  if (!call.repository->commits.contains(status.sha)) return no_commit(status.sha);
  for (std::string_view const known : {"error", "failure", "pending", "success"})
    if (status.state == known) status.id = call.state.next_id();
  if (status.id == 0)
    return validation_failed({"Status", "state", "invalid", "State is not included in the list"});
  if (status.description.size() > 140)
    return validation_failed(
        {"Status", "description", "custom", "description is too long (maximum is 140 characters)"});
  status.creator = actor_of(call);
  status.created_at = call.now;
  call.repository->statuses.push_back(status);
  Json body = status_json(call.state, *call.repository, status);
  body.set("creator", github_user(call.state, status.creator));
  Happening happening{.event = "status", .actor = status.creator};
  happening.by_actions = is_by_actions(call);
  happening.payload = Json::object({{"id", status.id},
                                    {"sha", status.sha},
                                    {"name", call.repository->full_name()},
                                    {"context", status.context},
                                    {"state", status.state},
                                    {"description", shown_text(status.description)},
                                    {"target_url", shown_text(status.target_url)}});
  happened(call.state, *call.repository, std::move(happening), call.now);
  return json_response(201, body);
}

}  // namespace landfall::sandbox
