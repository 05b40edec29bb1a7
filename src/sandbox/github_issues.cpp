// Issues: what landfall opens for findings that people must act on.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_issues.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

bool has(Texts const& texts, std::string_view wanted) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](std::string const& one) { return lower(one) == lower(wanted); });
}

/// Takes over what the body names.
void read_fields(Call const& call, Given& given, Issue& issue) {
  Json const* const title = given.find("title");
  if (title != nullptr && title->is_integer()) {
    issue.title = std::to_string(title->as_integer());
  } else {
    issue.title = given.text_or("title", issue.title);
  }
  if (given.has("body")) issue.body = given.text_or("body", "");
  if (auto labels = given.texts("labels", "name")) issue.labels = *std::move(labels);
  if (auto assignees = given.texts("assignees", "login")) issue.assignees = *std::move(assignees);
  if (auto const assignee = given.text("assignee")) issue.assignees = {*assignee};
  for (std::string const& login : issue.assignees)
    if (call.state.user(login) == nullptr)
      given.refuse(validation_failed({"Issue", "assignees", "invalid"}));
  if (trim(issue.title).empty())
    given.refuse(validation_failed({"Issue", "title", "missing_field"}));
}

void read_state(Call const& call, Given& given, Issue& issue) {
  auto const state = given.text("state");
  auto const reason = given.text("state_reason");
  if (given.refusal() || !state) return;
  if (*state != "open" && *state != "closed")
    return given.refuse(github_error(422, "Invalid request.\n\n" + printable(*state) +
                                              " is not a member of [\"open\", "
                                              "\"closed\"]."));
  bool const known = !reason || *reason == "completed" || *reason == "not_planned" ||
                     *reason == "duplicate" || *reason == "reopened";
  if (!known) return given.refuse(validation_failed({"Issue", "state_reason", "invalid"}));
  bool const closes = *state == "closed";
  bool const changed = *state != issue.state;
  if (changed) issue.closed_at = closes ? std::optional(call.now) : std::nullopt;
  if (changed) issue.closed_by = closes ? actor_of(call) : "";
  if (changed || reason) issue.state_reason = reason.value_or(closes ? "completed" : "reopened");
  issue.state = *state;
}

bool is_wanted(Call const& call, Issue const& issue) {
  std::string const state = call.url.query_value("state").value_or("open");
  if (state != "all" && state != issue.state) return false;
  auto const labels = call.url.query_value("labels");
  if (labels && !labels->empty())
    for (std::string const& label : split(*labels, ','))
      if (!has(issue.labels, trim(label))) return false;
  auto const creator = call.url.query_value("creator");
  if (creator && *creator != issue.user) return false;
  auto const assignee = call.url.query_value("assignee");
  if (assignee && *assignee == "none" && !issue.assignees.empty()) return false;
  if (assignee && *assignee == "*" && issue.assignees.empty()) return false;
  if (assignee && *assignee != "none" && *assignee != "*" && !has(issue.assignees, *assignee))
    return false;
  auto const since = call.url.query_value("since");
  auto const after = since ? parse_instant(*since) : Result<Instant>(Instant{});
  return !since || !after || issue.updated_at >= *after;
}

std::string_view action_of(Issue const& before, Issue const& after) {
  if (before.state != after.state) return after.state == "closed" ? "closed" : "reopened";
  if (before.labels.size() < after.labels.size()) return "labeled";
  return before.labels.size() > after.labels.size() ? "unlabeled" : "edited";
}

}  // namespace

void tell_issue(Call& call, Issue const& issue, std::string_view action) {
  Pull const* const pull = find_pull(*call.repository, issue.number);
  Happening happening{.event = pull == nullptr ? "issues" : "pull_request",
                      .action = std::string(action),
                      .actor = actor_of(call)};
  happening.by_actions = is_by_actions(call);
  happening.title = issue.title;
  if (pull != nullptr) {
    happening.payload =
        Json::object({{"number", pull->number},
                      {"pull_request", full_pull_json(call.state, *call.repository, *pull)}});
    happening.ref = fmt::format("refs/pull/{}/merge", pull->number);
    happening.sha = pull->head_sha;
    happening.branch = pull->base;
    happening.head_branch = pull->head;
    happening.pulls = {pull->number};
  } else {
    happening.payload = Json::object({{"issue", issue_json(call.state, *call.repository, issue)}});
  }
  happened(call.state, *call.repository, std::move(happening), call.now);
}

void know_labels(Call& call, Texts const& names) {
  for (std::string const& name : names) {
    auto& labels = call.repository->labels;
    bool const known = std::any_of(labels.begin(), labels.end(), [&](Label const& one) {
      return lower(one.name) == lower(name);
    });
    if (!known) labels.push_back({.id = call.state.next_id(), .name = name});
  }
}

Issue* issue_in_path(Call const& call) {
  return find_issue(*call.repository, number_in(call, 0));
}

std::int64_t next_number(Repository const& repository) {
  return repository.issues.empty() ? 1 : repository.issues.back().number + 1;
}

Response list_issues(Call& call) {
  std::vector<Issue const*> found;
  for (Issue const& issue : call.repository->issues)
    if (is_wanted(call, issue)) found.push_back(&issue);
  std::string const sort = call.url.query_value("sort").value_or("created");
  bool const ascending = call.url.query_value("direction").value_or("desc") == "asc";
  std::stable_sort(found.begin(), found.end(), [&](Issue const* a, Issue const* b) {
    if (!ascending) std::swap(a, b);
    if (sort == "updated") return a->updated_at < b->updated_at;
    if (sort == "comments") return a->comments.size() < b->comments.size();
    return a->number < b->number;
  });
  return paged(call, found.size(),
               [&](std::size_t i) { return issue_json(call.state, *call.repository, *found[i]); });
}

Response create_issue(Call& call) {
  if (call.token == nullptr) return needs_write(call);
  if (!call.repository->has_issues) return github_error(410, "Issues are disabled for this repo");
  if (call.repository->archived)
    return github_error(403, "Repository was archived so is read-only.");
  Given given(call);
  if (!given.has("title")) return not_supplied("title");
  Issue issue;
  read_fields(call, given, issue);
  if (given.refusal()) return *std::move(given.refusal());
  // Those without the right to write may not label or assign: GitHub drops it without a word.
  if (call.role == Role::read) issue.labels.clear();
  if (call.role == Role::read) issue.assignees.clear();
  issue.id = call.state.next_id();
  issue.number = next_number(*call.repository);
  issue.user = actor_of(call);
  issue.created_at = call.now;
  issue.updated_at = call.now;
  know_labels(call, issue.labels);
  call.repository->issues.push_back(issue);
  tell_issue(call, issue, "opened");
  Response response = json_response(201, issue_json(call.state, *call.repository, issue));
  response.headers.set("Location", repository_url(call.state, *call.repository,
                                                  fmt::format("/issues/{}", issue.number)));
  return response;
}

Response show_issue(Call& call) {
  Issue const* const issue = issue_in_path(call);
  if (issue == nullptr) return github_not_found();
  return json_response(200, issue_json(call.state, *call.repository, *issue));
}

Response update_issue(Call& call) {
  Issue* const issue = issue_in_path(call);
  bool const is_own = issue != nullptr && call.token != nullptr && issue->user == actor_of(call);
  if (!is_own)
    if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  if (issue == nullptr) return github_not_found();
  Given given(call);
  Issue const before = *issue;
  Issue changed = *issue;
  read_fields(call, given, changed);
  read_state(call, given, changed);
  if (given.refusal()) return *std::move(given.refusal());
  changed.updated_at = call.now;
  know_labels(call, changed.labels);
  *issue = changed;
  tell_issue(call, changed, action_of(before, changed));
  return json_response(200, issue_json(call.state, *call.repository, changed));
}

}  // namespace landfall::sandbox
