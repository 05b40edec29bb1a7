// Issues: what landfall opens for findings that people must act on.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"

namespace landfall::sandbox {
namespace {

Issue* find_issue(Call const& call) {
  for (Issue& issue : call.repository->issues) {
    if (std::to_string(issue.number) == call.words[0]) return &issue;
  }
  return nullptr;
}

std::string issue_url(Call const& call, Issue const& issue) {
  return repository_url(call, fmt::format("/issues/{}", issue.number));
}

Json issue_json(Call const& call, Issue const& issue) {
  Json labels = Json::array();
  for (std::string const& label : issue.labels) labels.push(Json::object({{"name", label}}));
  Json assignees = Json::array();
  for (std::string const& login : issue.assignees) {
    assignees.push(github_user(call.state, login));
  }
  return Json::object({
      {"id", issue.id},
      {"node_id", node_id("Issue", issue.id)},
      {"number", issue.number},
      {"title", issue.title},
      {"body", issue.body},
      {"user", github_user(call.state, issue.user)},
      {"state", issue.state},
      {"state_reason", Json(issue.state_reason)},
      {"labels", std::move(labels)},
      {"assignees", std::move(assignees)},
      {"comments", issue.comments.size()},
      {"created_at", iso8601(issue.created_at)},
      {"updated_at", iso8601(issue.updated_at)},
      {"closed_at", issue.closed_at ? Json(iso8601(*issue.closed_at)) : Json()},
      {"url", issue_url(call, issue)},
      {"html_url",
       fmt::format("https://github.com/{}/issues/{}", call.repository->full_name(), issue.number)},
  });
}

Json comment_json(Call const& call, Issue const& issue, Comment const& comment) {
  return Json::object({{"id", comment.id},
                       {"node_id", node_id("IssueComment", comment.id)},
                       {"body", comment.body},
                       {"user", github_user(call.state, comment.user)},
                       {"issue_url", issue_url(call, issue)},
                       {"created_at", iso8601(comment.created_at)},
                       {"updated_at", iso8601(comment.created_at)}});
}

/// An array of strings, or of objects with that member; nullopt if it is neither.
std::optional<std::vector<std::string>> names_in(Json const& value, char const* member) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> names;
  for (Json const& item : value.as_array()) {
    auto const name = item.is_string() ? item.text("") : item.text(member);
    if (!name) return std::nullopt;
    names.push_back(*name);
  }
  return names;
}

/// Takes over what the body names; what is wrong with it, if anything.
std::optional<std::string> read_fields(Json const& body, Issue& issue) {
  auto const title = body.text_or_null("title");
  auto const text = body.text_or_null("body");
  if (!title || !text) return "title and body: expected strings";
  if (title->has_value()) issue.title = **title;
  if (text->has_value()) issue.body = **text;
  Json const* const labels = body.find("labels");
  Json const* const assignees = body.find("assignees");
  auto label_names = labels == nullptr ? issue.labels : names_in(*labels, "name");
  auto logins = assignees == nullptr ? issue.assignees : names_in(*assignees, "login");
  if (!label_names || !logins) return "labels and assignees: expected arrays of names";
  issue.labels = *std::move(label_names);
  issue.assignees = *std::move(logins);
  return issue.title.empty() ? std::optional<std::string>("title: missing") : std::nullopt;
}

std::optional<std::string> read_state(Call const& call, Issue& issue) {
  auto const state = call.body.text_or_null("state");
  auto const reason = call.body.text_or_null("state_reason");
  if (!state || !reason) return "state: expected a string";
  if (reason->has_value()) issue.state_reason = *reason;
  if (!state->has_value() || **state == issue.state) return std::nullopt;
  if (**state != "open" && **state != "closed") return "state: expected open or closed";
  issue.state = **state;
  bool const closed = issue.state == "closed";
  issue.closed_at = closed ? std::optional(call.now) : std::nullopt;
  if (!reason->has_value()) issue.state_reason = closed ? "completed" : "reopened";
  return std::nullopt;
}

}  // namespace

Response list_issues(Call& call) {
  std::string const state = call.url.query_value("state").value_or("open");
  auto const label = call.url.query_value("labels");
  std::vector<std::string> const labels = label ? split(*label, ',') : std::vector<std::string>{};
  Json::Array items;
  auto const& all = call.repository->issues;
  for (auto issue = all.rbegin(); issue != all.rend(); ++issue) {
    bool const has_all = std::all_of(labels.begin(), labels.end(), [&](std::string const& wanted) {
      return std::find(issue->labels.begin(), issue->labels.end(), wanted) != issue->labels.end();
    });
    if (has_all && (state == "all" || state == issue->state)) {
      items.push_back(issue_json(call, *issue));
    }
  }
  return paged(call, std::move(items));
}

Response create_issue(Call& call) {
  if (call.user == nullptr) return needs_write(call);
  Issue issue;
  if (auto const complaint = read_fields(call.body, issue)) return github_error(422, *complaint);
  auto& issues = call.repository->issues;
  issue.id = call.state.next_id();
  issue.number = issues.empty() ? 1 : issues.back().number + 1;
  issue.user = call.user->login;
  issue.created_at = call.now;
  issue.updated_at = call.now;
  issues.push_back(std::move(issue));
  return json_response(201, issue_json(call, issues.back()));
}

Response show_issue(Call& call) {
  Issue const* const issue = find_issue(call);
  return issue == nullptr ? github_not_found() : json_response(200, issue_json(call, *issue));
}

Response update_issue(Call& call) {
  if (call.user == nullptr || call.role == Role::read) return needs_write(call);
  Issue* const issue = find_issue(call);
  if (issue == nullptr) return github_not_found();
  Issue changed = *issue;
  auto complaint = read_fields(call.body, changed);
  if (!complaint) complaint = read_state(call, changed);
  if (complaint) return github_error(422, *complaint);
  changed.updated_at = call.now;
  *issue = std::move(changed);
  return json_response(200, issue_json(call, *issue));
}

Response list_comments(Call& call) {
  Issue const* const issue = find_issue(call);
  if (issue == nullptr) return github_not_found();
  Json::Array items;
  for (Comment const& comment : issue->comments) {
    items.push_back(comment_json(call, *issue, comment));
  }
  return paged(call, std::move(items));
}

Response create_comment(Call& call) {
  if (call.user == nullptr) return needs_write(call);
  Issue* const issue = find_issue(call);
  if (issue == nullptr) return github_not_found();
  auto const body = call.body.text("body");
  if (!body || body->empty()) return github_error(422, "body: expected a text");
  issue->comments.push_back({call.state.next_id(), call.user->login, *body, call.now});
  issue->updated_at = call.now;
  return json_response(201, comment_json(call, *issue, issue->comments.back()));
}

}  // namespace landfall::sandbox
