// Labels of repositories and of issues; assignees and locks.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_issues.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

Label* find_label(Repository& repository, std::string_view name) {
  for (Label& label : repository.labels)
    if (lower(label.name) == lower(name)) return &label;
  return nullptr;
}

bool is_color(std::string_view text) {
  return text.size() == 6 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

Response labels_of(Call const& call, Issue const& issue) {
  Json labels = Json::array();
  for (std::string const& name : issue.labels)
    labels.push(label_json(call.state, *call.repository, name));
  return json_response(200, labels);
}

/// {"labels": [...]} or the array alone; names or objects with a name.
std::optional<Texts> labels_in(Json const& body) {
  Json const* const list = body.is_array() ? &body : body.find("labels");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  Texts names;
  for (Json const& item : list->as_array()) {
    auto const name = item.is_string() ? item.text("") : item.text("name");
    if (!name) return std::nullopt;
    names.push_back(*name);
  }
  return names;
}

/// The issue of the path for somebody who may label it; else the refusal.
Issue* issue_to_label(Call& call, std::optional<Response>& refusal) {
  refusal = refuse_below(call, Role::write);
  Issue* const issue = refusal ? nullptr : issue_in_path(call);
  if (!refusal && issue == nullptr) refusal = github_not_found();
  return issue;
}

void change_labels(Call& call, Issue& issue, Texts labels, std::string_view action) {
  know_labels(call, labels);
  issue.labels = std::move(labels);
  issue.updated_at = call.now;
  tell_issue(call, Issue(issue), action);
}

}  // namespace

Response list_labels(Call& call) {
  auto const& all = call.repository->labels;
  return paged(call, all.size(), [&](std::size_t i) {
    return label_json(call.state, *call.repository, all[i].name);
  });
}

Response show_label(Call& call) {
  Label const* const label = find_label(*call.repository, call.words[0]);
  if (label == nullptr) return github_not_found();
  return json_response(200, label_json(call.state, *call.repository, label->name));
}

Response create_label(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  Label label{.name = given.required("name")};
  label.color = lower(given.text_or("color", "ededed"));
  label.description = given.text_or("description", "");
  if (given.refusal()) return *std::move(given.refusal());
  if (label.name.empty()) return validation_failed({"Label", "name", "missing_field"});
  if (!is_color(label.color)) return validation_failed({"Label", "color", "invalid"});
  if (find_label(*call.repository, label.name) != nullptr)
    return validation_failed({"Label", "name", "already_exists"});
  label.id = call.state.next_id();
  call.repository->labels.push_back(label);
  return json_response(201, label_json(call.state, *call.repository, label.name));
}

Response update_label(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Label* const label = find_label(*call.repository, call.words[0]);
  if (label == nullptr) return github_not_found();
  Given given(call);
  std::string const name = given.text_or("new_name", label->name);
  std::string const color = lower(given.text_or("color", label->color));
  std::string const description = given.text_or("description", label->description);
  if (given.refusal()) return *std::move(given.refusal());
  if (!is_color(color)) return validation_failed({"Label", "color", "invalid"});
  Label const* const other = find_label(*call.repository, name);
  if (other != nullptr && other != label)
    return validation_failed({"Label", "name", "already_exists"});
  for (Issue& issue : call.repository->issues)
    for (std::string& one : issue.labels)
      if (lower(one) == lower(label->name)) one = name;
  label->name = name;
  label->color = color;
  label->description = description;
  return json_response(200, label_json(call.state, *call.repository, name));
}

Response delete_label(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Label const* const label = find_label(*call.repository, call.words[0]);
  if (label == nullptr) return github_not_found();
  std::string const name = label->name;
  for (Issue& issue : call.repository->issues)
    std::erase_if(issue.labels, [&](auto const& one) { return lower(one) == lower(name); });
  std::erase_if(call.repository->labels, [&](Label const& one) { return one.name == name; });
  return {.status = 204};
}

Response list_issue_labels(Call& call) {
  Issue const* const issue = issue_in_path(call);
  return issue == nullptr ? github_not_found() : labels_of(call, *issue);
}

Response add_issue_labels(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  auto const names = labels_in(call.body);
  if (!names) return not_supplied("labels");
  Texts labels = issue->labels;
  for (std::string const& name : *names) {
    bool const there = std::any_of(labels.begin(), labels.end(),
                                   [&](auto const& one) { return lower(one) == lower(name); });
    if (!there) labels.push_back(name);
  }
  std::int64_t const number = issue->number;
  change_labels(call, *issue, std::move(labels), "labeled");
  return labels_of(call, *find_issue(*call.repository, number));
}

Response set_issue_labels(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  auto names = labels_in(call.body);
  std::int64_t const number = issue->number;
  change_labels(call, *issue, std::move(names).value_or(Texts{}), "labeled");
  return labels_of(call, *find_issue(*call.repository, number));
}

Response clear_issue_labels(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  change_labels(call, *issue, {}, "unlabeled");
  return {.status = 204};
}

Response remove_issue_label(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  Texts labels = issue->labels;
  auto const gone =
      std::erase_if(labels, [&](auto const& one) { return lower(one) == lower(call.words[1]); });
  if (gone == 0) return github_error(404, "Label does not exist");
  std::int64_t const number = issue->number;
  change_labels(call, *issue, std::move(labels), "unlabeled");
  return labels_of(call, *find_issue(*call.repository, number));
}

Response add_assignees(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  Given given(call);
  for (std::string const& login : given.texts("assignees").value_or(Texts{})) {
    auto& all = issue->assignees;
    bool const known = call.state.user(login) != nullptr;
    if (known && std::find(all.begin(), all.end(), login) == all.end()) all.push_back(login);
  }
  if (given.refusal()) return *std::move(given.refusal());
  issue->updated_at = call.now;
  tell_issue(call, Issue(*issue), "assigned");
  return json_response(201, issue_json(call.state, *call.repository, *issue_in_path(call)));
}

Response remove_assignees(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  Given given(call);
  auto const gone = given.texts("assignees").value_or(Texts{});
  if (given.refusal()) return *std::move(given.refusal());
  std::erase_if(issue->assignees, [&](std::string const& login) {
    return std::find(gone.begin(), gone.end(), login) != gone.end();
  });
  issue->updated_at = call.now;
  tell_issue(call, Issue(*issue), "unassigned");
  return json_response(200, issue_json(call.state, *call.repository, *issue_in_path(call)));
}

Response lock_issue(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  issue->locked = true;
  return {.status = 204};
}

Response unlock_issue(Call& call) {
  std::optional<Response> refusal;
  Issue* const issue = issue_to_label(call, refusal);
  if (refusal) return *std::move(refusal);
  issue->locked = false;
  return {.status = 204};
}

}  // namespace landfall::sandbox
