// What people wrote in a repository of a world file: labels, issues, pull requests, releases; and
// the hooks that hear of it.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/world_github.h"

namespace landfall::sandbox {
namespace {

using Texts = std::vector<std::string>;

void know_label(State& state, Repository& repository, std::string const& name) {
  bool const known = std::any_of(repository.labels.begin(), repository.labels.end(),
                                 [&](Label const& one) { return lower(one.name) == lower(name); });
  if (!known) repository.labels.push_back({.id = state.next_id(), .name = name});
}

/// What issues and pull requests have in common.
Result<Issue> load_text(State& state, Repository& repository, Section const& entry) {
  Issue issue{.id = state.next_id()};
  issue.number = repository.issues.empty() ? 1 : repository.issues.back().number + 1;
  issue.title = TRY(entry.text("title"));
  issue.body = TRY(entry.text_or("body", ""));
  issue.user = TRY(login(state, entry, "by", repository.owner));
  issue.created_at = TRY(entry.instant("at"));
  issue.updated_at = issue.created_at;
  issue.labels = TRY(entry.texts("labels")).value_or(Texts{});
  for (std::string const& label : issue.labels) know_label(state, repository, label);
  return issue;
}

Result<> load_comments(State& state, Section const& entry, Issue& issue) {
  for (yaml::Node const& node : TRY(entry.items("comments"))) {
    auto const section =
        TRY(Section::open(entry.file(), node, "comment of " + entry.what(), {"by", "at", "body"}));
    Comment comment{.id = state.next_id()};
    comment.user = TRY(login(state, section, "by", issue.user));
    comment.body = TRY(section.text("body"));
    comment.created_at = TRY(section.instant("at"));
    comment.updated_at = comment.created_at;
    issue.updated_at = std::max(issue.updated_at, comment.created_at);
    issue.comments.push_back(std::move(comment));
  }
  return {};
}

}  // namespace

Result<> load_labels(State& state, Repository& repository, Section const& section) {
  for (yaml::Pair const& pair : TRY(section.pairs("labels"))) {
    Label label{.id = state.next_id(), .name = std::string(pair.key.text)};
    label.color = TRY(scalar(section.file(), pair.value, "label " + label.name));
    repository.labels.push_back(std::move(label));
  }
  return {};
}

Result<> load_issues(State& state, Repository& repository, Section const& section) {
  for (yaml::Node const& node : TRY(section.items("issues"))) {
    auto const entry = TRY(Section::open(
        section.file(), node, "issue",
        {"title", "body", "by", "at", "labels", "assignees", "closed_at", "comments"}));
    Issue issue = TRY(load_text(state, repository, entry));
    issue.assignees = TRY(entry.texts("assignees")).value_or(Texts{});
    issue.closed_at = TRY(entry.instant_or_none("closed_at"));
    if (issue.closed_at) issue.state = "closed";
    if (issue.closed_at) issue.state_reason = "completed";
    TRY(load_comments(state, entry, issue));
    repository.issues.push_back(std::move(issue));
  }
  return {};
}

Result<> load_pulls(State& state, Repository& repository, Section const& section) {
  for (yaml::Node const& node : TRY(section.items("pulls"))) {
    auto const entry =
        TRY(Section::open(section.file(), node, "pull request",
                          {"title", "body", "by", "at", "labels", "head", "base", "draft"}));
    Issue issue = TRY(load_text(state, repository, entry));
    Pull pull{.id = state.next_id(), .number = issue.number, .head = TRY(entry.text("head"))};
    pull.base = TRY(entry.text_or("base", repository.default_branch));
    pull.draft = TRY(entry.boolean_or("draft", false));
    for (auto const& [key, branch] : {std::pair{"head", &pull.head}, {"base", &pull.base}})
      if (!repository.branches.contains(*branch))
        return std::unexpected(entry.error(key, "no branch '" + printable(*branch) + "'"));
    pull.head_sha = repository.branches.at(pull.head);
    pull.base_sha = repository.branches.at(pull.base);
    repository.other_refs[fmt::format("refs/pull/{}/head", pull.number)] = pull.head_sha;
    repository.issues.push_back(std::move(issue));
    repository.pulls.push_back(std::move(pull));
  }
  return {};
}

Result<> load_releases(State& state, Repository& repository, Section const& section) {
  for (yaml::Node const& node : TRY(section.items("releases"))) {
    auto const entry =
        TRY(Section::open(section.file(), node, "release",
                          {"tag", "name", "body", "by", "at", "prerelease", "draft"}));
    GitHubRelease release{.id = state.next_id(), .tag = TRY(entry.text("tag"))};
    release.target = repository.default_branch;
    release.name = TRY(entry.text_or("name", release.tag));
    release.body = TRY(entry.text_or("body", ""));
    release.author = TRY(login(state, entry, "by", repository.owner));
    release.created_at = TRY(entry.instant("at"));
    release.prerelease = TRY(entry.boolean_or("prerelease", false));
    release.draft = TRY(entry.boolean_or("draft", false));
    if (!release.draft && !repository.tags.contains(release.tag))
      return std::unexpected(entry.error("tag", "no tag '" + printable(release.tag) + "'"));
    if (!release.draft) release.published_at = release.created_at;
    repository.releases.push_back(std::move(release));
  }
  return {};
}

Result<> load_hooks(State& state, Section const& section, std::vector<Hook>& hooks, Instant at) {
  for (yaml::Node const& node : TRY(section.items("hooks"))) {
    auto const entry = TRY(Section::open(section.file(), node, "hook",
                                         {"url", "events", "secret", "content_type", "active"}));
    Hook hook{.id = state.next_id()};
    hook.url = TRY(entry.text("url"));
    hook.events = TRY(entry.texts("events")).value_or(Texts{"push"});
    hook.secret = TRY(entry.text_or("secret", ""));
    hook.content_type = TRY(entry.text_or("content_type", "json"));
    hook.active = TRY(entry.boolean_or("active", true));
    hook.created_at = at;
    hook.updated_at = at;
    hooks.push_back(std::move(hook));
  }
  return {};
}

}  // namespace landfall::sandbox
