// Comments on issues and pull requests.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"
#include "sandbox/github_issues.h"

namespace landfall::sandbox {
namespace {

struct FoundComment {
  Issue* issue = nullptr;
  Comment* comment = nullptr;
};

FoundComment find_comment(Call const& call) {
  std::int64_t const id = number_in(call, 0);
  for (Issue& issue : call.repository->issues)
    for (Comment& comment : issue.comments)
      if (comment.id == id) return {&issue, &comment};
  return {};
}

void tell_comment(Call& call, Issue const& issue, Comment const& comment, std::string_view action) {
  Happening happening{
      .event = "issue_comment", .action = std::string(action), .actor = actor_of(call)};
  happening.by_actions = is_by_actions(call);
  happening.title = issue.title;
  happening.payload =
      Json::object({{"issue", issue_json(call.state, *call.repository, issue)},
                    {"comment", comment_json(call.state, *call.repository, issue, comment)}});
  happened(call.state, *call.repository, std::move(happening), call.now);
}

Response list_of(Call& call, std::vector<std::pair<Issue const*, Comment const*>> const& found) {
  return paged(call, found.size(), [&](std::size_t i) {
    return comment_json(call.state, *call.repository, *found[i].first, *found[i].second);
  });
}

/// Whoever wrote it, and those who may write.
std::optional<Response> refuse_change(Call const& call, FoundComment const& found) {
  bool const is_own =
      found.comment != nullptr && call.token != nullptr && found.comment->user == actor_of(call);
  if (!is_own)
    if (auto refusal = refuse_below(call, Role::write)) return refusal;
  if (found.comment == nullptr) return github_not_found();
  return std::nullopt;
}

}  // namespace

Response list_comments(Call& call) {
  Issue const* const issue = issue_in_path(call);
  if (issue == nullptr) return github_not_found();
  std::vector<std::pair<Issue const*, Comment const*>> found;
  for (Comment const& comment : issue->comments) found.emplace_back(issue, &comment);
  return list_of(call, found);
}

Response list_all_comments(Call& call) {
  std::vector<std::pair<Issue const*, Comment const*>> found;
  for (Issue const& issue : call.repository->issues)
    for (Comment const& comment : issue.comments) found.emplace_back(&issue, &comment);
  std::sort(found.begin(), found.end(),
            [](auto const& a, auto const& b) { return a.second->id < b.second->id; });
  return list_of(call, found);
}

Response create_comment(Call& call) {
  if (call.token == nullptr) return needs_write(call);
  Issue* const issue = issue_in_path(call);
  if (issue == nullptr) return github_not_found();
  if (issue->locked && call.role == Role::read)
    return github_error(403, "Unable to create comment because issue is locked.");
  Given given(call);
  std::string const text = given.required("body");
  if (given.refusal()) return *std::move(given.refusal());
  if (trim(text).empty()) return validation_failed({"IssueComment", "body", "missing_field"});
  Comment const comment{call.state.next_id(), actor_of(call), text, call.now, call.now};
  issue->comments.push_back(comment);
  issue->updated_at = call.now;
  Issue const copy = *issue;
  tell_comment(call, copy, comment, "created");
  Json const body = comment_json(call.state, *call.repository, copy, comment);
  Response response = json_response(201, body);
  response.headers.set("Location", *body.text("url"));
  return response;
}

Response show_comment(Call& call) {
  FoundComment const found = find_comment(call);
  if (found.comment == nullptr) return github_not_found();
  return json_response(200,
                       comment_json(call.state, *call.repository, *found.issue, *found.comment));
}

Response update_comment(Call& call) {
  FoundComment const found = find_comment(call);
  if (auto refusal = refuse_change(call, found)) return *std::move(refusal);
  Given given(call);
  std::string const text = given.required("body");
  if (given.refusal()) return *std::move(given.refusal());
  found.comment->body = text;
  found.comment->updated_at = call.now;
  tell_comment(call, Issue(*found.issue), Comment(*found.comment), "edited");
  return json_response(200,
                       comment_json(call.state, *call.repository, *found.issue, *found.comment));
}

Response delete_comment(Call& call) {
  FoundComment const found = find_comment(call);
  if (auto refusal = refuse_change(call, found)) return *std::move(refusal);
  Comment const gone = *found.comment;
  std::erase_if(found.issue->comments, [&](Comment const& one) { return one.id == gone.id; });
  tell_comment(call, Issue(*found.issue), gone, "deleted");
  return {.status = 204};
}

}  // namespace landfall::sandbox
