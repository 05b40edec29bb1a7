// Issues, their comments and labels, and pull requests.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

std::string_view association(State const& state, Repository const& repository,
                             std::string_view login) {
  if (login == repository.owner) return "OWNER";
  auto const organization = state.github.organizations.find(repository.owner);
  bool const is_member =
      organization != state.github.organizations.end() &&
      (organization->second.members.contains(login) || organization->second.owners.contains(login));
  return is_member ? "MEMBER" : "NONE";
}

Json labels_json(State const& state, Repository const& repository, Issue const& issue) {
  Json labels = Json::array();
  for (std::string const& name : issue.labels) labels.push(label_json(state, repository, name));
  return labels;
}

Json assignees_json(State const& state, Issue const& issue) {
  Json assignees = Json::array();
  for (std::string const& login : issue.assignees) assignees.push(github_user(state, login));
  return assignees;
}

Json side_json(State const& state, Repository const& repository, std::string const& branch,
               std::string const& sha) {
  return Json::object({{"label", repository.owner + ":" + branch},
                       {"ref", branch},
                       {"sha", sha},
                       {"user", github_user(state, repository.owner)},
                       {"repo", repository_json(state, repository)}});
}

Json links_json(std::string const& api, std::string const& html, std::int64_t number,
                std::string const& sha) {
  auto const link = [](std::string const& url) { return Json::object({{"href", url}}); };
  std::string const pull = fmt::format("{}/pulls/{}", api, number);
  std::string const issue = fmt::format("{}/issues/{}", api, number);
  return Json::object({{"self", link(pull)},
                       {"html", link(html)},
                       {"issue", link(issue)},
                       {"comments", link(issue + "/comments")},
                       {"review_comments", link(pull + "/comments")},
                       {"review_comment", link(api + "/pulls/comments{/number}")},
                       {"commits", link(pull + "/commits")},
                       {"statuses", link(api + "/statuses/" + sha)}});
}

Issue const& issue_of(Repository const& repository, Pull const& pull) {
  auto const found = std::find_if(repository.issues.begin(), repository.issues.end(),
                                  [&](Issue const& issue) { return issue.number == pull.number; });
  require(found != repository.issues.end(), "a pull request without its issue");
  return *found;
}

Pull const* pull_of(Repository const& repository, Issue const& issue) {
  for (Pull const& pull : repository.pulls)
    if (pull.number == issue.number) return &pull;
  return nullptr;
}

void add_texts(State const& state, Repository const& repository, Issue const& issue, Json& json) {
  json.set("number", issue.number);
  json.set("state", issue.state);
  json.set("locked", issue.locked);
  json.set("title", issue.title);
  json.set("user", github_user(state, issue.user));
  json.set("body", shown_text(issue.body));
  json.set("labels", labels_json(state, repository, issue));
  json.set("milestone", nullptr);
  json.set("active_lock_reason", nullptr);
  json.set("created_at", iso8601(issue.created_at));
  json.set("updated_at", iso8601(issue.updated_at));
  json.set("closed_at", time_or_null(issue.closed_at));
  json.set("assignee",
           issue.assignees.empty() ? Json() : github_user(state, issue.assignees.front()));
  json.set("assignees", assignees_json(state, issue));
  json.set("author_association", association(state, repository, issue.user));
}

}  // namespace

Json label_json(State const& state, Repository const& repository, std::string_view name) {
  auto const found = std::find_if(repository.labels.begin(), repository.labels.end(),
                                  [&](Label const& one) { return lower(one.name) == lower(name); });
  Label const label = found == repository.labels.end() ? Label{.name = std::string(name)} : *found;
  return Json::object(
      {{"id", label.id},
       {"node_id", node_id("Label", label.id)},
       {"url", repository_url(state, repository, "/labels/" + url_encode(label.name))},
       {"name", label.name},
       {"color", label.color},
       {"default", false},
       {"description", shown_text(label.description)}});
}

Json issue_json(State const& state, Repository const& repository, Issue const& issue) {
  std::string const url =
      repository_url(state, repository, fmt::format("/issues/{}", issue.number));
  Pull const* const pull = pull_of(repository, issue);
  std::string const page = github_page(
      repository, fmt::format("/{}/{}", pull == nullptr ? "issues" : "pull", issue.number));
  Json json = Json::object({{"url", url},
                            {"repository_url", repository_url(state, repository)},
                            {"labels_url", url + "/labels{/name}"},
                            {"comments_url", url + "/comments"},
                            {"events_url", url + "/events"},
                            {"html_url", page},
                            {"id", issue.id},
                            {"node_id", node_id("Issue", issue.id)}});
  add_texts(state, repository, issue, json);
  json.set("comments", issue.comments.size());
  json.set("closed_by", issue.closed_by.empty() ? Json() : github_user(state, issue.closed_by));
  json.set("state_reason", Json(issue.state_reason));
  json.set("timeline_url", url + "/timeline");
  json.set("performed_via_github_app", nullptr);
  if (pull == nullptr) return json;
  json.set("draft", pull->draft);
  json.set("pull_request",
           Json::object(
               {{"url", repository_url(state, repository, fmt::format("/pulls/{}", issue.number))},
                {"html_url", page},
                {"diff_url", page + ".diff"},
                {"patch_url", page + ".patch"},
                {"merged_at", time_or_null(pull->merged_at)}}));
  return json;
}

Json comment_json(State const& state, Repository const& repository, Issue const& issue,
                  Comment const& comment) {
  std::string const issue_url =
      repository_url(state, repository, fmt::format("/issues/{}", issue.number));
  return Json::object(
      {{"url", repository_url(state, repository, fmt::format("/issues/comments/{}", comment.id))},
       {"html_url", github_page(repository, fmt::format("/issues/{}#issuecomment-{}", issue.number,
                                                        comment.id))},
       {"issue_url", issue_url},
       {"id", comment.id},
       {"node_id", node_id("IssueComment", comment.id)},
       {"user", github_user(state, comment.user)},
       {"created_at", iso8601(comment.created_at)},
       {"updated_at", iso8601(comment.updated_at)},
       {"author_association", association(state, repository, comment.user)},
       {"body", comment.body},
       {"performed_via_github_app", nullptr}});
}

Json pull_reference_json(State const& state, Repository const& repository, Pull const& pull) {
  Json const repo = Json::object({{"id", repository.id},
                                  {"url", repository_url(state, repository)},
                                  {"name", repository.name}});
  auto const side = [&](std::string const& ref, std::string const& sha) {
    return Json::object({{"ref", ref}, {"sha", sha}, {"repo", repo}});
  };
  return Json::object(
      {{"url", repository_url(state, repository, fmt::format("/pulls/{}", pull.number))},
       {"id", pull.id},
       {"number", pull.number},
       {"head", side(pull.head, pull.head_sha)},
       {"base", side(pull.base, pull.base_sha)}});
}

Json pull_json(State const& state, Repository const& repository, Pull const& pull) {
  std::string const api = repository_url(state, repository);
  std::string const url = fmt::format("{}/pulls/{}", api, pull.number);
  std::string const issue = fmt::format("{}/issues/{}", api, pull.number);
  std::string const page = github_page(repository, fmt::format("/pull/{}", pull.number));
  Json json = Json::object({{"url", url},
                            {"id", pull.id},
                            {"node_id", node_id("PullRequest", pull.id)},
                            {"html_url", page},
                            {"diff_url", page + ".diff"},
                            {"patch_url", page + ".patch"},
                            {"issue_url", issue},
                            {"commits_url", url + "/commits"},
                            {"review_comments_url", url + "/comments"},
                            {"review_comment_url", api + "/pulls/comments{/number}"},
                            {"comments_url", issue + "/comments"},
                            {"statuses_url", api + "/statuses/" + pull.head_sha}});
  add_texts(state, repository, issue_of(repository, pull), json);
  json.set("merged_at", time_or_null(pull.merged_at));
  json.set("merge_commit_sha", shown_text(pull.merge_sha));
  json.set("requested_reviewers", Json::array());
  json.set("requested_teams", Json::array());
  json.set("draft", pull.draft);
  json.set("head", side_json(state, repository, pull.head, pull.head_sha));
  json.set("base", side_json(state, repository, pull.base, pull.base_sha));
  json.set("_links", links_json(api, page, pull.number, pull.head_sha));
  json.set("auto_merge", nullptr);
  return json;
}

Json full_pull_json(State const& state, Repository const& repository, Pull const& pull) {
  Json json = pull_json(state, repository, pull);
  Issue const& issue = issue_of(repository, pull);
  Commit const* const head = resolve(repository, pull.head_sha);
  Commit const* const base = resolve(repository, pull.base_sha);
  Commit const* const common =
      head == nullptr || base == nullptr ? nullptr : merge_base(repository, *head, *base);
  std::size_t commits = 0;
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::size_t files = 0;
  if (head != nullptr && common != nullptr) {
    commits = history(repository, *head).size() - history(repository, *common).size();
    Json const changes = files_json(state, repository, common, *head);
    files = changes.as_array().size();
    for (Json const& file : changes.as_array()) {
      added += file.integer("additions").value_or(0);
      removed += file.integer("deletions").value_or(0);
    }
  }
  bool const open = issue.state == "open";
  json.set("merged", pull.merged_at.has_value());
  json.set("mergeable", open ? Json(true) : Json());
  json.set("rebaseable", open ? Json(true) : Json());
  json.set("mergeable_state", pull.draft ? "draft" : open ? "clean" : "unknown");
  json.set("merged_by", pull.merged_by.empty() ? Json() : github_user(state, pull.merged_by));
  json.set("comments", issue.comments.size());
  json.set("review_comments", 0);
  json.set("maintainer_can_modify", false);
  json.set("commits", commits);
  json.set("additions", added);
  json.set("deletions", removed);
  json.set("changed_files", files);
  return json;
}

}  // namespace landfall::sandbox
